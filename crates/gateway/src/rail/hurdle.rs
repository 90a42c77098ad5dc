//! What keeps a buyer from paying right now, though nothing is lost: he can do something about it or try again.

use amazon::types::{AgreementConstraintId, ConstraintId};
use amazon::{BillingAgreementDetails, Error, ErrorCode, Failure, OrderReferenceDetails};

use payments::Reason;

/// Something between the buyer and his payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hurdle {
    /// Amazon's `PaymentMethodNotAllowed`.
    CardNotAllowed,
    /// Amazon's `PaymentPlanNotSet`.
    CardMissing,
    /// Amazon's `ShippingAddressNotSet`.
    AddressMissing,
    /// Amazon's `BuyerConsentNotSet`.
    ConsentMissing,
    /// Amazon's `BuyerEqualsSeller`.
    BuyerIsSeller,
    /// The last card was declined and no other is chosen yet.
    Declined,
    /// The bank's check, or pressing pay, is not done.
    Unfinished,
    /// The order reference is over, or is another order's or another buyer's; or the sign-in has run out.
    ChoiceExpired,
    /// Amazon did not answer, or asked us to slow down.
    AmazonSilent,
    /// Amazon refuses the merchant's account, key, token or clock.
    AccountRefused,
    /// Amazon does not take the currency, or not for this order.
    CurrencyDiffers,
    /// Amazon refuses, and the buyer can do nothing about it.
    NotPossible,
}

impl Hurdle {
    /// What the constraints of an order ask of the buyer; nothing when there are none.
    pub(crate) fn of_constraints(details: &OrderReferenceDetails) -> Option<Hurdle> {
        let ids = details.constraints.iter().map(|constraint| &constraint.id);
        ids.map(Hurdle::of_constraint).min_by_key(|hurdle| hurdle.urgency())
    }

    /// The same from the sentence of a refused confirmation, which names the constraints.
    fn of_refused_confirmation(failure: &Failure) -> Hurdle {
        let named = ConstraintId::KNOWN.iter().filter(|name| failure.message.contains(**name));
        let hurdles = named.map(|name| Hurdle::of_constraint(&ConstraintId::from(*name)));
        hurdles.min_by_key(|hurdle| hurdle.urgency()).unwrap_or(Hurdle::NotPossible)
    }

    /// What the constraints of an agreement ask of the buyer; nothing when there are none.
    pub(crate) fn of_agreement(details: &BillingAgreementDetails) -> Option<Hurdle> {
        let ids = details.constraints.iter().map(|constraint| &constraint.id);
        ids.map(Hurdle::of_agreement_constraint).min_by_key(|hurdle| hurdle.urgency())
    }

    /// The same from the sentence of a refused confirmation of an agreement.
    fn of_refused_agreement(failure: &Failure) -> Hurdle {
        let named = AgreementConstraintId::KNOWN.iter().filter(|name| failure.message.contains(**name));
        let hurdles = named.map(|name| Hurdle::of_agreement_constraint(&AgreementConstraintId::from(*name)));
        hurdles.min_by_key(|hurdle| hurdle.urgency()).unwrap_or(Hurdle::NotPossible)
    }

    /// From the error of a confirmation, of an order reference or of an agreement.
    pub(crate) fn of_confirmation(error: &Error) -> Hurdle {
        match error {
            Error::Refused(failure) if failure.code == Some(ErrorCode::ConstraintsExist) => {
                Hurdle::of_refused_confirmation(failure)
            }
            Error::Refused(failure) if failure.code == Some(ErrorCode::BillingAgreementConstraintsExist) => {
                Hurdle::of_refused_agreement(failure)
            }
            error => Hurdle::of_error(error),
        }
    }

    /// From the error of a call that moves no money.
    pub(crate) fn of_error(error: &Error) -> Hurdle {
        match error {
            Error::Later(_) if error.is_about_account() => {
                tracing::error!(%error, "Amazon refuses the merchant's account");
                Hurdle::AccountRefused
            }
            Error::Later(_) | Error::Unknown(_) => Hurdle::AmazonSilent,
            Error::Refused(failure) => match &failure.code {
                Some(
                    ErrorCode::InvalidOrderReferenceId
                    | ErrorCode::InvalidOrderReferenceStatus
                    | ErrorCode::OrderReferenceNotModifiable
                    | ErrorCode::InvalidBillingAgreementId
                    | ErrorCode::InvalidBillingAgreementStatus
                    | ErrorCode::BillingAgreementNotModifiable
                    | ErrorCode::InvalidAddressConsentToken,
                ) => Hurdle::ChoiceExpired,
                Some(ErrorCode::PaymentMethodNotUpdated) => Hurdle::Declined,
                Some(ErrorCode::CurrencyUnsupported | ErrorCode::CurrencyMismatch) => Hurdle::CurrencyDiffers,
                _ => {
                    tracing::error!(%error, "Amazon refuses the gateway's request");
                    Hurdle::NotPossible
                }
            },
        }
    }

    fn of_agreement_constraint(id: &AgreementConstraintId) -> Hurdle {
        match id {
            AgreementConstraintId::BuyerConsentNotSet => Hurdle::ConsentMissing,
            AgreementConstraintId::PaymentPlanNotSet => Hurdle::CardMissing,
            AgreementConstraintId::ShippingAddressNotSet => Hurdle::AddressMissing,
            AgreementConstraintId::BuyerEqualsSeller => Hurdle::BuyerIsSeller,
            _ => Hurdle::NotPossible,
        }
    }

    /// From the reason for which the last attempt came to nothing, when the buyer may try again.
    pub(crate) fn of_attempt(reason: Reason) -> Hurdle {
        match reason {
            Reason::NotDone | Reason::Unreachable => Hurdle::AmazonSilent,
            Reason::AccountRefused => Hurdle::AccountRefused,
            _ => Hurdle::Declined,
        }
    }

    fn of_constraint(id: &ConstraintId) -> Hurdle {
        match id {
            ConstraintId::PaymentMethodNotAllowed => Hurdle::CardNotAllowed,
            ConstraintId::PaymentPlanNotSet => Hurdle::CardMissing,
            ConstraintId::ShippingAddressNotSet => Hurdle::AddressMissing,
            ConstraintId::BuyerEqualsSeller | ConstraintId::BuyerEqualSeller => Hurdle::BuyerIsSeller,
            ConstraintId::CurrencyMismatch => Hurdle::CurrencyDiffers,
            ConstraintId::AmountNotSet | ConstraintId::Other(_) => Hurdle::NotPossible,
        }
    }

    /// Which of several is told first: what the buyer cannot mend, then the address, then the card.
    fn urgency(self) -> u8 {
        match self {
            Hurdle::BuyerIsSeller | Hurdle::CurrencyDiffers | Hurdle::NotPossible => 0,
            Hurdle::AddressMissing => 1,
            Hurdle::ConsentMissing => 3,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use amazon::types::{Constraint, OrderReferenceState};

    use super::*;

    #[test]
    fn a_missing_address_is_asked_for_before_the_card() {
        let mut details = OrderReferenceDetails::new("S02-1234567-1234567", OrderReferenceState::Draft);
        assert_eq!(Hurdle::of_constraints(&details), None);
        let constraint = |id| Constraint { id, description: None };
        details.constraints =
            vec![constraint(ConstraintId::PaymentPlanNotSet), constraint(ConstraintId::ShippingAddressNotSet)];
        assert_eq!(Hurdle::of_constraints(&details), Some(Hurdle::AddressMissing));
    }
}
