//! How often a shop may call: one that runs wild must not take the others' turn. Counted in memory, by each gateway for itself.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use payments::ShopLogin;

/// The calls of each shop in the last second.
pub(crate) struct Pace(Option<DefaultKeyedRateLimiter<ShopLogin>>);

impl Pace {
    /// So many calls a second, as many at once; nothing: without limit.
    pub(crate) fn of(calls_per_second: Option<NonZeroU32>) -> Pace {
        Pace(calls_per_second.map(|calls| RateLimiter::keyed(Quota::per_second(calls))))
    }

    /// Counts a call of a shop that was let in; whether it may be answered.
    pub(crate) fn allows(&self, shop: &ShopLogin) -> bool {
        self.0.as_ref().is_none_or(|shops| shops.check_key(shop).is_ok())
    }
}
