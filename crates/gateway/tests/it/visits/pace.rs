//! How often one visit may have Amazon asked, and how much one visit may write.

use gateway::Settings;
use payments::{EventKind, Stage};

use crate::amazon_side::{AmazonSide, house_in, house_with_amazon};
use crate::house::{House, login, settings};
use crate::pages::amazon_shop;

const AT_ONCE: usize = 10;
const PAUSE_MS: i64 = 2_000;

/// Uses up what a visit may ask at once.
async fn run_wild(house: &House, amazon: &AmazonSide, names: &str) {
    for number in 0..AT_ONCE {
        let told = house.press(names, &format!("S02-0000000-000000{number}")).await;
        assert!(told["location"].as_str().is_some_and(|to| to.contains("fresh=1")), "{number}: {told}");
    }
    assert_eq!(amazon.times("GetOrderReferenceDetails"), AT_ONCE);
}

#[tokio::test]
async fn a_visit_that_runs_wild_asks_amazon_no_more_until_it_has_waited() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("order-1").await;
    let (other, _) = house.open("order-2").await;
    let (mine, theirs) = (amazon.choose("ok").await, amazon.choose("ok").await);
    run_wild(&house, &amazon, &names).await;
    let asked = amazon.calls();
    let form = format!("{names}&order_reference={mine}");
    let page = house.post_signed_in("/pagam/AmazonPay.aspx/confirm", &form, Some(&amazon.token)).await;
    assert_eq!((page.status, amazon.calls()), (429, asked), "{}", page.text);
    assert!(page.text.contains("too many times") && page.text.contains("\"again\":null"), "{}", page.text);
    let wallet = house.wallet(&names, &amazon.token).await;
    assert_eq!((wallet.status, amazon.calls()), (429, asked), "{}", wallet.text);
    assert!(wallet.text.contains("One moment, please") && wallet.text.contains("id=\"cancel\""), "{}", wallet.text);
    assert_eq!(house.press(&other, &theirs).await["ok"], true, "the next visit has a pace of its own");
    house.advance_ms(PAUSE_MS);
    assert_eq!(house.press(&names, &mine).await["ok"], true, "one more after each pause");
    let result = house.come_back(&names, "Success").await;
    assert!(result.status == 429 && result.text.contains("One moment, please"), "{} {}", result.status, result.text);
    house.advance_ms(PAUSE_MS);
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn a_clock_that_was_set_back_locks_no_buyer_out() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("order-1").await;
    run_wild(&house, &amazon, &names).await;
    house.advance_ms(-3_000_000);
    let mine = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &mine).await["ok"], true);
}

#[tokio::test]
async fn a_visit_that_presses_pay_without_end_is_sent_back_to_the_shop() {
    let unpaced = Settings { visit_calls_at_once: None, ..settings() };
    let (house, amazon) = house_in(unpaced, amazon_shop()).await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.draft("address-book").await;
    let mut presses = 0;
    let refused = loop {
        let told = house.press(&names, &order).await;
        if told["again"] != "wallet" {
            break told;
        }
        presses += 1;
        assert!(presses < 100, "rows without end");
    };
    assert_eq!((&refused["ok"], presses), (&false.into(), 59));
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("start the payment again")), "{refused}");
    let asked = amazon.calls();
    assert_eq!((house.press(&names, &order).await, amazon.calls()), (refused, asked));
    let events = house.store.events(&login(), &id).await.expect("the store answers");
    assert_eq!(events.iter().filter(|event| event.kind == EventKind::Confirming).count(), presses);
    assert!(matches!(house.payment(&id).await.stage, Stage::Open { .. }));
    let back = house.post_form("/pagam/AmazonPay.aspx/cancel", &names, "same-origin").await;
    assert!(back.to().starts_with("https://shop.example/ko?"), "{}", back.to());
}
