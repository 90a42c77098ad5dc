//! `CloseAuthorization`: gives back what was authorized and not captured.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat};
use crate::types::ReadError;

/// What is to end, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CloseAuthorization {
    /// Amazon's id.
    pub authorization_id: String,
    /// The merchant's words, up to 255 characters; shown again as the reason's description.
    pub reason: Option<String>,
}

impl Call for CloseAuthorization {
    const ACTION: &'static str = "CloseAuthorization";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = ();

    fn subject(&self) -> &str {
        &self.authorization_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonAuthorizationId", &self.authorization_id)
            .optional("ClosureReason", self.reason.as_deref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(CloseAuthorization {
            authorization_id: given.required("AmazonAuthorizationId", 64)?,
            reason: given.optional("ClosureReason", 255)?,
        })
    }

    fn read_answer(&self, _: Option<Element<'_>>) -> Result<(), ReadError> {
        Ok(())
    }
}
