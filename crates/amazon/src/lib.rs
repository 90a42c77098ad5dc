//! Amazon Pay as the gateway uses it: MWS calls (2013-01-01), signatures, errors, Login with
//! Amazon.
//!
//! Read [`Error`] first: every call ends in an answer, in [`Error::Later`] (nothing done, may be
//! taken later), in [`Error::Refused`] (nothing done, nor will be) or in [`Error::Unknown`] (may
//! have been done: ask). [`Connector`] makes the calls, within [`Quotas`]; [`calls`] holds one file
//! for each operation, both directions; [`types`] holds what travels in answers, both directions,
//! so that the simulator speaks with the same words; [`notification`] verifies what Amazon tells by
//! itself. Nothing here decides what a decline means for a payment.

mod account;
pub mod calls;
mod code;
mod connector;
mod endpoints;
mod error;
mod login;
pub mod notification;
mod quotas;
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
pub use connector::{Connector, Jitter, Retry, Timeouts, http_client, http_client_through};
pub use endpoints::{BadEndpoint, Endpoints};
pub use error::{Error, Failure};
pub use login::{Profile, TokenInfo};
pub use notification::{About, Notification, NotificationError};
pub use quotas::{Quota, Quotas};
pub use secret::Secret;
pub use types::{
    AuthorizationDetails, BillingAgreementDetails, CaptureDetails, OrderReferenceDetails, Price, RefundDetails,
};

/// Tells the time, in UTC milliseconds since 1970. It may jump.
pub type Clock = std::sync::Arc<dyn Fn() -> i64 + Send + Sync>;

/// How long a request lives, in milliseconds: Amazon refuses one whose timestamp is further than 15
/// minutes from its own clock, so a request that was lost on its way cannot be done any more after
/// that.
///
/// Counted from the signing of the last sending, which comes after waiting for the quota and after
/// retries, and by Amazon's clock: add what the clocks may differ by.
pub const REQUEST_LIFE_MS: i64 = 15 * 60 * 1000;
