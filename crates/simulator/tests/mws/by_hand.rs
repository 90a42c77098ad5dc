//! What a seller does by hand: the limits and notifications of the calls, references that no caller
//! knows, and a ledger that tells it from what was asked for by a call.

use amazon::{Authorize, ErrorCode};
use simulator::{Act, Decline, Outcome};

use super::bench::{Bench, authorize};
use super::receiver::Receiver;

/// Marco's order with an open authorization of the whole.
async fn held(bench: &Bench) -> (String, String) {
    let id = bench.open("ok").await;
    let authorization = bench.authorize(&authorize(&id, &id)).await.expect("authorized").amazon_authorization_id;
    (id, authorization)
}

/// Marco's order, paid by a call.
async fn paid(bench: &Bench) -> (String, String) {
    let id = bench.open("ok").await;
    let request = Authorize { capture_now: true, ..authorize(&id, &id) };
    let capture = bench.authorize(&request).await.expect("captured").id_list.remove(0);
    (id, capture)
}

#[tokio::test]
async fn a_part_is_captured_by_hand_under_a_reference_of_amazons_own() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    let (id, authorization) = held(&bench).await;
    let capture = bench.world().capture_by_hand(&authorization, Some("10.00")).expect("captured");
    assert!(capture.starts_with(&format!("{id}-C")), "{capture}");
    let read = bench.done("GetAuthorizationDetails", &[("AmazonAuthorizationId", &authorization)]).await;
    assert_eq!(read.texts("member"), [capture.as_str()]);
    assert_eq!(
        (read.text("State"), read.text("ReasonCode")),
        ("Closed", "MaxCapturesProcessed"),
        "one capture of a part closes the authorization"
    );
    let read = bench.done("GetCaptureDetails", &[("AmazonCaptureId", &capture)]).await;
    let reference = read.text("CaptureReferenceId").to_owned();
    assert_eq!(
        (reference.len(), reference.chars().all(|one| one.is_ascii_hexdigit())),
        (32, true),
        "the reference is one that Amazon makes up: 32 hexadecimal digits: {reference}"
    );
    let audited = bench.audited(&id).await;
    assert_eq!(audited["captures"][0]["by_hand"], true);
    let sums = ["captured_minor", "captured_by_hand_minor"].map(|name| audited["authorizations"][0][name].as_i64());
    assert_eq!(sums, [Some(1000), Some(1000)], "what was captured was all captured by hand");
    let told = bench.simulator.notifications();
    let told: Vec<_> = told["notifications"].as_array().expect("a list").iter().skip(2).collect();
    assert_eq!(
        told.iter().map(|one| one["type"].as_str()).collect::<Vec<_>>(),
        [Some("PaymentCapture"), Some("PaymentAuthorize")]
    );
    assert_eq!(
        (told[0]["object_id"].as_str(), told[0]["state"].as_str()),
        (Some(capture.as_str()), Some("Completed")),
        "the first news is that the capture was completed"
    );
}

#[tokio::test]
async fn what_is_captured_by_hand_is_limited_like_a_call() {
    let bench = Bench::new().await;
    let (_, authorization) = held(&bench).await;
    let code = |amount| bench.world().capture_by_hand(&authorization, amount).expect_err("refused").code;
    assert_eq!(code(Some("24.22")), ErrorCode::TransactionAmountExceeded);
    for wrong in ["0", "ten", "10,00", ""] {
        assert_eq!(code(Some(wrong)), ErrorCode::InvalidParameterValue, "{wrong:?}");
    }
    bench.world().capture_by_hand(&authorization, None).expect("the whole");
    assert_eq!(code(None), ErrorCode::InvalidAuthorizationStatus);
    let unknown = bench.world().capture_by_hand("S02-0000000-0000000-A000000", None).expect_err("refused");
    assert_eq!(unknown.code, ErrorCode::InvalidTransactionId);
}

