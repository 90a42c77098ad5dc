//! What the storm's auditor takes from a charge in Amazon's ledger.

use testkit::ledger::Charge;

/// What becomes of a charge when everything may go wrong.
pub trait Judged {
    /// Whether the seller had a hand in it.
    fn is_touched(&self) -> bool;

    /// Whether Amazon has ever promised the money; what was voided before anybody was told counts as never promised.
    fn is_approved(&self) -> bool;

    /// Whether Amazon has let go of it because it was not used in time.
    fn has_expired(&self) -> bool;

    /// Whether it is over with nothing taken, because it expired, its capture was declined, or the
    /// seller has ended it: the buyer has his money, and a KO is true.
    fn was_let_go(&self) -> bool;
}

impl Judged for Charge {
    fn is_touched(&self) -> bool {
        self.is_ended_by_hand || self.captured_by_hand_minor > 0 || self.refunded_by_hand_minor > 0
    }

    fn is_approved(&self) -> bool {
        let was_voided = self.captured_minor == 0
            && !self.is_ended_by_hand
            && self.reason.as_deref() == Some("OrderReferenceCanceled");
        matches!(self.state.as_str(), "Open" | "Closed") && !was_voided
    }

    fn has_expired(&self) -> bool {
        self.reason.as_deref() == Some("ExpiredUnused")
    }

    fn was_let_go(&self) -> bool {
        let is_ended = self.has_expired() || self.has_declined_capture || self.is_ended_by_hand;
        self.captured_minor == 0 && !self.is_open() && is_ended
    }
}
