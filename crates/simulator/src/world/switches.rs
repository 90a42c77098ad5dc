//! Faults as tests switch them while the simulator runs: by any thread, from the next call on,
//! until they are switched off or the simulator is opened again.

use super::World;
use crate::faults::{Bucket, Quota, Trouble};
use crate::ledger::Outcome;

impl World {
    /// Refuses every MWS call for this seller as long as the clock is before `until_ms` (UTC ms);
    /// `i64::MAX`: until [`World::accept_calls`]. Replaces what was switched on for this seller
    /// before.
    pub fn refuse_calls(&self, seller_id: &str, trouble: Trouble, until_ms: i64) {
        self.switches().refuse(seller_id, trouble, until_ms);
    }

    /// Answers the next `calls` MWS calls for this seller with `InputStreamDisconnected`, nothing
    /// being done.
    pub fn cut_off_calls(&self, seller_id: &str, calls: u32) {
        self.switches().cut_off(seller_id, calls);
    }

    /// Ends [`World::refuse_calls`] and [`World::cut_off_calls`] for this seller.
    pub fn accept_calls(&self, seller_id: &str) {
        self.switches().accept(seller_id);
    }

    /// Whether calls beyond Amazon's documented quotas are refused with `RequestThrottled`: a
    /// bucket for each seller, developer, operation and environment. Switched on, every bucket is
    /// full.
    pub fn enforce_quotas(&self, is_on: bool) {
        self.switches().enforce_quotas(is_on);
    }

    /// How captures end from now on that are asked for by `Capture`, by `CaptureNow` or by hand;
    /// none: as the card says. A sandbox note goes before it. Captures that are pending already
    /// stay as they were made.
    pub fn set_capture_outcome(&self, outcome: Option<Outcome>) {
        self.switches().captures = outcome;
    }

    /// How refunds end from now on; none: completed after 30 seconds. A refund is pending at first
    /// in any case.
    pub fn set_refund_outcome(&self, outcome: Option<Outcome>) {
        self.switches().refunds = outcome;
    }

    /// Leaves an order reference out of `ListOrderReference` until this many milliseconds after it
    /// got its `SellerOrderId`; 0: listed at once.
    pub fn set_listing_lag_ms(&self, lag_ms: i64) {
        self.switches().listing_lag_ms = lag_ms;
    }

    /// Switches everything off, for all sellers: refusals, quotas, outcomes, the lag of lists.
    pub fn end_faults(&self) {
        *self.switches() = crate::faults::Switches::default();
    }

    pub(crate) fn trouble(&self, seller_id: &str) -> Option<Trouble> {
        let now = self.now();
        self.switches().trouble(seller_id, now)
    }

    pub(crate) fn take_quota(&self, bucket: Bucket, quota: Quota) -> bool {
        let now = self.now();
        self.switches().take(bucket, quota, now)
    }

    pub(crate) fn capture_outcome(&self) -> Option<Outcome> {
        self.switches().captures
    }

    pub(crate) fn refund_outcome(&self) -> Option<Outcome> {
        self.switches().refunds
    }

    pub(crate) fn listing_lag_ms(&self) -> i64 {
        self.switches().listing_lag_ms
    }
}
