//! Amazon does it and says so late: after the gateway has stopped waiting, or after somebody else has asked as well.

use gateway::Settings;
use store::Shop;
use wire::{Code, Verdict};

use crate::amazon_side::{AmazonSide, Fault, house_in, house_with};
use crate::house::{House, settings};
use crate::pages::amazon_shop;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, delete, refund, separated, settle};

const PATIENCE_MS: i64 = 60_000;
/// The shortest time that the gateway waits for the answer to an attempt is a second.
const SHORT_PATIENCE_MS: i64 = 1_000;
/// What was just asked is not looked after sooner.
const LOOK_AFTER_MS: i64 = 2_000;

/// While Amazon's answer is on its way, another process on the same store looks for what is not answered: that process.
async fn looked_at_from_beside(house: &House, amazon: &AmazonSide) -> House {
    amazon.holds_one().await;
    house.advance_ms(PATIENCE_MS);
    let beside = house.restarted().await;
    beside.gateway.janitor().run_once().await;
    amazon.let_through();
    beside
}

#[tokio::test]
async fn a_charge_that_is_answered_late_and_found_meanwhile_is_one_charge() {
    for shop in [amazon_shop(), separated()] {
        let (house, amazon) = house_with(shop).await;
        let request = charge("order-1", &amazon.choose("ok").await);
        amazon.will("Authorize", &[Fault::HeldBack]);
        let (outcome, _beside) = tokio::join!(house.charge(&request), looked_at_from_beside(&house, &amazon));
        assert_eq!(
            (outcome.result, amazon.charges(), house.unresolved().await),
            (Verdict::Ok, 1, 0),
            "OK; one charge; nothing is unresolved"
        );
        assert_eq!(amazon.times("Authorize"), 1);
    }
}

#[tokio::test]
async fn a_charge_of_a_token_that_is_answered_late_and_asked_for_meanwhile_is_one_charge() {
    for card in ["ok", "rejected"] {
        let (house, amazon) = house_with(amazon_shop()).await;
        let given = token(&house, &amazon, card).await;
        let request = charge_token("month-1", &given.token);
        amazon.will("AuthorizeOnBillingAgreement", &[Fault::HeldBack]);
        let (outcome, _beside) = tokio::join!(house.charge(&request), looked_at_from_beside(&house, &amazon));
        let is_paid = outcome.result == Verdict::Ok;
        assert_eq!((is_paid, amazon.charges()), (card == "ok", usize::from(card == "ok")), "{outcome:?}");
        assert_eq!(house.charge(&request).await, outcome);
    }
}

#[tokio::test]
async fn a_settlement_that_is_answered_late_and_asked_for_meanwhile_is_one_capture() {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.will("Capture", &[Fault::HeldBack]);
    let request = settle("order-1", "20.00");
    let (code, _beside) = tokio::join!(house.settle(&request), looked_at_from_beside(&house, &amazon));
    assert_eq!((code, house.history("order-1").await.as_str()), (Code::OK, "OK MOV: AUT 24.21, MOV 20.00"));
    assert_eq!(
        (amazon.money(&order), house.unresolved().await),
        ([0, 2000, 0], 0),
        "20.00 taken; nothing is unresolved"
    );
}

#[tokio::test]
async fn a_deletion_that_is_answered_late_and_asked_for_meanwhile_is_one_release() {
    for action in ["CloseAuthorization", "CancelOrderReference"] {
        let (house, amazon) = house_with(separated()).await;
        let order = house.charged(&amazon, "order-1", "ok").await;
        amazon.will(action, &[Fault::HeldBack]);
        let request = delete("order-1");
        let (code, _beside) = tokio::join!(house.delete(&request), looked_at_from_beside(&house, &amazon));
        assert_eq!((code, house.history("order-1").await.as_str()), (Code::OK, "OK CAN: AUT 24.21, CAN 24.21"));
        assert_eq!((amazon.money(&order), house.unresolved().await), ([0, 0, 0], 0), "{action}");
    }
}

#[tokio::test]
async fn a_refund_that_is_answered_late_and_asked_for_meanwhile_is_one_refund() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.will("Refund", &[Fault::HeldBack]);
    let request = refund("order-1", "20.00");
    let (code, _beside) = tokio::join!(house.refund(&request), looked_at_from_beside(&house, &amazon));
    assert_eq!(code, Code::OK);
    house.advance_ms(2 * PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    let given_back = "OK STO: AUT 24.21, MOV 24.21, REQ 20.00, STO 20.00";
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.money(&order)),
        (given_back, [0, 2421, 2000]),
        "the shop reads the refund; 24.21 taken, 20.00 given back"
    );
}

