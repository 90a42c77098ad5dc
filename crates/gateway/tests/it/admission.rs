//! Who may call the operations of WSs2s that move money, and what a message must have: the same for each.

use store::Shop;
use wire::path::S2S;
use wire::{delete_token, pagam, update_token};

use crate::amazon_side::house_with;
use crate::house::{House, KEY, SHOP, login, shop};
use crate::pages::amazon_shop;
use crate::web_service::{charge, delete, refund, settle};

const ORDER: &str = "S02-0319513-4657042";

/// Every operation, as this shop sends it with this key.
fn messages(login: &str, key: Option<&str>) -> [(&'static str, String); 6] {
    let shop_login = || Some(login.to_owned());
    let apikey = || key.map(str::to_owned);
    let token = || Some("7Q2M9X4K1B8V3Z6T".to_owned());
    let charge = pagam::Request { shop_login: shop_login(), apikey: apikey(), ..charge("order-1", ORDER) };
    let settle = wire::settle::Request { shop_login: shop_login(), apikey: apikey(), ..settle("order-1", "24.21") };
    let delete = wire::delete::Request { shop_login: shop_login(), apikey: apikey(), ..delete("order-1") };
    let refund = wire::refund::Request { shop_login: shop_login(), apikey: apikey(), ..refund("order-1", "24.21") };
    let end = delete_token::Request { shop_login: shop_login(), token_value: token(), apikey: apikey() };
    let update = update_token::Request {
        shop_login: shop_login(),
        token: token(),
        apikey: apikey(),
        ..update_token::Request::default()
    };
    [
        ("charge", charge.write()),
        ("settle", settle.write()),
        ("delete", delete.write()),
        ("refund", refund.write()),
        ("delete token", end.write()),
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
async fn whoever_is_not_let_in_is_told_why_and_nothing_else() {
    let elsewhere = Shop { addresses: Some(vec!["203.0.113.*".to_owned()]), ..amazon_shop() };
    for (what, shop, login, key, code) in [
        ("unknown", amazon_shop(), "GESPAY00009", Some(KEY), 1131),
        ("no login", amazon_shop(), "no login!", Some(KEY), 1131),
        ("inactive", Shop { active: false, ..amazon_shop() }, SHOP, Some(KEY), 1132),
        ("closed", Shop { api_key: None, ..amazon_shop() }, SHOP, None, 1404),
        ("wrong key", amazon_shop(), SHOP, Some("another"), 1169),
        ("no key", amazon_shop(), SHOP, None, 1169),
        ("elsewhere", elsewhere, SHOP, Some(KEY), 1142),
        ("switched off", Shop { web_service: false, ..amazon_shop() }, SHOP, Some(KEY), 8008),
    ] {
        let house = House::with_shop(shop).await;
        let commits = house.store.commits();
        for (operation, message) in messages(login, key) {
            assert_eq!(answered(&house, message).await, (code, true), "{operation}: {what}");
        }
        assert_eq!(house.store.commits(), commits, "{what}");
    }
}

#[tokio::test]
async fn a_shop_without_amazon_is_told_that_nothing_works() {
    let house = House::with_shop(shop()).await;
    house.paid(&login(), "order-1").await;
    for (operation, message) in messages(SHOP, Some(KEY)) {
        let code = if operation == "update token" { 1165 } else { 9999 };
        assert_eq!(answered(&house, message).await.0, code, "{operation}");
    }
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
async fn a_message_that_says_something_twice_is_a_fault() {
    let house = House::with_shop(amazon_shop()).await;
    for (operation, message) in messages(SHOP, Some(KEY)) {
        let login = format!("<shopLogin>{SHOP}</shopLogin>");
        let twice = message.replace(&login, &login.repeat(2));
        assert_ne!(twice, message, "{operation}");
        assert_eq!(house.soap(S2S, twice).await.status, 400, "{operation}");
    }
}

#[tokio::test]
async fn a_message_that_breaks_off_anywhere_is_a_fault() {
    let house = House::with_shop(amazon_shop()).await;
    let commits = house.store.commits();
    for (operation, message) in messages(SHOP, Some(KEY)) {
        let end = message.trim_end().len();
        for length in (0..end).step_by(5).chain([end - 1]).filter(|length| message.is_char_boundary(*length)) {
            let answer = house.soap(S2S, message[..length].to_owned()).await;
            assert!(answer.status == 400 && answer.text.contains("Fault>"), "{operation}, {length}: {}", answer.text);
        }
    }
    assert_eq!(house.store.commits(), commits);
}

#[tokio::test]
async fn the_names_of_one_operation_are_unknown_to_another() {
    let house = House::with_shop(amazon_shop()).await;
    let misnamed = settle("order-1", "24.21").write().replace("shopTransID", "shopTransactionId");
    assert_eq!(answered(&house, misnamed).await, (2016, false));
    let misnamed = delete("order-1").write().replace("shopTransactionId", "shopTransID");
    assert_eq!(answered(&house, misnamed).await, (2016, false));
}
