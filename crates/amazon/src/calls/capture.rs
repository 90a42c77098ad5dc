//! `Capture`: takes the money that an authorization promised, or a part of it. What is left is given back.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same, same_amount};
use crate::types::{CaptureDetails, Price, ReadError};

/// What is to be captured.
///
/// `capture_reference_id` is what Amazon tells repetitions by, as it does with authorizations. An authorization can
/// be captured once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capture {
    /// Amazon's id of the authorization, which must be open.
    pub authorization_id: String,
    /// The id of this attempt: `[A-Za-z0-9_-]{1,32}`, never used for another.
    pub capture_reference_id: String,
    /// How much, in the currency of the order; not more than was authorized.
    pub amount: Price,
    /// A note, up to 255 characters; in the sandbox it may ask for a simulation.
    pub note: Option<String>,
    /// Up to 16 characters on the buyer's statement.
    pub soft_descriptor: Option<String>,
}

impl Call for Capture {
    const ACTION: &'static str = "Capture";
    const REPEAT: Repeat = Repeat::Money;
    type Answer = CaptureDetails;

    fn subject(&self) -> &str {
        &self.authorization_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonAuthorizationId", &self.authorization_id)
            .text("CaptureReferenceId", &self.capture_reference_id)
            .price("CaptureAmount", &self.amount)
            .optional("SellerCaptureNote", self.note.as_deref())
            .optional("SoftDescriptor", self.soft_descriptor.as_deref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(Capture {
            authorization_id: given.id("AmazonAuthorizationId")?,
            capture_reference_id: given.reference("CaptureReferenceId")?,
            amount: given.price("CaptureAmount")?,
            note: given.optional("SellerCaptureNote", 255)?,
            soft_descriptor: given.optional("SoftDescriptor", 16)?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<CaptureDetails, ReadError> {
        let details = CaptureDetails::read(expected(result, "CaptureDetails")?)?;
        same("CaptureReferenceId", &self.capture_reference_id, &details.capture_reference_id)?;
        same_amount("CaptureAmount", &self.amount, &details.capture_amount)?;
        Ok(details)
    }
}
