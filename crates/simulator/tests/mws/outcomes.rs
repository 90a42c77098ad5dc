//! Captures and refunds that Amazon accepts and decides later, as tests switch it.

use amazon::Authorize;
use serde_json::Value;
use simulator::{Decline, Outcome};

use super::bench::{Bench, Reply, authorize};
use super::receiver::Receiver;

const HOUR: i64 = 3_600_000;

/// Authorizes the whole order; the answer is the authorization.
async fn held(bench: &Bench, id: &str, reference: &str) -> String {
    bench.authorize(&authorize(id, reference)).await.expect("an answer").amazon_authorization_id
}

async fn capture(bench: &Bench, authorization: &str, reference: &str) -> Reply {
    let own = [
        ("AmazonAuthorizationId", authorization),
        ("CaptureReferenceId", reference),
        ("CaptureAmount.Amount", "24.21"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    bench.call("Capture", &own).await
}

async fn refund(bench: &Bench, capture: &str, reference: &str, amount: &str) -> Reply {
    let own = [
        ("AmazonCaptureId", capture),
        ("RefundReferenceId", reference),
        ("RefundAmount.Amount", amount),
        ("RefundAmount.CurrencyCode", "EUR"),
    ];
    bench.call("Refund", &own).await
}

/// State and reason of an authorization, a capture or a refund.
async fn standing(bench: &Bench, id: &str) -> (String, String) {
    let (action, name) = match id.split('-').next_back().and_then(|tail| tail.chars().next()) {
        Some('A') => ("GetAuthorizationDetails", "AmazonAuthorizationId"),
        Some('C') => ("GetCaptureDetails", "AmazonCaptureId"),
        _ => ("GetRefundDetails", "AmazonRefundId"),
    };
    let reply = bench.done(action, &[(name, id)]).await;
    (reply.text("State").to_owned(), reply.text("ReasonCode").to_owned())
}

fn pair(state: &str, reason: &str) -> (String, String) {
    (state.to_owned(), reason.to_owned())
}

/// What merchants were told about an object, in order.
fn told_of(bench: &Bench, id: &str) -> Vec<String> {
    let all = bench.simulator.notifications();
    let own = all["notifications"].as_array().expect("a list").iter().filter(|one| one["object_id"] == id);
    own.map(|one| [&one["state"], &one["reason"]].map(|word| word.as_str().unwrap_or_default()).join(" ")).collect()
}

fn minor(audited: &Value, name: &str) -> i64 {
    audited["authorizations"][0][name].as_i64().expect("a number")
}

#[tokio::test]
async fn a_capture_is_pending_as_long_as_is_switched_on_and_then_completed() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    bench.world().set_capture_outcome(Some(Outcome::completed_after(HOUR)));
    let id = bench.open("ok").await;
    let authorization = held(&bench, &id, "one").await;
    let pending = capture(&bench, &authorization, "c1").await;
    let capture_id = pending.text("AmazonCaptureId").to_owned();
    assert_eq!(pending.text("State"), "Pending");
    bench.world().set_capture_outcome(None);
    bench.advance_ms(HOUR - 1);
    assert_eq!(standing(&bench, &capture_id).await, pair("Pending", ""), "switching off does not decide it");
    assert_eq!(capture(&bench, &authorization, "c1").await.text("AmazonCaptureId"), capture_id, "asked again");
    assert_eq!(
        capture(&bench, &authorization, "c2").await.refusal(),
        (405, "InvalidAuthorizationStatus"),
        "the pending capture holds the authorization, so no second one is made"
    );
    assert_eq!(bench.call("CancelOrderReference", &[("AmazonOrderReferenceId", &id)]).await.refusal().0, 405);
    assert_eq!(
        refund(&bench, &capture_id, "r1", "1.00").await.refusal(),
        (405, "CaptureNotRefundable"),
        "what is not yet captured cannot be refunded"
    );
    assert_eq!(minor(&bench.audited(&id).await, "captured_minor"), 0);
    assert!(told_of(&bench, &capture_id).is_empty(), "what is pending is not told");
    bench.advance_ms(1);
    assert_eq!(standing(&bench, &capture_id).await, pair("Completed", ""), "the capture is completed at the hour");
    assert_eq!(minor(&bench.audited(&id).await, "captured_minor"), 2421);
    assert_eq!(told_of(&bench, &capture_id), ["Completed "]);
    assert_eq!(
        capture(&bench, &held(&bench, &bench.open("ok").await, "two").await, "c3").await.text("State"),
        "Completed"
    );
}

#[tokio::test]
async fn a_pending_capture_that_is_declined_leaves_the_authorization_open_for_another() {
    for (decline, reason) in
        [(Decline::ProcessingFailure, "ProcessingFailure"), (Decline::AmazonRejected, "AmazonRejected")]
    {
        let bench = Bench::new().await;
        bench.tell(Some(&Receiver::new().await));
        let id = bench.open("ok").await;
        let authorization = held(&bench, &id, "one").await;
        bench.world().set_capture_outcome(Some(Outcome::declined_after(HOUR, decline)));
        let pending = capture(&bench, &authorization, "c1").await;
        let capture_id = pending.text("AmazonCaptureId").to_owned();
        assert_eq!(
            standing(&bench, &authorization).await,
            pair("Closed", "MaxCapturesProcessed"),
            "a pending capture already closes the authorization"
        );
        bench.advance_ms(HOUR);
        assert_eq!(
            standing(&bench, &capture_id).await,
            pair("Declined", reason),
            "the capture is declined at the hour, as was switched on"
        );
        assert_eq!(
            standing(&bench, &authorization).await,
            pair("Open", ""),
            "the decline opens the authorization again"
        );
        assert_eq!(told_of(&bench, &capture_id), [format!("Declined {reason}")]);
        assert_eq!(told_of(&bench, &authorization), ["Open ", "Closed MaxCapturesProcessed", "Open "]);
        let audited = bench.audited(&id).await;
        assert_eq!(minor(&audited, "captured_minor"), 0, "{reason}");
        assert_eq!(
            (&audited["captures"][0]["state"], &audited["captures"][0]["reason"]),
            (&"Declined".into(), &reason.into()),
            "the ledger shows the capture as declined, and why"
        );
        assert_eq!(capture(&bench, &authorization, "c1").await.text("State"), "Declined", "its name stays its own");
        bench.world().set_capture_outcome(None);
        assert_eq!(capture(&bench, &authorization, "c2").await.text("State"), "Completed");
        assert_eq!(minor(&bench.audited(&id).await, "captured_minor"), 2421);
        let details = bench.done("GetAuthorizationDetails", &[("AmazonAuthorizationId", &authorization)]).await;
        assert_eq!(details.texts("member").len(), 2, "both are listed: {}", details.body);
    }
}

#[tokio::test]
async fn an_authorization_that_is_open_again_expires_on_its_own_day() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let authorization = held(&bench, &id, "one").await;
    bench.world().set_capture_outcome(Some(Outcome::declined_after(47 * HOUR, Decline::ProcessingFailure)));
    capture(&bench, &authorization, "c1").await;
    bench.advance_ms(47 * HOUR);
    assert_eq!(
        standing(&bench, &authorization).await,
        pair("Open", ""),
        "the late decline opens the authorization again"
    );
    bench.advance_ms(HOUR);
    assert_eq!(
        standing(&bench, &authorization).await,
        pair("Closed", "ExpiredUnused"),
        "it expires unused on the day that it had from the start"
    );
}

