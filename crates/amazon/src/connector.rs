//! The connector: signs a call, sends it, and sorts how it ended. See [`Connector`].
//!
//! Its calls stand in `order_references.rs`, `money.rs` and `agreements.rs`; Login with Amazon in
//! `sign_in.rs`.

mod agreements;
mod bucket;
mod exchange;
mod gate;
mod http;
mod money;
mod order_references;
mod retry;
mod sign_in;
mod verdict;

use std::sync::Arc;

use crate::calls::{Call, Repeat};
use crate::{Account, BadEndpoint, Clock, Endpoints, Error, Quotas};
use bucket::Priority;
use gate::Gate;

pub use http::{Timeouts, http_client, http_client_through};
pub use retry::{Jitter, Retry};

/// Makes calls to Amazon, or to whatever stands at the [`Endpoints`]. Cheap to clone.
///
/// A call that the caller stops waiting for (by dropping its future) must be treated as
/// [`Error::Unknown`].
///
/// # Calls that move money
/// They carry an idempotency key of the caller's choice, the reference id: `authorize`,
/// `authorize_on_billing_agreement`, `capture` and `refund`. What Amazon declines is an answer,
/// with state `Declined`. The connector retries such a call only after a try that certainly did
/// nothing, never after an unknown one. On [`Error::Unknown`] ask: read the object and what hangs
/// on it, or repeat with `…_again`. `DuplicateRequest` and `DuplicateReferenceId` are unknown too:
/// they say that something with this reference exists.
///
/// Repeating with the identical request is safe because Amazon makes one object for one reference
/// id of a seller: if the first request arrived, its result is given again and nothing new happens;
/// if it did not, this one is the first. Anything but a result says nothing about the first request
/// (the parent may have been closed by its success), so every failure of `…_again` is
/// [`Error::Unknown`]; [`Error::last_was_refused`] tells whether the repetition was refused for
/// good.
///
/// # Quotas
/// Before each sending, a call waits for its turn in the quota of its operation
/// ([`Connector::with_quotas`]). One that waits too long ends as [`Error::Later`] without having
/// been sent; so does one that was made longer ago than a request lives
/// ([`REQUEST_LIFE_MS`](crate::REQUEST_LIFE_MS)), because the process has slept. Login with Amazon
/// has no quotas.
#[derive(Clone)]
pub struct Connector {
    http: reqwest::Client,
    endpoints: Arc<Endpoints>,
    clock: Clock,
    retry: Arc<Retry>,
    jitter: Jitter,
    gate: Arc<Gate>,
    priority: Priority,
}

impl Connector {
    /// A connector over `http`, which [`http_client`] makes; without quotas.
    ///
    /// # Errors
    /// [`BadEndpoint::Insecure`] when an address is plain http and not of this machine.
    pub fn new(http: reqwest::Client, endpoints: Endpoints, clock: Clock, retry: Retry) -> Result<Self, BadEndpoint> {
        endpoints.check()?;
        Ok(Connector {
            http,
            endpoints: Arc::new(endpoints),
            gate: Arc::new(Gate::new(Quotas::none(), Arc::clone(&clock))),
            clock,
            retry: Arc::new(retry),
            jitter: Arc::new(|delay_ms| delay_ms),
            priority: Priority::Foreground,
        })
    }

    /// The same with retry delays varied by `jitter`, so that many gateways do not come back at
    /// once.
    #[must_use]
    pub fn with_jitter(self, jitter: Jitter) -> Self {
        Connector { jitter, ..self }
    }

    /// The same, held to these quotas together with all its later clones.
    #[must_use]
    pub fn with_quotas(self, quotas: Quotas) -> Self {
        Connector { gate: Arc::new(Gate::new(quotas, Arc::clone(&self.clock))), ..self }
    }

    /// A clone for background calls. It shares the quotas, but takes a turn only when no
    /// other call waits for one, and leaves half of each burst to the others.
    #[must_use]
    pub fn in_background(&self) -> Self {
        Connector { priority: Priority::Background, ..self.clone() }
    }

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
        let turns = self.gate.turns::<C>(account, self.priority);
        self.repeatedly(C::ACTION, C::REPEAT, || self.call_once(account, request, &turns)).await
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
