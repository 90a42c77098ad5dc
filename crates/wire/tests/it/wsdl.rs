//! The descriptions: complete, coherent, at the address asked at.

use std::collections::BTreeMap;

use wire::path::Service;
use xml::{Document, Element, Limits};

const SERVICES: [Service; 2] = [Service::CryptDecrypt, Service::S2s];

/// One field of a description: name, type, how often, whether nil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: String,
    pub min: String,
    pub max: String,
    pub nillable: bool,
}

/// Operations and structures of a description with their fields, and the names of operations in order.
pub fn schema_of(text: &str) -> (Vec<String>, BTreeMap<String, Vec<Field>>) {
    let document = Document::parse(text, Limits::default()).expect("well-formed");
    let schema = document.root().find("schema").expect("a schema");
    let mut sequences = BTreeMap::new();
    for container in schema.children() {
        let name = attribute(container, "name");
        let fields = container.find("sequence").into_iter().flat_map(Element::children).map(|field| Field {
            name: attribute(field, "name"),
            kind: attribute(field, "type"),
            min: attribute(field, "minOccurs"),
            max: attribute(field, "maxOccurs"),
            nillable: field.attribute("", "nillable") == Some("true"),
        });
        let before = sequences.insert(name, fields.collect());
        assert_eq!(before, None, "a name is defined once");
    }
    let port = document.root().find("portType").expect("a port type");
    (port.children().map(|operation| attribute(operation, "name")).collect(), sequences)
}

fn attribute(element: Element<'_>, name: &str) -> String {
    element.attribute("", name).unwrap_or_default().to_owned()
}

pub fn description(service: Service, address: &str) -> String {
    match service {
        Service::CryptDecrypt => wire::wsdl::crypt_decrypt(address),
        Service::S2s => wire::wsdl::s2s(address),
    }
}

#[test]
fn the_address_is_the_one_asked_at_in_both_ports_and_nowhere_else() {
    for service in SERVICES {
        let text = description(service, "http://127.0.0.1:2420/a.asmx?x=1&y=\"2\"");
        assert_eq!(text.matches("location=\"http://127.0.0.1:2420/a.asmx?x=1&amp;y=&quot;2&quot;\"").count(), 2);
        assert_eq!(text.matches("127.0.0.1").count(), 2);
        assert!(!text.contains('\u{1}'));
    }
}

#[test]
fn fields_that_clients_lose_when_they_are_not_listed_are_listed() {
    let (operations, sequences) = schema_of(&description(Service::CryptDecrypt, "x"));
    assert_eq!(operations, ["Encrypt", "Decrypt"]);
    let last: Vec<&str> = sequences["Encrypt"].iter().rev().take(4).map(|field| field.name.as_str()).collect();
    assert_eq!(last, ["transDetails", "apikey", "OrderDetails", "amazonPayBillingAgreementDescription"]);
    assert!(sequences["Decrypt"].iter().any(|field| field.name == "apikey"));
    let required: Vec<&str> = sequences["Encrypt"]
        .iter()
        .filter(|field| field.min == "1" && field.nillable)
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!(required, ["shopLogin", "uicCode", "amount", "shopTransactionId"]);
    let (operations, sequences) = schema_of(&description(Service::S2s, "x"));
    assert_eq!(operations.len(), 17);
    for name in operations.iter().filter(|name| !["callRenounce", "callDeviceActivation"].contains(&name.as_str())) {
        assert!(sequences[name].iter().any(|field| field.name == "apikey"), "{name}");
    }
}

#[test]
fn every_type_is_defined_every_message_exists_and_every_operation_is_bound_twice() {
    for service in SERVICES {
        let text = description(service, "http://localhost/");
        let (operations, sequences) = schema_of(&text);
        assert_eq!(operations, wire::wsdl::operations(service).collect::<Vec<_>>());
        for field in sequences.values().flatten() {
            if let Some(structure) = field.kind.strip_prefix("tns:") {
                assert!(sequences.contains_key(structure), "{structure}");
            } else {
                assert!(field.kind == "s:string" || field.kind.is_empty(), "{field:?}");
            }
        }
        for name in &operations {
            for element in [name.clone(), format!("{name}Response")] {
                assert!(sequences.contains_key(&element));
                assert_eq!(
                    text.matches(&format!("<wsdl:part name=\"parameters\" element=\"tns:{element}\"/>")).count(),
                    1
                );
            }
            let action = format!("soapAction=\"{}{name}\" style=\"document\"", service.namespace());
            for (prefix, occurrences) in [("soap:operation ", 1), ("soap12:operation ", 1)] {
                assert_eq!(text.matches(&format!("<{prefix}{action}/>")).count(), occurrences, "{name}");
            }
            let result = format!(
                "<s:element name=\"{name}Response\"><s:complexType><s:sequence><s:element minOccurs=\"0\" \
                 maxOccurs=\"1\" name=\"{name}Result\"><s:complexType mixed=\"true\"><s:sequence><s:any/></s:sequence>"
            );
            assert_eq!(text.matches(&result).count(), 1, "{name}");
        }
        assert!(text.contains("elementFormDefault=\"qualified\""));
        let port = format!("{}Soap", service.name());
        for name in [port.clone(), format!("{port}12")] {
            let bound = format!("<wsdl:port name=\"{name}\" binding=\"tns:{name}\">");
            assert!(
                text.contains(&bound) && text.contains(&format!("<wsdl:binding name=\"{name}\" type=\"tns:{port}\">"))
            );
        }
    }
}

#[test]
fn what_a_client_builds_from_the_description_is_read() {
    let (_, sequences) = schema_of(&description(Service::CryptDecrypt, "x"));
    let mut fields = String::new();
    for field in &sequences["Encrypt"] {
        let name = &field.name;
        match name.as_str() {
            "paymentTypes" => fields.push_str("<paymentTypes><paymentType>AMAZONPAY</paymentType></paymentTypes>"),
            _ => fields.push_str(&format!("<{name}>{name}</{name}>")),
        }
    }
    let text = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>\
         <Encrypt xmlns='https://ecomm.sella.it/'>{fields}</Encrypt></e:Body></e:Envelope>"
    );
    let request = crate::golden::body_of(&text, wire::encrypt::Request::read).expect("read");
    assert_eq!(request.payment_types, ["AMAZONPAY"]);
    let read = [
        (&request.shop_login, "shopLogin"),
        (&request.uic_code, "uicCode"),
        (&request.amount, "amount"),
        (&request.shop_transaction_id, "shopTransactionId"),
        (&request.buyer_name, "buyerName"),
        (&request.buyer_email, "buyerEmail"),
        (&request.language_id, "languageId"),
        (&request.custom_info, "customInfo"),
        (&request.request_token, "requestToken"),
        (&request.pay_pal_billing_agreement_description, "payPalBillingAgreementDescription"),
        (&request.amazon_pay_billing_agreement_description, "amazonPayBillingAgreementDescription"),
        (&request.apikey, "apikey"),
    ];
    for (value, name) in read {
        assert_eq!(value.as_deref(), Some(name));
    }
}