#[tokio::test]
async fn a_call_after_a_hand_capture_is_refused() {
    let bench = Bench::new().await;
    let (_, authorization) = held(&bench).await;
    bench.world().capture_by_hand(&authorization, Some("10.00")).expect("captured");
    let own = [
        ("AmazonAuthorizationId", authorization.as_str()),
        ("CaptureReferenceId", "ours"),
        ("CaptureAmount.Amount", "24.21"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    assert_eq!(
        bench.call("Capture", &own).await.refusal(),
        (405, "InvalidAuthorizationStatus"),
        "the hand has captured, so the shop's own call is too late"
    );
}

#[tokio::test]
async fn a_refund_by_hand_is_listed_told_and_counts_against_the_limit() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    let (id, capture) = paid(&bench).await;
    let part = bench.world().refund_by_hand(&capture, Some("5.00")).expect("refunded");
    let rest = bench.world().refund_by_hand(&capture, None).expect("refunded");
    assert_eq!(
        bench.world().refund_by_hand(&capture, Some("3.64")).expect_err("refused").code,
        ErrorCode::TransactionAmountExceeded
    );
    assert_eq!(
        bench.world().refund_by_hand(&capture, None).expect_err("nothing is left").code,
        ErrorCode::InvalidParameterValue
    );
    let read = bench.done("GetCaptureDetails", &[("AmazonCaptureId", &capture)]).await;
    assert_eq!(read.texts("member"), [part.as_str(), rest.as_str()]);
    let own = [
        ("AmazonCaptureId", capture.as_str()),
        ("RefundReferenceId", "ours"),
        ("RefundAmount.Amount", "3.64"),
        ("RefundAmount.CurrencyCode", "EUR"),
    ];
    assert_eq!(
        bench.call("Refund", &own).await.refusal(),
        (400, "TransactionAmountExceeded"),
        "the refunds made by hand count for a call too"
    );
    bench.advance_ms(30_000);
    let audited = bench.audited(&id).await;
    let sums = ["refunded_minor", "refunded_by_hand_minor", "captured_by_hand_minor"];
    assert_eq!(
        sums.map(|name| audited["authorizations"][0][name].as_i64()),
        [Some(2421), Some(2421), Some(0)],
        "the whole was refunded by hand, and nothing of it captured by hand"
    );
    assert_eq!(
        (&audited["captures"][0]["by_hand"], &audited["captures"][0]["refunds"][1]["by_hand"]),
        (&false.into(), &true.into()),
        "the shop's capture is its own, and only the second refund was made by hand"
    );
    let told = bench.simulator.notifications();
    let refunds = told["notifications"].as_array().expect("a list").iter().filter(|one| one["type"] == "PaymentRefund");
    assert_eq!(
        refunds.map(|one| one["object_id"].as_str()).collect::<Vec<_>>(),
        [Some(part.as_str()), Some(rest.as_str())]
    );
}

#[tokio::test]
async fn hand_captures_and_refunds_end_as_is_switched_on() {
    let bench = Bench::new().await;
    let (id, authorization) = held(&bench).await;
    bench.world().set_capture_outcome(Some(Outcome::declined_after(1_000, Decline::ProcessingFailure)));
    bench.world().capture_by_hand(&authorization, None).expect("accepted");
    bench.advance_ms(1_000);
    assert_eq!(bench.audited(&id).await["captures"][0]["state"], "Declined");
    bench.world().set_capture_outcome(None);
    let capture = bench.world().capture_by_hand(&authorization, None).expect("open again");
    bench.world().set_refund_outcome(Some(Outcome::declined_after(1_000, Decline::AmazonRejected)));
    bench.world().refund_by_hand(&capture, None).expect("accepted");
    bench.advance_ms(1_000);
    let audited = bench.audited(&id).await;
    assert_eq!(audited["captures"][1]["refunds"][0]["state"], "Declined");
    assert_eq!(audited["authorizations"][0]["refunded_by_hand_minor"], 0);
}

#[tokio::test]
async fn an_order_canceled_by_hand_loses_its_authorization_and_is_told() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    let (id, authorization) = held(&bench).await;
    assert_eq!(bench.audited(&id).await["ended_by_hand"], false);
    bench.world().cancel_by_hand(&id, Some("out of stock")).expect("canceled");
    assert_eq!(
        bench.state(&id).await,
        ("Canceled".into(), "SellerCanceled".into()),
        "the seller canceled it, as if by a call"
    );
    let read = bench.done("GetAuthorizationDetails", &[("AmazonAuthorizationId", &authorization)]).await;
    assert_eq!(
        (read.text("State"), read.text("ReasonCode")),
        ("Closed", "OrderReferenceCanceled"),
        "the canceled order has closed its authorization"
    );
    bench.world().cancel_by_hand(&id, None).expect("nothing new");
    assert_eq!(bench.audited(&id).await["ended_by_hand"], true);
    let told = bench.simulator.notifications();
    let told = told["notifications"].as_array().expect("a list");
    let states: Vec<_> = told.iter().skip(2).map(|one| (one["state"].as_str(), one["reason"].as_str())).collect();
    assert_eq!(
        states,
        [(Some("Canceled"), Some("SellerCanceled")), (Some("Closed"), Some("OrderReferenceCanceled"))],
        "the canceled order and its closed authorization are told, once each"
    );
    let (paid, _) = paid(&bench).await;
    assert_eq!(bench.world().cancel_by_hand(&paid, None).expect_err("captured").code, ErrorCode::InvalidCancelAttempt);
}

