//! The operations of MWS that the gateway uses, one file for each: the parameters in both directions, their
//! limits, and the answer. The connector sends [`Call::params`]; the simulator reads them with
//! [`Call::from_params`].

mod authorize;
mod cancel_order_reference;
mod close_authorization;
mod close_order_reference;
mod confirm_order_reference;
mod get_authorization_details;
mod get_order_reference_details;
mod parameter;
mod set_order_reference_details;
mod shape;

pub use authorize::Authorize;
pub use cancel_order_reference::CancelOrderReference;
pub use close_authorization::CloseAuthorization;
pub use close_order_reference::CloseOrderReference;
pub use confirm_order_reference::Confirm;
pub use get_authorization_details::GetAuthorizationDetails;
pub use get_order_reference_details::GetOrderReferenceDetails;
pub use parameter::BadParameter;
pub use set_order_reference_details::SetOrderReferenceDetails;

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

    /// The id of Amazon that the call is about; its first letter names the environment.
    fn subject(&self) -> &str;

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
