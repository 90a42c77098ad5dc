//! The values of fields that several operations share: one meaning, or one code, wherever they are sent.

use store::Shop;

use crate::everywhere::{Operation, operations};
use crate::house::{House, login};
use crate::pages::amazon_shop;

/// The operations that read a field.
fn with_field(field: &str) -> Vec<Operation> {
    let mut all = operations();
    all.retain(|operation| operation.fields.iter().any(|(name, _)| *name == field));
    assert!(!all.is_empty(), "{field}");
    all
}

async fn assert_codes(house: &House, field: &str, values: &[(&str, u32)]) {
    for operation in with_field(field) {
        for (value, code) in values {
            let body = operation.body_with(field, Some(value));
            let answered = operation.code(house, &body).await.0;
            assert_eq!(answered, *code, "{} {field}: {value:?}", operation.name);
        }
    }
}

/// These values make no difference to the usual answer.
async fn assert_taken(house: &House, field: &str, values: &[&str]) {
    for operation in with_field(field) {
        let usual = operation.code(house, &operation.body()).await;
        for value in values {
            let answered = operation.code(house, &operation.body_with(field, Some(value))).await;
            assert_eq!(answered, usual, "{} {field}: {value:?}", operation.name);
        }
    }
}

async fn house() -> House {
    House::with_shop(amazon_shop()).await
}

#[tokio::test]
async fn an_amount_has_digits_a_dot_and_two_decimals_at_most() {
    let house = house().await;
    let not_numeric =
        ["1,00", "1.000,00", "-1", "+1", "1e2", "1 000", "1\n0", ".5", "1.", ".", "1.0.0", "0x10", "EUR 1"];
    let foreign = ["NaN", "inf", "١٢", "１.００", "1\u{a0}0", "\u{200b}1", "one", "€1", "1.0a", "--1", "1-"];
    let codes: Vec<(&str, u32)> =
        [&not_numeric[..], &foreign[..]].concat().into_iter().map(|text| (text, 1113)).collect();
    assert_codes(&house, "amount", &codes).await;
    let long = "9".repeat(400);
    assert_codes(
        &house,
        "amount",
        &[
            ("1.234", 1114),
            ("0.001", 1114),
            ("24.210", 1114),
            ("0", 1146),
            ("0.00", 1146),
            ("000000.00", 1146),
            ("1000000.00", 1147),
            ("0000000024", 1147),
            ("9223372036854775807", 1147),
            ("9223372036854775808", 1147),
            ("92233720368547758.07", 1147),
            (&long, 1147),
        ],
    )
    .await;
    assert_taken(&house, "amount", &["24.21", "24", "24.2", "024.21", " 24.21 ", "0.01", "149999.99"]).await;
}

#[tokio::test]
async fn a_currency_is_named_by_its_uic_code_and_nothing_else() {
    let house = house().await;
    let codes = ["EUR", "eur", "978", "0242", "242.", "24 2", "-1", "0", "999", "€", "２４２"].map(|text| (text, 1111));
    assert_codes(&house, "uicCode", &codes).await;
    assert_taken(&house, "uicCode", &["242", " 242 "]).await;
}

#[tokio::test]
async fn an_amount_without_decimals_in_a_currency_that_has_none_is_whole() {
    let house = house().await;
    for operation in with_field("amount") {
        let in_yen = |amount| operation.body_with("amount", Some(amount)).replace(">242<", ">71<");
        let taken = operation.code(&house, &in_yen("2421")).await.0;
        assert!(![1111, 1113, 1114].contains(&taken), "{}: {taken}", operation.name);
        assert_eq!(operation.code(&house, &in_yen("2421.00")).await.0, taken, "{}", operation.name);
        assert_eq!(operation.code(&house, &in_yen("24.21")).await.0, 1114, "{}", operation.name);
    }
}

#[tokio::test]
async fn what_names_no_transaction_has_its_code_in_every_operation() {
    let house = house().await;
    let number = house.paid(&login(), "order-1").await.bank_transaction_id.expect("a number").to_string();
    let commits = house.store.commits();
    for operation in with_field("apikey") {
        let names = [["shopTransactionId", "bankTransactionId"], ["shopTransID", "bankTransID"]];
        let is_read = |name: &&str| operation.fields.iter().any(|(field, _)| field == name);
        let Some([shop_name, bank_name]) = names.into_iter().find(|names| names.iter().all(is_read)) else { continue };
        let long = "9".repeat(19);
        for (shop, bank, code) in [
            (None, None, 2016),
            (Some("order-2"), None, 2011),
            (Some("order 1"), None, 2011),
            (Some("ORDER-1"), None, 2011),
            (Some("order-1&#x1F600;"), None, 2011),
            (Some(long.repeat(50).as_str()), None, 2011),
            (Some("order-2"), Some(number.as_str()), 2011),
            (Some("order-1"), Some("999999999999999999"), 2011),
            (None, Some("0"), 2011),
            (None, Some("-1"), 2015),
            (None, Some("+1"), 2015),
            (None, Some("1.0"), 2015),
            (None, Some("１"), 2015),
            (None, Some("1 1"), 2015),
            (None, Some("0x1"), 2015),
            (None, Some(long.as_str()), 2015),
            (Some("order-1"), Some("one"), 2015),
        ] {
            let body = operation.body_with(shop_name, shop);
            let own = format!("<{bank_name}>7</{bank_name}>");
            let given = bank.map(|bank| format!("<{bank_name}>{bank}</{bank_name}>")).unwrap_or_default();
            let answered = operation.code(&house, &body.replace(&own, &given)).await;
            assert_eq!(answered.0, code, "{} {shop:?} {bank:?}", operation.name);
            assert!(answered.1 > 4, "the identifiers are repeated: {}", operation.name);
        }
    }
    assert_eq!(house.store.commits(), commits);
}

