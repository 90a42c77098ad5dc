//! Charges on an agreement: one for each reference id, with the order reference that Amazon makes
//! for it, and what a decline does.

use super::bench::{Bench, NEW, charge};

const ID: &str = "AmazonBillingAgreementId";
const CHARGE: &str = "AuthorizeOnBillingAgreement";

/// A charge that is decided later and not captured.
fn later<'a>(id: &'a str, reference: &'a str, amount: &'a str) -> Vec<(&'a str, &'a str)> {
    charge(id, reference, amount)
        .into_iter()
        .filter(|(name, _)| !["CaptureNow", "TransactionTimeout"].contains(name))
        .collect()
}

#[tokio::test]
async fn a_charge_makes_an_order_reference_captures_on_it_and_closes_it() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let own = [
        ("SellerNote", "your subscription"),
        ("PlatformId", "A2PLATFORM"),
        ("SellerOrderAttributes.SellerOrderId", "order-1"),
        ("SellerOrderAttributes.StoreName", "Bottega"),
        ("SellerOrderAttributes.CustomInformation", "march"),
    ];
    let charged = bench.done(CHARGE, &[charge(&id, "one", "24.21").as_slice(), &own].concat()).await;
    assert_eq!(
        (charged.text("State"), charged.text("ReasonCode")),
        ("Closed", "MaxCapturesProcessed"),
        "the charge was captured at once, and that closes its authorization"
    );
    let order = charged.text("AmazonOrderReferenceId").to_owned();
    let seen = bench.done("GetOrderReferenceDetails", &[("AmazonOrderReferenceId", &order)]).await;
    assert_eq!(
        (seen.text("State"), seen.text("ReasonCode")),
        ("Closed", "SellerClosed"),
        "the order made for the charge is closed with it"
    );
    assert_eq!(seen.text("ParentDetails"), format!("<Type>BillingAgreement</Type><Id>{id}</Id>"));
    assert_eq!(seen.text("AddressLine1"), "Via Esempio 15");
    assert_eq!(seen.text("OrderTotal"), "<CurrencyCode>EUR</CurrencyCode><Amount>24.21</Amount>");
    for (name, value) in own {
        assert_eq!(seen.text(name.rsplit('.').next().expect("a name")), value, "{name}");
    }
    let audited = bench.audited(&order).await;
    assert_eq!(audited["billing_agreement"], id.as_str());
    assert_eq!(audited["authorizations"][0]["captured_minor"], 2421);
    assert_eq!(bench.audited(&id).await["order_references"], serde_json::json!([order]));
}

#[tokio::test]
async fn an_address_that_is_not_inherited_is_not_there() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let own = [charge(&id, "one", "1.00").as_slice(), &[("InheritShippingAddress", "false")]].concat();
    let order = bench.done(CHARGE, &own).await.text("AmazonOrderReferenceId").to_owned();
    let seen = bench.done("GetOrderReferenceDetails", &[("AmazonOrderReferenceId", &order)]).await;
    assert_eq!(seen.text("Destination"), "");
}

#[tokio::test]
async fn the_same_request_again_is_answered_with_the_first_charge_even_after_the_end() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let first = bench.charge(&id, "one", "24.21").await;
    bench.done("CloseBillingAgreement", &[(ID, &id)]).await;
    let again = bench.charge(&id, "one", "24.21").await;
    for name in ["AmazonAuthorizationId", "AmazonOrderReferenceId", "ReasonCode"] {
        assert_eq!(again.text(name), first.text(name));
    }
    assert!(again.text("CapturedAmount").contains("24.21"), "{}", again.body);
    assert_eq!(bench.audited(&id).await["order_references"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        bench.charge(&id, "one", "24.22").await.refusal(),
        (400, "DuplicateRequest"),
        "the same reference for another amount is refused"
    );
    let other = bench.open_agreement("ok").await;
    assert_eq!(
        bench.charge(&other, "one", "24.21").await.refusal(),
        (400, "DuplicateReferenceId"),
        "the same reference on another agreement is refused"
    );
}

#[tokio::test]
async fn a_reference_id_names_one_authorization_of_the_seller_on_whatever_it_hangs() {
    let bench = Bench::new().await;
    let agreement = bench.open_agreement("ok").await;
    let order = bench.open("ok").await;
    bench.charge(&agreement, "one", "1.00").await;
    let own = [
        ("AmazonOrderReferenceId", order.as_str()),
        ("AuthorizationReferenceId", "one"),
        ("AuthorizationAmount.Amount", "1.00"),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
    ];
    assert_eq!(
        bench.call("Authorize", &own).await.refusal(),
        (400, "DuplicateReferenceId"),
        "a reference used on an agreement cannot be used on an order"
    );
}

