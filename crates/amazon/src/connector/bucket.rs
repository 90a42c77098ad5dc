//! The token bucket of one operation of one seller: what is left in it, and who is next.
//!
//! Not `governor`, which limits the gateway's shops: there, waiting calls have no order and no
//! priority, a bucket cannot be emptied when Amazon throttles all the same, and time is not an
//! argument of ours.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{Clock, Quota};

/// How much longer one request may take to arrive than another, because it has to connect first,
/// for example. The first call after a pause counts as made so much later than it was; otherwise
/// Amazon might find the one that follows a burst too early.
const LATENESS_MS: i64 = 250;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// Somebody waits for the answer.
    Foreground,
    /// Background work: a call steps back behind all of the foreground and leaves it half of the burst.
    Background,
}

/// Calls take their turns in the order in which they came, those of the foreground first.
#[derive(Debug)]
pub(super) struct Bucket {
    quota: Quota,
    level: Mutex<Level>,
    /// The holder of the lock is the first of its queue. Tokio's mutex is fair, and a caller that
    /// stops waiting loses its place in it.
    foreground: tokio::sync::Mutex<()>,
    background: tokio::sync::Mutex<()>,
    foreground_calls: AtomicU32,
}

impl Bucket {
    pub(super) fn new(quota: Quota) -> Bucket {
        Bucket {
            quota: Quota { burst: quota.burst.max(1), ..quota },
            level: Mutex::default(),
            foreground: tokio::sync::Mutex::default(),
            background: tokio::sync::Mutex::default(),
            foreground_calls: AtomicU32::new(0),
        }
    }

    /// Waits for a turn and takes it. To drop it is to leave the queue.
    pub(super) async fn take(&self, priority: Priority, clock: &Clock) {
        let (queue, _counted) = match priority {
            Priority::Foreground => (&self.foreground, Some(Counted::among(&self.foreground_calls))),
            Priority::Background => (&self.background, None),
        };
        let _first = queue.lock().await;
        while let Err(wait_ms) = self.try_take(priority, clock()) {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    }

    /// Takes a turn, or says after how many milliseconds to look again.
    fn try_take(&self, priority: Priority, now_ms: i64) -> Result<(), u64> {
        let reserve = match priority {
            Priority::Foreground => 0,
            Priority::Background if self.foreground_calls.load(Ordering::Relaxed) > 0 => {
                return Err(self.quota.restore_ms.max(1).into());
            }
            Priority::Background => self.quota.burst / 2,
        };
        self.level().take(self.quota, reserve, now_ms)
    }

    /// Amazon throttles: what seemed to be left is not.
    pub(super) fn drain(&self, now_ms: i64) {
        *self.level() = Level { spent_ms: self.quota.whole_ms(), restored_to_ms: now_ms };
    }

    /// Whether a new bucket would be the same.
    pub(super) fn is_full(&self, now_ms: i64) -> bool {
        let mut level = self.level();
        level.restore(now_ms);
        level.spent_ms == 0
    }

    fn level(&self) -> MutexGuard<'_, Level> {
        self.level.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is spent of a quota, in milliseconds until it is restored.
///
/// The wall clock may jump. Set back, it costs what would have been restored up to the jump; set
/// ahead, everything is restored.
#[derive(Debug, Default)]
struct Level {
    spent_ms: i64,
    /// At most [`LATENESS_MS`] ahead of the clock.
    restored_to_ms: i64,
}

impl Level {
    /// Takes a turn if `reserve` further ones are left after it; otherwise the milliseconds until
    /// there is one.
    fn take(&mut self, quota: Quota, reserve: u32, now_ms: i64) -> Result<(), u64> {
        self.restore(now_ms);
        let restore_ms = i64::from(quota.restore_ms);
        let wanted_ms = restore_ms.saturating_mul(1 + i64::from(reserve));
        let missing_ms = self.spent_ms.saturating_add(wanted_ms).saturating_sub(quota.whole_ms());
        if missing_ms > 0 {
            let ahead_ms = self.restored_to_ms.saturating_sub(now_ms).max(0);
            return Err(missing_ms.saturating_add(ahead_ms).unsigned_abs());
        }
        if self.spent_ms == 0 {
            self.restored_to_ms = now_ms.saturating_add(LATENESS_MS);
        }
        self.spent_ms += restore_ms;
        Ok(())
    }

    fn restore(&mut self, now_ms: i64) {
        let is_set_back = self.restored_to_ms > now_ms.saturating_add(LATENESS_MS);
        if is_set_back {
            self.restored_to_ms = now_ms;
        }
        let passed_ms = now_ms.saturating_sub(self.restored_to_ms).max(0);
        self.spent_ms = self.spent_ms.saturating_sub(passed_ms).max(0);
        self.restored_to_ms = self.restored_to_ms.max(now_ms);
    }
}

impl Quota {
    /// How long an empty bucket takes to fill.
    fn whole_ms(self) -> i64 {
        i64::from(self.burst).saturating_mul(self.restore_ms.into())
    }
}

/// One more of these calls, until it is dropped.
struct Counted<'c>(&'c AtomicU32);

impl Counted<'_> {
    fn among(calls: &AtomicU32) -> Counted<'_> {
        calls.fetch_add(1, Ordering::Relaxed);
        Counted(calls)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVE: Quota = Quota { burst: 10, restore_ms: 1_000 };
    const HOUR_MS: i64 = 60 * 60 * 1000;
    const START_MS: i64 = 1_774_001_472_000;

