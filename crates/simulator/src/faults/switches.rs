//! Faults that are switched on and off while the simulator runs. None of them is kept in the file.

use std::collections::HashMap;

use super::quota::{Bucket, Quota, Quotas};
use crate::ledger::Outcome;

/// Why every MWS call for a seller is refused, nothing being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 401: as if the seller had taken the permission back.
    AccessDenied,
    /// 403: the seller's account is not active.
    InvalidAccountStatus,
    /// 403: as if the secret key were wrong.
    SignatureDoesNotMatch,
    /// 400 `InvalidParameterValue` that names the timestamp: as if the caller's clock were wrong.
    Clock,
    /// 400 `InputStreamDisconnected`: the request was cut off on its way.
    CutOff,
}

/// What is switched on now.
#[derive(Default)]
pub struct Switches {
    /// By seller, until an instant, UTC ms.
    refused: HashMap<String, (Trouble, i64)>,
    /// By seller: how many calls are still to be cut off.
    cut_off: HashMap<String, u32>,
    /// None: not enforced.
    quotas: Option<Quotas>,
    /// None: the card decides.
    pub captures: Option<Outcome>,
    /// None: completed half a minute later.
    pub refunds: Option<Outcome>,
    /// How long a numbered order is missing from lists, ms.
    pub listing_lag_ms: i64,
}

impl Switches {
    pub fn refuse(&mut self, seller_id: &str, trouble: Trouble, until: i64) {
        self.refused.insert(seller_id.to_owned(), (trouble, until));
    }

    pub fn accept(&mut self, seller_id: &str) {
        self.refused.remove(seller_id);
        self.cut_off.remove(seller_id);
    }

    pub fn cut_off(&mut self, seller_id: &str, calls: u32) {
        self.cut_off.insert(seller_id.to_owned(), calls);
    }

    /// Switched on, all buckets are full.
    pub fn enforce_quotas(&mut self, is_on: bool) {
        self.quotas = is_on.then(Quotas::default);
    }

    /// The trouble that a call meets; counts a call that is cut off.
    pub fn trouble(&mut self, seller_id: &str, now: i64) -> Option<Trouble> {
        if let Some(left) = self.cut_off.get_mut(seller_id).filter(|left| **left > 0) {
            *left -= 1;
            return Some(Trouble::CutOff);
        }
        self.refused.get(seller_id).filter(|(_, until)| now < *until).map(|(trouble, _)| *trouble)
    }

    /// Takes a request from a bucket; false when the quota is enforced and used up.
    pub fn take(&mut self, bucket: Bucket, quota: Quota, now: i64) -> bool {
        self.quotas.as_mut().is_none_or(|quotas| quotas.take(bucket, quota, now))
    }
}
