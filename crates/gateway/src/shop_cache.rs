//! Shops as the doors see them: read once, used for a moment, and kept for when the store does not answer.
//!
//! A copy that is too old is read again by one caller while the others go on with it, so that a slow or silent store
//! never holds up an Encrypt.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use payments::{ShopLogin, UtcMs};
use store::{Shop, Store};

use crate::ports::Clock;
use crate::sampled::sampled;

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct ShopCache {
    store: Store,
    clock: Clock,
    fresh_ms: i64,
    patience: Duration,
    kept: RwLock<HashMap<ShopLogin, Kept>>,
}

struct Kept {
    shop: Arc<Shop>,
    read_at: UtcMs,
}

/// Neither the store nor memory knows whether there is such a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store does not answer")]
pub(crate) struct NoAnswer;

impl ShopCache {
    pub(crate) fn new(store: Store, clock: Clock, fresh_ms: i64) -> Self {
        ShopCache { store, clock, fresh_ms, patience: PATIENCE, kept: RwLock::default() }
    }

    /// The shop of this login, if there is one.
    ///
    /// # Errors
    /// [`NoAnswer`] when the store does not answer and the shop was never read before.
    pub(crate) async fn shop(&self, login: &ShopLogin) -> Result<Option<Arc<Shop>>, NoAnswer> {
        self.shop_or(login, self.store.shop(login)).await
    }

    /// The fresh copy, or what `read` says, or, when it says nothing, the old copy.
    async fn shop_or(
        &self,
        login: &ShopLogin,
        read: impl Future<Output = Result<Option<Shop>, store::Error>>,
    ) -> Result<Option<Arc<Shop>>, NoAnswer> {
        let now = (self.clock)();
        let kept = self.kept(login, now);
        if let Some((shop, true)) = kept {
            return Ok(Some(shop));
        }
        if kept.is_some() {
            self.claim_reading(login, now);
        }
        let shop = login.as_str();
        match tokio::time::timeout(self.patience, read).await {
            Ok(Ok(read)) => return Ok(self.keep(login, read, now)),
            Ok(Err(error)) => sampled!(warn, shop, %error, "The shop could not be read"),
            Err(_) => sampled!(warn, shop, "Reading the shop timed out"),
        }
        kept.map(|(shop, _)| Some(shop)).ok_or(NoAnswer)
    }

    /// The copy in memory, and whether it is fresh.
    fn kept(&self, login: &ShopLogin, now: UtcMs) -> Option<(Arc<Shop>, bool)> {
        let shops = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let kept = shops.get(login)?;
        let age_ms = now.0.saturating_sub(kept.read_at.0);
        Some((Arc::clone(&kept.shop), (0..self.fresh_ms).contains(&age_ms)))
    }

    fn claim_reading(&self, login: &ShopLogin, now: UtcMs) {
        let mut shops = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = shops.get_mut(login) {
            kept.read_at = now;
        }
    }

    fn keep(&self, login: &ShopLogin, read: Option<Shop>, now: UtcMs) -> Option<Arc<Shop>> {
        let mut shops = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let Some(shop) = read.map(Arc::new) else {
            shops.remove(login);
            return None;
        };
        shops.insert(login.clone(), Kept { shop: Arc::clone(&shop), read_at: now });
        Some(shop)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    fn cache(now: &Arc<AtomicI64>) -> ShopCache {
        let now = Arc::clone(now);
        let clock: Clock = Arc::new(move || UtcMs(now.load(Ordering::Relaxed)));
        ShopCache::new(Store::open_in_memory().expect("a store in memory"), clock, 2_000)
    }

    fn shop(name: &str) -> Shop {
        Shop::new(ShopLogin::new("GESPAY00001").expect("a login"), name)
    }

    async fn name(cache: &ShopCache, read: Result<Option<Shop>, store::Error>) -> Result<Option<String>, NoAnswer> {
        let login = shop("").login;
        Ok(cache.shop_or(&login, ready(read)).await?.map(|shop| shop.name.clone()))
    }

    #[tokio::test]
    async fn a_fresh_copy_is_used_and_an_old_one_is_read_again() {
        let now = Arc::new(AtomicI64::new(0));
        let cache = cache(&now);
        assert_eq!(name(&cache, Ok(Some(shop("first")))).await, Ok(Some("first".into())));
        now.store(1_999, Ordering::Relaxed);
        assert_eq!(name(&cache, Ok(Some(shop("second")))).await, Ok(Some("first".into())));
        now.store(2_000, Ordering::Relaxed);
        assert_eq!(name(&cache, Ok(Some(shop("second")))).await, Ok(Some("second".into())));
        now.store(4_000, Ordering::Relaxed);
        assert_eq!(name(&cache, Ok(None)).await, Ok(None), "the shop is gone");
    }

    #[tokio::test]
    async fn the_old_copy_serves_while_the_store_fails() {
        let now = Arc::new(AtomicI64::new(0));
        let cache = cache(&now);
        assert_eq!(name(&cache, Err(store::Error::Closed)).await, Err(NoAnswer));
        assert_eq!(name(&cache, Ok(Some(shop("first")))).await, Ok(Some("first".into())));
        now.store(3_600_000, Ordering::Relaxed);
        assert_eq!(name(&cache, Err(store::Error::Closed)).await, Ok(Some("first".into())));
    }

    #[tokio::test]
    async fn one_caller_reads_again_and_the_others_do_not_wait() {
        let now = Arc::new(AtomicI64::new(0));
        let cache = cache(&now);
        assert_eq!(name(&cache, Ok(Some(shop("first")))).await, Ok(Some("first".into())));
        now.store(5_000, Ordering::Relaxed);
        let login = shop("").login;
        let reading = cache.shop_or(&login, pending());
        tokio::pin!(reading);
        tokio::select! {
            biased;
            _ = &mut reading => panic!("the store never answers"),
            second = name(&cache, Err(store::Error::Closed)) => assert_eq!(second, Ok(Some("first".into()))),
        }
    }

    #[tokio::test]
    async fn a_silent_store_is_not_waited_for() {
        let now = Arc::new(AtomicI64::new(0));
        let cache = ShopCache { patience: Duration::from_millis(1), ..cache(&now) };
        assert_eq!(name(&cache, Ok(Some(shop("first")))).await, Ok(Some("first".into())));
        now.store(5_000, Ordering::Relaxed);
        let served = cache.shop_or(&shop("").login, pending()).await;
        assert_eq!(served.map(|shop| shop.map(|shop| shop.name.clone())), Ok(Some("first".into())));
    }
}
