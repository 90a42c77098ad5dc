//! Leaky buckets: one for each seller, developer, operation and environment. They run by the
//! world's clock.

use std::collections::HashMap;

/// Which kind of quota an operation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    /// Operations that change something.
    Change,
    /// Operations that read an object.
    Read,
    /// `GetServiceStatus`.
    Status,
    /// No quota is known.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// For whom the call is.
    pub seller_id: String,
    pub developer_id: String,
    pub action: &'static str,
    pub is_sandbox: bool,
}

/// All buckets that were ever used.
#[derive(Default)]
pub struct Quotas {
    /// How full each is, in milliseconds until it is empty, and when that was.
    levels: HashMap<Bucket, (i64, i64)>,
}

impl Quota {
    /// Most requests at once, and milliseconds until one more is allowed.
    const fn limits(self, is_sandbox: bool) -> Option<(i64, i64)> {
        match (self, is_sandbox) {
            (Quota::Change, false) => Some((10, 1_000)),
            (Quota::Change, true) => Some((2, 2_000)),
            (Quota::Read, false) => Some((20, 500)),
            (Quota::Read, true) => Some((5, 1_000)),
            (Quota::Status, _) => Some((2, 300_000)),
            (Quota::Unknown, _) => None,
        }
    }
}

impl Quotas {
    /// Takes one request from a bucket; false when there is none left.
    pub fn take(&mut self, bucket: Bucket, quota: Quota, now: i64) -> bool {
        let Some((burst, restore_ms)) = quota.limits(bucket.is_sandbox) else { return true };
        let (level, at) = self.levels.entry(bucket).or_insert((0, now));
        let left = (*level - (now - *at).max(0)).max(0);
        let allowed = left + restore_ms <= burst * restore_ms;
        *level = if allowed { left + restore_ms } else { left };
        *at = now;
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(action: &'static str, is_sandbox: bool) -> Bucket {
        Bucket { seller_id: "A1".into(), developer_id: "1".into(), action, is_sandbox }
    }

    #[test]
    fn a_bucket_allows_its_burst_and_then_its_rate() {
        let mut quotas = Quotas::default();
        let mut take = |now| quotas.take(bucket("Authorize", true), Quota::Change, now);
        assert!(take(0) && take(0));
        assert!(!take(0) && !take(1_999));
        assert!(take(2_000));
        assert!(!take(2_001));
        assert!(take(1_000_000) && take(1_000_000) && !take(1_000_000));
    }

    #[test]
    fn buckets_are_apart() {
        let mut quotas = Quotas::default();
        for _ in 0..2 {
            assert!(quotas.take(bucket("Authorize", true), Quota::Change, 0));
        }
        assert!(!quotas.take(bucket("Authorize", true), Quota::Change, 0));
        assert!(quotas.take(bucket("Authorize", false), Quota::Change, 0));
        assert!(quotas.take(bucket("Capture", true), Quota::Change, 0));
        assert!(quotas.take(Bucket { seller_id: "A2".into(), ..bucket("Authorize", true) }, Quota::Change, 0));
    }
}
