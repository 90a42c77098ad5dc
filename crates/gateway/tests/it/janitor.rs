//! Attempts whose answer was never seen: asked about, never repeated, never charged twice.

use std::collections::BTreeMap;

use payments::{Instrument, OrderReferenceId, PaymentId, Reason, ShopLogin, Stage, Terms};
use store::{LEASE_MS, Shop};
use wire::Verdict;

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::{House, login, terms};
use crate::pages::amazon_shop;
use crate::web_service::charge;

const PATIENCE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 300_000;
const FORWARD_MS: i64 = 50 * 60_000;

/// An attempt that Amazon did, and no answer came back.
async fn done_and_lost(house: &House, amazon: &AmazonSide) -> (PaymentId, String) {
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    let page = house.pay(&names, &order).await;
    assert!(page.text.contains("http-equiv=\"refresh\""), "the buyer waits: {} {}", page.to(), page.text);
    assert!(house.payment(&id).await.attempt_in_flight().is_some());
    (id, order)
}

/// An attempt that was recorded, and then the process was gone.
async fn recorded_and_gone(house: &House, amazon: &AmazonSide) -> (PaymentId, String) {
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    let number = house.store.next_number(&login()).await.expect("a number");
    let instrument = Instrument::OrderReference(OrderReferenceId::new(order.as_str()).expect("an identifier"));
    let terms = Terms { instrument, ..terms(number) };
    let payment = house.payment(&id).await;
    house.commit(payment.authorize(terms, house.now()).expect("confirmed")).await;
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
    assert_eq!(
        (amazon.times("Authorize"), amazon.charges(), amazon.authorizations(&order)),
        (asked, 1, 1),
        "Authorize is called no more often than before; one charge; one authorization on the order"
    );
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
    assert_eq!(amazon.times("CloseOrderReference"), 0);
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    let stage = house.payment(&id).await.stage;
    assert!(matches!(stage, Stage::Refused { reason: Reason::Unreachable, .. }), "{stage:?}");
    assert_eq!(
        (&*amazon.order(&order).state, amazon.charges()),
        ("Closed", 0),
        "the order is Closed; nothing is charged"
    );
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn while_amazon_is_down_nothing_is_concluded_and_others_go_on() {
    let (house, amazon) = house_with_amazon().await;
    let (id, _) = done_and_lost(&house, &amazon).await;
    let (_, idle) = house.open("order-2").await;
    house.begin(&idle).await;
    house.advance_ms(2 * 3_600_000);
    amazon.will("GetOrderReferenceDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    let janitor = house.gateway.janitor();
    let swept = janitor.run_once().await;
    assert_eq!((swept.settled, swept.unresolved, swept.abandoned), (0, 1, 1));
    assert!(house.payment(&id).await.attempt_in_flight().is_some());
    assert!(matches!(house.payment(&idle).await.stage, Stage::Abandoned { .. }));
    amazon.heal();
    assert_eq!(janitor.run_once().await.settled, 0, "it backs off");
    house.advance_ms(LONGEST_PAUSE_MS);
    assert_eq!(janitor.run_once().await.settled, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
}

#[tokio::test]
async fn an_order_that_amazon_will_not_close_decides_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let (id, order) = recorded_and_gone(&house, &amazon).await;
    house.advance_ms(PATIENCE_MS);
    amazon.will("CloseOrderReference", &[Fault::Refused("InvalidCloseAttempt")]);
    let swept = house.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (0, 1));
    assert!(house.payment(&id).await.attempt_in_flight().is_some());
    assert_eq!(amazon.order(&order).state, "Open");
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
}

#[tokio::test]
async fn a_declined_card_whose_answer_was_lost_may_be_replaced() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("invalid").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    house.pay(&names, &order).await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Open { declined: Some(_), .. }));
    amazon.choose_card(&order, "ok");
    assert!(house.pay(&names, &order).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn giving_up_never_voids_what_was_authorized_in_between() {
    let (house, amazon) = house_with(Shop { capture_now: false, ..amazon_shop() }).await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    amazon.will("Authorize", &[Fault::Held]);
    amazon.will("CloseOrderReference", &[Fault::Held]);
    amazon.will("CancelOrderReference", &[Fault::Held]);
    let page = async {
        // The other gateway has taken the attempt over: what this one hears is not recorded any
        // more, and the buyer waits.
        let page = house.come_back(&names, "Success").await;
        assert!(page.text.contains("http-equiv=\"refresh\""), "{} {}", page.to(), page.text);
        amazon.let_through();
    };
    let janitor = async {
        amazon.holds_one().await;
        house.advance_ms(PATIENCE_MS);
        // Of another gateway beside: our own keeps away from what is being asked.
        let beside = house.restarted().await;
        let janitor = beside.gateway.janitor();
        let meanwhile = async {
            amazon.holds_one().await;
            amazon.let_through();
        };
        tokio::join!(janitor.run_once(), meanwhile);
    };
    tokio::join!(page, janitor);
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1, "what the shop was told is true: {:?}", amazon.order(&order));
}

