//! The WSDLs of both services, written from a table of fields (`wsdl/fields.txt`).
//!
//! Clients that build their messages from a WSDL lose every field that it does not name, so the table holds the newer
//! ones too. Each document is built once; only the address differs from call to call.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use xml::Writer;

use crate::path::Service;

const FIELDS: &str = include_str!("wsdl/fields.txt");
/// Stands for the address in the documents that are kept.
const ADDRESS: &str = "pagam:address";

static CRYPT_DECRYPT: LazyLock<String> = LazyLock::new(|| document(Service::CryptDecrypt));
static S2S: LazyLock<String> = LazyLock::new(|| document(Service::S2s));

/// The WSDL of a service, found at `address`.
#[must_use]
pub fn of(service: Service, address: &str) -> String {
    let mut escaped = String::with_capacity(address.len());
    xml::escape(address, &mut escaped);
    match service {
        Service::CryptDecrypt => CRYPT_DECRYPT.replace(ADDRESS, &escaped),
        Service::S2s => S2S.replace(ADDRESS, &escaped),
    }
}

/// Names of a service's operations, in the order of its WSDL.
#[must_use]
pub fn operations(service: Service) -> Vec<&'static str> {
    TABLE.operations.iter().filter(|(of, ..)| *of == service).map(|(_, name, _)| *name).collect()
}

struct Field {
    name: &'static str,
    kind: &'static str,
    required: bool,
    many: bool,
    nillable: bool,
}

#[derive(Default)]
struct Table {
    operations: Vec<(Service, &'static str, Vec<Field>)>,
    types: BTreeMap<&'static str, Vec<Field>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let sections = FIELDS.split("\n\n").skip(1);
    for section in sections {
        let mut lines = section.lines().filter(|line| !line.is_empty());
        let heading: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let fields = lines.map(Field::of).collect();
        match heading.as_slice() {
            ["operation", "WSCryptDecrypt", name] => table.operations.push((Service::CryptDecrypt, *name, fields)),
            ["operation", _, name] => table.operations.push((Service::S2s, *name, fields)),
            ["type", name] => drop(table.types.insert(*name, fields)),
            _ => {}
        }
    }
    table
});

impl Field {
    fn of(line: &'static str) -> Field {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let kind = words.next().unwrap_or("string");
        let rest: Vec<&str> = words.collect();
        Field {
            name,
            kind,
            required: rest.contains(&"required"),
            many: rest.contains(&"many"),
            nillable: rest.contains(&"required") || rest.contains(&"nillable"),
        }
    }
}

fn document(service: Service) -> String {
    let operations: Vec<_> = TABLE.operations.iter().filter(|(of, ..)| *of == service).collect();
    let mut writer = Writer::document();
    writer.open_with(
        "wsdl:definitions",
        &[
            ("xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/"),
            ("xmlns:soap12", "http://schemas.xmlsoap.org/wsdl/soap12/"),
            ("xmlns:tns", service.namespace()),
            ("xmlns:s", "http://www.w3.org/2001/XMLSchema"),
            ("xmlns:wsdl", "http://schemas.xmlsoap.org/wsdl/"),
            ("targetNamespace", service.namespace()),
        ],
    );
    schema(&mut writer, service, &operations);
    for (_, name, _) in &operations {
        message(&mut writer, &format!("{name}SoapIn"), name);
        message(&mut writer, &format!("{name}SoapOut"), &format!("{name}Response"));
    }
    port_type(&mut writer, service, &operations);
    for version in ["soap", "soap12"] {
        binding(&mut writer, service, version, &operations);
    }
    addresses(&mut writer, service);
    writer.finish()
}

