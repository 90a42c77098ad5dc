//! Resolves everything that Amazon owes an answer about, by asking; does what is to happen by
//! itself; ends sessions that are over.
//!
//! Anything that is not certain is left as it is and looked at again later. The janitor begins no
//! attempt that the buyer or the shop has not asked for: only a pending payment whose buyer has
//! chosen another card is tried once more. How each question is asked is in `inquiry`.

mod inquiry;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use payments::{Payment, ShopLogin, UtcMs};
use store::Shop;
use tokio::sync::watch;

use crate::Gateway;
use crate::flow::checkout::Checkout;
use crate::flow::recurrence::Recurrence;
use crate::flow::settlement::Settlement;
use crate::flow::visit::{self, Ending};
use crate::in_flight::Asking;

use inquiry::Patience;

/// How many payments one gateway takes at once, and leaves to no other meanwhile; and how many it
/// looks at at the same time.
const BATCH: u32 = 64;
const AT_ONCE: usize = 8;
const PAUSE: Duration = Duration::from_secs(2);

pub struct Janitor {
    gateway: Gateway,
    stopped: watch::Receiver<bool>,
}

/// What one look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Payments of which something is known now that was not.
    pub settled: usize,
    /// Payments that stay unknown: Amazon does not answer, has not decided, or it is too early to give an attempt up.
    pub unresolved: usize,
    /// Automatic settlements and deletions.
    pub automatic: usize,
    /// Agreements of which Amazon knows now that they are over.
    pub ended: usize,
    /// Sessions that were over.
    pub abandoned: usize,
}

/// What is to be done with payments that nobody asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Unresolved,
    Automatic,
    Sessions,
}

/// Works until told to stop: woken by [`Gateway::janitor_wake`] and by time. What it has taken by then it finishes.
pub(crate) async fn run(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    let janitor = Janitor { gateway: gateway.clone(), stopped: stopped.clone() };
    while !*stopped.borrow() {
        janitor.run_once().await;
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => {}
            _ = tokio::time::timeout(PAUSE, gateway.janitor_wake().notified()) => {}
        }
    }
}

impl Janitor {
    pub(crate) fn of(gateway: Gateway) -> Janitor {
        Janitor { gateway, stopped: watch::channel(false).1 }
    }

    /// Looks at everything that is due, once. One payment's failure never stops the others.
    pub async fn run_once(&self) -> Swept {
        let (automatic, _) = self.work_off(Work::Automatic).await;
        let (settled, unresolved) = self.work_off(Work::Unresolved).await;
        let ended = self.end_agreements().await;
        let (abandoned, _) = self.work_off(Work::Sessions).await;
        Swept { settled, unresolved, automatic, ended, abandoned }
    }

