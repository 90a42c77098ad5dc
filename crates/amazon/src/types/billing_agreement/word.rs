//! The words of billing agreements: states, reasons, constraints, kinds, and how a validation ends.

use crate::types::state::as_text;
use crate::word::words;

words! {
    /// Where an agreement stands.
    BillingAgreementState {
        /// The buyer is still choosing; it can be set and confirmed for 3 hours.
        Draft = "Draft",
        /// Confirmed: it can be charged.
        Open = "Open",
        /// The buyer must choose another payment method; confirming again opens it.
        Suspended = "Suspended",
        /// Over before it was used.
        Canceled = "Canceled",
        /// Over: no further charge; authorizations that are open can still be captured.
        Closed = "Closed",
    }
}

words! {
    /// Why an agreement stands where it does.
    BillingAgreementReason {
        /// Trouble with the payment method, or a constraint that came later.
        InvalidPaymentMethod = "InvalidPaymentMethod",
        /// Not confirmed within 3 hours.
        Stale = "Stale",
        /// Amazon cancelled.
        AmazonCanceled = "AmazonCanceled",
        /// The merchant closed it.
        SellerClosed = "SellerClosed",
        /// The buyer ended it on Amazon's site.
        BuyerClosed = "BuyerClosed",
        /// Amazon closed it.
        AmazonClosed = "AmazonClosed",
        /// Not used for a long time.
        Expired = "Expired",
    }
}

words! {
    /// What keeps an agreement from being confirmed, or suspended it.
    AgreementConstraintId {
        /// The box of the consent widget is not ticked.
        BuyerConsentNotSet = "BuyerConsentNotSet",
        /// No valid payment method is chosen.
        PaymentPlanNotSet = "PaymentPlanNotSet",
        /// The address widget is used and nothing is chosen.
        ShippingAddressNotSet = "ShippingAddressNotSet",
        /// The buyer owns the seller account.
        BuyerEqualsSeller = "BuyerEqualsSeller",
        /// The same, as some clients know it.
        BuyerEqualSeller = "BuyerEqualSeller",
        /// The buyer removed the address of his card later.
        BillingAddressDeleted = "BillingAddressDeleted",
    }
}

words! {
    /// Who starts the charges.
    BillingAgreementType {
        /// The buyer, each time; Amazon's own choice when nothing is said.
        CustomerInitiatedTransaction = "CustomerInitiatedTransaction",
        /// The merchant, by what was agreed: needs the amount of a charge.
        MerchantInitiatedTransaction = "MerchantInitiatedTransaction",
    }
}

words! {
    /// How a validation ended.
    ValidationResult {
        /// The payment method can be charged.
        Success = "Success",
        /// It cannot; see the reason.
        Failure = "Failure",
    }
}

words! {
    /// Why a validation failed.
    ValidationFailure {
        /// Trouble with the payment method; the agreement is suspended.
        InvalidPaymentMethod = "InvalidPaymentMethod",
        /// No verdict in time; may be asked again.
        ValidationTimedOut = "ValidationTimedOut",
    }
}

as_text!(BillingAgreementState, BillingAgreementReason, AgreementConstraintId);
