//! What Amazon's refusals mean for the money, and what a caller may be told: "later" loses nothing,
//! "unknown" is never "no".

use payments::{AutomaticAct, EventKind, Reason, Stage, Verdict as Told};
use simulator::{Decline, Outcome};
use store::Shop;
use wire::path::S2S;
use wire::{Code, Verdict, encrypt, pagam, refund};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::{House, encrypt_request, login};
use crate::pages::amazon_shop;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, delete, refund, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Everything that says "not now" about the merchant's account.
const ACCOUNT: [&str; 5] =
    ["AccessDenied", "SignatureDoesNotMatch", "InvalidAccountStatus", "InvalidAccessKeyId", "InputStreamDisconnected"];

impl House {
    pub async fn sweep_after(&self, ms: i64) {
        self.advance_ms(ms);
        self.gateway.janitor().run_once().await;
    }

    pub async fn happened(&self, id: &str) -> Vec<EventKind> {
        let payment = self.claimant(id).await;
        let events = self.store.events(&login(), &payment.id).await.expect("the store answers");
        events.into_iter().map(|event| event.kind).collect()
    }
}

#[tokio::test]
async fn account_trouble_on_the_due_day_keeps_the_automatic_settlement() {
    for code in ACCOUNT {
        let (house, amazon) = house_with(Shop { automatic: Some((AutomaticAct::Settle, 1)), ..separated() }).await;
        let order = house.charged(&amazon, "order-1", "ok").await;
        amazon.always(Fault::Refused(code));
        house.sweep_after(DAY_MS).await;
        assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 24.21", "{code}");
        amazon.heal();
        house.sweep_after(HOUR_MS).await;
        assert_eq!((house.history("order-1").await.contains("MOV 24.21"), amazon.money(&order)), (true, [0, 2421, 0]));
    }
}

#[tokio::test]
async fn account_trouble_is_never_a_declined_settlement() {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.always(Fault::Refused("AccessDenied"));
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK, "accepted, and made when Amazon lets us");
    assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 24.21");
    amazon.heal();
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}

#[tokio::test]
async fn refunds_that_amazon_never_had_do_not_use_up_the_ten() {
    let (house, amazon) = house_with_amazon().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    for number in 0..12 {
        amazon.will("Refund", &[Fault::Refused("InvalidParameterValue")]);
        assert_eq!(house.refund(&refund("order-1", "1.00")).await, Code(2018), "{number}");
    }
    assert_eq!(house.refund(&refund("order-1", "1.00")).await, Code::OK);
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(amazon.money(&order), [0, 2421, 100]);
}

#[tokio::test]
async fn account_trouble_keeps_a_buyers_visit_open() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Refused("AccessDenied")]);
    let page = house.pay(&names, &order).await;
    let stage = house.payment(&id).await.stage;
    assert!(matches!(stage, Stage::Open { .. }), "nothing was done, so the visit goes on: {stage:?} {}", page.text);
    assert!(house.pay(&names, &order).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn an_agreement_that_the_account_does_not_know_ends_no_subscription() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Refused("InvalidBillingAgreementId")]);
    let outcome = house.charge(&charge_token("month-1", &given.token)).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(150)));
    assert_eq!(house.charge(&charge_token("month-2", &given.token)).await.result, Verdict::Ok);
}

#[tokio::test]
async fn a_charge_that_amazon_did_not_take_tells_whose_fault_it_was() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    let throttled = [Fault::Throttled, Fault::Throttled, Fault::Throttled];
    let faults = [("throttled", &throttled[..], 212), ("account", &[Fault::Refused("AccessDenied")][..], 150)];
    for (id, faults, code) in faults {
        amazon.will("AuthorizeOnBillingAgreement", faults);
        let outcome = house.charge(&charge_token(id, &given.token)).await;
        assert_eq!((outcome.result, outcome.error_code.0), (Verdict::Ko, code), "{id}");
    }
    let in_dollars = pagam::Request { uic_code: Some("1".into()), ..charge_token("dollars", &given.token) };
    assert_eq!(house.charge(&in_dollars).await.error_code, Code(65), "the agreement is in euro");
    assert_eq!(amazon.charges(), 0);
}

#[tokio::test]
async fn a_currency_that_amazon_pay_cannot_take_is_refused_before_anything_is_asked() {
    let (house, amazon) = house_with_amazon().await;
    let forint = || Some("153".to_owned());
    let request = pagam::Request { uic_code: forint(), ..charge("order-1", &amazon.choose("ok").await) };
    assert_eq!(house.charge(&request).await.error_code, Code(1111));
    assert_eq!(house.history("order-1").await, "2011");
    let request = encrypt::Request { uic_code: forint(), ..encrypt_request() };
    let answer = house.encrypt(&request).await;
    assert!(matches!(&answer, encrypt::Response::Ko(failure) if failure.code == Code(1111)), "{answer:?}");
    assert_eq!(amazon.times("SetOrderReferenceDetails"), 0);
}

