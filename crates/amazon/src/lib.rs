//! Amazon Pay as the gateway uses it: MWS calls (2013-01-01), signatures, errors, Login with Amazon.
//!
//! Read [`Error`] first: every call ends in an answer, in [`Error::NotDone`] (surely nothing happened) or in
//! [`Error::Unknown`] (it may have happened: ask). [`Connector`] makes the calls; [`calls`] holds one file for
//! each operation, both directions; [`types`] holds what travels in answers, both directions, so that the
//! simulator speaks with the same words; [`notification`] verifies what Amazon tells by itself. Nothing here decides
//! what a decline means for a payment.

mod account;
pub mod calls;
mod code;
mod connector;
mod endpoints;
mod error;
mod login;
pub mod notification;
mod secret;
pub mod signature;
pub mod types;
mod word;

pub use account::{Account, Environment};
pub use calls::{
    Authorize, AuthorizeOnBillingAgreement, BadParameter, Call, CancelOrderReference, Capture, CloseAuthorization,
    CloseBillingAgreement, CloseOrderReference, Confirm, ConfirmBillingAgreement, GetAuthorizationDetails,
    GetBillingAgreementDetails, GetCaptureDetails, GetOrderReferenceDetails, GetRefundDetails, ListOrderReference,
    PaymentDomain, Refund, SetBillingAgreementDetails, SetOrderReferenceDetails, ValidateBillingAgreement,
};
pub use code::ErrorCode;
pub use connector::{Connector, Jitter, Retry, Timeouts, http_client};
pub use endpoints::{BadEndpoint, Endpoints};
pub use error::{Error, Failure};
pub use login::{Profile, TokenInfo};
pub use notification::{About, Notification, NotificationError};
pub use secret::Secret;
pub use types::{
    AuthorizationDetails, BillingAgreementDetails, CaptureDetails, OrderReferenceDetails, Price, RefundDetails,
};

/// The time now, in UTC milliseconds since 1970.
pub type Clock = std::sync::Arc<dyn Fn() -> i64 + Send + Sync>;
