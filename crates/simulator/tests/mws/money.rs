//! Authorizations, captures, refunds: what repeats, what is too much, what happens by itself.

use amazon::{Authorize, ErrorCode, Price};

use super::bench::{Bench, authorize};

const MINUTE: i64 = 60_000;

fn simulated(id: &str, reference: &str, inner: &str) -> Authorize {
    Authorize { note: Some(format!(r#"{{"SandboxSimulation": {inner}}}"#)), ..authorize(id, reference) }
}

#[tokio::test]
async fn a_capture_at_once_is_closed_with_success_and_shows_its_amount_a_moment_later() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let request = Authorize { capture_now: true, ..authorize(&id, "one") };
    let first = bench.authorize(&request).await.expect("captured");
    assert!(first.is_approved() && first.capture_now);
    assert_eq!(first.captured_amount.expect("an amount").amount, "0");
    assert_eq!(first.id_list, [first.amazon_authorization_id.replace("-A", "-C")]);
    assert_eq!(first.soft_descriptor.as_deref(), Some("AMZ*Bottega Esempio"));
    let later = bench
        .connector
        .get_authorization_details(&bench.account, &first.amazon_authorization_id)
        .await
        .expect("details");
    assert_eq!(later.captured_amount.expect("an amount").amount, "24.21");
    let audited = bench.audited(&id).await;
    assert_eq!(audited["captures"][0]["amount"], "24.21");
    assert_eq!(audited["authorizations"][0]["captured"], "24.21");
}

#[tokio::test]
async fn the_same_request_again_is_answered_with_the_same_authorization() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let first = bench.authorize(&authorize(&id, "one")).await.expect("authorized");
    bench.advance_ms(MINUTE);
    let again = bench.authorize(&authorize(&id, "one")).await.expect("the same");
    assert_eq!(first, again);
    assert_eq!(bench.audited(&id).await["authorizations"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_same_reference_for_something_else_is_refused() {
    let bench = Bench::new().await;
    let (id, other) = (bench.open("ok").await, bench.open("ok").await);
    bench.authorize(&authorize(&id, "one")).await.expect("authorized");
    let changed = Authorize { amount: Price::new("1.00", "EUR"), ..authorize(&id, "one") };
    let code = async |request: Authorize| bench.authorize(&request).await.expect_err("refused").code().cloned();
    assert_eq!(code(changed).await, Some(ErrorCode::DuplicateRequest));
    assert_eq!(code(authorize(&other, "one")).await, Some(ErrorCode::DuplicateReferenceId));
    assert_eq!(bench.audited(&other).await["authorizations"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn more_than_the_total_and_its_allowance_is_refused() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    bench.authorize(&authorize(&id, "one")).await.expect("authorized");
    let of = |amount: &str, currency: &str| Authorize { amount: Price::new(amount, currency), ..authorize(&id, "two") };
    let code = async |request: Authorize| bench.authorize(&request).await.expect_err("refused").code().cloned();
    assert_eq!(code(of("3.64", "EUR")).await, Some(ErrorCode::TransactionAmountExceeded));
    assert_eq!(code(of("1.00", "GBP")).await, Some(ErrorCode::CurrencyMismatch));
    bench.authorize(&of("3.63", "EUR")).await.expect("15 % more");
}

#[tokio::test]
async fn an_asynchronous_authorization_is_pending_and_then_open_and_expires_unused() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let request = Authorize { timeout_minutes: 60, ..authorize(&id, "one") };
    let pending = bench.authorize(&request).await.expect("taken");
    assert_eq!(
        (pending.authorization_status.state.as_str(), pending.expiration_timestamp),
        ("Pending", None),
        "it is not decided, so it has no end yet"
    );
    bench.advance_ms(MINUTE);
    let state = async |bench: &Bench| {
        let details = bench.connector.get_authorization_details(&bench.account, &pending.amazon_authorization_id).await;
        let status = details.expect("details").authorization_status;
        (status.state.to_string(), status.reason_code.map_or(String::new(), |reason| reason.to_string()))
    };
    assert_eq!(state(&bench).await, ("Open".into(), String::new()), "a minute later it is authorized");
    bench.advance_ms(2 * 24 * 60 * MINUTE);
    assert_eq!(
        state(&bench).await,
        ("Closed".into(), "ExpiredUnused".into()),
        "nobody captured it in time, so it has expired"
    );
}

#[tokio::test]
async fn a_simulated_soft_decline_suspends_and_reopens_when_asynchronous() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let inner = r#"{"State":"Declined","ReasonCode":"InvalidPaymentMethod","PaymentMethodUpdateTimeInMins":5,"SoftDecline":"true"}"#;
    let request = Authorize { timeout_minutes: 5, ..simulated(&id, "one", inner) };
    bench.authorize(&request).await.expect("pending");
    bench.advance_ms(MINUTE);
    assert_eq!(
        bench.state(&id).await,
        ("Suspended".into(), "InvalidPaymentMethod".into()),
        "the late decline suspends the order"
    );
    bench.advance_ms(5 * MINUTE);
    assert_eq!(bench.state(&id).await.0, "Open");
    bench.authorize(&authorize(&id, "two")).await.expect("authorized");
}

#[tokio::test]
async fn a_simulation_that_does_not_exist_is_refused() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let request = simulated(&id, "one", r#"{"State":"Declined","ReasonCode":"ProcessingFailure"}"#);
    let error = bench.authorize(&request).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidSandboxSimulationSpecified));
}

#[tokio::test]
async fn an_authorization_is_captured_once_and_refunded_up_to_its_allowance() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let authorization = bench.authorize(&authorize(&id, "one")).await.expect("authorized").amazon_authorization_id;
    let capture = |reference: &str, amount: &str| {
        let own = [
            ("AmazonAuthorizationId", authorization.as_str()),
            ("CaptureReferenceId", reference),
            ("CaptureAmount.Amount", amount),
            ("CaptureAmount.CurrencyCode", "EUR"),
        ];
        bench.send(bench.raw("Capture", &own))
    };
    assert_eq!(
        capture("c1", "24.22").await.refusal(),
        (400, "TransactionAmountExceeded"),
        "no more is captured than was authorized"
    );
    let taken = capture("c1", "20.00").await;
    assert_eq!((taken.status, taken.text("State")), (200, "Completed"), "a part can be captured");
    assert_eq!(capture("c1", "20.00").await.text("AmazonCaptureId"), taken.text("AmazonCaptureId"));
    assert_eq!(
        capture("c2", "1.00").await.refusal(),
        (405, "InvalidAuthorizationStatus"),
        "one capture closes the authorization to any other"
    );
    let capture_id = taken.text("AmazonCaptureId").to_owned();
    let refund = |reference: &str, amount: &str| {
        let own = [
            ("AmazonCaptureId", capture_id.as_str()),
            ("RefundReferenceId", reference),
            ("RefundAmount.Amount", amount),
            ("RefundAmount.CurrencyCode", "EUR"),
        ];
        bench.send(bench.raw("Refund", &own))
    };
    let pending = refund("r1", "8.00").await;
    assert_eq!(pending.text("State"), "Pending");
    assert_eq!(
        refund("r2", "15.01").await.refusal(),
        (400, "TransactionAmountExceeded"),
        "a cent above the allowance is refused"
    );
    assert_eq!(refund("r2", "15.00").await.status, 200);
    bench.advance_ms(MINUTE);
    let read = bench.send(bench.raw("GetRefundDetails", &[("AmazonRefundId", pending.text("AmazonRefundId"))])).await;
    assert_eq!(
        (read.text("State"), read.text("RefundType")),
        ("Completed", "SellerInitiated"),
        "the seller's refund is completed after a while"
    );
    let read = bench.send(bench.raw("GetCaptureDetails", &[("AmazonCaptureId", &capture_id)])).await;
    assert_eq!(
        (read.text("State"), read.text("ReasonCode")),
        ("Closed", "MaxAmountRefunded"),
        "the allowance is used up, so the capture is closed"
    );
}

#[tokio::test]
async fn an_authorization_id_is_no_capture_id() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let authorization = bench.authorize(&authorize(&id, "one")).await.expect("authorized").amazon_authorization_id;
    let reply = bench.send(bench.raw("GetCaptureDetails", &[("AmazonCaptureId", &authorization)])).await;
    assert_eq!(reply.refusal(), (404, "InvalidTransactionId"), "an authorization's identifier names no capture");
    assert_eq!(reply.text("Message"), format!("The TransactionId {authorization} is invalid."));
}

#[tokio::test]
async fn a_closed_authorization_gives_its_money_back() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let authorization = bench.authorize(&authorize(&id, "one")).await.expect("authorized").amazon_authorization_id;
    bench.connector.close_authorization(&bench.account, &authorization, Some("changed")).await.expect("closed");
    let audited = bench.audited(&id).await;
    assert_eq!(audited["authorizations"][0]["reason"], "SellerClosed");
    bench.authorize(&authorize(&id, "two")).await.expect("the whole total again");
}