#[tokio::test]
async fn a_lost_answer_is_a_charge_all_the_same_and_the_repeat_tells() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("lost").await;
    let raw = bench.raw(CHARGE, &charge(&id, "one", "24.21"));
    assert!(bench.try_send(raw).await.is_none(), "no answer");
    assert_eq!(bench.charge(&id, "one", "24.21").await.text("ReasonCode"), "MaxCapturesProcessed");
    assert_eq!(bench.audited(&id).await["charged_minor"], 2421);
}

#[tokio::test]
async fn a_declined_card_suspends_the_agreement_until_the_buyer_chose_another() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("invalid").await;
    let declined = bench.charge(&id, "one", "24.21").await;
    assert_eq!((declined.status, declined.text("State")), (200, "Declined"), "a decline is an answer, not an error");
    assert_eq!(
        (declined.text("ReasonCode"), declined.text("SoftDecline")),
        ("InvalidPaymentMethod", "false"),
        "the card is bad, and asking again will not help"
    );
    assert_eq!(bench.state(declined.text("AmazonOrderReferenceId")).await.0, "Closed");
    let seen = bench.done("GetBillingAgreementDetails", &[(ID, &id)]).await;
    assert_eq!(
        (seen.text("State"), seen.text("ReasonCode")),
        ("Suspended", "InvalidPaymentMethod"),
        "the agreement waits for another card"
    );
    assert_eq!(seen.texts("ConstraintID"), ["PaymentPlanNotSet"]);
    assert_eq!(
        bench.charge(&id, "two", "1.00").await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a suspended agreement cannot be charged"
    );
    let confirm = async || bench.call("ConfirmBillingAgreement", &[(ID, &id)]).await;
    assert_eq!(
        confirm().await.refusal(),
        (400, "BillingAgreementConstraintsExist"),
        "without a card it cannot be confirmed"
    );
    assert!(bench.world().choose_card(&id, "marco", "invalid").expect("written"));
    assert_eq!(bench.agreement_state(&id).await.0, "Suspended", "the card that failed does not open it");
    assert_eq!(
        confirm().await.refusal(),
        (400, "PaymentMethodNotUpdated"),
        "the card that failed is still the one chosen"
    );
    assert!(!bench.world().choose_card(&id, "anna", "ok").expect("read"));
    assert!(bench.world().choose_card(&id, "marco", "ok").expect("written"));
    assert_eq!(bench.agreement_state(&id).await, ("Open".into(), String::new()), "another card opens the agreement");
    confirm().await;
    assert_eq!(bench.charge(&id, "three", "1.00").await.text("ReasonCode"), "MaxCapturesProcessed");
}

#[tokio::test]
async fn a_card_that_asks_reopens_nothing_until_the_buyer_passed() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("invalid").await;
    bench.charge(&id, "one", "1.00").await;
    assert!(bench.world().choose_card(&id, "marco", "challenge").expect("written"));
    assert_eq!(bench.agreement_state(&id).await.0, "Suspended");
    bench.done("ConfirmBillingAgreement", &[(ID, &id), ("SuccessUrl", "http://127.0.0.1:2420/well")]).await;
    bench.world().settle(&id, NEW.seller_id, simulator::Verdict::Passed).expect("written");
    assert_eq!(bench.agreement_state(&id).await.0, "Open");
}

#[tokio::test]
async fn on_the_account_page_the_card_of_an_open_agreement_changes_too() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    assert!(!bench.world().choose_card(&id, "marco", "rejected").expect("read"), "a widget changes no open one");
    assert!(!bench.world().change_card(&id, "anna", "rejected").expect("read"));
    assert!(!bench.world().change_card(&id, "marco", "gold").expect("read"));
    assert!(bench.world().change_card(&id, "marco", "notallowed").expect("written"));
    assert_eq!(bench.charge(&id, "one", "1.00").await.text("ReasonCode"), "InvalidPaymentMethod");
    assert!(bench.world().change_card(&id, "marco", "ok").expect("written"));
    assert_eq!(bench.charge(&id, "two", "1.00").await.text("ReasonCode"), "MaxCapturesProcessed");
    let order = bench.open("ok").await;
    assert!(!bench.world().change_card(&order, "marco", "rejected").expect("read"), "an order must be suspended");
    assert!(bench.world().end_agreement(&id, "marco").expect("written"));
    assert!(!bench.world().change_card(&id, "marco", "invalid").expect("read"), "it is over");
}

