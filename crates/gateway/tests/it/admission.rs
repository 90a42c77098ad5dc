//! What a shop that is let in may still not do: without Amazon, without what a charge must have, or
//! under another's names.

use std::num::NonZeroU32;

use axum::body::Body;
use axum::http::Request;
use gateway::{Limits, Settings};
use payments::ShopLogin;
use store::Shop;
use wire::path::{CRYPT_DECRYPT, S2S};
use wire::{encrypt, pagam, update_token};

use crate::amazon_side::house_with;
use crate::house::{House, KEY, SHOP, encrypt_request, login, settings, shop};
use crate::pages::amazon_shop;
use crate::web_service::{charge, delete, delete_token, refund, settle};

const ORDER: &str = "S02-0319513-4657042";

/// Every operation that moves money or ends what would.
fn messages() -> [(&'static str, String); 6] {
    let some = |text: &str| Some(text.to_owned());
    let update = update_token::Request {
        shop_login: some(SHOP),
        token: some("7Q2M9X4K1B8V3Z6T"),
        apikey: some(KEY),
        ..update_token::Request::default()
    };
    [
        ("charge", charge("order-1", ORDER).write()),
        ("settle", settle("order-1", "24.21").write()),
        ("delete", delete("order-1").write()),
        ("refund", refund("order-1", "24.21").write()),
        ("delete token", delete_token("7Q2M9X4K1B8V3Z6T").write()),
        ("update token", update.write()),
    ]
}

/// The code, and whether the answer is the short one of a caller who was not let in.
async fn answered(house: &House, message: String) -> (u32, bool) {
    let answer = house.asked(message).await;
    let document = xml::Document::parse(&answer, xml::Limits::default()).expect("XML");
    let inner = document.root().find("GestPayS2S").expect("the inner element");
    let is_short = inner.children().count() == 4;
    assert_eq!(inner.child_text("TransactionResult"), "KO", "{answer}");
    (inner.child_text("ErrorCode").parse().expect("a number"), is_short)
}

#[tokio::test]
async fn a_shop_without_amazon_is_told_that_nothing_works() {
    let house = House::with_shop(shop()).await;
    house.paid(&login(), "order-1").await;
    for (operation, message) in messages() {
        let code = if operation == "update token" { 1165 } else { 150 };
        assert_eq!(answered(&house, message).await.0, code, "{operation}");
    }
}

#[tokio::test]
async fn a_shop_that_calls_too_often_is_refused_and_others_are_not() {
    let slow = Settings { calls_per_second: NonZeroU32::new(1), ..settings() };
    let house = House::with(slow, shop()).await;
    let other = Shop { login: ShopLogin::new("GESPAY00002").expect("a login"), ..shop() };
    house.keep(&other).await;
    let mut refused = 0;
    for _ in 0..20 {
        let answer = house.soap(CRYPT_DECRYPT, encrypt_request().write()).await;
        assert!(matches!(answer.status, 200 | 503), "{}", answer.text);
        if answer.status == 503 {
            refused += 1;
            assert_eq!(answer.retry_after.as_deref(), Some("1"), "nothing was done, and when to come back is said");
        }
    }
    assert!((1..20).contains(&refused), "one a second, and here are twenty: {refused}");
    for (operation, message) in messages() {
        assert_eq!(house.soap(S2S, message).await.status, 503, "{operation}");
    }
    let of_other = encrypt::Request { shop_login: Some("GESPAY00002".into()), ..encrypt_request() };
    assert!(matches!(house.encrypt(&of_other).await, encrypt::Response::Ok(_)));
}

#[tokio::test]
async fn limits_that_are_changed_hold_from_the_next_call_on() {
    let house = House::with_shop(shop()).await;
    let unlimited = house.gateway.settings().limits();
    let calls = async || {
        let mut statuses = Vec::new();
        for _ in 0..5 {
            statuses.push(house.soap(CRYPT_DECRYPT, encrypt_request().write()).await.status);
        }
        statuses
    };
    assert_eq!(calls().await, [200; 5]);
    house.gateway.take_up_limits(Limits { calls_per_second: NonZeroU32::new(1), ..unlimited });
    assert!(calls().await.contains(&503), "one a second");
    house.gateway.take_up_limits(unlimited);
    assert_eq!(calls().await, [200; 5]);
}

#[tokio::test]
async fn whoever_watches_hears_whether_the_store_answers() {
    let house = House::new().await;
    let answer = house.send(Request::get("/health").body(Body::empty()).expect("a request")).await;
    let told = format!(r#"{{"version":"{}","store":"answers"}}"#, env!("CARGO_PKG_VERSION"));
    assert_eq!((answer.status, answer.text), (200, told));
}

#[tokio::test]
async fn what_a_charge_lacks_has_its_code_and_asks_nothing_of_amazon() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let good = || charge("order-1", ORDER);
    let some = |text: &str| Some(text.to_owned());
    let long = "x".repeat(51);
    for (request, code) in [
        (pagam::Request { uic_code: None, ..good() }, 1110),
        (pagam::Request { uic_code: some("0"), ..good() }, 1111),
        (pagam::Request { amount: None, ..good() }, 1112),
        (pagam::Request { amount: some("24,21"), ..good() }, 1113),
        (pagam::Request { amount: some("24.211"), ..good() }, 1114),
        (pagam::Request { amount: some("0"), ..good() }, 1146),
        (pagam::Request { amount: some("150000.01"), ..good() }, 1147),
        (pagam::Request { shop_transaction_id: None, ..good() }, 1115),
        (pagam::Request { shop_transaction_id: some(&long), ..good() }, 1116),
        (pagam::Request { shop_transaction_id: some("order 1"), ..good() }, 4801),
        (pagam::Request { buyer_name: some(&long), ..good() }, 1129),
        (pagam::Request { buyer_email: some("nobody"), ..good() }, 1127),
        (pagam::Request { language_id: some("6"), ..good() }, 1117),
        (pagam::Request { custom_info: some("cart"), ..good() }, 1101),
        (pagam::Request { trans_key: None, ..good() }, 1154),
        (pagam::Request { trans_key: None, payment_types: Vec::new(), ..good() }, 1109),
        (pagam::Request { token_value: some("7Q2M9X4K1B8V3Z6T"), ..good() }, 1151),
        (pagam::Request { payment_types: vec!["PAYPAL".to_owned()], ..good() }, 1403),
    ] {
        let outcome = house.charge(&request).await;
        assert_eq!(outcome.error_code.0, code, "{outcome:?}");
        assert_eq!(outcome.amount, request.amount.unwrap_or_default(), "what was asked is repeated");
    }
    assert_eq!(amazon.times("SetOrderReferenceDetails"), 0);
}

#[tokio::test]
async fn the_names_of_one_operation_are_unknown_to_another() {
    let house = House::with_shop(amazon_shop()).await;
    let misnamed = settle("order-1", "24.21").write().replace("shopTransID", "shopTransactionId");
    assert_eq!(answered(&house, misnamed).await, (2016, false));
    let misnamed = delete("order-1").write().replace("shopTransactionId", "shopTransID");
    assert_eq!(answered(&house, misnamed).await, (2016, false));
}
