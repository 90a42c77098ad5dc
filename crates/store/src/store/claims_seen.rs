//! The identifiers that this process has lately seen claimed: so that who only wants to warn need
//! not read the database.
//!
//! Knowing one is a hint to look. Not knowing one says nothing: another process, or an earlier one,
//! may have claimed it, and the database refuses a second claim in any case. Identifiers are never
//! given back, so nothing here grows untrue.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{PoisonError, RwLock};

use payments::{ShopLogin, ShopTransactionId};

/// About two megabytes.
const KEPT: usize = 1 << 16;

/// Identifiers seen claimed, the oldest forgotten first.
#[derive(Debug, Default)]
pub(super) struct ClaimsSeen {
    hasher: RandomState,
    seen: RwLock<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    hashes: HashSet<u64>,
    oldest_first: VecDeque<u64>,
}

impl ClaimsSeen {
    /// From now on this identifier is known.
    pub(super) fn remember(&self, shop: &ShopLogin, id: &ShopTransactionId) {
        let hash = self.hasher.hash_one((shop, id));
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if !seen.hashes.insert(hash) {
            return;
        }
        seen.oldest_first.push_back(hash);
        if seen.oldest_first.len() > KEPT
            && let Some(oldest) = seen.oldest_first.pop_front()
        {
            seen.hashes.remove(&oldest);
        }
    }

    /// Whether this identifier was seen; now and then also of one that was not.
    pub(super) fn may_know(&self, shop: &ShopLogin, id: &ShopTransactionId) -> bool {
        let hash = self.hasher.hash_one((shop, id));
        self.seen.read().unwrap_or_else(PoisonError::into_inner).hashes.contains(&hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_known_and_memory_is_bounded() {
        let shop = ShopLogin::new("GESPAY00001").expect("a login");
        let other = ShopLogin::new("GESPAY00002").expect("a login");
        let id = |n: usize| ShopTransactionId::new(format!("ORDER-{n}")).expect("an identifier");
        let claims = ClaimsSeen::default();
        for n in 0..=KEPT {
            claims.remember(&shop, &id(n));
            claims.remember(&shop, &id(n));
        }
        assert!(claims.may_know(&shop, &id(1)) && claims.may_know(&shop, &id(KEPT)));
        assert!(!claims.may_know(&shop, &id(0)), "the oldest made room");
        assert!(!claims.may_know(&other, &id(KEPT)), "another shop's identifier is another one");
        assert_eq!(claims.seen.read().expect("a lock").hashes.len(), KEPT);
    }
}
