//! The life of a billing agreement: from the widgets to its end, asked and moved by hand-made
//! requests.

use simulator::{Confirmation, Verdict};

use super::bench::{Bench, CLIENT, NEW, SCOPE, SELLER, charge};

const HOUR: i64 = 3_600_000;
const ID: &str = "AmazonBillingAgreementId";
const READ: &str = "GetBillingAgreementDetails";
const CONFIRM: &str = "ConfirmBillingAgreement";

#[tokio::test]
async fn a_draft_lists_what_the_buyer_has_still_to_do_and_cannot_be_confirmed() {
    let bench = Bench::new().await;
    let id = bench.bare_agreement();
    assert!(id.starts_with("C02-"), "{id}");
    let seen = bench.done(READ, &[(ID, &id)]).await;
    let constraints = ["BuyerConsentNotSet", "PaymentPlanNotSet", "ShippingAddressNotSet"];
    assert_eq!(seen.texts("ConstraintID"), constraints);
    assert_eq!(
        (seen.text("State"), seen.text("BillingAgreementConsent")),
        ("Draft", "false"),
        "a new agreement is a draft to which nobody has consented"
    );
    let refused = bench.call(CONFIRM, &[(ID, &id)]).await;
    assert_eq!(
        refused.refusal(),
        (400, "BillingAgreementConstraintsExist"),
        "a draft with something left to do cannot be confirmed"
    );
    assert!(refused.text("Message").ends_with(&constraints.join(", ")), "{}", refused.body);
}

#[tokio::test]
async fn a_card_that_is_not_allowed_is_as_good_as_none() {
    let bench = Bench::new().await;
    let id = bench.agreement("notallowed");
    assert_eq!(bench.done(READ, &[(ID, &id)]).await.texts("ConstraintID"), ["PaymentPlanNotSet"]);
}

#[tokio::test]
async fn consent_can_be_taken_back_until_it_is_confirmed_and_only_by_its_buyer() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    assert!(!bench.world().agree(&id, "anna", false).expect("read"));
    assert!(bench.world().agree(&id, "marco", false).expect("written"));
    assert_eq!(
        bench.call(CONFIRM, &[(ID, &id)]).await.refusal(),
        (400, "BillingAgreementConstraintsExist"),
        "without the buyer's consent it cannot be confirmed"
    );
    assert!(bench.world().agree(&id, "marco", true).expect("written"));
    bench.done(CONFIRM, &[(ID, &id)]).await;
    assert!(!bench.world().agree(&id, "marco", false).expect("read"));
}

#[tokio::test]
async fn a_draft_shows_the_town_and_with_the_buyers_token_everything() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let town = bench.done(READ, &[(ID, &id)]).await;
    assert_eq!(
        (town.text("City"), town.text("AddressLine1"), town.text("Email")),
        ("Biella", "", ""),
        "a draft shows the seller the town and nothing else"
    );
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    let whole = bench.done(READ, &[(ID, &id), ("AccessToken", &token)]).await;
    assert_eq!(
        (whole.text("AddressLine1"), whole.text("Email")),
        ("Via Esempio 15", "marco.rossi@example.it"),
        "with the buyer's token street and address are shown"
    );
    let both = [(ID, id.as_str()), ("AccessToken", &token), ("AddressConsentToken", &token)];
    assert_eq!(bench.call(READ, &both).await.refusal(), (400, "AmbiguousToken"), "two tokens at once are refused");
    let other = bench.world().issue_token("anna", CLIENT, true, SCOPE).expect("written");
    let refused = bench.call(READ, &[(ID, &id), ("AccessToken", &other)]).await;
    assert_eq!(refused.refusal(), (404, "InvalidAddressConsentToken"), "another buyer's token opens nothing");
    bench.done(CONFIRM, &[(ID, &id)]).await;
    assert_eq!(bench.done(READ, &[(ID, &id)]).await.text("AddressLine1"), "Via Esempio 15");
}