#[tokio::test]
async fn a_capture_at_once_is_listed_and_pending_while_its_authorization_is_closed_with_success() {
    let bench = Bench::new().await;
    bench.world().set_capture_outcome(Some(Outcome::completed_after(HOUR)));
    let id = bench.open("ok").await;
    let at_once = Authorize { capture_now: true, ..authorize(&id, "one") };
    let first = bench.authorize(&at_once).await.expect("an answer");
    assert!(first.is_approved(), "the authorization says nothing of its capture");
    let capture_id = first.amazon_authorization_id.replace("-A", "-C");
    assert_eq!(first.id_list, [capture_id.as_str()]);
    assert_eq!(
        standing(&bench, &capture_id).await,
        pair("Pending", ""),
        "the authorization is approved, and its capture is still pending"
    );
    bench.advance_ms(HOUR);
    assert_eq!(standing(&bench, &capture_id).await, pair("Completed", ""), "the capture is completed at the hour");
}

#[tokio::test]
async fn a_capture_at_once_that_is_declined_ends_its_authorization_and_the_money_may_be_asked_for_again() {
    for pending_ms in [0, HOUR] {
        let bench = Bench::new().await;
        let id = bench.open("ok").await;
        bench.world().set_capture_outcome(Some(Outcome::declined_after(pending_ms, Decline::AmazonRejected)));
        let first = Authorize { capture_now: true, ..authorize(&id, "one") };
        let first = bench.authorize(&first).await.expect("an answer");
        assert!(first.is_approved());
        bench.advance_ms(pending_ms);
        assert_eq!(
            standing(&bench, &first.id_list[0]).await,
            pair("Declined", "AmazonRejected"),
            "the capture at once is declined after this time: {pending_ms}"
        );
        let authorization = standing(&bench, &first.amazon_authorization_id).await;
        assert_eq!(
            authorization,
            pair("Closed", "MaxCapturesProcessed"),
            "the authorization stays closed by its capture: {pending_ms}"
        );
        assert_eq!(minor(&bench.audited(&id).await, "captured_minor"), 0);
        bench.world().set_capture_outcome(None);
        let second = Authorize { capture_now: true, ..authorize(&id, "two") };
        let second = bench.authorize(&second).await.expect("within the total");
        assert_eq!(
            standing(&bench, &second.id_list[0]).await,
            pair("Completed", ""),
            "the money can be asked for again, and is taken"
        );
    }
}

