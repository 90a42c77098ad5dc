//! How often a shop may call: one that runs wild must not take the others' turn. Counted in memory, by each gateway for itself.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use payments::ShopLogin;

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
