//! What of an order is promised, taken and given back: the sums by which limits are kept.

use super::object::{Authorization, Capture, OrderReference, Reason, State};
use super::tables::Tables;

impl Tables {
    /// Whether an authorization counts against the total: its money is promised, asked for, or
    /// taken. One whose only capture was declined after all counts no more.
    pub fn holds_money(&self, authorization: &Authorization) -> bool {
        let standing = &authorization.standing;
        match standing.state {
            State::Pending | State::Open => true,
            _ => {
                standing.is(State::Closed, Reason::MaxCapturesProcessed)
                    && self.captured(authorization).next().is_some()
            }
        }
    }

    /// Captures of an authorization that took money or may yet.
    pub fn captured<'t>(&'t self, authorization: &'t Authorization) -> impl Iterator<Item = &'t Capture> {
        let captures = authorization.captures.iter().filter_map(|id| self.captures.get(id));
        captures.filter(|capture| capture.standing.state != State::Declined)
    }

    /// Captures of an order that took money or may yet.
    pub fn captures_of<'t>(&'t self, order: &'t OrderReference) -> impl Iterator<Item = &'t Capture> {
        let authorizations = order.authorizations.iter().filter_map(|id| self.authorizations.get(id));
        authorizations.flat_map(|authorization| self.captured(authorization))
    }

    /// Minor units of a capture that were given back or are about to be.
    pub fn refunded(&self, capture: &Capture) -> i64 {
        let refunds = capture.refunds.iter().filter_map(|id| self.refunds.get(id));
        refunds.filter(|refund| refund.standing.state != State::Declined).map(|refund| refund.amount.minor).sum()
    }

    /// Minor units of a capture that were not given back and are not about to be.
    pub fn left_of(&self, capture: &Capture) -> i64 {
        (capture.amount.minor - self.refunded(capture)).max(0)
    }
}
