//! What Amazon says late, or differently from what was expected, about money that is accepted or
//! moved by the seller's hand.

use payments::{EventKind, Verdict as Told};
use simulator::{Decline, Outcome};
use store::Shop;
use wire::{Code, Verdict};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::House;
use crate::pages::amazon_shop;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, refund, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const BROKEN: [Fault; 3] = [Fault::Dropped, Fault::Dropped, Fault::Dropped];

fn capture_of(amazon: &AmazonSide, order: &str) -> String {
    amazon.order(order).captures[0].id.clone()
}

#[tokio::test]
async fn a_unified_charge_whose_capture_is_declined_at_once_is_refused() {
    for (decline, code) in [(Decline::AmazonRejected, 74), (Decline::ProcessingFailure, 9999)] {
        let (house, amazon) = house_with(amazon_shop()).await;
        let order = amazon.choose("ok").await;
        amazon.simulator.world().set_capture_outcome(Some(Outcome { pending_ms: 0, decline: Some(decline) }));
        let outcome = house.charge(&charge("order-1", &order)).await;
        assert_eq!(outcome.result, Verdict::Ko, "nothing was taken and nothing is held: {outcome:?}");
        assert_ne!(outcome.error_code, Code::OK, "{code}");
        assert_eq!((amazon.money(&order), house.unresolved().await), ([0, 0, 0], 0), "and nothing is left to do");
    }
}

#[tokio::test]
async fn a_pending_capture_that_is_declined_with_its_authorization_is_an_outcome_like_any_other() {
    for notify_movements in [false, true] {
        let (house, amazon) = house_with(Shop { notify_movements, ..amazon_shop() }).await;
        let declined = Outcome::declined_after(PATIENCE_MS, Decline::AmazonRejected);
        amazon.simulator.world().set_capture_outcome(Some(declined));
        house.charged(&amazon, "order-1", "ok").await;
        assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 24.21");
        house.sweep_after(2 * PATIENCE_MS).await;
        assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21", "nothing is held any more");
        assert!(house.happened("order-1").await.contains(&EventKind::SettlementDeclined), "it is logged and counted");
        assert_eq!(
            house.notices_of("order-1").await.len(),
            usize::from(notify_movements),
            "and told when it is wanted"
        );
        house.leaves_work();
    }
}

#[tokio::test]
async fn a_capture_by_hand_after_a_decline_is_found_behind_it() {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    let world = amazon.simulator.world();
    world.set_capture_outcome(Some(Outcome::declined_after(PATIENCE_MS, Decline::AmazonRejected)));
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    world.set_capture_outcome(None);
    house.advance_ms(2 * PATIENCE_MS);
    let authorization = amazon.order(&order).charges[0].id.clone();
    world.capture_by_hand(&authorization, Some("20.00")).expect("the money is held again");
    house.sweep_after(PATIENCE_MS).await;
    assert!(house.history("order-1").await.starts_with("OK MOV"), "{}", house.history("order-1").await);
    assert_eq!(house.refund(&refund("order-1", "20.01")).await, Code(2014), "so much was not taken");
    assert_eq!(house.refund(&refund("order-1", "20.00")).await, Code::OK);
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(amazon.money(&order), [0, 2000, 2000]);
}

#[tokio::test]
async fn a_capture_by_hand_that_could_not_be_read_at_first_is_recorded_with_what_was_taken() {
    let (house, amazon) = house_with(separated()).await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge("order-1", &order)).await.result, Verdict::Xx);
    amazon.seller_takes(&order).await;
    amazon.will("GetCaptureDetails", &BROKEN);
    house.sweep_after(PATIENCE_MS).await;
    house.sweep_after(PATIENCE_MS).await;
    house.sweep_after(PATIENCE_MS).await;
    assert!(house.history("order-1").await.ends_with("MOV 20.00"), "{}", house.history("order-1").await);
    assert_eq!(house.refund(&refund("order-1", "20.01")).await, Code(2014));
}

#[tokio::test]
async fn a_refund_by_hand_that_is_declined_later_takes_nothing_from_the_balance() {
    let (house, amazon) = house_with_amazon().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    let world = amazon.simulator.world();
    world.set_refund_outcome(Some(Outcome::declined_after(PATIENCE_MS, Decline::AmazonRejected)));
    world.refund_by_hand(&capture_of(&amazon, &order), Some("20.00")).expect("a seller may");
    world.set_refund_outcome(None);
    assert_eq!(house.refund(&refund("order-1", "10.00")).await, Code(2014), "as long as it may be done");
    house.sweep_after(2 * PATIENCE_MS).await;
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21", "it was not done");
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK);
    house.sweep_after(2 * PATIENCE_MS).await;
    assert_eq!(amazon.money(&order), [0, 2421, 2421]);
}

#[tokio::test]
async fn no_refund_is_sent_while_it_is_not_known_what_the_seller_gave_back() {
    let (house, amazon) = house_with_amazon().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.simulator.world().refund_by_hand(&capture_of(&amazon, &order), Some("20.00")).expect("a seller may");
    house.advance_ms(PATIENCE_MS);
    amazon.will("GetCaptureDetails", &BROKEN);
    assert_eq!(house.refund(&refund("order-1", "10.00")).await, Code::OK, "accepted, as far as can be known");
    assert_eq!(amazon.times("Refund"), 0);
    house.sweep_after(PATIENCE_MS).await;
    house.sweep_after(HOUR_MS).await;
    assert_eq!((amazon.money(&order), house.unresolved().await), ([0, 2421, 2000], 0), "no more than was taken");
    assert!(house.happened("order-1").await.contains(&EventKind::RefundDeclined), "and the shop can read it");
}

#[tokio::test]
async fn an_identifier_that_was_charged_before_a_backup_was_restored_is_never_told_as_free() {
    let (house, amazon) = house_with_amazon().await;
    house.charged(&amazon, "order-1", "ok").await;
    let restored = House::with(house.gateway.settings().clone(), amazon_shop()).await;
    let other = amazon.choose("ok").await;
    let outcome = restored.charge(&charge("order-1", &other)).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(4801)), "uncertain until it is read");
    assert_eq!((amazon.charges(), restored.unresolved().await), (1, 0), "the second order is closed and not charged");
}

#[tokio::test]
async fn an_order_that_is_listed_and_cannot_be_read_may_be_the_charge() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Xx);
    amazon.will("GetOrderReferenceDetails", &[Fault::Refused("InvalidOrderReferenceId")]);
    house.sweep_after(3 * HOUR_MS).await;
    assert_eq!(house.notices_of("month-1").await, [], "it is not known that nothing was charged");
    house.sweep_after(HOUR_MS).await;
    assert_eq!(house.notices_of("month-1").await, [Told::Paid]);
}
