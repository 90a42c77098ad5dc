//! Keeps calls to MWS within Amazon's quotas: before each sending it waits for a turn. See
//! [`Quotas`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::bucket::{Bucket, Priority};
use super::retry::Ended;
use crate::calls::{Call, Repeat};
use crate::{Account, Clock, Error, ErrorCode, Failure, Quotas, REQUEST_LIFE_MS};

/// Buckets before the full ones among them are first dropped.
const SWEPT_AT: usize = 256;

/// All buckets of a connector; its clones share them.
pub(super) struct Gate {
    quotas: Quotas,
    clock: Clock,
    buckets: Mutex<Buckets>,
}

struct Buckets {
    of: HashMap<Whose, Arc<Bucket>>,
    /// How many there may be before the full ones are dropped: twice as many as were left the last
    /// time.
    swept_at: usize,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Whose {
    seller_id: String,
    access_key: String,
    action: &'static str,
}

/// The turns of one call: one for each time that it is sent.
pub(super) struct Turns<'g> {
    gate: &'g Gate,
    bucket: Option<Arc<Bucket>>,
    priority: Priority,
    seller_id: &'g str,
    action: &'static str,
    until: Instant,
    made_at_ms: i64,
}

impl Gate {
    pub(super) fn new(quotas: Quotas, clock: Clock) -> Gate {
        Gate { quotas, clock, buckets: Mutex::new(Buckets { of: HashMap::new(), swept_at: SWEPT_AT }) }
    }

    pub(super) fn turns<'g, C: Call>(&'g self, account: &'g Account, priority: Priority) -> Turns<'g> {
        let patience_ms = match priority {
            Priority::Foreground => self.quotas.patience_ms,
            Priority::Background => self.quotas.background_patience_ms,
        };
        Turns {
            gate: self,
            bucket: self.bucket(account, C::ACTION, C::REPEAT),
            priority,
            seller_id: &account.seller_id,
            action: C::ACTION,
            until: Instant::now() + Duration::from_millis(patience_ms),
            made_at_ms: (self.clock)(),
        }
    }

    fn bucket(&self, account: &Account, action: &'static str, repeat: Repeat) -> Option<Arc<Bucket>> {
        let quota = match repeat {
            Repeat::Reads => self.quotas.reading,
            Repeat::Idempotent | Repeat::Money => self.quotas.changing,
        }?;
        let (seller_id, access_key) = (account.seller_id.clone(), account.access_key.clone());
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.of.len() >= buckets.swept_at {
            let now_ms = (self.clock)();
            // One that is in use has a second owner.
            buckets.of.retain(|_, bucket| Arc::strong_count(bucket) > 1 || !bucket.is_full(now_ms));
            buckets.swept_at = (buckets.of.len() * 2).max(SWEPT_AT);
        }
        let bucket = buckets.of.entry(Whose { seller_id, access_key, action });
        Some(Arc::clone(bucket.or_insert_with(|| Arc::new(Bucket::new(quota)))))
    }
}

impl Turns<'_> {
    /// Waits for a turn to send.
    ///
    /// # Errors
    /// [`Error::Later`], without an HTTP status because nothing was sent: no turn came in time
    /// (code `RequestThrottled`); or the process has slept so long that the caller may have been
    /// given up, which timers do not tell, because they sleep as well.
    pub(super) async fn next(&self) -> Result<(), Ended> {
        self.wait().await?;
        let age_ms = (self.gate.clock)().saturating_sub(self.made_at_ms);
        if age_ms <= REQUEST_LIFE_MS {
            return Ok(());
        }
        let (action, seller_id) = (self.action, self.seller_id);
        tracing::warn!(action, seller_id, age_ms, "Call to Amazon not sent: it was made too long ago");
        Err(Ended::for_good(Error::Later(Failure::here(format!("not sent: {action} was made {age_ms} ms ago")))))
    }

    async fn wait(&self) -> Result<(), Ended> {
        let Some(bucket) = &self.bucket else { return Ok(()) };
        let began = Instant::now();
        let taken = tokio::time::timeout_at(self.until, bucket.take(self.priority, &self.gate.clock)).await;
        let (action, seller_id, waited_ms) = (self.action, self.seller_id, began.elapsed().as_millis());
        if taken.is_err() {
            tracing::warn!(action, seller_id, waited_ms, "Call to Amazon held back: its quota is used up");
            let failure = Failure::here(format!("held back here for {waited_ms} ms: the quota of {action} is used up"));
            let code = Some(ErrorCode::RequestThrottled);
            return Err(Ended::for_good(Error::Later(Failure { code, ..failure })));
        }
        if waited_ms > 0 {
            tracing::info!(action, seller_id, waited_ms, "Call to Amazon waited for its quota");
        }
        Ok(())
    }

    /// Amazon throttles all the same: others call for this seller too, or it has changed its
    /// quotas.
    pub(super) fn throttled(&self) {
        if let Some(bucket) = &self.bucket {
            tracing::warn!(action = self.action, seller_id = self.seller_id, "Amazon throttles below its known quota");
            bucket.drain((self.gate.clock)());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::{Authorize, Environment};

    #[tokio::test]
    async fn full_buckets_are_dropped_and_others_are_not() {
        let now = Arc::new(AtomicI64::new(1_774_001_472_000));
        let clock: Clock = {
            let now = Arc::clone(&now);
            Arc::new(move || now.load(Ordering::Relaxed))
        };
        let gate = Gate::new(Quotas::documented(Environment::Live), clock);
        let kept = || gate.buckets.lock().expect("not poisoned").of.len();
        let account = |number: usize| Account {
            seller_id: format!("A{number}"),
            client_id: String::new(),
            access_key: "AKIA".into(),
            secret_key: "secret".into(),
            mws_token: None,
        };
        let take = async |number: usize| {
            let account = account(number);
            gate.turns::<Authorize>(&account, Priority::Foreground).next().await.expect("a turn");
        };
        for number in 0..SWEPT_AT * 2 {
            take(number).await;
        }
        assert_eq!(kept(), SWEPT_AT * 2, "each of them has been used within a second");
        let in_use = account(7);
        let waiting = gate.turns::<Authorize>(&in_use, Priority::Foreground);
        now.fetch_add(60_000, Ordering::Relaxed);
        for number in SWEPT_AT * 2..SWEPT_AT * 5 {
            take(number).await;
        }
        assert!(kept() < SWEPT_AT * 5, "{} are kept", kept());
        let again = gate.turns::<Authorize>(&in_use, Priority::Foreground);
        let (waiting, again) = (waiting.bucket.expect("a bucket"), again.bucket.expect("a bucket"));
        assert!(Arc::ptr_eq(&waiting, &again), "a bucket in use stays the one");
    }
}
