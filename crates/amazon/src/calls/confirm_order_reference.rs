//! `ConfirmOrderReference`: the merchant accepts the buyer's choices; a draft or suspended one becomes open.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat};
use crate::types::{Price, ReadError};

/// What is confirmed, and where the buyer goes after authenticating.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confirm {
    /// Amazon's id.
    pub order_reference_id: String,
    /// Where Amazon sends the buyer with `AuthenticationStatus=Success`.
    pub success_url: Option<String>,
    /// Where Amazon sends the buyer otherwise.
    pub failure_url: Option<String>,
    /// What will be authorized, for the buyer's bank.
    pub amount: Option<Price>,
    /// Whether Amazon closes it when no authorization comes within 60 minutes.
    pub expect_immediate_authorization: Option<bool>,
}

impl Call for Confirm {
    const ACTION: &'static str = "ConfirmOrderReference";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = ();

    fn subject(&self) -> &str {
        &self.order_reference_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonOrderReferenceId", &self.order_reference_id)
            .optional("SuccessUrl", self.success_url.as_deref())
            .optional("FailureUrl", self.failure_url.as_deref())
            .optional_price("AuthorizationAmount", self.amount.as_ref())
            .optional_boolean("ExpectImmediateAuthorization", self.expect_immediate_authorization)
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(Confirm {
            order_reference_id: given.id("AmazonOrderReferenceId")?,
            success_url: given.optional("SuccessUrl", 2048)?,
            failure_url: given.optional("FailureUrl", 2048)?,
            amount: given.optional_price("AuthorizationAmount")?,
            expect_immediate_authorization: given.boolean("ExpectImmediateAuthorization")?,
        })
    }

    fn read_answer(&self, _: Option<Element<'_>>) -> Result<(), ReadError> {
        Ok(())
    }
}
