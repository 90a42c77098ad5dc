//! `GetBillingAgreementDetails`: how an agreement stands, what is left of the month's limit, and with the buyer's
//! token his whole address.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same};
use crate::Secret;
use crate::types::{BillingAgreementDetails, ReadError};

/// Which agreement, and for whom.
#[derive(Debug, Clone, Default)]
pub struct GetBillingAgreementDetails {
    /// Amazon's id.
    pub billing_agreement_id: String,
    /// The buyer's token of Login with Amazon. Without it a draft shows only a part of the address.
    pub access_token: Option<Secret>,
}

impl Call for GetBillingAgreementDetails {
    const ACTION: &'static str = "GetBillingAgreementDetails";
    const REPEAT: Repeat = Repeat::Reads;
    type Answer = BillingAgreementDetails;

    fn subject(&self) -> &str {
        &self.billing_agreement_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonBillingAgreementId", &self.billing_agreement_id)
            .optional("AccessToken", self.access_token.as_ref().map(Secret::expose))
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(GetBillingAgreementDetails {
            billing_agreement_id: given.id("AmazonBillingAgreementId")?,
            access_token: given.access_token()?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<BillingAgreementDetails, ReadError> {
        let details = BillingAgreementDetails::read(expected(result, "BillingAgreementDetails")?)?;
        same("AmazonBillingAgreementId", &self.billing_agreement_id, &details.amazon_billing_agreement_id)?;
        Ok(details)
    }
}
