//! callReadTrxS2S: what a shop reads of its transactions.

use payments::{Answer, Reason, ShopLogin};
use store::Shop;
use wire::read_trx::{EventKind, NotFound, Report, Request, Response, State};
use wire::{Code, Verdict};

use crate::house::{House, KEY, SHOP, login, shop};

fn request(shop_id: Option<&str>, number: Option<&str>) -> Request {
    let some = |text: &str| Some(text.to_owned());
    Request {
        shop_login: some(SHOP),
        shop_transaction_id: shop_id.and_then(some),
        bank_transaction_id: number.and_then(some),
        apikey: some(KEY),
    }
}

async fn read(house: &House, shop_id: Option<&str>, number: Option<&str>) -> Report {
    match house.read_trx(&request(shop_id, number)).await {
        Response::Report(report) => *report,
        other => panic!("no report: {other:?}"),
    }
}

async fn not_found(house: &House, shop_id: Option<&str>, number: Option<&str>) -> NotFound {
    match house.read_trx(&request(shop_id, number)).await {
        Response::NotFound(not_found) => not_found,
        other => panic!("not a question without an answer: {other:?}"),
    }
}

async fn refused(house: &House, request: &Request) -> Code {
    match house.read_trx(request).await {
        Response::Failed(failure) => failure.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn a_payment_captured_at_once_has_both_movements_in_italian_time() {
    let house = House::new().await;
    let payment = house.paid(&login(), "order-1").await;
    let number = payment.bank_transaction_id.expect("a number").to_string();
    let answer = read(&house, Some("order-1"), None).await;
    assert_eq!((answer.result, answer.state, answer.error_code), (Verdict::Ok, Some(State::Settled), Code::OK));
    assert_eq!((answer.bank_transaction_id.as_str(), answer.authorization_code.as_str()), (number.as_str(), "063411"));
    assert_eq!((answer.currency.as_str(), answer.company.as_str()), ("242", "AMAZONPAY"));
    let kinds: Vec<EventKind> = answer.events.iter().map(|event| event.kind.clone()).collect();
    assert_eq!(kinds, [State::Authorized.into(), State::Settled.into()]);
    assert!(answer.events.iter().all(|event| event.amount == "24.21" && event.date == "20/03/26 11:11:12"));
    assert_eq!(read(&house, None, Some(&number)).await, answer);
    assert_eq!(read(&house, Some("order-1"), Some(&number)).await, answer);
}

#[tokio::test]
async fn amazons_order_reference_is_given_as_it_was_stored() {
    let house = House::new().await;
    let payment = house.paid(&login(), "order-1").await;
    let details = "<OrderReferenceDetails><AmazonOrderReferenceId>S02-0319513-4657042</AmazonOrderReferenceId>\
                   <Buyer><Name>Zoë &amp; Co</Name></Buyer></OrderReferenceDetails>";
    house.store.save_order_details(&login(), &payment.id, details).await.expect("it is kept");
    let answer = read(&house, Some("order-1"), None).await;
    let reference = answer.order_reference().expect("readable").expect("there");
    assert_eq!(reference.amazon_order_reference_id.as_deref(), Some("S02-0319513-4657042"));
}

#[tokio::test]
async fn a_refusal_shows_its_code_and_one_movement() {
    let house = House::new().await;
    let payment = house.authorizing(&login(), "order-1").await;
    house.answered(payment, Answer::Declined(Reason::ProcessingFailure)).await;
    let answer = read(&house, Some("order-1"), None).await;
    assert_eq!((answer.result, answer.state), (Verdict::Ko, Some(State::Authorized)));
    assert_eq!((answer.error_code, answer.events.len()), (Code(403), 1));
    assert_eq!(answer.authorization_code, "");
}

#[tokio::test]
async fn an_attempt_without_an_answer_is_not_final() {
    let house = House::new().await;
    house.leaves_work();
    house.authorizing(&login(), "order-1").await;
    let answer = read(&house, Some("order-1"), None).await;
    assert_eq!((answer.result, answer.state, answer.error_code), (Verdict::Xx, None, Code::OK));
    assert!(answer.events.is_empty());
}

#[tokio::test]
async fn what_cannot_be_found_has_its_code_and_repeats_the_identifiers() {
    let house = House::new().await;
    let payment = house.paid(&login(), "order-1").await;
    let number = payment.bank_transaction_id.expect("a number").to_string();
    for (shop_id, bank, code) in [
        (None, None, 2016),
        (Some("nothing"), None, 2011),
        (Some("not an identifier"), None, 2011),
        (None, Some("999999"), 2011),
        (Some("order-2"), Some(number.as_str()), 2011),
        (None, Some("-1"), 2015),
        (None, Some("one"), 2015),
    ] {
        let answer = not_found(&house, shop_id, bank).await;
        assert_eq!(answer.failure.code, Code(code), "{shop_id:?} {bank:?}");
        assert_eq!(answer.shop_transaction_id, shop_id.unwrap_or_default());
        assert_eq!(answer.bank_transaction_id, bank.unwrap_or_default());
    }
}

#[tokio::test]
async fn a_shop_reads_its_own_transactions_only() {
    let house = House::new().await;
    let other = ShopLogin::new("GESPAY00002").expect("a login");
    house.keep(&Shop { login: other.clone(), ..shop() }).await;
    let payment = house.paid(&other, "order-1").await;
    assert_eq!(not_found(&house, Some("order-1"), None).await.failure.code, Code::NOT_FOUND);
    let number = payment.bank_transaction_id.expect("a number").to_string();
    assert_eq!(not_found(&house, None, Some(&number)).await.failure.code, Code::NOT_FOUND);
}

#[tokio::test]
async fn a_shop_without_web_services_reads_nothing() {
    let house = House::with_shop(Shop { web_service: false, ..shop() }).await;
    house.paid(&login(), "order-1").await;
    assert_eq!(refused(&house, &request(Some("order-1"), None)).await, Code::DISABLED);
}

#[tokio::test]
async fn a_wrong_key_reads_nothing() {
    let house = House::new().await;
    let keyless = Request { apikey: None, ..request(Some("order-1"), None) };
    assert_eq!(refused(&house, &keyless).await, Code::API_KEY_WRONG);
}
