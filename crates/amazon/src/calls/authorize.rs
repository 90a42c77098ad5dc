//! `Authorize`: asks Amazon for the buyer's money. The one call here that moves it.

use xml::Element;

use super::parameter::{BadParameter, Given, Params, invalid};
use super::{Call, Repeat, expected};
use crate::types::{AuthorizationDetails, Price, ReadError};

const LONGEST_WAIT_MINUTES: u32 = 1440;

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
        let timeout_minutes = match given.optional("TransactionTimeout", 4)? {
            None => LONGEST_WAIT_MINUTES,
            Some(text) => {
                text.parse().ok().filter(|minutes| *minutes <= LONGEST_WAIT_MINUTES && minutes % 5 == 0).ok_or_else(
                    || invalid("TransactionTimeout", "Member must be 0 to 1440 in multiples of 5".to_owned()),
                )?
            }
        };
        Ok(Authorize {
            order_reference_id: given.required("AmazonOrderReferenceId", 64)?,
            authorization_reference_id: given.reference("AuthorizationReferenceId")?,
            amount: given.price("AuthorizationAmount")?,
            capture_now: given.boolean("CaptureNow")?.unwrap_or(false),
            timeout_minutes,
            note: given.optional("SellerAuthorizationNote", 255)?,
            soft_descriptor: given.optional("SoftDescriptor", 16)?,
        })
    }

    /// Refuses an answer that is about another attempt or another amount: to believe it would be to believe
    /// somebody else's payment.
    fn read_answer(&self, result: Option<Element<'_>>) -> Result<AuthorizationDetails, ReadError> {
        let details = AuthorizationDetails::read(expected(result, "AuthorizationDetails")?)?;
        if details.authorization_reference_id != self.authorization_reference_id {
            return Err(ReadError::OtherThanAsked("AuthorizationReferenceId"));
        }
        if !details.authorization_amount.is_same_as(&self.amount) {
            return Err(ReadError::OtherThanAsked("AuthorizationAmount"));
        }
        Ok(details)
    }
}
