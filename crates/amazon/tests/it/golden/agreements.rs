//! Billing agreements: a draft, an open one, the verdict of a validation, a charge.

use amazon::BillingAgreementDetails;
use amazon::types::{
    AgreementAuthorization, AgreementConstraint, AgreementConstraintId, AgreementValidation, BillingAgreementLimits,
    BillingAgreementReason, BillingAgreementState, BillingAgreementStatus, BillingAgreementType,
    SellerBillingAgreementAttributes, ValidationFailure, ValidationResult,
};

use super::*;

fn open_agreement() -> BillingAgreementDetails {
    let mut details = BillingAgreementDetails::new("C02-5555555-6666666", BillingAgreementState::Open);
    details.billing_agreement_status.last_update_timestamp = some(NOON);
    details.order_language = some("it-IT");
    details.billing_agreement_consent = true;
    details.destination =
        Some(Destination { destination_type: some("Physical"), physical_destination: Some(turinese()) });
    details.platform_id = some("A1PROVIDER");
    details.billing_agreement_type = Some(BillingAgreementType::MerchantInitiatedTransaction);
    details.seller_billing_agreement_attributes = Some(SellerBillingAgreementAttributes {
        store_name: some("Bottega di prova"),
        custom_information: some("a free text"),
        seller_billing_agreement_id: some("order-77"),
    });
    details.buyer =
        Some(Buyer { name: some("Lucia D'Angelò"), email: some("lucia@example.it"), phone: some("+39 011 555011") });
    details.release_environment = Some(Environment::Sandbox);
    details.seller_note = some("every month");
    details.subscription_amount = Some(euro("9.90"));
    details.creation_timestamp = some("2026-03-02T09:14:02.186Z");
    details.expiration_timestamp = some("2031-03-02T09:14:02.186Z");
    details.billing_agreement_limits = Some(BillingAgreementLimits {
        time_period_start_date: some("2026-03-01T00:00:00Z"),
        current_remaining_balance: Some(euro("490.10")),
        amount_limit_per_time_period: Some(euro("500")),
        time_period_end_date: some("2026-04-01T00:00:00Z"),
    });
    details.billing_address = Some(viennese());
    details
}

fn draft_agreement() -> BillingAgreementDetails {
    let constraint = |id, description| AgreementConstraint { id, description: some(description) };
    let mut details = BillingAgreementDetails::new("C02-5555555-6666666", BillingAgreementState::Draft);
    details.constraints = vec![
        constraint(AgreementConstraintId::BuyerConsentNotSet, "the box is not ticked"),
        constraint(AgreementConstraintId::PaymentPlanNotSet, "no card is chosen"),
    ];
    details.seller_billing_agreement_attributes = Some(SellerBillingAgreementAttributes::default());
    details.release_environment = Some(Environment::Sandbox);
    details
}

fn charge() -> AgreementAuthorization {
    let authorization_details = AuthorizationDetails {
        authorization_billing_address: None,
        authorization_amount: euro("9.90"),
        soft_descriptor: None,
        id_list: Vec::new(),
        authorization_status: Status { last_update_timestamp: some(NOON), ..Status::new(AuthorizationState::Open) },
        authorization_fee: None,
        capture_now: false,
        seller_authorization_note: some("March"),
        amazon_authorization_id: "S02-7777777-8888888-A333333".into(),
        authorization_reference_id: "march-77".into(),
        order_item_categories: Vec::new(),
        address_verification_code: None,
        ..captured()
    };
    AgreementAuthorization { authorization_details, amazon_order_reference_id: some("S02-7777777-8888888") }
}

