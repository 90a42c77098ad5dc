//! The SDK's examples, against a running house: what merchants copy works as it is printed.

use pagam::{Amount, Client, Lookup, Recurring};
use pagam_cli::buyer::{Purchase, subscribe};
use pagam_cli::up::{House, Options, SHOP_LOGIN};

#[path = "../../../sdk/examples/charge_a_permission.rs"]
#[expect(dead_code, reason = "an example is a program: its main is not called here")]
mod charge_a_permission;
#[path = "../../../sdk/examples/take_a_payment.rs"]
#[expect(dead_code, reason = "an example is a program: its main is not called here")]
mod take_a_payment;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_of_the_sdk_do_what_they_say() {
    let house = House::start(Options::default()).await.expect("it starts");
    let (gateway, key) = (house.running().gateway.clone(), house.local().api_key.clone());
    let client = Client::builder(SHOP_LOGIN).api_key(key).base_url(gateway.clone()).build().expect("a client");

    let page = take_a_payment::take(&client, "order-1", Amount::euro_cents(2421)).await.expect("sealed");
    assert!(page.starts_with(&format!("{gateway}pagam/pagam.aspx?a={SHOP_LOGIN}&b=")), "{page}");
    assert_eq!(take_a_payment::look(&client, "order-1").await.expect("an answer"), "order-1 is not paid so far");

    let purchase = Purchase {
        shop: house.running().shop.clone(),
        amount: "9.90".into(),
        buyer: "marco".into(),
        password: "amazon".into(),
        card: "ok".into(),
        address: None,
    };
    let allowed = subscribe(&purchase, &client, Recurring::PayNowAndRecurring).await.expect("he subscribes").outcome;
    let said = take_a_payment::look(&client, &allowed.shop_transaction_id).await.expect("an answer");
    assert!(said.contains("Paid") && said.contains("\n    Marco Rossi"), "{said}");

    let token = allowed.token.expect("a token");
    for _again in 0..2 {
        let paid = charge_a_permission::charge(&client, token.clone(), "month-1", Amount::euro_cents(990)).await;
        assert!(paid.expect("an answer"));
        charge_a_permission::give_back(&client, "month-1", Amount::euro_cents(190), "coupon").await.expect("accepted");
    }
    let month = client.read_trx(Lookup::ShopTransaction("month-1")).await.expect("an answer").expect("a payment");
    assert_eq!(month.settled().map(Amount::minor), Some(990), "charged once");
    let asked = month.events.iter().filter(|event| event.kind == pagam::EventKind::RefundRequested).count();
    assert_eq!(asked, 1, "given back once: {:?}", month.events);
    house.stop().await;
}
