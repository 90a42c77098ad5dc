//! Attempts whose answer was never seen: asked about, never repeated, never charged twice.

use payments::{OrderReferenceId, PaymentId, Reason, Stage};

use crate::amazon_side::{AmazonSide, Fault, house_with_amazon};
use crate::house::{House, login};

const PATIENCE_MS: i64 = 60_000;

/// An attempt that Amazon did, and no answer came back.
async fn done_and_lost(house: &House, amazon: &AmazonSide) -> (PaymentId, String) {
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Broken]);
    let page = house.pay(&names, &order).await;
    assert!(page.text.contains("http-equiv=\"refresh\""), "the buyer waits: {} {}", page.to(), page.text);
    assert!(house.payment(&id).await.attempt_under_way().is_some());
    (id, order)
}

/// An attempt that was recorded, and then the process was gone.
async fn recorded_and_gone(house: &House, amazon: &AmazonSide) -> (PaymentId, String) {
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    let number = house.store.next_number(&login()).await.expect("a number");
    let reference = OrderReferenceId::new(order.as_str()).expect("an identifier");
    let payment = house.payment(&id).await;
    house.commit(payment.authorize(&reference, true, number, house.now()).expect("confirmed")).await;
    (id, order)
}

#[tokio::test]
async fn an_attempt_that_amazon_did_is_found_and_never_repeated() {
    let (house, amazon) = house_with_amazon().await;
    let (id, order) = done_and_lost(&house, &amazon).await;
    let asked = amazon.times("Authorize");
    house.advance_ms(PATIENCE_MS);
    let after = house.restarted().await;
    let swept = after.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (1, 0));
    assert!(matches!(after.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!((amazon.times("Authorize"), amazon.charges(), amazon.authorizations(&order)), (asked, 1, 1));
    assert_eq!(after.store.notices(&login(), &id).await.expect("notices").len(), 1);
    assert_eq!(after.gateway.janitor().run_once().await.settled, 0);
    let details = after.store.order_details(&login(), &id).await.expect("an answer").expect("the details");
    assert!(details.contains("<AddressLine1>"), "{details}");
}

#[tokio::test]
async fn an_attempt_that_amazon_never_heard_of_is_made_impossible_before_it_is_given_up() {
    let (house, amazon) = house_with_amazon().await;
    let (id, order) = recorded_and_gone(&house, &amazon).await;
    house.advance_ms(PATIENCE_MS - 1);
    let swept = house.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (0, 1), "the request may still be under way");
    assert_eq!(amazon.times("CancelOrderReference"), 0);
    house.advance_ms(1);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    let stage = house.payment(&id).await.stage;
    assert!(matches!(stage, Stage::Refused { reason: Reason::NotDone, .. }), "{stage:?}");
    assert_eq!((amazon.order(&order)["state"].as_str(), amazon.charges()), (Some("Canceled"), 0));
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn while_amazon_is_down_nothing_is_concluded_and_others_go_on() {
    let (house, amazon) = house_with_amazon().await;
    let (id, _) = done_and_lost(&house, &amazon).await;
    let (_, idle) = house.open("order-2").await;
    house.advance_ms(2 * 3_600_000);
    amazon.will("GetOrderReferenceDetails", &[Fault::Broken, Fault::Broken, Fault::Broken]);
    let janitor = house.gateway.janitor();
    let swept = janitor.run_once().await;
    assert_eq!((swept.settled, swept.unresolved, swept.abandoned), (0, 1, 1));
    assert!(house.payment(&id).await.attempt_under_way().is_some());
    assert_eq!(house.payment(&idle).await.stage, Stage::Abandoned);
    amazon.heal();
    assert_eq!(janitor.run_once().await.settled, 0, "it backs off");
    house.advance_ms(PATIENCE_MS);
    assert_eq!(janitor.run_once().await.settled, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
}

#[tokio::test]
async fn an_order_that_amazon_will_not_cancel_decides_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let (id, order) = recorded_and_gone(&house, &amazon).await;
    house.advance_ms(PATIENCE_MS);
    amazon.will("CancelOrderReference", &[Fault::Refused("InvalidCancelAttempt")]);
    let swept = house.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (0, 1));
    assert!(house.payment(&id).await.attempt_under_way().is_some());
    assert_eq!(amazon.order(&order)["state"], "Open");
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
}

#[tokio::test]
async fn a_declined_card_whose_answer_was_lost_may_be_replaced() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("invalid").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Broken]);
    house.pay(&names, &order).await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Open { declined: Some(_), .. }));
    amazon.choose_card(&order, "ok");
    assert!(house.pay(&names, &order).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}
