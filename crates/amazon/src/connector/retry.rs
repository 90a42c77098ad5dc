//! Retries: when, and what a later try says about an earlier one.

use std::sync::Arc;
use std::time::Duration;

use super::Connector;
use crate::Error;
use crate::calls::Repeat;

/// Varies a delay, both in milliseconds.
pub type Jitter = Arc<dyn Fn(u64) -> u64 + Send + Sync>;

/// How often and when a call is retried, after what may pass within seconds. `verdict.rs` says
/// which ends these are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retry {
    /// The pause before each retry, in milliseconds; as many retries as there are pauses.
    pub delays_ms: Vec<u64>,
}

impl Retry {
    #[must_use]
    pub fn never() -> Self {
        Retry::default()
    }

    /// The spacing that Amazon's MWS guide recommends: 1, 4, 10, 30 seconds. For work in the
    /// background.
    #[must_use]
    pub fn documented() -> Self {
        Retry { delays_ms: vec![1_000, 4_000, 10_000, 30_000] }
    }

    /// Its first two steps, for calls that a buyer waits for.
    #[must_use]
    pub fn while_a_buyer_waits() -> Self {
        Retry { delays_ms: vec![1_000, 4_000] }
    }
}

/// How one try ended without an answer.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) error: Error,
    /// Whether the cause may be gone a few seconds later.
    pub(super) may_pass: bool,
}

impl Ended {
    /// The same request would end the same way, at least for some minutes.
    pub(super) fn for_good(error: Error) -> Self {
        Ended { error, may_pass: false }
    }

    pub(super) fn for_now(error: Error) -> Self {
        Ended { error, may_pass: true }
    }
}

impl Connector {
    /// Tries `once`, and again where `repeat` allows.
    ///
    /// Once a try that changes something ended unknown, a later refusal no longer means that
    /// nothing happened: the earlier try may be why it is refused.
    pub(super) async fn repeatedly<T, F>(&self, action: &str, repeat: Repeat, once: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Ended>>,
    {
        let mut delays = self.retry.delays_ms.iter();
        let mut may_have_happened = false;
        loop {
            let ended = match once().await {
                Ok(answer) => return Ok(answer),
                Err(ended) => ended,
            };
            let unknown = !ended.error.nothing_done();
            let may_repeat = ended.may_pass && (repeat != Repeat::Money || !unknown);
            may_have_happened |= unknown && repeat != Repeat::Reads;
            let delay_ms = match delays.next() {
                Some(delay_ms) if may_repeat => (self.jitter)(*delay_ms),
                _ if may_have_happened => return Err(ended.error.into_unknown()),
                _ => return Err(ended.error),
            };
            tracing::info!(action, delay_ms, error = %ended.error, "Retrying a call to Amazon");
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
    }
}
