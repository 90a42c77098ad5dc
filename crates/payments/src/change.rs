//! What a move leaves behind: the only thing that the store accepts.

use crate::ids::UtcMs;
use crate::outcome::Outcome;
use crate::payment::{Payment, Stage};

/// A payment's new value, the event that tells of the move, and the notice owed for it: committed together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    payment: Payment,
    event: Event,
    notice: Option<Outcome>,
    order_details: Option<String>,
}

/// One line of a payment's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The payment's version after the move; counts from 1 without gaps.
    pub version: i64,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub at: UtcMs,
}

/// What can happen to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The buyer opened the page.
    Opened,
    /// The buyer pressed pay.
    Confirming,
    /// An attempt was recorded.
    Asked,
    /// An attempt came to nothing and the buyer may try again, with another card when his was declined.
    Declined,
    /// Amazon authorized.
    Paid,
    /// Refused for good.
    Refused,
    /// The buyer gave up.
    Abandoned,
    /// The visit ended while another one held the shop's identifier; the shop is not told.
    SteppedAside,
}

impl Change {
    pub(crate) fn first(payment: Payment) -> Self {
        Change::of(payment, EventKind::Opened)
    }

    pub(crate) fn next(payment: Payment, kind: EventKind) -> Self {
        Change::of(payment, kind)
    }

    fn of(payment: Payment, kind: EventKind) -> Self {
        let event = Event { version: payment.version, kind, at: payment.changed_at };
        let notice = Outcome::of(&payment).filter(|_| kind != EventKind::SteppedAside);
        Change { payment, event, notice, order_details: None }
    }

    /// Adds Amazon's order reference details (XML without namespace) to what is committed.
    #[must_use]
    pub fn with_order_details(mut self, xml: Option<String>) -> Self {
        self.order_details = xml;
        self
    }

    /// The payment after the move.
    #[must_use]
    pub fn payment(&self) -> &Payment {
        &self.payment
    }

    /// The payment after the move, when the change itself is no longer needed.
    #[must_use]
    pub fn into_payment(self) -> Payment {
        self.payment
    }

    /// What happened.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// What the shop must be told, when the move is one it must hear of.
    #[must_use]
    pub fn notice(&self) -> Option<&Outcome> {
        self.notice.as_ref()
    }

    /// Amazon's order reference details, when this change brings them.
    #[must_use]
    pub fn order_details(&self) -> Option<&str> {
        self.order_details.as_deref()
    }

    /// Whether this change takes the shop's transaction identifier: true of the first attempt.
    #[must_use]
    pub fn claims_transaction(&self) -> bool {
        matches!(self.payment.stage, Stage::Authorizing { .. }) && self.payment.attempts == 1
    }
}
