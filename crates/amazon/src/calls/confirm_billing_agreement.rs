//! `ConfirmBillingAgreement`: the merchant accepts the buyer's consent; a draft or suspended agreement becomes open.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat};
use crate::types::ReadError;

/// What is confirmed, and where the buyer goes after authenticating.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConfirmBillingAgreement {
    /// Amazon's id.
    pub billing_agreement_id: String,
    /// Where Amazon sends the buyer with `AuthenticationStatus=Success`.
    pub success_url: Option<String>,
    /// Where Amazon sends the buyer otherwise.
    pub failure_url: Option<String>,
}

impl Call for ConfirmBillingAgreement {
    const ACTION: &'static str = "ConfirmBillingAgreement";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = ();

    fn subject(&self) -> &str {
        &self.billing_agreement_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonBillingAgreementId", &self.billing_agreement_id)
            .optional("SuccessUrl", self.success_url.as_deref())
            .optional("FailureUrl", self.failure_url.as_deref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(ConfirmBillingAgreement {
            billing_agreement_id: given.id("AmazonBillingAgreementId")?,
            success_url: given.optional("SuccessUrl", 2048)?,
            failure_url: given.optional("FailureUrl", 2048)?,
        })
    }

    fn read_answer(&self, _: Option<Element<'_>>) -> Result<(), ReadError> {
        Ok(())
    }
}
