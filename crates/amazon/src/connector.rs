//! The connector: signs a call, sends it, and sorts how it ended. See [`Connector`].

mod exchange;
mod http;
mod retry;
mod sign_in;
mod verdict;

use std::sync::Arc;

use crate::calls::{
    Authorize, Call, CancelOrderReference, CloseAuthorization, CloseOrderReference, Confirm, GetAuthorizationDetails,
    GetOrderReferenceDetails, SetOrderReferenceDetails,
};
use crate::types::{AuthorizationDetails, OrderReferenceDetails};
use crate::{Account, BadEndpoint, Clock, Endpoints, Error, Secret};

pub use http::{Timeouts, http_client};
pub use retry::{Jitter, Retry};

/// Makes calls to Amazon, or to whatever stands at the [`Endpoints`]. Cheap to clone.
///
/// A call that the caller stops waiting for (by dropping its future) must be treated as [`Error::Unknown`].
#[derive(Clone)]
pub struct Connector {
    http: reqwest::Client,
    endpoints: Arc<Endpoints>,
    clock: Clock,
    retry: Arc<Retry>,
    jitter: Jitter,
}

impl Connector {
    /// A connector over `http`, which [`http_client`] makes.
    ///
    /// # Errors
    /// [`BadEndpoint::Insecure`] when an address is plain http and not of this machine.
    pub fn new(http: reqwest::Client, endpoints: Endpoints, clock: Clock, retry: Retry) -> Result<Self, BadEndpoint> {
        endpoints.check()?;
        Ok(Connector {
            http,
            endpoints: Arc::new(endpoints),
            clock,
            retry: Arc::new(retry),
            jitter: Arc::new(|delay_ms| delay_ms),
        })
    }

    /// The same with delays that are varied by `jitter`, so that many gateways do not come back at once.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// Where it calls.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

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

    /// Authorizes. Sent again by itself only after a try that surely did nothing; never after an unknown one.
    ///
    /// A declined payment is `Ok` with state `Declined`.
    ///
    /// # Errors
    /// See [`Error`]. On [`Error::Unknown`] ask: read the order reference and its authorizations, or use
    /// [`Connector::authorize_again`]. `DuplicateRequest` and `DuplicateReferenceId` are unknown too: they say
    /// that an authorization with this reference exists.
    pub async fn authorize(&self, account: &Account, request: &Authorize) -> Result<AuthorizationDetails, Error> {
        self.call(account, request).await
    }

    /// Repeats an [`Connector::authorize`] whose end is unknown, with the identical request.
    ///
    /// This is safe because Amazon makes one authorization for one `AuthorizationReferenceId` of a seller: when the
    /// first request arrived, its result is given again and nothing new happens; when it did not, this one is the
    /// first. Anything but a result says nothing about the first request (the order may have been closed by its
    /// success), so every failure of this method is [`Error::Unknown`].
    ///
    /// # Errors
    /// [`Error::Unknown`] only.
    pub async fn authorize_again(&self, account: &Account, request: &Authorize) -> Result<AuthorizationDetails, Error> {
        self.call(account, request).await.map_err(Error::into_unknown)
    }

    /// Reads an authorization.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_authorization_details(&self, account: &Account, id: &str) -> Result<AuthorizationDetails, Error> {
        self.call(account, &GetAuthorizationDetails { authorization_id: id.to_owned() }).await
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

    /// Closes an authorization and gives back what was not captured.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAuthorizationStatus` when it is over.
    pub async fn close_authorization(&self, account: &Account, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CloseAuthorization { authorization_id: id.to_owned(), reason }).await
    }

    async fn call<C: Call>(&self, account: &Account, request: &C) -> Result<C::Answer, Error> {
        self.repeatedly(C::ACTION, C::REPEAT, || self.call_once(account, request)).await
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("endpoints", &self.endpoints)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
