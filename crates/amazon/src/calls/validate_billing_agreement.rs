//! `ValidateBillingAgreement`: Amazon tries the payment method of an agreement without taking money.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat};
use crate::types::{AgreementValidation, ReadError};

/// Which agreement; one that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValidateBillingAgreement {
    /// Amazon's id.
    pub billing_agreement_id: String,
}

impl Call for ValidateBillingAgreement {
    const ACTION: &'static str = "ValidateBillingAgreement";
    /// It may suspend the agreement, and doing so twice is doing it once.
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = AgreementValidation;

    fn subject(&self) -> &str {
        &self.billing_agreement_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default().text("AmazonBillingAgreementId", &self.billing_agreement_id).done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        Ok(ValidateBillingAgreement { billing_agreement_id: Given(params).id("AmazonBillingAgreementId")? })
    }

    /// The answer names no agreement that could be compared.
    fn read_answer(&self, result: Option<Element<'_>>) -> Result<AgreementValidation, ReadError> {
        AgreementValidation::read(result.ok_or(ReadError::Missing("ValidationResult"))?)
    }
}
