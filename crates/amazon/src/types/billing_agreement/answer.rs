//! What stands in the results of `ValidateBillingAgreement` and `AuthorizeOnBillingAgreement`: several members side
//! by side, where other operations have one element.

use xml::{Element, Writer};

use super::{ValidationFailure, ValidationResult};
use crate::types::field::{ReadError, member, part, required, text};
use crate::types::{AuthorizationDetails, BillingAgreementStatus, Status};

/// The end of a check of the payment method; no money moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementValidation {
    /// Where the agreement stands now.
    pub billing_agreement_status: Option<BillingAgreementStatus>,
    /// How it ended.
    pub validation_result: ValidationResult,
    /// Why it failed, when it did.
    pub failure_reason_code: Option<ValidationFailure>,
}

/// A charge on an agreement: its authorization, and the order reference that Amazon made for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementAuthorization {
    /// The authorization, also when it was declined.
    pub authorization_details: AuthorizationDetails,
    /// The order reference, which Amazon closes by itself. Every recorded answer has it, but the authorization
    /// says enough without: an answer that lacks it is not refused.
    pub amazon_order_reference_id: Option<String>,
}

impl AgreementValidation {
    /// Whether the payment method can be charged.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.validation_result == ValidationResult::Success
    }

    /// Reads the members of a result.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without a verdict; [`ReadError::Xml`] when a member is given twice.
    pub fn read(result: Element<'_>) -> Result<AgreementValidation, ReadError> {
        Ok(AgreementValidation {
            billing_agreement_status: part(result, "BillingAgreementStatus", Status::read)?,
            validation_result: ValidationResult::from(required(result, "ValidationResult")?.as_str()),
            failure_reason_code: text(result, "FailureReasonCode")?.map(|word| ValidationFailure::from(word.as_str())),
        })
    }

    /// Writes the members of a result.
    pub fn write(&self, writer: &mut Writer) {
        if let Some(status) = &self.billing_agreement_status {
            status.write("BillingAgreementStatus", writer);
        }
        writer
            .leaf("ValidationResult", self.validation_result.as_str())
            .leaf_if("FailureReasonCode", self.failure_reason_code.as_ref().map(ValidationFailure::as_str));
    }
}

impl AgreementAuthorization {
    /// Reads the members of a result.
    ///
    /// # Errors
    /// As [`AuthorizationDetails::read`].
    pub fn read(result: Element<'_>) -> Result<AgreementAuthorization, ReadError> {
        let details = member(result, "AuthorizationDetails")?.ok_or(ReadError::Missing("AuthorizationDetails"))?;
        Ok(AgreementAuthorization {
            authorization_details: AuthorizationDetails::read(details)?,
            amazon_order_reference_id: text(result, "AmazonOrderReferenceId")?,
        })
    }

    /// Writes the members of a result.
    pub fn write(&self, writer: &mut Writer) {
        self.authorization_details.write(writer);
        writer.leaf_if("AmazonOrderReferenceId", self.amazon_order_reference_id.as_deref());
    }
}
