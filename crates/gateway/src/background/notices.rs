//! Tells shops the outcomes: GET of the shop's URL with `a` and `b`, until it is heard or 48 hours
//! are over.
//!
//! What is owed is a row in the store, committed with the change that it tells of. Here it is
//! leased, tried without any lock held, and the try recorded. A process that dies in between leaves
//! a lease that runs out, and the notice is tried again: delivery is at-least-once.

mod attempt;
mod messenger;
mod schedule;

use std::time::Duration;

use payments::UtcMs;
use store::NoticeRound;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Gateway;
use crate::settings::Settings;

pub(crate) use messenger::messenger;

/// A lease outlives the try by this much.
const LEASE_MARGIN_MS: i64 = 30_000;
const PAUSE_MIN: Duration = Duration::from_millis(100);
/// A notice that another gateway leaves behind, and one that an answer was to take the place of, wake nothing here.
const PAUSE_MAX: Duration = Duration::from_secs(5);
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
const DRAIN_PATIENCE: Duration = Duration::from_secs(35);

pub struct Notices {
    gateway: Gateway,
}

impl Notices {
    pub(crate) fn of(gateway: Gateway) -> Notices {
        Notices { gateway }
    }

    /// Has the background look for due notices now.
    pub fn wake(&self) {
        self.gateway.wake_notices();
    }

    /// When the next notice is due; none when nothing is owed, or all that is owed is being tried.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn next_due(&self) -> Result<Option<UtcMs>, store::Error> {
        next_due(&self.gateway).await
    }

    /// Tries everything that is due now, and waits until each try has ended. Says how many tries were made.
    ///
    /// # Errors
    /// The store does not answer; what was tried by then is recorded as far as possible.
    pub async fn deliver_due(&self) -> Result<usize, store::Error> {
        let mut in_flight = Tries::default();
        let mut tried = 0;
        loop {
            tried += in_flight.begin(&self.gateway).await?;
            if in_flight.ended().await.is_none() {
                return Ok(tried);
            }
        }
    }
}

/// Delivers until told to stop, then lets what is under way end.
pub(crate) async fn run(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    let mut in_flight = Tries::default();
    while !*stopped.borrow() {
        let pause = match in_flight.begin(gateway).await {
            Ok(_) => pause(gateway).await,
            Err(error) => Err(error),
        };
        let pause = pause.unwrap_or_else(|error| {
            tracing::error!(%error, "Reading due notices failed");
            PAUSE_AFTER_FAILURE
        });
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => {}
            () = gateway.notices_wake().notified() => {}
            Some(()) = in_flight.ended() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    let drained = async { while in_flight.ended().await.is_some() {} };
    if tokio::time::timeout(DRAIN_PATIENCE, drained).await.is_err() {
        tracing::warn!("Notices cut short by the shutdown; they will be tried again");
    }
}

/// Until the next notice is due.
async fn pause(gateway: &Gateway) -> Result<Duration, store::Error> {
    let Some(due) = next_due(gateway).await? else { return Ok(PAUSE_MAX) };
    let wait_ms = due.0.saturating_sub(gateway.now().0);
    Ok(Duration::from_millis(u64::try_from(wait_ms).unwrap_or(0)).clamp(PAUSE_MIN, PAUSE_MAX))
}

async fn next_due(gateway: &Gateway) -> Result<Option<UtcMs>, store::Error> {
    let now = gateway.now();
    gateway.store().next_notice_due(now, now.plus_ms(longest_wait_ms(gateway.settings()))).await
}

fn lease_ms(settings: &Settings) -> i64 {
    settings.notice_timeout_ms.saturating_add(LEASE_MARGIN_MS)
}

/// No notice waits for longer, even if the clocks of two gateways differ a little: that is why the waits are added up.
fn longest_wait_ms(settings: &Settings) -> i64 {
    let waits_ms = [settings.notice_schedule.longest_pause_ms(), lease_ms(settings), settings.answer_patience_ms];
    waits_ms.into_iter().fold(0, i64::saturating_add)
}

/// The tries that have begun and not ended.
#[derive(Default)]
struct Tries {
    tries: JoinSet<()>,
}

impl Tries {
    /// Begins what is due, as far as there is room; says how many tries began.
    async fn begin(&mut self, gateway: &Gateway) -> Result<usize, store::Error> {
        let settings = gateway.settings();
        let in_flight = u32::try_from(self.tries.len()).unwrap_or(u32::MAX);
        let room = settings.notices_max.saturating_sub(in_flight);
        if room == 0 {
            return Ok(0);
        }
        let now = gateway.now();
        let round = NoticeRound {
            now,
            until: now.plus_ms(lease_ms(settings)),
            latest: now.plus_ms(longest_wait_ms(settings)),
            per_shop: settings.notices_per_shop_max,
            limit: room,
        };
        let due = gateway.store().lease_notices(&round).await?;
        let begun = due.len();
        for notice in due {
            let gateway = gateway.clone();
            self.tries.spawn(async move { attempt::attempt(&gateway, &notice).await });
        }
        Ok(begun)
    }

    /// Waits for one try to end; nothing when none is under way.
    async fn ended(&mut self) -> Option<()> {
        let ended = self.tries.join_next().await?;
        if let Err(error) = ended {
            tracing::error!(%error, "Notice task panicked; its lease will run out");
        }
        Some(())
    }
}
