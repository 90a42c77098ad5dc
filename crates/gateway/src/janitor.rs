//! Settles everything that Amazon owes an answer about, by asking; does what is to happen by itself; ends sessions that are
//! over.
//!
//! An attempt on an order is found at Amazon by its reference among the order's authorizations: then that decides. When there is
//! none, the order is closed first, so that a request still on its way cannot succeed, and Amazon is asked again: only an
//! order that is over and holds no authorization of ours means that nothing happened. Closed and never cancelled, because
//! cancelling would void an authorization that came between, of which the page may have told the shop already. An attempt on
//! an agreement (once nobody else can be asking), a capture, a release and a refund are asked again under the name that they
//! have: Amazon does each once.
//! Anything that is not certain is left as it is and looked at again later. The janitor begins no attempt that the buyer or the
//! shop has not asked for: only a pending payment whose buyer has chosen another card is tried once more.

mod inquiry;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use payments::{Automatic, Payment, PaymentId, ShopLogin, UtcMs};
use store::{ApplyError, Shop};
use tokio::sync::watch;

use crate::Gateway;
use crate::checkout::{Checkout, overtaken_by};
use crate::recurrence::Recurrence;
use crate::settlement::Settlement;

use inquiry::Patience;

/// How many payments of one look are read, and how many are looked at at the same time.
const BATCH: u32 = 500;
const AT_ONCE: usize = 8;
/// An attempt this old is looked for at Amazon, though it is not yet given up.
const LOOK_AFTER_MS: i64 = 5_000;
const PAUSE: Duration = Duration::from_secs(2);
const FIRST_BACKOFF_MS: i64 = 2_000;
const LONGEST_BACKOFF_MS: i64 = 300_000;

/// Settles what was never answered.
pub struct Janitor {
    gateway: Gateway,
    /// Attempts recorded before this instant are looked at without delay: most belong to a process that is gone. They are not
    /// given up sooner than others, because another gateway on the same store may still be asking.
    born_at: UtcMs,
    unresolved: Mutex<HashMap<PaymentId, Backoff>>,
}

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Payments of which something is known now that was not.
    pub settled: usize,
    /// Payments that stay unknown: Amazon does not answer, has not decided, it is too early to give an attempt up, or somebody
    /// else waits for the answer just now.
    pub unresolved: usize,
    /// Automatic settlements and deletions.
    pub automatic: usize,
    /// Agreements of which Amazon knows now that they are over.
    pub ended: usize,
    /// Sessions that were over.
    pub abandoned: usize,
}

#[derive(Debug, Clone, Copy)]
struct Backoff {
    failures: u32,
    next_at: UtcMs,
}

/// Works until told to stop: woken by [`Gateway::janitor_wake`] and by time.
pub(crate) async fn run(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    let janitor = gateway.janitor();
    loop {
        let work = async {
            janitor.run_once().await;
            drop(tokio::time::timeout(PAUSE, gateway.janitor_wake().notified()).await);
        };
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = work => {}
        }
    }
}

impl Janitor {
    pub(crate) fn of(gateway: Gateway) -> Janitor {
        Janitor { born_at: gateway.now(), gateway, unresolved: Mutex::default() }
    }

    /// Looks at everything that is due, once. One payment's failure never stops the others.
    pub async fn run_once(&self) -> Swept {
        let automatic = self.act_by_itself().await;
        let (settled, unresolved) = self.settle_unresolved().await;
        let ended = self.end_agreements().await;
        let abandoned = self.end_sessions().await;
        Swept { settled, unresolved, automatic, ended, abandoned }
    }

    /// Looks at one payment now, whenever it was last looked at: Amazon says that something has changed. What stays
    /// unresolved is looked at again in the usual rounds.
    pub(crate) async fn look_at(&self, payment: Payment) {
        self.inquire(payment, Patience::Left).await;
    }

