//! The calls that move money, and those that ask what became of it. See "Calls that move money" at [`Connector`].

use super::Connector;
use crate::calls::{
    Authorize, AuthorizeOnBillingAgreement, Capture, CloseAuthorization, GetAuthorizationDetails, GetCaptureDetails,
    GetRefundDetails, Refund,
};
use crate::types::{AgreementAuthorization, AuthorizationDetails, CaptureDetails, RefundDetails};
use crate::{Account, Error};

impl Connector {
    /// Authorizes on an order reference.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidOrderReferenceStatus` when it is not open.
    pub async fn authorize(&self, account: &Account, request: &Authorize) -> Result<AuthorizationDetails, Error> {
        self.call(account, request).await
    }

    /// Repeats an identical [`Connector::authorize`] whose end is unknown.
    ///
    /// # Errors
    /// [`Error::Unknown`] only.
    pub async fn authorize_again(&self, account: &Account, request: &Authorize) -> Result<AuthorizationDetails, Error> {
        self.again(account, request).await
    }

    /// Charges an agreement.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidBillingAgreementStatus` when it is not open, `PeriodicAmountExceeded` when the limit of
    /// the month does not allow it.
    pub async fn authorize_on_billing_agreement(
        &self,
        account: &Account,
        request: &AuthorizeOnBillingAgreement,
    ) -> Result<AgreementAuthorization, Error> {
        self.call(account, request).await
    }

    /// Repeats an identical [`Connector::authorize_on_billing_agreement`] whose end is unknown.
    ///
    /// # Errors
    /// [`Error::Unknown`] only.
    pub async fn authorize_on_billing_agreement_again(
        &self,
        account: &Account,
        request: &AuthorizeOnBillingAgreement,
    ) -> Result<AgreementAuthorization, Error> {
        self.again(account, request).await
    }

    /// Captures an authorization. The answer is mostly `Completed`, and `Pending` when the authorization is old.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAuthorizationStatus` when it is not open (also when it was captured under another
    /// reference), `TransactionAmountExceeded` when it was authorized for less.
    pub async fn capture(&self, account: &Account, request: &Capture) -> Result<CaptureDetails, Error> {
        self.call(account, request).await
    }

    /// Repeats an identical [`Connector::capture`] whose end is unknown.
    ///
    /// # Errors
    /// [`Error::Unknown`] only.
    pub async fn capture_again(&self, account: &Account, request: &Capture) -> Result<CaptureDetails, Error> {
        self.again(account, request).await
    }

    /// Refunds a capture. The answer is `Pending`; [`Connector::get_refund_details`] tells how it ended.
    ///
    /// # Errors
    /// See [`Error`]; `CaptureNotRefundable` when the capture is not completed, `TransactionAmountExceeded` and
    /// `TransactionCountExceeded` when too much or too often was refunded of it.
    pub async fn refund(&self, account: &Account, request: &Refund) -> Result<RefundDetails, Error> {
        self.call(account, request).await
    }

    /// Repeats an identical [`Connector::refund`] whose end is unknown.
    ///
    /// # Errors
    /// [`Error::Unknown`] only.
    pub async fn refund_again(&self, account: &Account, request: &Refund) -> Result<RefundDetails, Error> {
        self.again(account, request).await
    }

    /// Reads an authorization.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidTransactionId` when the seller has none with this id.
    pub async fn get_authorization_details(&self, account: &Account, id: &str) -> Result<AuthorizationDetails, Error> {
        self.call(account, &GetAuthorizationDetails { authorization_id: id.to_owned() }).await
    }

    /// Reads a capture.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidTransactionId` when the seller has none with this id.
    pub async fn get_capture_details(&self, account: &Account, id: &str) -> Result<CaptureDetails, Error> {
        self.call(account, &GetCaptureDetails { capture_id: id.to_owned() }).await
    }

    /// Reads a refund.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidTransactionId` when the seller has none with this id.
    pub async fn get_refund_details(&self, account: &Account, id: &str) -> Result<RefundDetails, Error> {
        self.call(account, &GetRefundDetails { refund_id: id.to_owned() }).await
    }

    /// Closes an authorization and gives back what was not captured.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAuthorizationStatus` when it is over.
    pub async fn close_authorization(&self, account: &Account, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CloseAuthorization { authorization_id: id.to_owned(), reason }).await
    }
}