type Operations<'t> = [&'t (Service, &'static str, Vec<Field>)];

fn schema(writer: &mut Writer, service: Service, operations: &Operations<'_>) {
    writer
        .open("wsdl:types")
        .open_with("s:schema", &[("elementFormDefault", "qualified"), ("targetNamespace", service.namespace())]);
    for (_, name, fields) in operations {
        writer.open_with("s:element", &[("name", name)]).open("s:complexType");
        sequence(writer, fields);
        writer.close().close();
        result(writer, name);
    }
    let mut named = Vec::new();
    for (_, _, fields) in operations {
        collect(fields, &mut named);
    }
    for name in named {
        writer.open_with("s:complexType", &[("name", name)]);
        sequence(writer, &TABLE.types[name]);
        writer.close();
    }
    writer.close().close();
}

/// The names of all structures that fields lead to, each once, in the order met.
fn collect(fields: &[Field], named: &mut Vec<&'static str>) {
    for field in fields.iter().filter(|field| field.kind != "string") {
        if !named.contains(&field.kind) && TABLE.types.contains_key(field.kind) {
            named.push(field.kind);
            collect(&TABLE.types[field.kind], named);
        }
    }
}

fn sequence(writer: &mut Writer, fields: &[Field]) {
    if fields.is_empty() {
        return;
    }
    writer.open("s:sequence");
    for field in fields {
        let kind = if field.kind == "string" { "s:string".to_owned() } else { format!("tns:{}", field.kind) };
        let mut attributes = vec![
            ("minOccurs", if field.required { "1" } else { "0" }),
            ("maxOccurs", if field.many { "unbounded" } else { "1" }),
            ("name", field.name),
        ];
        if field.nillable {
            attributes.push(("nillable", "true"));
        }
        attributes.push(("type", &kind));
        writer.empty("s:element", &attributes);
    }
    writer.close();
}

/// The answer's element: mixed content with one element of any kind.
fn result(writer: &mut Writer, operation: &str) {
    let result = format!("{operation}Result");
    writer
        .open_with("s:element", &[("name", &format!("{operation}Response"))])
        .open("s:complexType")
        .open("s:sequence")
        .open_with("s:element", &[("minOccurs", "0"), ("maxOccurs", "1"), ("name", &result)])
        .open_with("s:complexType", &[("mixed", "true")])
        .open("s:sequence")
        .empty("s:any", &[]);
    for _ in 0..6 {
        writer.close();
    }
}

fn message(writer: &mut Writer, name: &str, element: &str) {
    let element = format!("tns:{element}");
    writer
        .open_with("wsdl:message", &[("name", name)])
        .empty("wsdl:part", &[("name", "parameters"), ("element", &element)])
        .close();
}

fn port_type(writer: &mut Writer, service: Service, operations: &Operations<'_>) {
    writer.open_with("wsdl:portType", &[("name", &format!("{}Soap", service.name()))]);
    for (_, name, _) in operations {
        writer
            .open_with("wsdl:operation", &[("name", name)])
            .empty("wsdl:input", &[("message", &format!("tns:{name}SoapIn"))])
            .empty("wsdl:output", &[("message", &format!("tns:{name}SoapOut"))])
            .close();
    }
    writer.close();
}

fn binding(writer: &mut Writer, service: Service, version: &str, operations: &Operations<'_>) {
    let port = port(service, version);
    let kind = format!("tns:{}Soap", service.name());
    writer
        .open_with("wsdl:binding", &[("name", &port), ("type", &kind)])
        .empty(&format!("{version}:binding"), &[("transport", "http://schemas.xmlsoap.org/soap/http")]);
    let body = format!("{version}:body");
    for (_, name, _) in operations {
        let action = format!("{}{name}", service.namespace());
        writer
            .open_with("wsdl:operation", &[("name", name)])
            .empty(&format!("{version}:operation"), &[("soapAction", &action), ("style", "document")])
            .open("wsdl:input")
            .empty(&body, &[("use", "literal")])
            .close()
            .open("wsdl:output")
            .empty(&body, &[("use", "literal")])
            .close()
            .close();
    }
    writer.close();
}

fn addresses(writer: &mut Writer, service: Service) {
    writer.open_with("wsdl:service", &[("name", service.name())]);
    for version in ["soap", "soap12"] {
        let port = port(service, version);
        let binding = format!("tns:{port}");
        writer
            .open_with("wsdl:port", &[("name", &port), ("binding", &binding)])
            .empty(&format!("{version}:address"), &[("location", ADDRESS)])
            .close();
    }
    writer.close();
}

fn port(service: Service, version: &str) -> String {
    format!("{}Soap{}", service.name(), if version == "soap" { "" } else { "12" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use xml::{Document, Limits};

    #[test]
    fn the_newer_fields_are_named_and_the_address_is_the_one_asked_at() {
        let text = of(Service::CryptDecrypt, "http://127.0.0.1:2420/x.asmx?a=1&b=2");
        assert!(text.contains("location=\"http://127.0.0.1:2420/x.asmx?a=1&amp;b=2\""));
        for field in ["apikey", "amazonPayBillingAgreementDescription", "OrderDetails", "transDetails", "CryptedString"]
        {
            assert!(text.contains(&format!("name=\"{field}\"")), "{field}");
        }
        assert!(!text.contains(ADDRESS));
    }

    #[test]
    fn every_type_that_is_used_is_defined_and_every_operation_is_bound_twice() {
        for service in [Service::CryptDecrypt, Service::S2s] {
            let text = of(service, "http://localhost/");
            let limits = Limits { elements: 20_000, ..Limits::default() };
            Document::parse(&text, limits).expect("well-formed");
            for used in text.split("type=\"tns:").skip(1).filter_map(|rest| rest.split('"').next()) {
                let defined = text.contains(&format!("<s:complexType name=\"{used}\">"));
                assert!(defined || used.ends_with("Soap"), "{used}");
            }
            for operation in operations(service) {
                let action = format!("soapAction=\"{}{operation}\"", service.namespace());
                assert_eq!(text.matches(&action).count(), 2, "{operation}");
            }
        }
        assert_eq!((operations(Service::CryptDecrypt).len(), operations(Service::S2s).len()), (2, 17));
    }
}