#[tokio::test]
async fn a_draft_takes_the_merchants_words_and_a_confirmed_one_does_not() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let words = [
        (ID, id.as_str()),
        ("BillingAgreementAttributes.PlatformId", "A2PLATFORM"),
        ("BillingAgreementAttributes.SellerNote", "thanks"),
        ("BillingAgreementAttributes.SellerBillingAgreementAttributes.SellerBillingAgreementId", "subscription-1"),
        ("BillingAgreementAttributes.SellerBillingAgreementAttributes.StoreName", "Bottega"),
        ("BillingAgreementAttributes.SellerBillingAgreementAttributes.CustomInformation", "monthly"),
        ("BillingAgreementAttributes.BillingAgreementType", "MerchantInitiatedTransaction"),
        ("BillingAgreementAttributes.SubscriptionAmount.Amount", "25.00"),
        ("BillingAgreementAttributes.SubscriptionAmount.CurrencyCode", "GBP"),
    ];
    let set = bench.done("SetBillingAgreementDetails", &words).await;
    for (name, value) in words.iter().skip(1).filter(|(name, _)| !name.contains("SubscriptionAmount")) {
        assert_eq!(set.text(name.rsplit('.').next().expect("a name")), *value, "{name}");
    }
    assert_eq!(set.text("SubscriptionAmount"), "<CurrencyCode>GBP</CurrencyCode><Amount>25.00</Amount>");
    assert_eq!(set.text("AmountLimitPerTimePeriod"), "<CurrencyCode>GBP</CurrencyCode><Amount>500</Amount>");
    let fewer = [(ID, id.as_str()), ("BillingAgreementAttributes.SellerNote", "again")];
    let set = bench.done("SetBillingAgreementDetails", &fewer).await;
    assert_eq!((set.text("SellerNote"), set.text("StoreName")), ("again", ""), "each call overwrites all of it");
    assert_eq!(set.text("BillingAgreementType"), "CustomerInitiatedTransaction");
    bench.done(CONFIRM, &[(ID, &id)]).await;
    let refused = bench.call("SetBillingAgreementDetails", &fewer).await;
    assert_eq!(refused.refusal(), (405, "BillingAgreementNotModifiable"), "a confirmed agreement keeps its words");
}

#[tokio::test]
async fn words_that_make_no_sense_are_refused() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let set = "SetBillingAgreementDetails";
    let refused = bench.call(set, &[(ID, &id)]).await;
    assert_eq!(refused.refusal(), (400, "InvalidParameterValue"), "a request that sets nothing is refused");
    assert!(refused.text("Message").contains("billingAgreementAttributes"), "{}", refused.body);
    let kind = ("BillingAgreementAttributes.BillingAgreementType", "Gift");
    assert_eq!(
        bench.call(set, &[(ID, &id), kind]).await.refusal(),
        (400, "InvalidParameterValue"),
        "an unknown kind of agreement is refused"
    );
    let amount = ("BillingAgreementAttributes.SubscriptionAmount.Amount", "25");
    assert_eq!(
        bench.call(set, &[(ID, &id), amount]).await.refusal(),
        (400, "InvalidParameterValue"),
        "an amount without its currency is refused"
    );
    let long = "x".repeat(1025);
    let note = ("BillingAgreementAttributes.SellerNote", long.as_str());
    assert_eq!(
        bench.call(set, &[(ID, &id), note]).await.refusal(),
        (400, "InvalidParameterValue"),
        "a note that is too long is refused"
    );
}

#[tokio::test]
async fn a_draft_goes_stale_after_three_hours_and_takes_its_order_with_it() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let own = [("Id", id.as_str()), ("IdType", "BillingAgreement")];
    let order = bench.done("CreateOrderReferenceForId", &own).await.text("AmazonOrderReferenceId").to_owned();
    bench.advance_ms(3 * HOUR - 1);
    assert_eq!(bench.agreement_state(&id).await.0, "Draft");
    bench.advance_ms(1);
    // The order is looked at first: each moves with the other, whoever is asked for.
    assert_eq!(
        bench.state(&order).await,
        ("Canceled".into(), "Stale".into()),
        "the order goes stale with its agreement"
    );
    assert_eq!(
        bench.agreement_state(&id).await,
        ("Canceled".into(), "Stale".into()),
        "after three hours the draft is stale"
    );
    assert_eq!(
        bench.call(CONFIRM, &[(ID, &id)]).await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a stale agreement cannot be confirmed"
    );
    assert!(bench.world().choice(&id).expect("read").expect("there").is_stale);
}

