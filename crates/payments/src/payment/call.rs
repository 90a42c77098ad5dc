//! A shop's call to charge, up to its first attempt.
//!
//! A shop that is told that nothing was done charges again, often under another identifier. So
//! before it is told, the call is recorded as turned away: an attempt of the same call that began
//! before, in another gateway perhaps, then finds another version than it has read and cannot be
//! recorded any more. The same call made later begins from there.

use crate::change::{Change, EventKind, OrderClaim};
use crate::ids::{PaymentId, ShopLogin, UtcMs};
use crate::order::{Order, Origin};
use crate::outcome::Reason;
use crate::payment::{Payment, Refusal, Stage, Terms};

/// A call to charge, on top of what the same call has left before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call(Payment);

impl Call {
    /// A call that was never made before. The same call must come with the same `id`: then the
    /// store takes it once.
    #[must_use]
    pub fn first(shop: ShopLogin, id: PaymentId, order: Order) -> Call {
        let opened = Payment::open(shop, id, order, UtcMs(0)).into_payment();
        Call(Payment { origin: Origin::WebService, version: 0, ..opened })
    }

    /// The same call once more, after it was turned away. What of the order the shop may say
    /// otherwise now, as the buyer's name, is taken from this one.
    ///
    /// # Errors
    /// [`Refusal::Final`] and [`Refusal::InFlight`] when there was an attempt.
    pub fn again(before: Payment, order: Order) -> Result<Call, Refusal> {
        match (before.was_turned_away(), before.is_final()) {
            (true, _) => Ok(Call(Payment { order, ..before })),
            (false, true) => Err(Refusal::Final),
            (false, false) => Err(Refusal::InFlight),
        }
    }

    /// Records the attempt, before Amazon is asked. This claims the shop's identifier.
    #[must_use]
    pub fn charge(self, terms: Terms, now: UtcMs) -> Change {
        let (mut payment, claim) = (self.0, OrderClaim::of(&terms));
        let stage = payment.first_attempt(terms, now);
        Change::of(Payment { opened_at: now, ..payment.moved(stage, now) }, EventKind::Asked).claiming(claim)
    }

    /// Records that it came to nothing. The identifier stays free.
    #[must_use]
    pub fn turn_away(self, now: UtcMs) -> Change {
        let stage = Stage::Refused { attempt: None, reason: Reason::NotDone };
        Change::of(Payment { opened_at: now, ..self.0.moved(stage, now) }, EventKind::TurnedAway)
    }
}

impl Payment {
    /// Whether it is a call that came to nothing before there was an attempt.
    #[must_use]
    pub fn was_turned_away(&self) -> bool {
        self.origin == Origin::WebService && matches!(self.stage, Stage::Refused { attempt: None, .. })
    }
}