    /// Looks at one payment now, however long it was to be left alone: Amazon says that something
    /// has changed. Whether it did; when somebody else has the payment, it is looked at as soon as
    /// he lets it go.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn look_at(&self, payment: Payment) -> Result<bool, store::Error> {
        let (shop, id) = (payment.shop.clone(), payment.id.clone());
        match self.lease(vec![payment]).await?.pop() {
            Some(leased) => {
                self.see_to(leased, Work::Unresolved, Patience::Left).await;
                Ok(true)
            }
            None => self.gateway.store().look_soon(&shop, &id, self.gateway.now()).await.map(|()| false),
        }
    }

    /// Does all work of a kind that is due: how often it came to an end, and how often not.
    async fn work_off(&self, work: Work) -> (usize, usize) {
        let (mut done, mut left) = (0, 0);
        while !*self.stopped.borrow() {
            let (taken, is_last) = match self.take(work).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::error!(?work, %error, "Due work could not be read");
                    break;
                }
            };
            let looked = stream::iter(taken).map(|leased| self.see_to_in_time(leased, work));
            let looked: Vec<bool> = looked.buffer_unordered(AT_ONCE).collect().await;
            let ends = looked.iter().filter(|ended| **ended).count();
            done += ends;
            left += looked.len() - ends;
            if is_last || looked.is_empty() {
                break;
            }
        }
        (done, left)
    }

    /// A batch of what is due and nobody else has, and whether it is the last.
    async fn take(&self, work: Work) -> Result<(Vec<Leased>, bool), store::Error> {
        let (store, now) = (self.gateway.store(), self.gateway.now());
        let due = match work {
            Work::Unresolved => store.unresolved_due(now, BATCH).await?,
            Work::Automatic => store.automatic_due(now, BATCH).await?,
            Work::Sessions => visit::over(&self.gateway, BATCH).await?,
        };
        let is_last = due.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        Ok((self.lease(due).await?, is_last))
    }

    async fn lease(&self, due: Vec<Payment>) -> Result<Vec<Leased>, store::Error> {
        let alone = |payment: Payment| Some((Asking::alone_about(&self.gateway, &payment)?, payment));
        let (mut asking, free): (Vec<Asking>, Vec<Payment>) = due.into_iter().filter_map(alone).unzip();
        let leased = self.gateway.store().lease_payments(free, self.gateway.now()).await?;
        let with_asking = |payment: Payment| {
            let place = asking.iter().position(|asking| asking.is_about(&payment))?;
            Some(Leased { asking: asking.swap_remove(place), payment })
        };
        Ok(leased.into_iter().filter_map(with_asking).collect())
    }

    async fn see_to_in_time(&self, leased: Leased, work: Work) -> bool {
        let is_old = age_ms(&leased.payment, self.gateway.now()) >= self.gateway.settings().attempt_patience_ms;
        self.see_to(leased, work, if is_old { Patience::Over } else { Patience::Left }).await
    }

    /// Whether that was the end of it. If not, another may have the payment.
    async fn see_to(&self, leased: Leased, work: Work, patience: Patience) -> bool {
        let Leased { asking, payment } = leased;
        let before = payment.clone();
        let is_done = match work {
            Work::Unresolved => self.inquire(payment, patience).await,
            Work::Automatic => self.act(payment).await,
            Work::Sessions => self.end_session(payment).await,
        };
        if !is_done {
            asking.end(&before).await;
        }
        is_done
    }

    async fn shop_of(&self, login: &ShopLogin) -> Option<Arc<Shop>> {
        self.gateway.shops().shop(login).await.ok().flatten()
    }

    async fn checkout_of(&self, payment: &Payment) -> Option<Checkout> {
        Checkout::in_background(&self.gateway, &self.shop_of(&payment.shop).await?)
    }

    async fn settlement_of(&self, payment: &Payment) -> Option<Settlement> {
        Settlement::in_background(&self.gateway, &self.shop_of(&payment.shop).await?)
    }

    /// An automatic settlement or deletion.
    async fn act(&self, payment: Payment) -> bool {
        let Some(automatic) = payment.automatic() else { return false };
        let Some(settlement) = self.settlement_of(&payment).await else { return false };
        let id = payment.id.clone();
        let done = settlement.act_by_itself(payment, automatic.act).await;
        done.inspect_err(|error| tracing::error!(payment = id.as_str(), %error, "Automatic operation postponed"))
            .is_ok()
    }

    /// Agreements that Amazon has not been told to close.
    async fn end_agreements(&self) -> usize {
        let (store, now) = (self.gateway.store(), self.gateway.now());
        let leased = async { store.lease_agreements(store.closing_agreements(now, BATCH).await?, now).await };
        let leased = leased.await.unwrap_or_else(|error: store::Error| {
            tracing::error!(%error, "Agreements to be closed could not be read");
            Vec::new()
        });
        let ended = stream::iter(leased).map(async |agreement| {
            let shop = self.shop_of(&agreement.shop).await?;
            Recurrence::in_background(&self.gateway, &shop)?.pursue_end(agreement).await.then_some(())
        });
        ended.buffer_unordered(AT_ONCE).filter_map(std::future::ready).count().await
    }

    /// A visit whose time is over.
    async fn end_session(&self, payment: Payment) -> bool {
        let (id, shop) = (payment.id.clone(), self.shop_of(&payment.shop).await);
        let ended = visit::end(&self.gateway, shop.as_ref(), payment, Ending::TimeOver).await;
        ended.map(|standing| standing.payment.is_final()).unwrap_or_else(|error| {
            tracing::error!(payment = id.as_str(), %error, "An expired visit was not ended");
            false
        })
    }
}

/// A payment that nobody else looks at.
struct Leased {
    asking: Asking,
    payment: Payment,
}

/// For how long Amazon has owed an answer. The clock may have been set back since: then its
/// distance counts, so that no attempt is hidden until the clock has caught up. To look too early,
/// or to give up too early, loses no money.
fn age_ms(payment: &Payment, now: UtcMs) -> i64 {
    let asked_at = payment.unresolved_at().unwrap_or(now);
    now.0.saturating_sub(asked_at.0).saturating_abs()
}
