//! How often a shop may call, and how often a visit to the page may cause calls to Amazon: one that
//! runs wild must not take the others' turn. Counted in memory, by each gateway for itself.

use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use payments::{Payment, ShopLogin, UtcMs};

use crate::settings::Limits;

/// Both rates. Counting begins anew when their limits change.
pub(crate) struct Rates {
    limits: Limits,
    pub(crate) shops: ShopRate,
    pub(crate) visits: VisitPace,
}

impl Rates {
    pub(crate) fn of(limits: Limits) -> Rates {
        Rates { limits, shops: ShopRate::of(limits.calls_per_second), visits: VisitPace::of(limits) }
    }

    pub(crate) fn are_of(&self, limits: Limits) -> bool {
        self.limits == limits
    }
}

/// The calls of each shop in the last second.
pub(crate) struct ShopRate(Option<DefaultKeyedRateLimiter<ShopLogin>>);

impl ShopRate {
    /// So many calls a second, as many at once; nothing: without limit.
    pub(crate) fn of(calls_per_second: Option<NonZeroU32>) -> ShopRate {
        ShopRate(calls_per_second.map(|calls| RateLimiter::keyed(Quota::per_second(calls))))
    }

    /// Counts a call of a shop that was let in.
    ///
    /// # Errors
    /// The shop calls too often; after so long it may call again.
    pub(crate) fn check(&self, shop: &ShopLogin) -> Result<(), Duration> {
        let Some(shops) = &self.0 else { return Ok(()) };
        shops.check_key(shop).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }
}

/// Half a megabyte for any number of visits. Two visits on one place share its rate, which is wide enough for both.
const PLACES: usize = 1 << 16;

/// The rate of each visit (GCRA, a leaky bucket kept as one number): a place holds the instant at
/// which its next call would be due if calls came evenly; a burst may run ahead of it. On the
/// gateway's own clock, so not by governor, which keeps one of its own.
pub(crate) struct VisitPace {
    hasher: RandomState,
    places: Vec<AtomicI64>,
    pause_ms: i64,
    burst_ms: i64,
}

impl VisitPace {
    pub(crate) fn of(limits: Limits) -> VisitPace {
        let calls = limits.visit_calls_at_once.map(|calls| i64::from(calls.get()));
        let places = if calls.is_some() { PLACES } else { 0 };
        VisitPace {
            hasher: RandomState::new(),
            places: std::iter::repeat_with(|| AtomicI64::new(0)).take(places).collect(),
            pause_ms: limits.visit_pause_ms,
            burst_ms: limits.visit_pause_ms.saturating_mul(calls.unwrap_or_default()),
        }
    }

    /// Counts a call to Amazon for this visit; whether it may be made now.
    pub(crate) fn allows(&self, visit: &Payment, now: UtcMs) -> bool {
        let Some(place) = self.place_of(visit) else { return true };
        let counted = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |due| {
            // Further ahead than a burst: written before the clock was set back.
            let due = if due.saturating_sub(now.0) > self.burst_ms { now.0 } else { due.max(now.0) };
            let next = due.saturating_add(self.pause_ms);
            (next.saturating_sub(now.0) <= self.burst_ms).then_some(next)
        });
        counted.is_ok()
    }

    fn place_of(&self, visit: &Payment) -> Option<&AtomicI64> {
        let places = u64::try_from(self.places.len()).ok().filter(|places| *places > 0)?;
        let place = self.hasher.hash_one((&visit.shop, &visit.id)) % places;
        self.places.get(usize::try_from(place).ok()?)
    }
}
