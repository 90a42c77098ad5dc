//! `CancelOrderReference`: ends an order of which nothing was captured, and its authorizations.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat};
use crate::types::ReadError;

/// What is to end, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CancelOrderReference {
    /// Amazon's id.
    pub order_reference_id: String,
    /// The merchant's words, up to 1024 characters; shown again as the reason's description.
    pub reason: Option<String>,
}

impl Call for CancelOrderReference {
    const ACTION: &'static str = "CancelOrderReference";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = ();

    fn subject(&self) -> &str {
        &self.order_reference_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonOrderReferenceId", &self.order_reference_id)
            .optional("CancelationReason", self.reason.as_deref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(CancelOrderReference {
            order_reference_id: given.required("AmazonOrderReferenceId", 64)?,
            reason: given.optional("CancelationReason", 1024)?,
        })
    }

    fn read_answer(&self, _: Option<Element<'_>>) -> Result<(), ReadError> {
        Ok(())
    }
}