    fn burst(level: &mut Level, reserve: u32, now_ms: i64) -> usize {
        (0..100).take_while(|_| level.take(LIVE, reserve, now_ms).is_ok()).count()
    }

    #[test]
    fn bucket_allows_its_burst_and_then_its_rate() {
        let mut level = Level::default();
        assert_eq!(burst(&mut level, 0, START_MS), 10);
        assert_eq!(level.take(LIVE, 0, START_MS), Err(1_250));
        assert_eq!(level.take(LIVE, 0, START_MS + 1_249), Err(1));
        assert_eq!(level.take(LIVE, 0, START_MS + 1_250), Ok(()));
        assert_eq!(level.take(LIVE, 0, START_MS + 1_250), Err(1_000));
        assert_eq!(burst(&mut level, 0, START_MS + HOUR_MS), 10, "and never more than its burst");
    }

    /// However the requests of a busy hour are delayed on their way, Amazon's own bucket takes each
    /// of them.
    #[test]
    fn amazon_takes_every_call_that_this_bucket_allows() {
        let (mut level, mut sent) = (Level::default(), Vec::new());
        let mut dice = 7_u64;
        let mut roll = |sides: u64| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((dice >> 33) % sides).expect("small")
        };
        let mut now_ms = START_MS;
        while now_ms < START_MS + HOUR_MS {
            if level.take(LIVE, 0, now_ms).is_ok() {
                sent.push(now_ms);
            } else {
                now_ms += 1 + roll(400);
            }
            if roll(40) == 0 {
                now_ms += roll(20_000);
            }
        }
        assert!(sent.len() > 1_000, "{} calls", sent.len());
        let mut arrived: Vec<i64> = sent.iter().map(|sent_ms| sent_ms + roll(LATENESS_MS.unsigned_abs())).collect();
        arrived.sort_unstable();
        let (mut spent_ms, mut before_ms) = (0, START_MS);
        for arrived_ms in arrived {
            spent_ms = (spent_ms - (arrived_ms - before_ms)).max(0) + 1_000;
            before_ms = arrived_ms;
            assert!(spent_ms <= 10_000, "throttled at {arrived_ms}");
        }
    }

    #[test]
    fn reserve_is_left() {
        let mut level = Level::default();
        assert_eq!(burst(&mut level, 5, START_MS), 5);
        assert_eq!(burst(&mut level, 0, START_MS), 5);
    }

    #[test]
    fn clock_set_back_restores_nothing_and_stops_nothing() {
        let mut level = Level::default();
        burst(&mut level, 0, START_MS);
        let earlier_ms = START_MS - 24 * HOUR_MS;
        assert_eq!(level.take(LIVE, 0, earlier_ms), Err(1_000));
        assert_eq!(level.take(LIVE, 0, earlier_ms + 1_000), Ok(()));
        assert_eq!(burst(&mut level, 0, earlier_ms + 1_000), 0);
    }

    #[test]
    fn clock_far_ahead_restores_one_burst_and_may_come_back() {
        let mut level = Level::default();
        burst(&mut level, 0, START_MS);
        for far_ms in [START_MS + 365 * 24 * HOUR_MS, i64::MAX] {
            assert_eq!(burst(&mut level, 0, far_ms), 10);
            assert_eq!(burst(&mut level, 0, START_MS), 0);
            assert_eq!(burst(&mut level, 0, START_MS + 5_000), 5);
        }
    }

    #[test]
    fn drained_bucket_allows_one_call_after_its_rate() {
        let bucket = Bucket::new(LIVE);
        bucket.drain(START_MS);
        assert_eq!(bucket.try_take(Priority::Foreground, START_MS), Err(1_000));
        assert_eq!(bucket.try_take(Priority::Foreground, START_MS + 1_000), Ok(()));
        assert_eq!(bucket.try_take(Priority::Foreground, START_MS + 1_000), Err(1_000));
    }

    #[test]
    fn burst_of_one_serves_the_background_too() {
        let bucket = Bucket::new(Quota { burst: 0, restore_ms: 2_000 });
        assert_eq!(bucket.try_take(Priority::Background, START_MS), Ok(()), "0 counts as 1");
        assert_eq!(bucket.try_take(Priority::Background, START_MS), Err(2_250));
    }
}
