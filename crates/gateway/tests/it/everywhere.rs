//! What holds for every operation of both services: who may call it, and what a message must be.

use axum::body::Body;
use axum::http::{Method, Request};
use store::Shop;
use wire::path::{CRYPT_DECRYPT, S2S, Service};

use crate::amazon_side::{Fault, house_with};
use crate::house::{Answered, House, KEY, SHOP, login, post};
use crate::pages::amazon_shop;

const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const NIL: &str = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"";
const LETTERS: &str = "xxxxxxxxxxxxxxxx";

type Field = (&'static str, &'static str);

/// What tells the shop and proves it.
const CALLER: [Field; 2] = [("shopLogin", SHOP), ("apikey", KEY)];
const MONEY: [Field; 2] = [("uicCode", "242"), ("amount", "24.21")];
const NAMED: [Field; 2] = [("shopTransactionId", "order-1"), ("bankTransactionId", "7")];
/// Of a message about a buyer.
const BUYER: [Field; 5] = [
    ("buyerName", "Mario Rossi"),
    ("buyerEmail", "mario.rossi@example.it"),
    ("languageId", "1"),
    ("customInfo", "cart=1234"),
    ("requestToken", "MASKEDPAN"),
];

/// One operation with every field that it reads, each with a value that is in order.
pub struct Operation {
    pub service: Service,
    pub name: &'static str,
    /// Of the caller first, when it names a shop.
    pub fields: Vec<Field>,
}

fn operation(service: Service, name: &'static str, fields: &[&[Field]]) -> Operation {
    Operation { service, name, fields: fields.concat() }
}

/// Every operation that the services describe.
pub fn operations() -> Vec<Operation> {
    let of_crypt = |name, fields: &[&[Field]]| operation(Service::CryptDecrypt, name, fields);
    let of_s2s = |name, fields: &[&[Field]]| operation(Service::S2s, name, fields);
    let order = [("shopTransactionId", "order-1")];
    let settled = [("shopTransID", "order-1"), ("bankTransID", "7"), ("settlementID", "first")];
    let token = [("tokenValue", "7Q2M9X4K1B8V3Z6T")];
    let mut all = vec![
        of_crypt("Encrypt", &[&CALLER, &MONEY, &order, &BUYER]),
        of_crypt("Decrypt", &[&CALLER, &[("CryptedString", LETTERS)]]),
        of_s2s("callPagamS2S", &[&CALLER, &MONEY, &order, &BUYER, &token]),
        of_s2s("callReadTrxS2S", &[&CALLER, &NAMED]),
        of_s2s("callSettleS2S", &[&CALLER, &MONEY, &settled]),
        of_s2s("callDeleteS2S", &[&CALLER, &NAMED, &[("CancelReason", "sold out")]]),
        of_s2s("callRefundS2S", &[&CALLER, &MONEY, &NAMED, &[("settlementID", "first"), ("RefundReason", "sorry")]]),
        of_s2s("callDeleteTokenS2S", &[&CALLER, &token]),
        of_s2s("CallUpdateTokenS2S", &[&CALLER, &[("token", "7Q2M9X4K1B8V3Z6T")]]),
    ];
    let refused = wire::wsdl::operations(Service::S2s).filter_map(wire::other::Operation::named);
    all.extend(refused.map(|other| of_s2s(other.name, if other.names_shop { &[&CALLER] } else { &[] })));
    all
}

impl Operation {
    fn names_shop(&self) -> bool {
        !self.fields.is_empty()
    }

    pub fn body(&self) -> String {
        self.fields.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect()
    }

    /// The same with another value of one field, or without it.
    pub fn body_with(&self, field: &str, value: Option<&str>) -> String {
        let (name, own) = self.fields.iter().find(|(name, _)| *name == field).expect("a field of the operation");
        let given = value.map(|value| format!("<{name}>{value}</{name}>")).unwrap_or_default();
        self.body().replace(&format!("<{name}>{own}</{name}>"), &given)
    }

    fn message(&self, body: &str) -> String {
        around(&format!("<{0} xmlns='{1}'>{body}</{0}>", self.name, self.service.namespace()))
    }

    fn path(&self) -> &'static str {
        match self.service {
            Service::CryptDecrypt => CRYPT_DECRYPT,
            Service::S2s => S2S,
        }
    }

    pub async fn asked(&self, house: &House, body: &str) -> Answered {
        house.soap(self.path(), self.message(body)).await
    }

    /// The code of an answer, and how many elements the answer has.
    pub async fn code(&self, house: &House, body: &str) -> (u32, usize) {
        let answered = self.asked(house, body).await;
        assert_eq!(answered.status, 200, "{}: {}", self.name, answered.text);
        let document = xml::Document::parse(&answered.text, xml::Limits::default()).expect("XML");
        let inner = ["GestPayS2S", "GestPayCryptDecrypt"].into_iter().find_map(|root| document.root().find(root));
        let inner = inner.expect("the inner element");
        let code = inner.child("ErrorCode").or_else(|| inner.child("TransactionErrorCode")).expect("a code");
        (code.text().parse().expect("a number"), inner.children().count())
    }
}

