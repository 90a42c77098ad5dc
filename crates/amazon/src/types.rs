//! What travels in Amazon's answers, both directions: the connector reads it, the simulator writes it.
//!
//! Reading looks members up by name, in any order, and passes over what it does not know; a member given twice
//! is refused, because taking either would be a guess. Writing uses the order of recorded answers.
//! Timestamps stay texts (ISO 8601, UTC); [`timestamp_ms`] and [`timestamp_text`] convert them.

mod address;
mod answer;
mod authorization;
mod billing_agreement;
mod capture;
mod field;
mod listing;
mod order_parts;
mod order_reference;
mod price;
mod refund;
mod state;
mod status;
mod time;

pub use address::Address;
pub use answer::{Answer, ErrorAnswer, ErrorItem, NAMESPACE, write_error, write_result, write_void};
pub use authorization::AuthorizationDetails;
pub use billing_agreement::{
    AgreementAuthorization, AgreementConstraint, AgreementConstraintId, AgreementValidation, BillingAgreementDetails,
    BillingAgreementLimits, BillingAgreementReason, BillingAgreementState, BillingAgreementType,
    SellerBillingAgreementAttributes, ValidationFailure, ValidationResult,
};
pub use capture::CaptureDetails;
pub use field::ReadError;
pub use listing::{ListedOrderReference, OrderReferenceList};
pub use order_parts::{
    Buyer, Constraint, Destination, ParentDetails, PaymentAuthentication, PaymentDescriptor, PaymentServiceProvider,
    SellerOrderAttributes,
};
pub use order_reference::OrderReferenceDetails;
pub use price::Price;
pub use refund::RefundDetails;
pub use state::{
    AuthorizationReason, AuthorizationState, CaptureReason, CaptureState, ConstraintId, OrderReferenceReason,
    OrderReferenceState, RefundReason, RefundState,
};
pub use status::{
    AuthorizationStatus, BillingAgreementStatus, CaptureStatus, OrderReferenceStatus, RefundStatus, Status,
};
pub(crate) use time::request_timestamp;
pub use time::{timestamp_ms, timestamp_text};
