//! The calls about billing agreements: they set, read, confirm, validate and end one. Charging one is in `money.rs`.

use super::Connector;
use crate::calls::{
    CloseBillingAgreement, ConfirmBillingAgreement, GetBillingAgreementDetails, SetBillingAgreementDetails,
    ValidateBillingAgreement,
};
use crate::types::{AgreementValidation, BillingAgreementDetails};
use crate::{Account, Error, Secret};

impl Connector {
    /// Sets the merchant's words of a draft agreement; the answer lists the constraints that are left.
    ///
    /// # Errors
    /// See [`Error`]; `BillingAgreementNotModifiable` when it is no draft any more.
    pub async fn set_billing_agreement_details(
        &self,
        account: &Account,
        request: &SetBillingAgreementDetails,
    ) -> Result<BillingAgreementDetails, Error> {
        self.call(account, request).await
    }

    /// Reads an agreement; with the buyer's token the whole address of a draft.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAddressConsentToken` when the token is over or of another.
    pub async fn get_billing_agreement_details(
        &self,
        account: &Account,
        id: &str,
        access_token: Option<&str>,
    ) -> Result<BillingAgreementDetails, Error> {
        let request = GetBillingAgreementDetails {
            billing_agreement_id: id.to_owned(),
            access_token: access_token.map(Secret::from),
        };
        self.call(account, &request).await
    }

    /// Confirms a draft or suspended agreement.
    ///
    /// # Errors
    /// See [`Error`]; `BillingAgreementConstraintsExist` when the buyer has something left to choose or to agree to.
    pub async fn confirm_billing_agreement(
        &self,
        account: &Account,
        request: &ConfirmBillingAgreement,
    ) -> Result<(), Error> {
        self.call(account, request).await
    }

    /// Has Amazon try the payment method of a confirmed agreement, without taking money. A method that does not pass
    /// is an answer, and may suspend the agreement.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidBillingAgreementStatus` when it is not confirmed or over.
    pub async fn validate_billing_agreement(&self, account: &Account, id: &str) -> Result<AgreementValidation, Error> {
        self.call(account, &ValidateBillingAgreement { billing_agreement_id: id.to_owned() }).await
    }

    /// Closes an agreement: no further charge.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidCloseAttempt` when it is neither open nor suspended.
    pub async fn close_billing_agreement(
        &self,
        account: &Account,
        id: &str,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CloseBillingAgreement { billing_agreement_id: id.to_owned(), reason }).await
    }
}