    async fn settle_unresolved(&self) -> (usize, usize) {
        let now = self.gateway.now();
        // Those that wait for their next look are read too and must not stand in front of all others.
        let limit = BATCH.saturating_add(self.unresolved_count());
        let asked = match self.gateway.store().unresolved_before(UtcMs(i64::MAX), limit).await {
            Ok(asked) => asked,
            Err(error) => {
                tracing::error!(%error, "the store does not say what is unresolved");
                return (0, 0);
            }
        };
        if asked.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
            self.forget_all_but(&asked);
        }
        let due: Vec<Payment> = asked.into_iter().filter(|payment| self.is_due(payment, now)).collect();
        let known: Vec<bool> =
            stream::iter(due).map(|payment| self.settle(payment, now)).buffer_unordered(AT_ONCE).collect().await;
        let settled = known.iter().filter(|known| **known).count();
        (settled, known.len() - settled)
    }

    /// Whether the outcome is known now.
    async fn settle(&self, payment: Payment, now: UtcMs) -> bool {
        let is_old = age_ms(&payment, now) >= self.gateway.settings().attempt_patience_ms;
        let patience = if is_old { Patience::Over } else { Patience::Left };
        let id = payment.id.clone();
        let is_known = self.inquire(payment, patience).await;
        let mut unresolved = self.unresolved.lock().unwrap_or_else(PoisonError::into_inner);
        if is_known {
            unresolved.remove(&id);
        } else {
            let failures = unresolved.get(&id).map_or(0, |backoff| backoff.failures);
            let pause_ms = FIRST_BACKOFF_MS.saturating_mul(1 << failures.min(20)).min(LONGEST_BACKOFF_MS);
            unresolved.insert(id, Backoff { failures: failures + 1, next_at: now.plus_ms(pause_ms) });
        }
        is_known
    }

    fn is_due(&self, payment: &Payment, now: UtcMs) -> bool {
        let look_after_ms = LOOK_AFTER_MS.min(self.gateway.settings().attempt_patience_ms);
        if payment.changed_at > self.born_at && age_ms(payment, now) < look_after_ms {
            return false;
        }
        let unresolved = self.unresolved.lock().unwrap_or_else(PoisonError::into_inner);
        // A next look further away than any pause means that the clock was set back.
        let waits = |until: UtcMs| until > now && until <= now.plus_ms(LONGEST_BACKOFF_MS);
        !unresolved.get(&payment.id).is_some_and(|backoff| waits(backoff.next_at))
    }

    fn unresolved_count(&self) -> u32 {
        let unresolved = self.unresolved.lock().unwrap_or_else(PoisonError::into_inner);
        u32::try_from(unresolved.len()).unwrap_or(u32::MAX)
    }

    /// What another gateway has settled need not be remembered.
    fn forget_all_but(&self, asked: &[Payment]) {
        let asked: HashSet<&PaymentId> = asked.iter().map(|payment| &payment.id).collect();
        self.unresolved.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| asked.contains(id));
    }

    async fn shop_of(&self, login: &ShopLogin) -> Option<Arc<Shop>> {
        self.gateway.shops().shop(login).await.ok().flatten()
    }

    async fn checkout_of(&self, payment: &Payment) -> Option<Checkout> {
        Checkout::of(&self.gateway, &self.shop_of(&payment.shop).await?)
    }

    async fn settlement_of(&self, payment: &Payment) -> Option<Settlement> {
        Settlement::of(&self.gateway, &self.shop_of(&payment.shop).await?)
    }

    /// Automatic settlements and deletions that are due. Those that fail wait for the next look.
    async fn act_by_itself(&self) -> usize {
        let due = match self.gateway.store().automatic_before(self.gateway.now(), BATCH).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "the store does not say which automatic operations are due");
                return 0;
            }
        };
        let planned = due.into_iter().filter_map(|payment| payment.automatic().map(|automatic| (payment, automatic)));
        let done = stream::iter(planned).map(|(payment, automatic)| self.act(payment, automatic));
        done.buffer_unordered(AT_ONCE).filter(|done| std::future::ready(*done)).count().await
    }

    async fn act(&self, payment: Payment, automatic: Automatic) -> bool {
        let Some(settlement) = self.settlement_of(&payment).await else { return false };
        let id = payment.id.clone();
        let done = settlement.act_by_itself(payment, automatic.act).await;
        done.inspect_err(|error| tracing::error!(payment = id.as_str(), %error, "an automatic operation must wait"))
            .is_ok()
    }

    /// Agreements that Amazon has not been told to close.
    async fn end_agreements(&self) -> usize {
        let closing = match self.gateway.store().closing_agreements(BATCH).await {
            Ok(closing) => closing,
            Err(error) => {
                tracing::error!(%error, "the store does not say which agreements are to be closed");
                return 0;
            }
        };
        let ended = stream::iter(closing).map(async |agreement| {
            let shop = self.shop_of(&agreement.shop).await?;
            Recurrence::of(&self.gateway, &shop)?.pursue_end(agreement).await.then_some(())
        });
        ended.buffer_unordered(AT_ONCE).filter_map(std::future::ready).count().await
    }

    /// Sessions whose time is over: the shop is told 1143. Those that fail wait for the next look.
    async fn end_sessions(&self) -> usize {
        let over = self.gateway.now().plus_ms(-self.gateway.settings().session_ms);
        let open = match self.gateway.store().open_before(over, BATCH).await {
            Ok(open) => open,
            Err(error) => {
                tracing::error!(%error, "the store does not say which sessions are over");
                return 0;
            }
        };
        let ended = stream::iter(open).map(|payment| self.end_session(payment)).buffer_unordered(AT_ONCE);
        ended.filter(|ended| std::future::ready(*ended)).count().await
    }

    async fn end_session(&self, payment: Payment) -> bool {
        let id = payment.id.clone();
        let ended = match self.checkout_of(&payment).await {
            Some(checkout) => checkout.abandon(payment).await.map(|payment| payment.is_final()),
            None => self.end_session_alone(payment).await,
        };
        ended.unwrap_or_else(|error| {
            tracing::error!(payment = id.as_str(), %error, "a session that is over was not ended");
            false
        })
    }

    /// The shop has left Amazon, or the gateway: nothing can be tidied up there, and whoever remains is told.
    async fn end_session_alone(&self, payment: Payment) -> Result<bool, store::Error> {
        let now = self.gateway.now();
        let ended = match overtaken_by(&self.gateway, &payment).await?.is_some() {
            true => payment.step_aside(now),
            false => payment.abandon(now),
        };
        let Ok(change) = ended else { return Ok(false) };
        match self.gateway.store().apply(change).await {
            Ok(()) => {
                self.gateway.wake_notices();
                Ok(true)
            }
            Err(ApplyError::Stale | ApplyError::Taken) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }
}

/// For how long Amazon has owed an answer. The clock may have been set back since: then its distance counts, so that no attempt is
/// hidden until the clock has caught up. To look too early, or to give up too early, loses no money.
fn age_ms(payment: &Payment, now: UtcMs) -> i64 {
    let asked_at = payment.unresolved_at().unwrap_or(now);
    now.0.saturating_sub(asked_at.0).saturating_abs()
}
