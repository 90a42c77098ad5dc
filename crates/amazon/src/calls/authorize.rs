//! `Authorize`: asks Amazon for the buyer's money.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same, same_amount};
use crate::types::{AuthorizationDetails, Price, ReadError};

/// What is to be authorized.
///
/// `authorization_reference_id` is what Amazon tells repetitions by: for one id of a seller it makes one
/// authorization and gives that same one again whenever the same request comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authorize {
    /// Amazon's id of the order reference, which must be open.
    pub order_reference_id: String,
    /// The id of this attempt: `[A-Za-z0-9_-]{1,32}`, never used for another.
    pub authorization_reference_id: String,
    /// How much, in the currency of the order.
    pub amount: Price,
    /// Whether to take the money at once.
    pub capture_now: bool,
    /// 0: Amazon decides while the call waits (about 8 s). 5 to 1440 in fives: it answers `Pending`.
    pub timeout_minutes: u32,
    /// A note, up to 255 characters; in the sandbox it may ask for a simulation.
    pub note: Option<String>,
    /// Up to 16 characters on the buyer's statement.
    pub soft_descriptor: Option<String>,
}

impl Call for Authorize {
    const ACTION: &'static str = "Authorize";
    const REPEAT: Repeat = Repeat::Money;
    type Answer = AuthorizationDetails;

    fn subject(&self) -> &str {
        &self.order_reference_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonOrderReferenceId", &self.order_reference_id)
            .text("AuthorizationReferenceId", &self.authorization_reference_id)
            .price("AuthorizationAmount", &self.amount)
            .boolean("CaptureNow", self.capture_now)
            .text("TransactionTimeout", &self.timeout_minutes.to_string())
            .optional("SellerAuthorizationNote", self.note.as_deref())
            .optional("SoftDescriptor", self.soft_descriptor.as_deref())
            .done()
    }

    /// An absent `TransactionTimeout` is 1440 minutes, an absent `CaptureNow` false.
    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(Authorize {
            order_reference_id: given.id("AmazonOrderReferenceId")?,
            authorization_reference_id: given.reference("AuthorizationReferenceId")?,
            amount: given.price("AuthorizationAmount")?,
            capture_now: given.boolean("CaptureNow")?.unwrap_or(false),
            timeout_minutes: given.timeout_minutes()?,
            note: given.optional("SellerAuthorizationNote", 255)?,
            soft_descriptor: given.optional("SoftDescriptor", 16)?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<AuthorizationDetails, ReadError> {
        let details = AuthorizationDetails::read(expected(result, "AuthorizationDetails")?)?;
        same("AuthorizationReferenceId", &self.authorization_reference_id, &details.authorization_reference_id)?;
        same_amount("AuthorizationAmount", &self.amount, &details.authorization_amount)?;
        Ok(details)
    }
}