/// A house whose store is closed to this message: every answer of the store is an error.
async fn fault_of(house: &House, message: String) -> (u16, String) {
    let answer = house.soap(S2S, message).await;
    (answer.status, answer.text)
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_is_a_fault_and_never_a_ko() {
    let (house, amazon) = house_with(separated()).await;
    let held = house.charged(&amazon, "order-1", "ok").await;
    let given = token(&house, &amazon, "ok").await;
    let order = amazon.choose("ok").await;
    let away = house.without_store().await;
    for message in [
        charge("order-2", &order).write(),
        charge_token("month-1", &given.token).write(),
        settle("order-1", "24.21").write(),
        refund("order-1", "24.21").write(),
        delete("order-1").write(),
        crate::web_service::delete_token(given.token.as_str()).write(),
    ] {
        let (status, text) = fault_of(&away, message.clone()).await;
        assert_eq!(status, 500, "{message}: {text}");
        assert!(text.contains("<soap:Fault>") && !text.contains("<TransactionResult>"), "{text}");
    }
    assert_eq!((amazon.money(&held), amazon.charges()), ([2421, 0, 0], 1), "24.21 held; one charge");
}

#[tokio::test]
async fn an_old_attempt_is_concluded_and_never_executed() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Dropped, Fault::Dropped]);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Xx);
    // Three days of outage; the shop has charged its buyer under another identifier meanwhile.
    house.advance_ms(3 * DAY_MS);
    assert_eq!(house.charge(&charge_token("month-1b", &given.token)).await.result, Verdict::Ok);
    house.gateway.janitor().run_once().await;
    assert_eq!(amazon.charges(), 1, "the buyer pays once");
    assert_eq!(house.notices_of("month-1").await, [Told::Refused(Reason::Unreachable)]);
}

#[tokio::test]
async fn a_charge_listed_in_another_ledger_is_found() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Xx);
    house.sweep_after(HOUR_MS / 2).await;
    assert_eq!(house.notices_of("month-1").await, [Told::Paid]);
    assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), 2, "found by looking, not by asking again");
}

#[tokio::test]
async fn a_unified_payment_is_booked_until_its_capture_is_completed() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let order = house.charged(&amazon, "order-1", "latecapture").await;
    assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 24.21");
    assert_eq!(house.refund(&refund("order-1", "1.00")).await, Code(2018), "nothing is settled yet");
    house.sweep_after(2 * PATIENCE_MS).await;
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, PRE 24.21, MOV 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}

#[tokio::test]
async fn a_capture_by_hand_during_a_lost_attempt_is_recorded_with_what_was_taken() {
    let (house, amazon) = house_with(separated()).await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge("order-1", &order)).await.result, Verdict::Xx);
    amazon.seller_takes(&order).await;
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 20.00");
    assert_eq!(house.refund(&refund("order-1", "20.01")).await, Code(2014));
}

/// A settlement that is accepted while Amazon cannot be asked, and then declined.
async fn accepted_then_declined(house: &House, amazon: &AmazonSide, decline: Decline) -> String {
    let order = house.charged(amazon, "order-1", "ok").await;
    amazon.will("Capture", &[Fault::Throttled, Fault::Throttled, Fault::Throttled]);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    amazon.simulator.world().set_capture_outcome(Some(Outcome { pending_ms: 0, decline: Some(decline) }));
    house.sweep_after(PATIENCE_MS).await;
    amazon.simulator.world().set_capture_outcome(None);
    order
}

#[tokio::test]
async fn a_settlement_that_amazon_could_not_process_is_tried_again_under_a_new_name() {
    let (house, amazon) = house_with(separated()).await;
    let order = accepted_then_declined(&house, &amazon, Decline::ProcessingFailure).await;
    assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 24.21", "it stays booked");
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(
        (amazon.money(&order), house.unresolved().await),
        ([0, 2421, 0], 0),
        "24.21 taken; nothing is unresolved"
    );
    assert!(house.happened("order-1").await.contains(&EventKind::SettlingAgain));
}

#[tokio::test]
async fn a_decline_after_acceptance_is_in_the_history_and_told_to_a_shop_that_wants_to_hear() {
    for notify_movements in [false, true] {
        let (house, amazon) = house_with(Shop { notify_movements, ..separated() }).await;
        accepted_then_declined(&house, &amazon, Decline::AmazonRejected).await;
        assert_eq!(house.history("order-1").await, "OK AUT: AUT 24.21");
        assert!(house.happened("order-1").await.contains(&EventKind::SettlementDeclined));
        let told = house.notices_of("order-1").await.len();
        assert_eq!(told, usize::from(notify_movements), "the outcome is repeated, and the shop reads what changed");
        house.leaves_work();
    }
}

#[tokio::test]
async fn an_equal_refund_without_a_name_is_refused_while_the_first_is_asked() {
    let (house, amazon) = house_with_amazon().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    amazon.will("Refund", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.refund(&refund("order-1", "10.00")).await, Code::OK);
    assert_eq!(house.refund(&refund("order-1", "10.00")).await, Code(2018), "it may be the same, sent again");
    let named = refund::Request { settlement_id: Some("second".into()), ..refund("order-1", "10.00") };
    assert_eq!(house.refund(&named).await, Code::OK, "a name says that it is another");
    house.sweep_after(PATIENCE_MS).await;
    house.sweep_after(PATIENCE_MS).await;
    assert_eq!(amazon.money(&order), [0, 2421, 2000]);
}
