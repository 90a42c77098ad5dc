//! The calls that move money, those that ask what became of it, and how one whose end is unknown is repeated.

use super::Connector;
use crate::calls::{Authorize, CloseAuthorization, GetAuthorizationDetails};
use crate::types::AuthorizationDetails;
use crate::{Account, Error};

impl Connector {
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

    /// Closes an authorization and gives back what was not captured.
    ///
    /// # Errors
    /// See [`Error`]; `InvalidAuthorizationStatus` when it is over.
    pub async fn close_authorization(&self, account: &Account, id: &str, reason: Option<&str>) -> Result<(), Error> {
        let reason = reason.map(str::to_owned);
        self.call(account, &CloseAuthorization { authorization_id: id.to_owned(), reason }).await
    }
}