#[tokio::test]
async fn an_order_closed_by_hand_can_still_be_captured_and_one_closed_by_a_call_is_not_marked() {
    let bench = Bench::new().await;
    let (id, authorization) = held(&bench).await;
    bench.world().close_by_hand(&id, Some("shipped")).expect("closed");
    assert_eq!(
        bench.state(&id).await,
        ("Closed".into(), "SellerClosed".into()),
        "the seller closed it, as if by a call"
    );
    assert_eq!(bench.audited(&id).await["ended_by_hand"], true);
    bench.world().capture_by_hand(&authorization, None).expect("captured");
    assert_eq!(bench.world().cancel_by_hand(&id, None).expect_err("over").code, ErrorCode::InvalidCancelAttempt);
    let (called, _) = held(&bench).await;
    bench.connector.close_order_reference(&bench.account, &called, None).await.expect("closed");
    bench.world().close_by_hand(&called, None).expect("nothing new");
    assert_eq!(bench.audited(&called).await["ended_by_hand"], false);
    let draft = bench.draft("ok");
    assert_eq!(bench.world().close_by_hand(&draft, None).expect_err("a draft").code, ErrorCode::InvalidCloseAttempt);
}

#[tokio::test]
async fn a_rehearsal_answers_like_the_act_and_changes_nothing() {
    let bench = Bench::new().await;
    bench.tell(Some(&Receiver::new().await));
    let (id, authorization) = held(&bench).await;
    let before = (bench.audited(&id).await, bench.simulator.notifications());
    let capture = |amount| bench.world().may_act(&Act::Capture { authorization_id: &authorization, amount });
    capture(None).expect("possible");
    assert_eq!(capture(Some("24.22")).expect_err("too much").code, ErrorCode::TransactionAmountExceeded);
    bench.world().may_act(&Act::Cancel { order_id: &id, reason: None }).expect("possible");
    assert_eq!(
        (bench.audited(&id).await, bench.simulator.notifications()),
        before,
        "a rehearsal changes neither the ledger nor what is told"
    );
}

#[tokio::test]
async fn the_ledger_shows_chargebacks_beside_their_capture() {
    let bench = Bench::new().await;
    let (id, capture) = paid(&bench).await;
    assert_eq!(bench.audited(&id).await["authorizations"][0]["charged_back_minor"], 0);
    let raised = bench.world().raise_chargeback(&capture, "Generic Service Chargeback").expect("written");
    let audited = bench.audited(&id).await;
    assert_eq!(audited["authorizations"][0]["charged_back_minor"], 2421);
    let chargeback = &audited["captures"][0]["chargebacks"][0];
    assert_eq!(
        (chargeback["id"].as_str(), chargeback["amount_minor"].as_i64()),
        (raised.as_deref(), Some(2421)),
        "the chargeback is the one raised, for the whole capture"
    );
    assert_eq!(audited["authorizations"][0]["captured_minor"], 2421, "the capture stands as it did");
}
