//! The limit of a calendar month, and the order references that merchants make from an agreement by
//! themselves.

use amazon::{Authorize, Price};

use super::bench::{Bench, START, authorize, charge};

const ID: &str = "AmazonBillingAgreementId";
/// 2025-11-01T00:00:00Z; the tests begin on 2025-10-09.
const NOVEMBER: i64 = 1_761_955_200_000;

async fn left(bench: &Bench, id: &str) -> String {
    let seen = bench.done("GetBillingAgreementDetails", &[(ID, id)]).await;
    let (_, rest) = seen.text("CurrentRemainingBalance").split_once("<Amount>").expect("an amount");
    rest.trim_end_matches("</Amount>").to_owned()
}

#[tokio::test]
async fn a_month_holds_500_and_not_a_cent_more() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    assert_eq!(left(&bench, &id).await, "500.00");
    bench.charge(&id, "one", "499.99").await;
    assert_eq!(left(&bench, &id).await, "0.01");
    let refused = bench.charge(&id, "two", "0.02").await;
    assert_eq!(refused.refusal(), (400, "PeriodicAmountExceeded"), "two cents do not fit where one is left");
    let message = format!(
        "BillingAgreement {id} has already been authorized for amount 499.99 in time period i.e. Wed Oct 01 00:00:00 UTC 2025 - Sat Nov \
         01 00:00:00 UTC 2025. A new authorization with amount 0.02 cannot be accepted as the total authorization amount cannot exceed \
         500.00."
    );
    assert_eq!(refused.text("Message"), message);
    assert_eq!(bench.charge(&id, "three", "0.01").await.text("State"), "Closed");
    assert_eq!(
        bench.audited(&id).await["order_references"].as_array().map(Vec::len),
        Some(2),
        "a refusal leaves nothing"
    );
}

#[tokio::test]
async fn the_limit_is_whole_again_at_the_first_instant_of_the_next_month() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    bench.advance_ms(NOVEMBER - START - 1);
    bench.charge(&id, "october", "500.00").await;
    assert_eq!(
        bench.charge(&id, "two", "500.00").await.refusal(),
        (400, "PeriodicAmountExceeded"),
        "the month's limit holds to its last instant"
    );
    bench.advance_ms(1);
    assert_eq!(left(&bench, &id).await, "500.00");
    let seen = bench.done("GetBillingAgreementDetails", &[(ID, &id)]).await;
    assert_eq!(seen.text("TimePeriodStartDate"), "2025-11-01T00:00:00Z");
    assert_eq!(seen.text("TimePeriodEndDate"), "2025-12-01T00:00:00Z");
    assert_eq!(bench.charge(&id, "two", "500.00").await.text("State"), "Closed", "the same request, a month later");
    assert_eq!(left(&bench, &id).await, "0.00");
}

#[tokio::test]
async fn what_is_released_or_never_taken_gives_the_month_back_and_what_is_refunded_does_not() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let hold = async |reference: &str| {
        let own: Vec<_> =
            charge(&id, reference, "100.00").into_iter().filter(|(name, _)| *name != "CaptureNow").collect();
        let held = bench.done("AuthorizeOnBillingAgreement", &own).await;
        held.text("AmazonAuthorizationId").to_owned()
    };
    let (closed, partly) = (hold("closed").await, hold("partly").await);
    assert_eq!(left(&bench, &id).await, "300.00");
    bench.done("CloseAuthorization", &[("AmazonAuthorizationId", &closed)]).await;
    assert_eq!(left(&bench, &id).await, "400.00");
    let capture = [
        ("AmazonAuthorizationId", partly.as_str()),
        ("CaptureReferenceId", "partly"),
        ("CaptureAmount.Amount", "40.00"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    let captured = bench.done("Capture", &capture).await;
    assert_eq!(left(&bench, &id).await, "460.00");
    let refund = [
        ("AmazonCaptureId", captured.text("AmazonCaptureId")),
        ("RefundReferenceId", "back"),
        ("RefundAmount.Amount", "40.00"),
        ("RefundAmount.CurrencyCode", "EUR"),
    ];
    bench.done("Refund", &refund).await;
    bench.advance_ms(30_000);
    assert_eq!(left(&bench, &id).await, "460.00");
}

#[tokio::test]
async fn an_agreement_is_charged_in_one_currency() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let pounds = |reference| bench.raw("AuthorizeOnBillingAgreement", &charge(&id, reference, "1.00"));
    let pounds = |reference| pounds(reference).but("AuthorizationAmount.CurrencyCode", Some("GBP"));
    assert_eq!(bench.send(pounds("one")).await.text("State"), "Closed", "the first charge decides");
    assert_eq!(
        bench.charge(&id, "two", "1.00").await.refusal(),
        (400, "CurrencyMismatch"),
        "after a charge in pounds, euros are refused"
    );
    assert_eq!(bench.send(pounds("three")).await.text("State"), "Closed");
    assert_eq!(bench.audited(&id).await["currency"], "GBP");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn different_charges_at_once_never_exceed_the_month() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let references: Vec<String> = (0..8).map(|at| format!("at-{at}")).collect();
    let answers = futures_util::future::join_all(references.iter().map(|one| bench.charge(&id, one, "100.00"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 5);
    let refused = answers.iter().filter(|answer| answer.status != 200);
    assert!(refused.into_iter().all(|answer| answer.refusal() == (400, "PeriodicAmountExceeded")));
    assert_eq!(bench.audited(&id).await["charged_minor"], 50_000);
}

/// What makes an order reference from an agreement.
fn from(id: &str) -> Vec<(&str, &str)> {
    vec![("Id", id), ("IdType", "BillingAgreement")]
}

/// The same, with a total and confirmed at once.
fn confirmed<'a>(id: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
    let more = [
        ("ConfirmNow", "true"),
        ("OrderReferenceAttributes.OrderTotal.Amount", amount),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR"),
    ];
    [from(id).as_slice(), &more].concat()
}

const CREATE: &str = "CreateOrderReferenceForId";

#[tokio::test]
async fn a_draft_agreement_gets_one_order_reference_and_an_open_one_any_number() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let made = bench.done(CREATE, &from(&id)).await;
    assert_eq!(
        (made.text("State"), made.text("Id"), made.text("Type")),
        ("Draft", id.as_str(), "BillingAgreement"),
        "the order is a draft and names its agreement"
    );
    assert_eq!(
        (made.text("City"), made.text("AddressLine1")),
        ("Biella", ""),
        "a draft shows the town and not the street"
    );
    assert_eq!(
        bench.call(CREATE, &from(&id)).await.refusal(),
        (405, "OrderReferenceCountExceeded"),
        "a draft agreement gets no second order"
    );
    bench.done("ConfirmBillingAgreement", &[(ID, &id)]).await;
    for _ in 0..2 {
        bench.done(CREATE, &from(&id)).await;
    }
    let other = [("Id", id.as_str()), ("IdType", "Wishlist")];
    assert_eq!(
        bench.call(CREATE, &other).await.refusal(),
        (400, "InvalidParameterValue"),
        "only an agreement can be the parent of an order"
    );
    bench.done("CloseBillingAgreement", &[(ID, &id)]).await;
    assert_eq!(
        bench.call(CREATE, &from(&id)).await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a closed agreement gets no more orders"
    );
}