#[tokio::test]
async fn what_can_be_no_identifier_of_a_new_payment_is_refused() {
    let house = house().await;
    let (longer, longest) = ("x".repeat(33), "x".repeat(51));
    for operation in with_field("buyerName") {
        for (id, code) in [
            (None, 1115),
            (Some("order 1"), 4801),
            (Some("ordine-n°1"), 4801),
            (Some("order/../1"), 4801),
            (Some("commande-é"), 4801),
            (Some("order_1'--"), 4801),
            (Some("a*P1*b"), 4801),
            (Some(longer.as_str()), 4801),
            (Some(longest.as_str()), 1116),
        ] {
            // Only when Amazon Pay is named is its rule Encrypt's as well.
            let method = "<paymentTypes><paymentType>AMAZONPAY</paymentType></paymentTypes>";
            let body = format!("{}{method}", operation.body_with("shopTransactionId", id));
            assert_eq!(operation.code(&house, &body).await.0, code, "{} {id:?}", operation.name);
        }
    }
}

#[tokio::test]
async fn what_is_said_of_the_buyer_keeps_its_rules_on_the_page_and_in_a_call() {
    let house = house().await;
    let long = "x".repeat(51);
    for field in ["buyerName", "buyerEmail"] {
        assert_codes(&house, field, &[(&long, 1129), ("a*P1*b@example.it", 1105), ("a&#x9;b@example.it", 1105)]).await;
    }
    let wrong =
        ["mario", "mario@", "@example.it", "mario@example", "a@b@example.it", "mario rossi@example.it", "a@.it"];
    assert_codes(&house, "buyerEmail", &wrong.map(|text| (text, 1127))).await;
    assert_codes(&house, "languageId", &["0", "6", "-1", "it", "1.0", "11"].map(|text| (text, 1117))).await;
    assert_taken(&house, "buyerName", &["Zoë D'Angelò &amp; figli", "&lt;b&gt;", "李"]).await;
    assert_taken(&house, "languageId", &["1", "2", "3", "4", "5"]).await;
}

#[tokio::test]
async fn what_the_shop_adds_keeps_its_rules_on_the_page_and_in_a_call() {
    let house = house().await;
    let (whole, one) = (format!("A={}", "x".repeat(999)), format!("A={}", "x".repeat(299)));
    assert_codes(
        &house,
        "customInfo",
        &[
            ("cart", 1101),
            ("A=1*P1*B", 1101),
            ("=1", 1102),
            ("a b!=1", 1104),
            ("A=1*P1*a=2", 1106),
            ("A=1*P1*", 1103),
            ("A=1&#x9;2", 1105),
            (&whole, 1128),
            (&one, 1129),
        ],
    )
    .await;
    let (long, no_length) = ("7".repeat(26), ":FORCED:");
    assert_codes(&house, "requestToken", &[(&long, 1160), (no_length, 1160), ("a-b", 1162)]).await;
    let asks_less = Shop { request_fields: Some(Vec::new()), ..amazon_shop() };
    let asks_more = Shop { compulsory_fields: vec!["CART".to_owned()], ..amazon_shop() };
    let knows_keys = Shop { custom_keys: vec!["CART".to_owned()], ..amazon_shop() };
    for (shop, custom_info, code) in
        [(asks_less, "cart=1", 1107), (asks_more, "basket=1", 1108), (knows_keys, "basket=1", 1107)]
    {
        assert_codes(&House::with_shop(shop).await, "customInfo", &[(custom_info, code)]).await;
    }
}

#[tokio::test]
async fn the_names_and_reasons_of_movements_keep_their_rules() {
    let house = house().await;
    let (name, reason) = ("x".repeat(21), "x".repeat(51));
    assert_codes(&house, "settlementID", &[(&name, 1129), ("a*P1*b", 1105), ("a&#x9;b", 1105)]).await;
    for field in ["CancelReason", "RefundReason"] {
        assert_codes(&house, field, &[(&reason, 1129), ("a*P1*b", 1105), ("a&#xA;b", 1105)]).await;
    }
    assert_taken(&house, "settlementID", &["ricevuta n° 1", &"x".repeat(20)]).await;
}

#[tokio::test]
async fn what_can_be_no_token_is_an_unknown_one() {
    let house = house().await;
    let long = "7".repeat(26);
    for field in ["tokenValue", "token"] {
        let codes =
            [&long, "7Q2M 9X4K", "7q2m9x4k1b8v3z6t", "７Q2M", "'; --", "C02-5555555-6666666"].map(|text| (text, 1165));
        assert_codes(&house, field, &codes).await;
    }
}

#[tokio::test]
async fn a_string_that_is_none_of_ours_is_not_decrypted() {
    let house = house().await;
    let long = "x".repeat(100_000);
    let codes = ["x", "a*b*c", "&lt;xml/&gt;", "%00", &long, "é"].map(|text| (text, 9999));
    assert_codes(&house, "CryptedString", &codes).await;
}
