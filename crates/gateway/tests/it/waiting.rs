//! Charges that Amazon cannot decide at once: XX first, and the end by a notice.

use payments::{Reason, Verdict as Told};
use store::Shop;
use wire::{Code, Verdict, pagam};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::House;
use crate::pages::amazon_shop;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, delete, refund, settle};

const PATIENCE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 300_000;
const WEEK_MS: i64 = 7 * 24 * 3_600_000;
const UNDECIDED: &str = "XX nothing: ";
const PAID: &str = "OK MOV: AUT 24.21, MOV 24.21";

/// A shop that gives Amazon an hour.
fn patient() -> Shop {
    Shop { decision_minutes: Some(60), ..amazon_shop() }
}

/// A charge of `order-1` that Amazon reviews.
async fn under_review(card: &str) -> (House, AmazonSide, pagam::Request) {
    let (house, amazon) = house_with(patient()).await;
    let request = charge("order-1", &amazon.choose(card).await);
    let outcome = house.charge(&request).await;
    assert_eq!((outcome.result, outcome.error_code, outcome.authorization_code.as_str()), (Verdict::Xx, Code::OK, ""));
    (house, amazon, request)
}

/// Amazon has decided, and the gateway has asked.
async fn looked(house: &House) {
    house.advance_ms(LONGEST_PAUSE_MS);
    house.gateway.janitor().run_once().await;
}

fn order_of(request: &pagam::Request) -> &str {
    request.trans_key.as_deref().expect("an order reference")
}

#[tokio::test]
async fn a_review_that_ends_well_is_told_by_a_notice_and_answered_to_the_same_call() {
    let (house, amazon, request) = under_review("review").await;
    assert_eq!(house.history("order-1").await, UNDECIDED);
    assert_eq!(house.charge(&request).await.result, Verdict::Xx, "the same call hears the same");
    assert!(house.notices_of("order-1").await.is_empty(), "the answer has told it");
    looked(&house).await;
    assert_eq!((house.notices_of("order-1").await, house.history("order-1").await.as_str()), (vec![Told::Paid], PAID));
    assert_eq!(house.charge(&request).await.result, Verdict::Ok);
    assert_eq!(
        (amazon.all_money(), amazon.times("Authorize")),
        ([0, 2421, 0], 2),
        "24.21 taken; Authorize is called twice"
    );
}

#[tokio::test]
async fn whoever_does_not_wait_is_refused_at_once() {
    let (house, amazon) = house_with_amazon().await;
    let outcome = house.charge(&charge("order-1", &amazon.choose("review").await)).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(415)));
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}

#[tokio::test]
async fn nothing_can_be_done_with_money_that_is_not_decided() {
    let (house, amazon, _) = under_review("review").await;
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(2019));
    assert_eq!(house.delete(&delete("order-1")).await, Code(2017));
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code(2018));
    looked(&house).await;
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.all_money()),
        (PAID, [0, 2421, 0]),
        "the shop reads that it is paid; 24.21 taken"
    );
}

#[tokio::test]
async fn an_order_reference_that_a_charge_waits_for_pays_no_other() {
    let (house, amazon, request) = under_review("reviewdeclined").await;
    let other = charge("order-2", order_of(&request));
    assert_eq!(house.charge(&other).await.error_code, Code(1137));
    looked(&house).await;
    amazon.choose_card(order_of(&request), "ok");
    assert_eq!(house.charge(&other).await.error_code, Code(1137));
    looked(&house).await;
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.all_money()),
        (PAID, [0, 2421, 0]),
        "the shop reads that it is paid; 24.21 taken"
    );
}

#[tokio::test]
async fn while_amazon_is_out_of_order_nothing_is_concluded() {
    let (house, amazon, _) = under_review("review").await;
    for fault in [Fault::Dropped, Fault::Throttled, Fault::Garbage, Fault::Refused("InvalidTransactionId")] {
        amazon.always(fault);
        looked(&house).await;
        assert_eq!(house.history("order-1").await, UNDECIDED, "{fault:?}");
    }
    amazon.heal();
    looked(&house).await;
    assert_eq!(
        (house.notices_of("order-1").await, amazon.charges()),
        (vec![Told::Paid], 1),
        "told once that it is paid; one charge"
    );
}

