//! The operations that make no sense for Amazon Pay, over HTTP.

use store::Shop;
use wire::other::Operation;
use wire::path::{S2S, Service};

use crate::house::{House, KEY, SHOP, shop};

/// The operations that the gateway refuses whatever is asked.
fn refused() -> Vec<&'static Operation> {
    let refused: Vec<_> = wire::wsdl::operations(Service::S2s).filter_map(Operation::named).collect();
    assert!(refused.len() >= 10);
    refused
}

/// Result and code that an operation answers a caller with this key, and how many elements it has.
async fn asked(house: &House, operation: &Operation, key: &str) -> (String, String, usize) {
    let name = operation.name;
    let message = format!(
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><{name} \
         xmlns='https://ecomms2s.sella.it/'><shopLogin>{SHOP}</shopLogin><apikey>{key}</apikey></{name}>\
         </e:Body></e:Envelope>"
    );
    let answered = house.soap(S2S, message).await;
    assert_eq!(answered.status, 200, "{name}");
    let document = xml::Document::parse(&answered.text, xml::Limits::default()).expect("XML");
    let inner = document.root().find("GestPayS2S").expect("the inner element");
    assert!(!inner.child_text("TransactionType").is_empty());
    let code = inner.child("ErrorCode").or_else(|| inner.child("TransactionErrorCode")).expect("a code");
    (inner.child_text("TransactionResult").to_owned(), code.text().to_owned(), inner.children().count())
}

#[tokio::test]
async fn each_is_refused_in_its_own_shape() {
    let house = House::new().await;
    for operation in refused() {
        let (result, code, elements) = asked(&house, operation, KEY).await;
        assert_eq!((result.as_str(), code), ("KO", operation.code.to_string()), "{}", operation.name);
        assert!(elements >= 4, "{}", operation.name);
    }
}

#[tokio::test]
async fn a_wrong_key_is_told_first_and_shortly() {
    let house = House::new().await;
    for operation in refused().into_iter().filter(|operation| operation.names_shop) {
        let expected = ("KO".to_owned(), "1169".to_owned(), 4);
        assert_eq!(asked(&house, operation, "wrong").await, expected, "{}", operation.name);
    }
}

#[tokio::test]
async fn a_shop_without_web_services_is_told_so() {
    let house = House::with_shop(Shop { web_service: false, ..shop() }).await;
    for operation in refused().into_iter().filter(|operation| operation.names_shop) {
        let (result, code, _) = asked(&house, operation, KEY).await;
        assert_eq!((result.as_str(), code.as_str()), ("KO", "8008"), "{}", operation.name);
    }
}
