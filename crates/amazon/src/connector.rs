//! The connector: signs a call, sends it, and sorts how it ended. See [`Connector`].
//!
//! Its calls stand in `order_references.rs`, `money.rs` and `agreements.rs`; Login with Amazon in `sign_in.rs`.

mod agreements;
mod exchange;
mod http;
mod money;
mod order_references;
mod retry;
mod sign_in;
mod verdict;

use std::sync::Arc;

use crate::calls::{Call, Repeat};
use crate::{Account, BadEndpoint, Clock, Endpoints, Error};

pub use http::{Timeouts, http_client};
pub use retry::{Jitter, Retry};

/// Makes calls to Amazon, or to whatever stands at the [`Endpoints`]. Cheap to clone.
///
/// A call that the caller stops waiting for (by dropping its future) must be treated as [`Error::Unknown`].
///
/// # Calls that move money
/// They carry a reference id of the caller's choice: `authorize`, `authorize_on_billing_agreement`, `capture` and
/// `refund`. What Amazon declines is an answer, with state `Declined`. A call is sent again by itself only after a try
/// that surely did nothing, never after an unknown one. On [`Error::Unknown`] ask: read the object and what hangs on
/// it, or repeat with `…_again`. `DuplicateRequest` and `DuplicateReferenceId` are unknown too: they say that
/// something with this reference exists.
///
/// Repeating with the identical request is safe because Amazon makes one object for one reference id of a seller: when
/// the first request arrived, its result is given again and nothing new happens; when it did not, this one is the
/// first. Anything but a result says nothing about the first request (the parent may have been closed by its success),
/// so every failure of `…_again` is [`Error::Unknown`].
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

    /// Repeats a call that moves money, when its end is unknown.
    async fn again<C: Call>(&self, account: &Account, request: &C) -> Result<C::Answer, Error> {
        const { assert!(matches!(C::REPEAT, Repeat::Money), "any other call repeats itself") };
        self.call(account, request).await.map_err(Error::into_unknown)
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
