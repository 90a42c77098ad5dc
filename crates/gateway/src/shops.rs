//! Shops as the doors see them: read once, used for a moment, and kept for when the store does not answer.
//!
//! A copy that is too old is read again by one caller while the others go on with it, so that a slow or silent store
//! never holds up an Encrypt.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use payments::{ShopLogin, UtcMs};
use store::{Shop, Store};

use crate::gateway::Clock;

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct ShopCache {
    store: Store,
    clock: Clock,
    fresh_ms: i64,
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
        ShopCache { store, clock, fresh_ms, kept: RwLock::default() }
    }

    /// The shop of this login, if there is one.
    ///
    /// # Errors
    /// [`NoAnswer`] when the store does not answer and the shop was never read before.
    pub(crate) async fn shop(&self, login: &ShopLogin) -> Result<Option<Arc<Shop>>, NoAnswer> {
        let now = (self.clock)();
        let kept = self.kept(login, now);
        if let Some((shop, true)) = kept {
            return Ok(Some(shop));
        }
        if kept.is_some() {
            self.claim_reading(login, now);
        }
        match tokio::time::timeout(PATIENCE, self.store.shop(login)).await {
            Ok(Ok(read)) => Ok(self.keep(login, read, now)),
            failed => {
                if let Ok(Err(error)) = failed {
                    tracing::warn!(shop = login.as_str(), %error, "the store did not give the shop");
                } else {
                    tracing::warn!(shop = login.as_str(), "the store did not give the shop in time");
                }
                kept.map(|(shop, _)| Some(shop)).ok_or(NoAnswer)
            }
        }
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
