//! The calls about order references: they set, read, confirm and end one, or find those of a merchant's number.

use super::Connector;
use crate::calls::{
    CancelOrderReference, CloseOrderReference, Confirm, GetOrderReferenceDetails, ListOrderReference, PaymentDomain,
    SetOrderReferenceDetails,
};
use crate::types::{OrderReferenceDetails, OrderReferenceList};
use crate::{Account, Error, Secret};

impl Connector {
    /// Sets the total and the merchant's words of a draft; the answer lists the constraints that are left.
    ///
    /// # Errors
    /// See [`Error`]; `OrderReferenceNotModifiable` when it is no draft any more.
    pub async fn set_order_reference_details(
        &self,
        account: &Account,
        request: &SetOrderReferenceDetails,
    ) -> Result<OrderReferenceDetails, Error> {
        self.call(account, request).await
    }

    /// Reads an order reference; with the buyer's token the whole address of a draft.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAddressConsentToken` when the token is over or of another.
    pub async fn get_order_reference_details(
        &self,
        account: &Account,
        id: &str,
        access_token: Option<&str>,
    ) -> Result<OrderReferenceDetails, Error> {
        let request = GetOrderReferenceDetails {
            order_reference_id: id.to_owned(),
            access_token: access_token.map(Secret::from),
        };
        self.call(account, &request).await
    }

    /// Confirms a draft or suspended order reference.
    ///
    /// # Errors
    /// See [`Error`]; `ConstraintsExist` when the buyer has something left to choose.
    pub async fn confirm_order_reference(&self, account: &Account, request: &Confirm) -> Result<(), Error> {
        self.call(account, request).await
    }

    /// Cancels an order reference of which nothing was captured.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidCancelAttempt` when there are captures or it is over.
    pub async fn cancel_order_reference(&self, account: &Account, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CancelOrderReference { order_reference_id: id.to_owned(), reason }).await
    }

    /// Closes an order reference: no further authorization.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidCloseAttempt` when it is neither open nor suspended.
    pub async fn close_order_reference(&self, account: &Account, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CloseOrderReference { order_reference_id: id.to_owned(), reason }).await
    }

    /// Lists the order references that carry this number of the merchant: the first page, which says whether there
    /// are more.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list_order_reference(
        &self,
        account: &Account,
        seller_order_id: &str,
        payment_domain: PaymentDomain,
    ) -> Result<OrderReferenceList, Error> {
        let request = ListOrderReference { seller_order_id: seller_order_id.to_owned(), payment_domain };
        self.call(account, &request).await
    }
}