#[test]
fn agreements_are_read_as_meant_and_written_to_the_letter() {
    for (golden, action, meant) in [
        (AGREEMENT_OPEN, "GetBillingAgreementDetails", open_agreement()),
        (AGREEMENT_DRAFT, "SetBillingAgreementDetails", draft_agreement()),
    ] {
        let answer = parsed(golden);
        let result = answer.result(action).expect("this operation").expect("a result");
        let read = BillingAgreementDetails::read(result.child("BillingAgreementDetails").expect("there"));
        assert!(read.expect("readable") == meant, "{golden}");
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result(action, &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn validations_are_read_as_meant_and_written_to_the_letter() {
    let success = AgreementValidation {
        billing_agreement_status: Some(open_agreement().billing_agreement_status),
        validation_result: ValidationResult::Success,
        failure_reason_code: None,
    };
    let failure = AgreementValidation {
        billing_agreement_status: Some(BillingAgreementStatus {
            last_update_timestamp: some(NOON),
            reason_code: Some(BillingAgreementReason::InvalidPaymentMethod),
            ..Status::new(BillingAgreementState::Suspended)
        }),
        validation_result: ValidationResult::Failure,
        failure_reason_code: Some(ValidationFailure::InvalidPaymentMethod),
    };
    for (golden, meant, is_success) in [(VALIDATED, success, true), (NOT_VALIDATED, failure, false)] {
        let answer = parsed(golden);
        let result = answer.result("ValidateBillingAgreement").expect("this operation").expect("a result");
        assert_eq!(AgreementValidation::read(result), Ok(meant.clone()));
        assert_eq!(meant.is_success(), is_success);
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result("ValidateBillingAgreement", &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn a_verdict_that_is_not_known_is_no_success() {
    let answer = parsed(&VALIDATED.replace("<ValidationResult>Success<", "<ValidationResult>Perhaps<"));
    let result = answer.result("ValidateBillingAgreement").expect("this operation").expect("a result");
    assert!(!AgreementValidation::read(result).expect("readable").is_success());
    let answer = parsed(&VALIDATED.replace("<ValidationResult>Success</ValidationResult>", ""));
    let result = answer.result("ValidateBillingAgreement").expect("this operation").expect("a result");
    assert_eq!(AgreementValidation::read(result), Err(ReadError::Missing("ValidationResult")));
}

#[test]
fn a_charge_is_read_as_meant_and_written_to_the_letter() {
    let answer = parsed(CHARGE);
    let result = answer.result("AuthorizeOnBillingAgreement").expect("this operation").expect("a result");
    assert_eq!(AgreementAuthorization::read(result), Ok(charge()));
    let result = written(|writer| charge().write(writer));
    assert_eq!(write_result("AuthorizeOnBillingAgreement", &result, REQUEST_ID), squeezed(CHARGE));
}

#[test]
fn a_charge_is_believed_without_the_order_that_amazon_made_for_it() {
    let id = "<AmazonOrderReferenceId>S02-7777777-8888888</AmazonOrderReferenceId>";
    let answer = parsed(&CHARGE.replace(id, ""));
    let result = answer.result("AuthorizeOnBillingAgreement").expect("this operation").expect("a result");
    let read = AgreementAuthorization::read(result).expect("readable");
    assert_eq!(read, AgreementAuthorization { amazon_order_reference_id: None, ..charge() });
}

#[test]
fn the_last_change_of_an_agreement_is_read_in_both_spellings() {
    let as_notified = AGREEMENT_OPEN.replace("LastUpdatedTimestamp", "LastUpdateTimestamp");
    assert_ne!(as_notified, AGREEMENT_OPEN);
    let answer = parsed(&as_notified);
    let element = answer.root().find("BillingAgreementStatus").expect("there");
    assert_eq!(BillingAgreementStatus::read(element), Ok(open_agreement().billing_agreement_status));
}

#[test]
fn an_agreement_without_its_id_or_state_is_refused() {
    for (part, name) in [
        ("<State>Open</State>", "State"),
        ("<AmazonBillingAgreementId>C02-5555555-6666666</AmazonBillingAgreementId>", "AmazonBillingAgreementId"),
    ] {
        let answer = parsed(&AGREEMENT_OPEN.replace(part, ""));
        let element = answer.root().find("BillingAgreementDetails").expect("there");
        assert_eq!(BillingAgreementDetails::read(element).err(), Some(ReadError::Missing(name)));
    }
}

#[test]
fn every_state_of_an_agreement_means_one_thing_and_a_new_one_nothing() {
    let meaning = |state: &str| {
        let agreement = BillingAgreementDetails::new("C02-5555555-6666666", BillingAgreementState::from(state));
        (agreement.is_chargeable(), agreement.is_over())
    };
    assert_eq!(
        (meaning("Draft"), meaning("Open")),
        ((false, false), (true, false)),
        "only an open agreement can be charged, and a draft is not over"
    );
    assert_eq!(
        (meaning("Suspended"), meaning("Novelty")),
        ((false, false), (false, false)),
        "a suspended or unknown state can neither be charged nor is it over"
    );
    assert_eq!(
        (meaning("Canceled"), meaning("Closed")),
        ((false, true), (false, true)),
        "what is canceled or closed is over"
    );
}

#[test]
fn debug_of_an_agreement_does_not_tell_who_the_buyer_is() {
    let shown = format!("{:?}", open_agreement());
    assert!(shown.contains("C02-5555555-6666666") && shown.contains("490.10"), "{shown}");
    for personal in ["Lucia", "Corso", "lucia@", "555010", "Wien"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
}