fn around(body: &str) -> String {
    format!("<e:Envelope xmlns:e='{ENVELOPE}'><e:Body>{body}</e:Body></e:Envelope>")
}

fn is_fault(answered: &Answered) -> bool {
    xml::Document::parse(&answered.text, xml::Limits::default()).is_ok_and(|it| it.root().find("Fault").is_some())
}

#[test]
fn every_operation_of_both_descriptions_is_among_these() {
    let mut known: Vec<&str> = operations().iter().map(|operation| operation.name).collect();
    let mut described: Vec<&str> =
        [Service::CryptDecrypt, Service::S2s].into_iter().flat_map(wire::wsdl::operations).collect();
    known.sort_unstable();
    described.sort_unstable();
    assert_eq!(known, described);
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_why_and_nothing_else() {
    let elsewhere = || Some(vec!["203.0.113.*".to_owned()]);
    for (what, shop, login, key, code) in [
        ("unknown", amazon_shop(), Some("GESPAY00009"), Some(KEY), 1131),
        ("no login", amazon_shop(), Some("no\u{a0}login that is far too long to be one"), Some(KEY), 1131),
        ("nobody", amazon_shop(), None, Some(KEY), 1131),
        ("inactive", Shop { active: false, ..amazon_shop() }, Some(SHOP), Some(KEY), 1132),
        ("closed", Shop { api_key: None, ..amazon_shop() }, Some(SHOP), None, 1404),
        ("wrong key", amazon_shop(), Some(SHOP), Some("another"), 1169),
        ("almost the key", amazon_shop(), Some(SHOP), Some("The-key-of-the-shop"), 1169),
        ("no key", amazon_shop(), Some(SHOP), None, 1169),
        ("elsewhere", Shop { addresses: elsewhere(), ..amazon_shop() }, Some(SHOP), Some(KEY), 1142),
        ("key first", Shop { addresses: elsewhere(), ..amazon_shop() }, Some(SHOP), Some("another"), 1169),
        ("elsewhere", Shop { addresses: elsewhere(), api_key: None, ..amazon_shop() }, Some(SHOP), Some(KEY), 1142),
        ("switched off", Shop { web_service: false, ..amazon_shop() }, Some(SHOP), Some(KEY), 8008),
    ] {
        let house = House::with_shop(shop).await;
        let commits = house.store.commits();
        for operation in operations().iter().filter(|operation| operation.names_shop()) {
            let is_of_crypt = matches!(operation.service, Service::CryptDecrypt);
            if code == 8008 && (is_of_crypt || wire::other::Operation::named(operation.name).is_some()) {
                continue;
            }
            // Recorded: a Decrypt that names no shop is a system error.
            let code = if operation.name == "Decrypt" && login.is_none() { 9999 } else { code };
            let caller = operation.body_with("shopLogin", login);
            let own_key = format!("<apikey>{KEY}</apikey>");
            let given = key.map(|key| format!("<apikey>{key}</apikey>")).unwrap_or_default();
            let answered = operation.code(&house, &caller.replace(&own_key, &given)).await;
            assert_eq!(answered, (code, 4), "{}: {what}", operation.name);
        }
        assert_eq!(house.store.commits(), commits, "{what}");
    }
}

#[tokio::test]
async fn a_field_that_could_mean_two_things_is_a_fault() {
    let house = House::with_shop(amazon_shop()).await;
    for operation in operations() {
        for (name, value) in &operation.fields {
            let given = format!("<{name}>{value}</{name}>");
            for odd in [given.repeat(2), format!("<{name}><deep>{value}</deep></{name}>"), format!("<{name}/>{given}")]
            {
                let answered = operation.asked(&house, &operation.body().replace(&given, &odd)).await;
                assert!(answered.status == 400 && is_fault(&answered), "{} {odd}: {}", operation.name, answered.text);
            }
        }
    }
}

#[tokio::test]
async fn order_blanks_comments_and_unknown_elements_make_no_difference() {
    let house = House::with_shop(amazon_shop()).await;
    for operation in operations() {
        let usual = operation.code(&house, &operation.body()).await;
        let mut reversed: Vec<String> = operation
            .fields
            .iter()
            .map(|(name, value)| {
                format!("<unheardOf a='1'><deep/></unheardOf><{name}>\n  {value}<!-- x -->\t</{name}>")
            })
            .collect();
        reversed.reverse();
        let body = format!("{}<shopLogin xmlns='urn:other'>x</shopLogin><ShopLogin>x</ShopLogin>", reversed.concat());
        assert_eq!(operation.code(&house, &body).await, usual, "{}", operation.name);
    }
}

#[tokio::test]
async fn what_is_empty_blank_or_nil_is_not_given() {
    let house = House::with_shop(amazon_shop()).await;
    for operation in operations() {
        for (name, value) in &operation.fields {
            let missing = operation.code(&house, &operation.body_with(name, None)).await;
            let given = format!("<{name}>{value}</{name}>");
            for odd in [format!("<{name}/>"), format!("<{name}> \r\n\t </{name}>"), format!("<{name} {NIL}/>")] {
                let body = operation.body().replace(&given, &odd);
                assert_eq!(operation.code(&house, &body).await, missing, "{} {odd}", operation.name);
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_message_of_the_operation_is_a_fault() {
    let house = House::with_shop(amazon_shop()).await;
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    for operation in operations() {
        let (name, body, namespace) = (operation.name, operation.body(), operation.service.namespace());
        let whole = operation.message(&body);
        let (other, elsewhere) = match operation.service {
            Service::CryptDecrypt => (Service::S2s, S2S),
            Service::S2s => (Service::CryptDecrypt, CRYPT_DECRYPT),
        };
        let misspelt = name.to_uppercase();
        for (what, path, message, status) in [
            ("at the other service", elsewhere, whole.clone(), 500),
            ("of another namespace", operation.path(), whole.replace(namespace, other.namespace()), 500),
            ("of no namespace", operation.path(), around(&format!("<{name}>{body}</{name}>")), 500),
            (
                "misspelt",
                operation.path(),
                around(&format!("<{misspelt} xmlns='{namespace}'>{body}</{misspelt}>")),
                500,
            ),
            ("twice", operation.path(), around(&format!("<{name} xmlns='{namespace}'/>").repeat(2)), 400),
            ("a bomb", operation.path(), format!("{bomb}{}", operation.message("<x>&b;</x>")), 400),
            ("cut short", operation.path(), whole[..whole.len() - 9].to_owned(), 400),
            ("no envelope", operation.path(), format!("<{name} xmlns='{namespace}'>{body}</{name}>"), 400),
            ("nothing", operation.path(), String::new(), 400),
            ("too large", operation.path(), operation.message(&"<x/>".repeat(300_000)), 413),
        ] {
            let answered = house.soap(path, message).await;
            assert!(answered.status == status && is_fault(&answered), "{name} {what}: {}", answered.status);
        }
    }
}

#[tokio::test]
async fn what_is_no_post_of_xml_is_refused() {
    let house = House::with_shop(amazon_shop()).await;
    for operation in operations() {
        let message = operation.message(&operation.body());
        for kind in ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
            let answered = house.send(post(operation.path(), kind, message.clone())).await;
            assert!(answered.status == 415 && is_fault(&answered), "{} {kind}", operation.name);
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let request = Request::builder().method(&method).uri(operation.path()).header("content-type", "text/xml");
            let request = request.body(Body::from(message.clone())).expect("a request");
            assert_eq!(house.send(request).await.status, 405, "{} {method}", operation.name);
        }
    }
}

#[tokio::test]
async fn what_moves_no_money_asks_nothing_of_amazon_and_works_without_it() {
    let (house, amazon) = house_with(amazon_shop()).await;
    amazon.always(Fault::Dropped);
    let number = house.paid(&login(), "order-1").await.bank_transaction_id.expect("a number").to_string();
    let moves = ["callPagamS2S", "callSettleS2S", "callDeleteS2S", "callRefundS2S", "callDeleteTokenS2S"];
    for operation in operations().iter().filter(|operation| !moves.contains(&operation.name)) {
        let body = match operation.name {
            "Encrypt" => operation.body_with("shopTransactionId", Some("order-2")),
            "callReadTrxS2S" => operation.body_with("bankTransactionId", Some(&number)),
            _ => operation.body(),
        };
        let code = operation.code(&house, &body).await.0;
        match operation.name {
            "Encrypt" | "callReadTrxS2S" => assert_eq!(code, 0, "{}", operation.name),
            "Decrypt" => assert_eq!(code, 9999, "it is no string of ours"),
            "CallUpdateTokenS2S" => assert_eq!(code, 1165, "there is no such token"),
            name => assert_eq!(code, wire::other::Operation::named(name).expect("a refused one").code.0, "{name}"),
        }
    }
    assert_eq!(amazon.calls(), 0);
}