#[tokio::test]
async fn a_gateway_that_starts_does_not_give_up_what_another_is_asking() {
    let (house, amazon) = house_with_amazon().await;
    house.leaves_work();
    let (id, order) = recorded_and_gone(&house, &amazon).await;
    house.advance_ms(LEASE_MS - 1);
    let beside = house.restarted().await;
    let swept = beside.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (0, 0), "the other has it");
    house.advance_ms(1);
    let swept = beside.gateway.janitor().run_once().await;
    assert_eq!((swept.settled, swept.unresolved), (0, 1), "it looks, and that is all");
    assert!(house.payment(&id).await.attempt_in_flight().is_some());
    assert_eq!(amazon.order(&order).state, "Open");
}

#[tokio::test]
async fn attempts_that_cannot_be_settled_hold_up_no_other() {
    let (house, amazon) = house_with_amazon().await;
    house.leaves_work();
    let gone = ShopLogin::new("GESPAY00002").expect("a login");
    for number in 0..500 {
        house.authorizing(&gone, &format!("stuck{number}")).await;
    }
    house.advance_ms(1);
    let (id, _) = done_and_lost(&house, &amazon).await;
    house.advance_ms(PATIENCE_MS);
    let janitor = house.gateway.janitor();
    let swept = janitor.run_once().await;
    assert_eq!((swept.unresolved, swept.settled), (500, 1));
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
}

#[tokio::test]
async fn two_gateways_share_what_is_to_be_done() {
    const ORDERS: usize = 12;
    let (house, amazon) = house_with_amazon().await;
    for number in 0..ORDERS {
        let request = charge(&format!("order-{number}"), &amazon.choose("ok").await);
        amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
        assert_eq!(house.charge(&request).await.result, Verdict::Xx);
    }
    house.advance_ms(PATIENCE_MS);
    let beside = house.restarted().await;
    let (one, other) = (house.gateway.janitor(), beside.gateway.janitor());
    let (one, other) = tokio::join!(one.run_once(), other.run_once());
    assert_eq!((one.settled + other.settled, one.unresolved + other.unresolved), (ORDERS, 0));
    assert_eq!(amazon.charges(), ORDERS);
}

#[tokio::test]
async fn a_clock_that_is_set_back_hides_no_attempt() {
    let (house, amazon) = house_with_amazon().await;
    house.advance_ms(FORWARD_MS);
    let (id, _) = done_and_lost(&house, &amazon).await;
    let janitor = house.gateway.janitor();
    amazon.will("GetOrderReferenceDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    house.advance_ms(PATIENCE_MS);
    assert_eq!(janitor.run_once().await.unresolved, 1);
    house.advance_ms(-FORWARD_MS);
    assert_eq!(janitor.run_once().await.settled, 1, "it does not wait until the clock has caught up");
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
}

#[tokio::test]
async fn a_session_ends_though_its_shop_has_left_amazon() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    house.keep(&Shop { amazon: BTreeMap::new(), ..amazon_shop() }).await;
    house.advance_ms(2 * 3_600_000);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Abandoned { .. }));
    assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
}