#[tokio::test]
async fn a_declined_capture_gives_the_agreements_month_back() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    bench.world().set_capture_outcome(Some(Outcome::declined_after(HOUR, Decline::ProcessingFailure)));
    bench.charge(&id, "one", "500.00").await;
    assert_eq!(bench.audited(&id).await["charged_minor"], 50_000);
    bench.advance_ms(HOUR);
    assert_eq!(bench.audited(&id).await["charged_minor"], 0);
    assert_eq!(bench.charge(&id, "two", "500.00").await.text("State"), "Closed");
}

#[tokio::test]
async fn a_refund_is_pending_as_long_as_is_switched_on_and_may_be_declined() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    let id = bench.open("ok").await;
    let taken = capture(&bench, &held(&bench, &id, "one").await, "c1").await;
    let capture_id = taken.text("AmazonCaptureId").to_owned();
    bench.world().set_refund_outcome(Some(Outcome::completed_after(HOUR)));
    let good = refund(&bench, &capture_id, "r1", "4.21").await.text("AmazonRefundId").to_owned();
    bench.world().set_refund_outcome(Some(Outcome::declined_after(2 * HOUR, Decline::ProcessingFailure)));
    let bad = refund(&bench, &capture_id, "r2", "20.00").await.text("AmazonRefundId").to_owned();
    assert_eq!(
        refund(&bench, &capture_id, "r3", "20.00").await.refusal(),
        (400, "TransactionAmountExceeded"),
        "pending refunds count, so this one exceeds the allowance"
    );
    bench.advance_ms(HOUR);
    assert_eq!(standing(&bench, &good).await, pair("Completed", ""), "the first refund is completed at its hour");
    assert_eq!(standing(&bench, &bad).await, pair("Pending", ""), "the second refund has its own, longer time");
    bench.advance_ms(HOUR);
    assert_eq!(
        standing(&bench, &bad).await,
        pair("Declined", "ProcessingFailure"),
        "the second refund is declined, as was switched on"
    );
    assert_eq!(told_of(&bench, &bad), ["Declined ProcessingFailure"]);
    assert_eq!(minor(&bench.audited(&id).await, "refunded_minor"), 421);
    bench.world().set_refund_outcome(Some(Outcome::AT_ONCE));
    let again = refund(&bench, &capture_id, "r3", "20.00").await;
    assert_eq!(again.text("State"), "Pending", "a refund is pending at first in any case");
    assert_eq!(
        standing(&bench, again.text("AmazonRefundId")).await,
        pair("Completed", ""),
        "completed at once, the refund is decided at the next look"
    );
}

#[tokio::test]
async fn a_note_goes_before_what_is_switched_on_and_that_before_the_card() {
    let bench = Bench::new().await;
    let id = bench.open("latecapture").await;
    let authorization = held(&bench, &id, "one").await;
    bench.world().set_capture_outcome(Some(Outcome::declined_after(0, Decline::ProcessingFailure)));
    let own = [
        ("AmazonAuthorizationId", authorization.as_str()),
        ("CaptureReferenceId", "by-note"),
        ("CaptureAmount.Amount", "24.21"),
        ("CaptureAmount.CurrencyCode", "EUR"),
        ("SellerCaptureNote", r#"{"SandboxSimulation":{"State":"Declined","ReasonCode":"AmazonRejected"}}"#),
    ];
    let by_note = bench.done("Capture", &own).await;
    assert_eq!(
        (by_note.text("State"), by_note.text("ReasonCode")),
        ("Declined", "AmazonRejected"),
        "the note decides before the switch"
    );
    let by_switch = capture(&bench, &authorization, "by-switch").await;
    assert_eq!(
        (by_switch.text("State"), by_switch.text("ReasonCode")),
        ("Declined", "ProcessingFailure"),
        "without a note the switch decides"
    );
    bench.world().end_faults();
    assert_eq!(capture(&bench, &authorization, "by-card").await.text("State"), "Pending");
}
