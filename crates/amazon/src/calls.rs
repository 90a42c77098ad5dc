//! The operations of MWS that the gateway uses, one file for each: the parameters in both directions, their
//! limits, and the answer. The connector sends [`Call::params`] and holds them to their limits with
//! [`Call::from_params`] before; the simulator reads requests by itself, so that a misspelt name is noticed.

mod authorize;
mod authorize_on_billing_agreement;
mod cancel_order_reference;
mod capture;
mod close_authorization;
mod close_billing_agreement;
mod close_order_reference;
mod confirm_billing_agreement;
mod confirm_order_reference;
mod get_authorization_details;
mod get_billing_agreement_details;
mod get_capture_details;
mod get_order_reference_details;
mod get_refund_details;
mod list_order_reference;
mod parameter;
mod refund;
mod set_billing_agreement_details;
mod set_order_reference_details;
mod shape;
mod validate_billing_agreement;

pub use authorize::Authorize;
pub use authorize_on_billing_agreement::AuthorizeOnBillingAgreement;
pub use cancel_order_reference::CancelOrderReference;
pub use capture::Capture;
pub use close_authorization::CloseAuthorization;
pub use close_billing_agreement::CloseBillingAgreement;
pub use close_order_reference::CloseOrderReference;
pub use confirm_billing_agreement::ConfirmBillingAgreement;
pub use confirm_order_reference::Confirm;
pub use get_authorization_details::GetAuthorizationDetails;
pub use get_billing_agreement_details::GetBillingAgreementDetails;
pub use get_capture_details::GetCaptureDetails;
pub use get_order_reference_details::GetOrderReferenceDetails;
pub use get_refund_details::GetRefundDetails;
pub use list_order_reference::{ListOrderReference, PaymentDomain};
pub use parameter::BadParameter;
pub use refund::Refund;
pub use set_billing_agreement_details::SetBillingAgreementDetails;
pub use set_order_reference_details::SetOrderReferenceDetails;
pub use validate_billing_agreement::ValidateBillingAgreement;

use crate::Environment;
use crate::types::{Price, ReadError};

/// How often a request may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing: any number of times, and the newest answer counts.
    Reads,
    /// It sets, confirms or ends one named object: doing it twice is doing it once.
    Idempotent,
    /// It moves money: again only when the try before surely did nothing.
    Money,
}

/// One operation: its parameters in both directions and its answer.
pub trait Call: Sized {
    /// The value of `Action`.
    const ACTION: &'static str;
    /// How often it may be sent.
    const REPEAT: Repeat;
    /// What the answer says.
    type Answer;

    /// The id of what the call is about, for the log.
    fn subject(&self) -> &str;

    /// Whether the call may be sent to this environment: an id of Amazon names its own with the first letter.
    fn fits(&self, environment: Environment) -> bool {
        environment.fits(self.subject())
    }

    /// The parameters of its own, those of every call left out.
    fn params(&self) -> Vec<(String, String)>;

    /// Reads the parameters back and checks their limits; others among them are passed over.
    ///
    /// # Errors
    /// [`BadParameter`], whose text is in the form of Amazon's `InvalidParameterValue`.
    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter>;

    /// Reads what stands in the `…Result` of the answer and compares it with the request.
    ///
    /// # Errors
    /// [`ReadError`] when something is missing or is about another object.
    fn read_answer(&self, result: Option<xml::Element<'_>>) -> Result<Self::Answer, ReadError>;

    /// Whether the limits are kept.
    ///
    /// # Errors
    /// As [`Call::from_params`].
    fn check(&self) -> Result<(), BadParameter> {
        Self::from_params(&self.params()).map(|_| ())
    }
}

/// The member of this name in a result that must have one.
fn expected<'d>(result: Option<xml::Element<'d>>, name: &'static str) -> Result<xml::Element<'d>, ReadError> {
    let result = result.ok_or(ReadError::Missing(name))?;
    result.only(result.namespace(), name)?.ok_or(ReadError::Missing(name))
}

/// Refuses an answer about something else than was asked: to believe it would be to believe another's payment.
fn same(name: &'static str, asked: &str, answered: &str) -> Result<(), ReadError> {
    match asked == answered {
        true => Ok(()),
        false => Err(ReadError::OtherThanAsked(name)),
    }
}

/// [`same`] for amounts, however they are spelled.
fn same_amount(name: &'static str, asked: &Price, answered: &Price) -> Result<(), ReadError> {
    match asked.is_same_as(answered) {
        true => Ok(()),
        false => Err(ReadError::OtherThanAsked(name)),
    }
}

#[cfg(test)]
mod tests;