#[tokio::test]
async fn an_order_reference_is_confirmed_at_once_only_with_a_total_and_by_an_agreement_that_is_open() {
    let bench = Bench::new().await;
    let bare = bench.bare_agreement();
    assert_eq!(
        bench.call(CREATE, &confirmed(&bare, "1.00")).await.refusal(),
        (400, "BillingAgreementConstraintsExist"),
        "an agreement with something left to do confirms no order"
    );
    let id = bench.agreement("ok");
    assert_eq!(
        bench.call(CREATE, &confirmed(&id, "1.00")).await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a draft agreement confirms no order"
    );
    bench.done("ConfirmBillingAgreement", &[(ID, &id)]).await;
    let without = [from(&id).as_slice(), &[("ConfirmNow", "true")]].concat();
    assert_eq!(
        bench.call(CREATE, &without).await.refusal(),
        (400, "InvalidParameterValue"),
        "without a total there is nothing to confirm"
    );
    assert_eq!(
        bench.call(CREATE, &confirmed(&id, "500.01")).await.refusal(),
        (400, "PeriodicAmountExceeded"),
        "a total above the month's limit is refused"
    );
    let made = bench.done(CREATE, &confirmed(&id, "500.00")).await;
    assert_eq!(
        (made.text("State"), made.text("AddressLine1")),
        ("Open", "Via Esempio 15"),
        "the confirmed order is open and shows its whole address"
    );
    assert_eq!(
        bench.audited(&id).await["order_references"].as_array().map(Vec::len),
        Some(1),
        "a refusal leaves nothing"
    );
}

#[tokio::test]
async fn what_is_authorized_on_such_an_order_counts_and_needs_an_open_agreement() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let order = bench.done(CREATE, &confirmed(&id, "400.00")).await.text("AmazonOrderReferenceId").to_owned();
    let authorize = async |reference: &str, amount: &str| {
        let own = [
            ("AmazonOrderReferenceId", order.as_str()),
            ("AuthorizationReferenceId", reference),
            ("AuthorizationAmount.Amount", amount),
            ("AuthorizationAmount.CurrencyCode", "EUR"),
            ("TransactionTimeout", "0"),
        ];
        bench.call("Authorize", &own).await
    };
    bench.charge(&id, "beside", "200.00").await;
    assert_eq!(
        authorize("one", "300.01").await.refusal(),
        (400, "PeriodicAmountExceeded"),
        "the charge beside it counts, so a cent more is refused"
    );
    assert_eq!(authorize("two", "300.00").await.text("State"), "Open");
    assert_eq!(left(&bench, &id).await, "0.00");
    bench.done("CloseBillingAgreement", &[(ID, &id)]).await;
    assert_eq!(
        authorize("three", "1.00").await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "when the agreement is closed, its orders authorize nothing new"
    );
    assert_eq!(authorize("two", "300.00").await.text("State"), "Open", "the repeat is answered all the same");
}

#[tokio::test]
async fn a_decline_on_such_an_order_suspends_both_and_each_is_mended_for_itself() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("invalid").await;
    let order = bench.done(CREATE, &confirmed(&id, "10.00")).await.text("AmazonOrderReferenceId").to_owned();
    let request = Authorize { amount: Price::new("10.00", "EUR"), ..authorize(&order, "one") };
    assert!(!bench.authorize(&request).await.expect("an answer").is_approved());
    assert_eq!(bench.state(&order).await.0, "Suspended");
    assert_eq!(bench.agreement_state(&id).await.0, "Suspended");
    assert!(bench.world().choose_card(&id, "marco", "ok").expect("written"));
    assert_eq!(
        (bench.agreement_state(&id).await.0, bench.state(&order).await.0),
        ("Open".into(), "Suspended".into()),
        "another card mends the agreement, and not yet the order"
    );
    assert!(bench.world().choose_card(&order, "marco", "ok").expect("written"));
    assert_eq!(bench.state(&order).await.0, "Open");
}
