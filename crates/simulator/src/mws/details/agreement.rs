//! A billing agreement as its callers see it, and what keeps it from being confirmed.

use amazon::types::{
    AgreementConstraint, AgreementConstraintId, AgreementValidation, BillingAgreementDetails, BillingAgreementLimits,
    BillingAgreementReason, BillingAgreementState, BillingAgreementType, Constraint, SellerBillingAgreementAttributes,
    ValidationFailure, ValidationResult, timestamp_text,
};

use super::{Sight, destination, environment, price, shown_buyer, status, written};
use crate::faults::is_refused_card;
use crate::ledger::{AgreementAttributes, BillingAgreement, Contract, Limits, Unit};

/// The element `BillingAgreementDetails`, with what is left of the month in which `now` is.
pub fn agreement_details(unit: &Unit<'_>, agreement: &BillingAgreement, sight: Sight, now: i64) -> String {
    let buyer = unit.tables().buyers.get(&agreement.buyer_id);
    let attributes = &agreement.attributes;
    let details = BillingAgreementDetails {
        billing_agreement_status: status(
            &agreement.standing,
            BillingAgreementState::from,
            BillingAgreementReason::from,
        ),
        order_language: buyer.map(|buyer| buyer.language.clone()),
        billing_agreement_consent: agreement.has_consent,
        destination: destination(&agreement.choice, sight),
        constraints: agreement_constraints(agreement),
        platform_id: attributes.platform_id.clone(),
        billing_agreement_type: Some(match &attributes.kind {
            Some(kind) => BillingAgreementType::from(kind.as_str()),
            None => BillingAgreementType::CustomerInitiatedTransaction,
        }),
        seller_billing_agreement_attributes: Some(words(attributes)),
        buyer: shown_buyer(unit, agreement, sight),
        release_environment: Some(environment(agreement)),
        seller_note: attributes.seller_note.clone(),
        subscription_amount: attributes.subscription_amount.as_ref().map(price),
        creation_timestamp: Some(timestamp_text(agreement.created_at)),
        billing_agreement_limits: Some(limits(unit.tables().limits(agreement, now))),
        ..BillingAgreementDetails::new(&agreement.id, BillingAgreementState::Draft)
    };
    written(|writer| details.write(writer))
}

/// The members of the result of a validation.
pub fn agreement_validation(agreement: &BillingAgreement, failure: Option<ValidationFailure>) -> String {
    let validation = AgreementValidation {
        billing_agreement_status: Some(status(
            &agreement.standing,
            BillingAgreementState::from,
            BillingAgreementReason::from,
        )),
        validation_result: match failure {
            None => ValidationResult::Success,
            Some(_) => ValidationResult::Failure,
        },
        failure_reason_code: failure,
    };
    written(|writer| validation.write(writer))
}

/// What keeps a draft or suspended agreement from being confirmed.
pub fn agreement_constraints(agreement: &BillingAgreement) -> Vec<AgreementConstraint> {
    if !agreement.is_draft() && !agreement.is_suspended() {
        return Vec::new();
    }
    let choice = &agreement.choice;
    // A card that is not allowed is as good as none: agreements have no constraint of its own for
    // it.
    let has_card = choice.card.as_deref().is_some_and(|card| !is_refused_card(card));
    let found = [
        (
            !agreement.has_consent,
            AgreementConstraintId::BuyerConsentNotSet,
            "The buyer has not consented to future payments with the billing agreement.",
        ),
        (
            !has_card,
            AgreementConstraintId::PaymentPlanNotSet,
            "The buyer has not chosen a payment method for the billing agreement.",
        ),
        (
            choice.wants_address && choice.destination.is_none(),
            AgreementConstraintId::ShippingAddressNotSet,
            "The buyer has not chosen a shipping address for the billing agreement.",
        ),
    ];
    found
        .into_iter()
        .filter(|(is_there, ..)| *is_there)
        .map(|(_, id, description)| Constraint { id, description: Some(description.to_owned()) })
        .collect()
}

/// Amazon writes the cap without cents and the balance with them, and the days without
/// milliseconds.
fn limits(limits: Limits) -> BillingAgreementLimits {
    BillingAgreementLimits {
        time_period_start_date: Some(limits.period.start.to_string()),
        current_remaining_balance: Some(price(&limits.left)),
        amount_limit_per_time_period: Some(price(&limits.limit)),
        time_period_end_date: Some(limits.period.end.to_string()),
    }
}

fn words(attributes: &AgreementAttributes) -> SellerBillingAgreementAttributes {
    SellerBillingAgreementAttributes {
        store_name: attributes.store_name.clone(),
        custom_information: attributes.custom_information.clone(),
        seller_billing_agreement_id: attributes.seller_billing_agreement_id.clone(),
    }
}