#[tokio::test]
async fn a_confirmed_one_may_be_confirmed_again_and_closed_twice_but_a_draft_cannot_be_closed() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let close = [(ID, id.as_str()), ("ClosureReason", "moved away")];
    assert_eq!(
        bench.call("CloseBillingAgreement", &close).await.refusal(),
        (405, "InvalidCloseAttempt"),
        "a draft cannot be closed"
    );
    for _ in 0..2 {
        bench.done(CONFIRM, &[(ID, &id)]).await;
    }
    for _ in 0..2 {
        bench.done("CloseBillingAgreement", &close).await;
    }
    let seen = bench.done(READ, &[(ID, &id)]).await;
    assert_eq!(
        (seen.text("State"), seen.text("ReasonCode")),
        ("Closed", "SellerClosed"),
        "the seller closed it, and closing again changes nothing"
    );
    assert_eq!(seen.text("ReasonDescription"), "moved away");
    assert_eq!(
        bench.charge(&id, "one", "1.00").await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a closed agreement cannot be charged"
    );
    assert_eq!(
        bench.call(CONFIRM, &[(ID, &id)]).await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "a closed agreement cannot be confirmed"
    );
}

#[tokio::test]
async fn a_buyer_ends_his_own_agreement_and_what_is_authorized_can_still_be_captured() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let held: Vec<_> = charge(&id, "one", "20.00").into_iter().filter(|(name, _)| *name != "CaptureNow").collect();
    let authorization = bench.done("AuthorizeOnBillingAgreement", &held).await;
    assert!(!bench.world().end_agreement(&id, "anna").expect("read"));
    assert!(bench.world().end_agreement(&id, "marco").expect("written"));
    assert!(!bench.world().end_agreement(&id, "marco").expect("read"), "it is over");
    assert_eq!(bench.agreement_state(&id).await, ("Closed".into(), "BuyerClosed".into()), "the buyer has ended it");
    assert_eq!(
        bench.charge(&id, "two", "1.00").await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "an agreement that the buyer has ended cannot be charged"
    );
    assert_eq!(
        bench.call("CloseBillingAgreement", &[(ID, &id)]).await.refusal(),
        (405, "InvalidCloseAttempt"),
        "it is over, so the seller cannot close it"
    );
    let capture = [
        ("AmazonAuthorizationId", authorization.text("AmazonAuthorizationId")),
        ("CaptureReferenceId", "taken"),
        ("CaptureAmount.Amount", "20.00"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    assert_eq!(bench.done("Capture", &capture).await.text("State"), "Completed");
}

#[tokio::test]
async fn ids_of_another_kind_and_of_another_environment_are_told_apart() {
    let bench = Bench::new().await;
    let (agreement, order) = (bench.agreement("ok"), bench.draft("ok"));
    assert_eq!(
        bench.call(READ, &[(ID, &order)]).await.refusal(),
        (404, "InvalidBillingAgreementId"),
        "an order's identifier names no agreement"
    );
    let as_order = bench.call("GetOrderReferenceDetails", &[("AmazonOrderReferenceId", &agreement)]).await;
    assert_eq!(as_order.refusal(), (404, "InvalidOrderReferenceId"), "an agreement's identifier names no order");
    assert_eq!(
        bench.call(READ, &[(ID, "B02-0000000-0000000")]).await.refusal(),
        (500, "InternalServerError"),
        "an identifier of production breaks the service in the sandbox"
    );
    for action in "Set*Details Get*Details Confirm* Validate* Close*".split(' ') {
        let action = action.replace('*', "BillingAgreement");
        let own = [(ID, "C02-0000000-0000000"), ("BillingAgreementAttributes.SellerNote", "hello")];
        assert_eq!(
            bench.call(&action, &own).await.refusal(),
            (404, "InvalidBillingAgreementId"),
            "an unknown agreement is refused by its identifier: {action}"
        );
        assert_eq!(
            bench.call(&action, &own[1..]).await.refusal(),
            (400, "InvalidParameterValue"),
            "without an identifier the request is refused: {action}"
        );
    }
    assert_eq!(
        bench.charge("C02-0000000-0000000", "one", "1").await.refusal(),
        (404, "InvalidBillingAgreementId"),
        "an unknown agreement cannot be charged"
    );
}

#[tokio::test]
async fn a_card_that_asks_opens_the_agreement_only_when_the_buyer_passed() {
    let bench = Bench::new().await;
    let urls = [("SuccessUrl", "http://127.0.0.1:2420/well"), ("FailureUrl", "http://127.0.0.1:2420/badly")];
    for (verdict, address, state) in [
        (Verdict::Abandoned, "http://127.0.0.1:2420/badly", "Draft"),
        (Verdict::Failed, "http://127.0.0.1:2420/badly", "Draft"),
        (Verdict::Passed, "http://127.0.0.1:2420/well", "Open"),
    ] {
        let id = bench.agreement("challenge");
        bench.done(CONFIRM, &[(ID, id.as_str()), urls[0], urls[1]]).await;
        let asked = bench.world().confirmation(&id, SELLER).expect("read");
        assert_eq!(asked, Confirmation::Asked { amount: String::new(), card: "Visa …3220".into() });
        assert_eq!(bench.world().settle(&id, SELLER, verdict).expect("written").as_deref(), Some(address));
        assert_eq!(bench.world().settle(&id, SELLER, verdict).expect("read"), None, "answered once");
        assert_eq!(bench.agreement_state(&id).await.0, state);
    }
    let id = bench.open_agreement("challenge").await;
    let charged = bench.charge(&id, "unasked", "1.00").await;
    assert_eq!(
        (charged.text("ReasonCode"), charged.text("SoftDecline")),
        ("InvalidPaymentMethod", "true"),
        "nobody was there to answer the question, but another card may do"
    );
}

#[tokio::test]
async fn an_authentication_passed_once_counts_for_every_later_charge() {
    let bench = Bench::new().await;
    let id = bench.agreement("challenge");
    bench.done(CONFIRM, &[(ID, id.as_str()), ("SuccessUrl", "http://127.0.0.1:2420/well")]).await;
    bench.world().settle(&id, SELLER, Verdict::Passed).expect("written");
    for reference in ["one", "two"] {
        assert_eq!(bench.charge(&id, reference, "1.00").await.text("ReasonCode"), "MaxCapturesProcessed");
    }
}

#[tokio::test]
async fn what_went_stale_while_the_bank_asked_stays_stale() {
    let bench = Bench::new().await;
    let agreement = bench.agreement("challenge");
    bench.done(CONFIRM, &[(ID, agreement.as_str()), ("SuccessUrl", "http://127.0.0.1:2420/well")]).await;
    let order = bench.draft("challenge");
    bench.set(&order).await;
    let own = [("AmazonOrderReferenceId", order.as_str()), ("SuccessUrl", "http://127.0.0.1:2420/well")];
    bench.done("ConfirmOrderReference", &own).await;
    bench.advance_ms(3 * HOUR);
    for id in [&order, &agreement] {
        assert_eq!(bench.world().settle(id, SELLER, Verdict::Passed).expect("read"), None);
    }
    assert_eq!(bench.state(&order).await.1, "Stale");
    assert_eq!(bench.agreement_state(&agreement).await.1, "Stale");
}

#[tokio::test]
async fn a_validation_says_what_the_card_is_good_for() {
    let bench = Bench::new().await;
    let validate = "ValidateBillingAgreement";
    let draft = bench.agreement("ok");
    assert_eq!(
        bench.call(validate, &[(ID, &draft)]).await.refusal(),
        (405, "InvalidBillingAgreementStatus"),
        "only a confirmed agreement can be validated"
    );
    for (card, result, reason, state) in [
        ("ok", "Success", "", "Open"),
        ("rejected", "Success", "", "Open"),
        ("reviewdeclined", "Success", "", "Open"),
        ("timeout", "Failure", "ValidationTimedOut", "Open"),
        ("invalid", "Failure", "InvalidPaymentMethod", "Suspended"),
    ] {
        let id = bench.open_agreement(card).await;
        for _ in 0..2 {
            let said = bench.done(validate, &[(ID, &id)]).await;
            assert_eq!(
                (said.text("ValidationResult"), said.text("FailureReasonCode")),
                (result, reason),
                "the validation says whether the card is good, and if not, why: {card}"
            );
            assert_eq!(said.text("State"), state, "{card}");
        }
    }
}

#[tokio::test]
async fn without_an_address_book_no_address_is_missed() {
    let bench = Bench::new().await;
    let new = simulator::NewOrder { wants_address: false, ..NEW };
    let id = bench.world().new_agreement(&new).expect("an agreement").id;
    assert!(bench.world().choose_card(&id, "marco", "ok").expect("written"));
    assert!(bench.world().agree(&id, "marco", true).expect("written"));
    bench.done(CONFIRM, &[(ID, &id)]).await;
    assert_eq!(bench.done(READ, &[(ID, &id)]).await.text("Destination"), "");
}