#[tokio::test]
async fn the_lost_answer_to_the_question_that_gives_time_is_found() {
    for faults in [[Fault::Lost, Fault::Dropped], [Fault::Dropped, Fault::Dropped]] {
        let (house, amazon) = house_with(patient()).await;
        let request = charge("order-1", &amazon.choose("review").await);
        amazon.will("Authorize", &[&[Fault::Passed], &faults[..]].concat());
        assert_eq!(house.charge(&request).await.result, Verdict::Xx, "{faults:?}");
        looked(&house).await;
        looked(&house).await;
        let told = house.notices_of("order-1").await;
        let paid = house.charge(&request).await.result == Verdict::Ok;
        match faults[0] {
            Fault::Lost => assert_eq!(
                (paid, told, amazon.charges()),
                (true, vec![Told::Paid], 1),
                "paid; told once that it is paid; one charge"
            ),
            _ => assert_eq!(
                (paid, told, amazon.charges()),
                (false, vec![Told::Refused(Reason::Unreachable)], 0),
                "not paid; told once that it was refused; nothing is charged"
            ),
        }
    }
}

#[tokio::test]
async fn after_a_review_that_ended_badly_another_card_pays() {
    let (house, amazon, request) = under_review("reviewdeclined").await;
    looked(&house).await;
    assert_eq!(house.history("order-1").await, UNDECIDED, "the buyer may choose another card");
    assert_eq!(amazon.order(order_of(&request)).state, "Suspended");
    amazon.always(Fault::Dropped);
    looked(&house).await;
    amazon.heal();
    looked(&house).await;
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.times("Authorize")),
        (UNDECIDED, 2),
        "the shop reads XX; Authorize is called twice"
    );
    amazon.choose_card(order_of(&request), "ok");
    looked(&house).await;
    assert_eq!((house.notices_of("order-1").await, house.history("order-1").await.as_str()), (vec![Told::Paid], PAID));
    assert_eq!(
        (amazon.all_money(), amazon.times("Authorize")),
        ([0, 2421, 0], 3),
        "24.21 taken; Authorize is called 3 times"
    );
}

#[tokio::test]
async fn a_card_that_nobody_chooses_ends_the_charge_after_a_week() {
    let (house, amazon, request) = under_review("reviewdeclined").await;
    looked(&house).await;
    house.advance_ms(WEEK_MS - PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!(house.history("order-1").await, UNDECIDED);
    looked(&house).await;
    let declined = Told::Refused(Reason::PaymentMethodDeclined);
    assert_eq!(
        (house.notices_of("order-1").await, amazon.all_money()),
        (vec![declined], [0, 0, 0]),
        "told once that it was declined; no money held or taken"
    );
    let outcome = house.charge(&request).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(5001)));
    assert_eq!(house.history("order-1").await, "KO AUT: AUT 24.21");
}

#[tokio::test]
async fn a_token_under_review_is_paid_or_refused_later() {
    for (card, told, history) in [
        ("review", Told::Paid, PAID),
        ("reviewdeclined", Told::Refused(Reason::PaymentMethodDeclined), "KO AUT: AUT 24.21"),
    ] {
        let (house, amazon) = house_with(patient()).await;
        let given = token(&house, &amazon, card).await;
        let request = charge_token("month-1", &given.token);
        assert_eq!(house.charge(&request).await.result, Verdict::Xx, "{card}");
        looked(&house).await;
        assert_eq!(house.notices_of("month-1").await, [told], "{card}");
        assert_eq!(house.history("month-1").await, history, "{card}");
        assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), 2, "{card}");
    }
}

#[tokio::test]
async fn a_token_that_is_given_up_under_review_still_ends_as_amazon_says() {
    let (house, amazon) = house_with(patient()).await;
    let given = token(&house, &amazon, "review").await;
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Xx);
    assert_eq!(house.delete_token(given.token.as_str()).await, Code::OK);
    looked(&house).await;
    assert_eq!(
        (house.notices_of("month-1").await, amazon.charges()),
        (vec![Told::Paid], 1),
        "told once that it is paid; one charge"
    );
}
