//! The words for states and reasons of Amazon's objects, and for the constraints of a draft.
//!
//! Those of billing agreements stand in `billing_agreement/word.rs`.

use crate::word::words;

words! {
    /// Where an order reference stands.
    OrderReferenceState {
        /// The buyer is still choosing; it can be set and confirmed for 3 hours.
        Draft = "Draft",
        /// Confirmed: it can be authorized.
        Open = "Open",
        /// The buyer must choose another payment method; confirming again opens it.
        Suspended = "Suspended",
        /// Over: nothing was or will be paid.
        Canceled = "Canceled",
        /// Over: no further authorization.
        Closed = "Closed",
    }
}

words! {
    /// Why an order reference stands where it does.
    OrderReferenceReason {
        /// An authorization was declined for the payment method.
        InvalidPaymentMethod = "InvalidPaymentMethod",
        /// The merchant cancelled.
        SellerCanceled = "SellerCanceled",
        /// Not confirmed within 3 hours.
        Stale = "Stale",
        /// Amazon cancelled.
        AmazonCanceled = "AmazonCanceled",
        /// 180 days are over.
        Expired = "Expired",
        /// The total and its allowance are captured.
        MaxAmountCharged = "MaxAmountCharged",
        /// Ten authorizations are captured.
        MaxAuthorizationsCaptured = "MaxAuthorizationsCaptured",
        /// The same, as once seen on the wire.
        MaxAuthorizationsProcessed = "MaxAuthorizationsProcessed",
        /// Amazon closed it, for example after AmazonRejected.
        AmazonClosed = "AmazonClosed",
        /// The merchant closed it.
        SellerClosed = "SellerClosed",
    }
}

words! {
    /// Where an authorization stands.
    AuthorizationState {
        /// Asynchronous ones only: the result comes later.
        Pending = "Pending",
        /// Approved; can be captured once.
        Open = "Open",
        /// Refused; see the reason.
        Declined = "Declined",
        /// Over; with [`AuthorizationReason::MaxCapturesProcessed`] that means captured, a success.
        Closed = "Closed",
    }
}

words! {
    /// Why an authorization stands where it does.
    AuthorizationReason {
        /// Trouble with the payment method: the buyer may choose another.
        InvalidPaymentMethod = "InvalidPaymentMethod",
        /// Amazon judged the risk too high.
        AmazonRejected = "AmazonRejected",
        /// A fault of Amazon; may be tried again after a minute or two.
        ProcessingFailure = "ProcessingFailure",
        /// No decision in time.
        TransactionTimedOut = "TransactionTimedOut",
        /// Not captured in 30 days (sandbox: 2).
        ExpiredUnused = "ExpiredUnused",
        /// Its one capture was made: success.
        MaxCapturesProcessed = "MaxCapturesProcessed",
        /// Amazon closed it.
        AmazonClosed = "AmazonClosed",
        /// The order reference was cancelled.
        OrderReferenceCanceled = "OrderReferenceCanceled",
        /// The merchant closed it.
        SellerClosed = "SellerClosed",
        /// Under review: do not ship yet.
        StopShipmentAtypicalAuth = "StopShipmentAtypicalAuth",
    }
}

words! {
    /// Where a capture stands.
    CaptureState {
        /// The result comes later.
        Pending = "Pending",
        /// Refused.
        Declined = "Declined",
        /// The money was taken.
        Completed = "Completed",
        /// Nothing is left to refund.
        Closed = "Closed",
    }
}

words! {
    /// Why a capture stands where it does.
    CaptureReason {
        /// Amazon judged the risk too high.
        AmazonRejected = "AmazonRejected",
        /// A fault of Amazon.
        ProcessingFailure = "ProcessingFailure",
        /// All of it and the allowance are refunded.
        MaxAmountRefunded = "MaxAmountRefunded",
        /// Ten refunds were made.
        MaxRefundsProcessed = "MaxRefundsProcessed",
        /// Amazon closed it.
        AmazonClosed = "AmazonClosed",
    }
}

words! {
    /// Where a refund stands.
    RefundState {
        /// Every refund starts here.
        Pending = "Pending",
        /// Refused.
        Declined = "Declined",
        /// The money was returned.
        Completed = "Completed",
    }
}

words! {
    /// Why a refund stands where it does.
    RefundReason {
        /// Amazon's decision.
        AmazonRejected = "AmazonRejected",
        /// A fault of Amazon, or the buyer's account cannot receive it.
        ProcessingFailure = "ProcessingFailure",
    }
}

words! {
    /// What keeps an order reference from being confirmed.
    ConstraintId {
        /// No total was set.
        AmountNotSet = "AmountNotSet",
        /// No valid payment method is chosen.
        PaymentPlanNotSet = "PaymentPlanNotSet",
        /// The address widget is used and nothing is chosen.
        ShippingAddressNotSet = "ShippingAddressNotSet",
        /// The method cannot be used for this order.
        PaymentMethodNotAllowed = "PaymentMethodNotAllowed",
        /// The buyer owns the seller account.
        BuyerEqualsSeller = "BuyerEqualsSeller",
        /// The same, as some clients know it.
        BuyerEqualSeller = "BuyerEqualSeller",
        /// The currency of the wallet is not that of the total.
        CurrencyMismatch = "CurrencyMismatch",
    }
}

/// Words that know their spelling; every list of words that travels in an answer does.
pub trait AsText {
    /// The word as it is on the wire.
    fn as_text(&self) -> &str;
}

/// Makes lists of words know their spelling.
macro_rules! as_text {
    ($($name:ident),+) => {
        $(impl $crate::types::state::AsText for $name {
            fn as_text(&self) -> &str {
                self.as_str()
            }
        })+
    };
}

as_text!(
    OrderReferenceState,
    OrderReferenceReason,
    AuthorizationState,
    AuthorizationReason,
    CaptureState,
    CaptureReason,
    RefundState,
    RefundReason,
    ConstraintId
);

pub(super) use as_text;
