//! Outcomes that come later: reviews, late captures, and orders that open again when the buyer
//! chose another card.

use amazon::types::{AuthorizationReason, AuthorizationState, CaptureState};
use amazon::{Authorize, Price};

use super::bench::{Bench, authorize};

/// A request whose result comes later.
fn patient(id: &str, reference: &str) -> Authorize {
    Authorize { timeout_minutes: 1440, ..authorize(id, reference) }
}

async fn status(bench: &Bench, id: &str) -> (AuthorizationState, Option<AuthorizationReason>) {
    let details = bench.connector.get_authorization_details(&bench.account, id).await.expect("details");
    (details.authorization_status.state, details.authorization_status.reason_code)
}

#[tokio::test]
async fn a_synchronous_call_does_not_wait_for_a_review() {
    let bench = Bench::new().await;
    for card in ["review", "reviewdeclined"] {
        let id = bench.open(card).await;
        let details = bench.authorize(&authorize(&id, card)).await.expect("an answer");
        assert_eq!(details.authorization_status.reason_code, Some(AuthorizationReason::TransactionTimedOut), "{card}");
        assert_eq!(bench.state(&id).await.0, "Open", "{card}");
    }
}

#[tokio::test]
async fn a_review_ends_well_for_one_card_and_badly_for_the_other() {
    let bench = Bench::new().await;
    for (card, state, reason, order) in [
        ("review", AuthorizationState::Open, None, "Open"),
        ("reviewdeclined", AuthorizationState::Declined, Some(AuthorizationReason::InvalidPaymentMethod), "Suspended"),
    ] {
        let id = bench.open(card).await;
        let details = bench.authorize(&patient(&id, card)).await.expect("an answer");
        assert_eq!(details.authorization_status.state, AuthorizationState::Pending, "{card}");
        bench.advance_ms(29_999);
        assert_eq!(status(&bench, &details.amazon_authorization_id).await.0, AuthorizationState::Pending, "{card}");
        bench.advance_ms(1);
        assert_eq!(
            status(&bench, &details.amazon_authorization_id).await,
            (state, reason),
            "after half a minute the review ends as its card says: {card}"
        );
        assert_eq!(bench.state(&id).await.0, order, "{card}");
    }
}

#[tokio::test]
async fn a_late_capture_is_pending_for_half_a_minute_also_when_it_was_made_at_once() {
    let bench = Bench::new().await;
    let id = bench.open("latecapture").await;
    let at_once = Authorize { capture_now: true, amount: Price::new("10.00", "EUR"), ..authorize(&id, "at-once") };
    let details = bench.authorize(&at_once).await.expect("an answer");
    assert_eq!(details.authorization_status.reason_code, Some(AuthorizationReason::MaxCapturesProcessed));
    let held = Authorize { amount: Price::new("14.21", "EUR"), ..authorize(&id, "held") };
    let held = bench.authorize(&held).await.expect("an answer").amazon_authorization_id;
    let own = [
        ("AmazonAuthorizationId", held.as_str()),
        ("CaptureReferenceId", "later"),
        ("CaptureAmount.Amount", "14.21"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    let later = bench.done("Capture", &own).await;
    assert_eq!(later.text("State"), "Pending");
    for capture in [details.id_list[0].as_str(), later.text("AmazonCaptureId")] {
        let read =
            async || bench.done("GetCaptureDetails", &[("AmazonCaptureId", capture)]).await.text("State").to_owned();
        let refund = [
            ("AmazonCaptureId", capture),
            ("RefundReferenceId", &capture[20..]),
            ("RefundAmount.Amount", "1.00"),
            ("RefundAmount.CurrencyCode", "EUR"),
        ];
        if read().await == CaptureState::Pending.as_str() {
            assert_eq!(
                bench.call("Refund", &refund).await.refusal(),
                (405, "CaptureNotRefundable"),
                "a pending capture cannot be refunded"
            );
            assert_eq!(bench.audited(&id).await["authorizations"][0]["captured_minor"], 0);
            bench.advance_ms(30_000);
        }
        assert_eq!(read().await, CaptureState::Completed.as_str());
        bench.done("Refund", &refund).await;
    }
    bench.advance_ms(30_000);
    let audited = bench.audited(&id).await;
    let minor = |name: &str| [0, 1].map(|at| audited["authorizations"][at][name].as_i64().expect("a number"));
    assert_eq!(
        (minor("captured_minor"), minor("refunded_minor")),
        ([1000, 1421], [100, 100]),
        "both are captured whole in the end, and one euro of each is refunded"
    );
    assert_eq!(minor("amount_minor"), [1000, 1421]);
}

#[tokio::test]
async fn a_suspended_order_opens_again_with_another_card_and_not_with_the_one_that_failed() {
    let bench = Bench::new().await;
    let id = bench.open("invalid").await;
    bench.authorize(&authorize(&id, "one")).await.expect("an answer");
    for (card, state) in
        [("invalid", "Suspended"), ("notallowed", "Suspended"), ("challenge", "Suspended"), ("ok", "Open")]
    {
        assert!(bench.world().choose_card(&id, "marco", card).expect("written"), "{card}");
        assert_eq!(bench.state(&id).await.0, state, "{card}");
    }
    assert!(bench.authorize(&authorize(&id, "two")).await.expect("an answer").is_approved());
    assert!(!bench.world().choose_card(&id, "marco", "rejected").expect("read"), "it is charged now");
}