#[tokio::test]
async fn a_rejected_charge_closes_its_order_reference_and_leaves_the_agreement_open() {
    let bench = Bench::new().await;
    for (card, reason, order) in
        [("rejected", "AmazonRejected", "AmazonClosed"), ("timeout", "TransactionTimedOut", "SellerClosed")]
    {
        let id = bench.open_agreement(card).await;
        let declined = bench.charge(&id, card, "1.00").await;
        assert_eq!(declined.text("ReasonCode"), reason);
        assert_eq!(
            bench.state(declined.text("AmazonOrderReferenceId")).await,
            ("Closed".into(), order.into()),
            "the decline ends the order made for the charge"
        );
        assert_eq!(bench.agreement_state(&id).await.0, "Open");
        assert_eq!(bench.audited(&id).await["charged_minor"], 0);
    }
}

#[tokio::test]
async fn a_charge_that_is_declined_later_suspends_the_agreement_although_its_order_is_closed() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("invalid").await;
    let pending = bench.done(CHARGE, &later(&id, "one", "1.00")).await;
    assert_eq!(pending.text("State"), "Pending");
    assert_eq!(bench.state(pending.text("AmazonOrderReferenceId")).await.0, "Closed");
    assert_eq!(bench.agreement_state(&id).await.0, "Open");
    bench.advance_ms(30_000);
    assert_eq!(
        bench.agreement_state(&id).await,
        ("Suspended".into(), "InvalidPaymentMethod".into()),
        "the late decline suspends the agreement"
    );
}

#[tokio::test]
async fn a_simulated_decline_is_mended_by_itself_after_its_minutes() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let note = r#"{"SandboxSimulation":{"State":"Declined","ReasonCode":"InvalidPaymentMethod","PaymentMethodUpdateTimeInMins":5}}"#;
    bench.done(CHARGE, &[later(&id, "one", "1.00").as_slice(), &[("SellerAuthorizationNote", note)]].concat()).await;
    bench.advance_ms(30_000);
    assert_eq!(bench.agreement_state(&id).await.0, "Suspended");
    bench.advance_ms(5 * 60_000 - 1);
    assert_eq!(bench.agreement_state(&id).await.0, "Suspended");
    bench.advance_ms(1);
    assert_eq!(bench.agreement_state(&id).await.0, "Open");
    assert_eq!(bench.charge(&id, "two", "1.00").await.text("ReasonCode"), "MaxCapturesProcessed");
}

#[tokio::test]
async fn what_a_charge_says_wrong_is_refused_and_leaves_no_order_behind() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    for (name, value) in [
        ("AuthorizationReferenceId", "with space"),
        ("AuthorizationAmount.Amount", "0"),
        ("TransactionTimeout", "7"),
        ("InheritShippingAddress", "perhaps"),
        ("CaptureNow", "yes"),
    ] {
        let raw = bench.raw(CHARGE, &charge(&id, "one", "1.00")).but(name, Some(value));
        assert_eq!(
            bench.send(raw).await.refusal(),
            (400, "InvalidParameterValue"),
            "a value out of its range is refused: {name}"
        );
    }
    let raw = bench
        .raw(CHARGE, &charge(&id, "one", "1.00"))
        .but("SellerAuthorizationNote", Some(r#"{"SandboxSimulation":{}}"#));
    assert_eq!(
        bench.send(raw).await.refusal(),
        (400, "InvalidSandboxSimulationSpecified"),
        "a simulation that says nothing is refused"
    );
    assert_eq!(bench.audited(&id).await["order_references"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_charge_at_once_is_made_once() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let answers = futures_util::future::join_all((0..8).map(|_| bench.charge(&id, "one", "24.21"))).await;
    assert!(answers.iter().all(|one| one.text("AmazonAuthorizationId") == answers[0].text("AmazonAuthorizationId")));
    assert_eq!(bench.audited(&id).await["charged_minor"], 2421);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_charge_and_the_buyers_end_at_once_leave_no_doubt() {
    let bench = Bench::new().await;
    for round in 0..20 {
        let id = bench.open_agreement("ok").await;
        let reference = format!("round-{round}");
        let charging = bench.charge(&id, &reference, "5.00");
        let ending = async { bench.world().end_agreement(&id, "marco").expect("written") };
        let (charged, ended) = futures_util::future::join(charging, ending).await;
        assert!(ended);
        let expected = if charged.status == 200 { 500 } else { 0 };
        assert_eq!(bench.audited(&id).await["charged_minor"], expected, "{}", charged.body);
    }
}