#[tokio::test]
async fn a_token_whose_end_is_answered_late_is_ended_once() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("CloseBillingAgreement", &[Fault::HeldBack]);
    let ended = house.delete_token(given.token.as_str());
    let (code, _beside) = tokio::join!(ended, looked_at_from_beside(&house, &amazon));
    assert_eq!((code, &*amazon.agreement(&given.agreement).state), (Code::OK, "Closed"));
    assert_eq!(house.delete_token(given.token.as_str()).await, Code(1165));
}

#[tokio::test]
async fn what_arrives_at_amazon_after_another_process_has_asked_is_done_once() {
    let (house, amazon) = house_with(separated()).await;
    let given = token(&house, &amazon, "ok").await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.will("Capture", &[Fault::Held]);
    let request = settle("order-1", "20.00");
    let (code, _beside) = tokio::join!(house.settle(&request), looked_at_from_beside(&house, &amazon));
    assert_eq!((code, amazon.money(&order)), (Code::OK, [0, 2000, 0]), "no error; 20.00 taken");
    amazon.will("Refund", &[Fault::Held]);
    let request = refund("order-1", "5.00");
    let (code, _beside) = tokio::join!(house.refund(&request), looked_at_from_beside(&house, &amazon));
    house.advance_ms(2 * PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!((code, amazon.money(&order)), (Code::OK, [0, 2000, 500]), "no error; 20.00 taken, 5.00 given back");
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Held]);
    let request = charge_token("month-1", &given.token);
    let (outcome, _beside) = tokio::join!(house.charge(&request), looked_at_from_beside(&house, &amazon));
    assert_eq!(
        (outcome.result, amazon.all_money(), house.unresolved().await),
        (Verdict::Ok, [2421, 2000, 500], 0),
        "OK; 24.21 held, 20.00 taken, 5.00 given back; nothing is unresolved"
    );
}

#[tokio::test]
async fn a_charge_that_arrives_after_it_was_given_up_finds_its_order_closed() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let request = charge("order-1", &amazon.choose("ok").await);
    amazon.will("Authorize", &[Fault::Held]);
    let (outcome, _beside) = tokio::join!(house.charge(&request), looked_at_from_beside(&house, &amazon));
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(212)), "as the other process has told it");
    assert_eq!((house.notices_of("order-1").await, amazon.all_money()), (Vec::new(), [0, 0, 0]), "the answer told it");
    assert_eq!(house.charge(&request).await, outcome);
}

/// A house that waits for an attempt's answer as short as can be.
async fn impatient(shop: Shop) -> (House, AmazonSide) {
    house_in(Settings { attempt_patience_ms: SHORT_PATIENCE_MS, ..settings() }, shop).await
}

#[tokio::test]
async fn whom_amazon_answers_too_late_is_told_that_nothing_is_decided_and_what_it_did_later() {
    let (house, amazon) = impatient(amazon_shop()).await;
    let given = token(&house, &amazon, "ok").await;
    let by_order = charge("by-order", &amazon.choose("ok").await);
    for (action, id, request) in [
        ("Authorize", "by-order", by_order),
        ("AuthorizeOnBillingAgreement", "by-token", charge_token("by-token", &given.token)),
    ] {
        amazon.will(action, &[Fault::HeldBack]);
        let outcome = house.charge(&request).await;
        assert_eq!((outcome.result, house.history(id).await.as_str()), (Verdict::Xx, "XX nothing: "), "{id}");
        house.advance_ms(LOOK_AFTER_MS);
        assert_eq!(house.gateway.janitor().run_once().await.settled, 1, "{id}");
        assert_eq!(house.notices_of(id).await, [payments::Verdict::Paid], "{id}");
        assert_eq!(house.charge(&request).await.result, Verdict::Ok, "{id}");
    }
    assert_eq!((amazon.all_money(), amazon.charges()), ([0, 4842, 0], 2), "48.42 taken; 2 charges");
}

#[tokio::test]
async fn a_buyer_whom_amazon_answers_too_late_waits_on_a_page_and_then_arrives() {
    let (house, amazon) = impatient(amazon_shop()).await;
    let (names, _) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::HeldBack]);
    let page = house.pay(&names, &order).await;
    assert!(page.text.contains("http-equiv=\"refresh\""), "{} {}", page.to(), page.text);
    house.advance_ms(LOOK_AFTER_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!((amazon.money(&order), amazon.charges()), ([0, 2421, 0], 1), "24.21 taken; one charge");
}
