//! What Amazon says of money that was authorized: of a capture or a refund that was asked for, of
//! an authorization that is over, and of what moved there without us.

use crate::change::{Change, EventKind};
use crate::funds::{Capture, Chargeback, Funds, Refund, RefundStage, Releaser};
use crate::ids::{AttemptId, MovementId, UtcMs};
use crate::money::Money;
use crate::payment::{Attempt, Authorization, Payment, Refusal, Stage};

/// One capture, refund or release that Amazon was or will be asked for and that is not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    pub kind: MovementKind,
    /// The name that Amazon deduplicates on; of a release, only ours.
    pub reference: AttemptId,
    /// Amazon's identifier, once Amazon has it as an object.
    pub id: Option<MovementId>,
    pub amount: Money,
    /// When the shop asked.
    pub asked_at: UtcMs,
    /// Whether Amazon makes it without being asked: a capture that comes with its authorization is only looked for.
    pub is_made_by_amazon: bool,
}

/// The three ways in which authorized money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// The shop takes it.
    Capture,
    /// The shop gives some of it back.
    Refund,
    /// The shop gives up what is held.
    Release,
}

/// What became of a capture or a refund, as Amazon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MovementAnswer {
    /// Amazon will do it later; its identifier when it has the request.
    Later(Option<MovementId>),
    Done {
        id: MovementId,
        /// How much, as Amazon says; nothing when it does not say so: then as asked.
        amount: Option<Money>,
        at: UtcMs,
    },
    /// Nothing moved and nothing will move under this name; Amazon's identifier when it has it as an object.
    Declined(Option<MovementId>),
}

/// How an authorization ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Nothing was taken of it.
    Empty,
    /// The money was taken by the seller, in Amazon's own pages.
    Taken(MadeElsewhere),
}

/// A capture or a refund that was made without us: by the seller, in Amazon's own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeElsewhere {
    pub id: MovementId,
    /// The name that it has there.
    pub reference: AttemptId,
    pub amount: Money,
    pub at: UtcMs,
    /// Whether Amazon has done it. One that is pending is watched until it is decided.
    pub is_done: bool,
}

impl Payment {
    /// What Amazon was or will be asked for and has not decided, oldest first.
    #[must_use]
    pub fn movements_in_flight(&self) -> Vec<Movement> {
        let Stage::Paid { funds, .. } = &self.stage else { return Vec::new() };
        match funds {
            Funds::Held { .. } | Funds::Released { .. } => Vec::new(),
            Funds::Settling { capture } => vec![capture.movement()],
            Funds::Releasing { asked_at } => vec![Movement {
                kind: MovementKind::Release,
                reference: self.reference("x"),
                id: None,
                amount: self.order.amount,
                asked_at: *asked_at,
                is_made_by_amazon: false,
            }],
            Funds::Settled { refunds, .. } => {
                refunds.iter().filter(|refund| refund.is_in_flight()).map(Refund::movement).collect()
            }
        }
    }

    /// Records what Amazon says became of the capture or the refund named `of`. `Later` is recorded
    /// once; said again it is refused.
    ///
    /// # Errors
    /// [`Refusal::OtherAttempt`] when no capture or refund of this name is in flight,
    /// [`Refusal::InFlight`] when nothing is new.
    pub fn movement_answered(self, of: &AttemptId, answer: MovementAnswer, now: UtcMs) -> Result<Change, Refusal> {
        match &self.stage {
            Stage::Paid { funds: Funds::Settling { capture }, .. } if capture.reference == *of => {
                self.capture_answered(answer, now)
            }
            Stage::Paid { funds: Funds::Settled { .. }, .. } => self.refund_answered(of, answer, now),
            _ => Err(Refusal::OtherAttempt),
        }
    }

    fn capture_answered(self, answer: MovementAnswer, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds: Funds::Settling { capture } } = self.stage.clone() else {
            return Err(Refusal::OtherAttempt);
        };
        let (funds, kind) = match answer {
            MovementAnswer::Done { id, amount, at } => {
                // What came with an authorization may have been taken by hand, and not whole.
                let amount = amount.filter(|amount| amount.currency == capture.amount.currency);
                let amount = amount.unwrap_or(capture.amount);
                (Funds::settled(Capture { id: Some(id), amount, ..capture }, at), EventKind::Settled)
            }
            MovementAnswer::Later(id) => {
                if capture.booked_at.is_some() && (id.is_none() || id == capture.id) {
                    return Err(Refusal::InFlight);
                }
                let booked_at = capture.booked_at.or(Some(now));
                let capture = Capture { id: id.or(capture.id), booked_at, ..capture };
                (Funds::Settling { capture }, EventKind::Booked)
            }
            MovementAnswer::Declined(_) => {
                (Funds::Held { captures: capture.number, automatic: None }, EventKind::SettlementDeclined)
            }
        };
        Ok(self.with_funds(attempt, authorization, funds, (kind, now)))
    }

    fn refund_answered(self, of: &AttemptId, answer: MovementAnswer, now: UtcMs) -> Result<Change, Refusal> {
        let at = self.refunds().iter().position(|refund| refund.reference == *of && refund.is_in_flight());
        let at = at.ok_or(Refusal::OtherAttempt)?;
        let is_asked = self.refunds()[at].stage == RefundStage::Asked;
        let (stage, kind) = match answer {
            MovementAnswer::Later(Some(id)) if is_asked => (RefundStage::Accepted { id }, EventKind::RefundAccepted),
            MovementAnswer::Later(_) => return Err(Refusal::InFlight),
            MovementAnswer::Done { id, at, .. } => (RefundStage::Done { id, at }, EventKind::Refunded),
            MovementAnswer::Declined(id) => (RefundStage::Declined { at: now, id }, EventKind::RefundDeclined),
        };
        self.with_refunds(|refunds| refunds[at].stage = stage, (kind, now))
    }

    /// Amazon could not make the capture named `of`, but the money is still held: the same is asked
    /// for under a new name. To the shop it stays accepted.
    ///
    /// # Errors
    /// [`Refusal::OtherAttempt`] when another or no capture is in flight;
    /// [`Refusal::NoMoreAttempts`] after 255 names.
    pub fn capture_again(self, of: &AttemptId, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds: Funds::Settling { capture } } = self.stage.clone() else {
            return Err(Refusal::OtherAttempt);
        };
        if capture.reference != *of {
            return Err(Refusal::OtherAttempt);
        }
        let number = capture.number.checked_add(1).ok_or(Refusal::NoMoreAttempts)?;
        let reference = self.reference(&format!("c{number}"));
        let booked_at = capture.booked_at.or(Some(now));
        let capture = Capture { number, reference, id: None, booked_at, named_at: Some(now), ..capture };
        Ok(self.with_funds(attempt, authorization, Funds::Settling { capture }, (EventKind::SettlingAgain, now)))
    }

    /// The authorization is over at Amazon. Nothing was taken: nothing is held any more, because the shop gave it up or
    /// because Amazon ended it. Or the seller has taken the money there: it is settled with that, whatever the shop has
    /// asked for since.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] when nothing was held or being released or settled; [`Refusal::OtherCurrency`].
    pub fn authorization_ended(self, end: End, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds } = self.stage.clone() else { return Err(Refusal::NotHeld) };
        // A settlement that was accepted comes to nothing with it.
        let (by, empty) = match &funds {
            Funds::Held { .. } => (Releaser::Amazon, EventKind::Released),
            Funds::Settling { .. } => (Releaser::Amazon, EventKind::SettlementDeclined),
            Funds::Releasing { .. } => (Releaser::Shop, EventKind::Released),
            Funds::Settled { .. } | Funds::Released { .. } => return Err(Refusal::NotHeld),
        };
        let (funds, kind) = match end {
            End::Empty => (Funds::Released { at: now, by }, empty),
            End::Taken(taken) if taken.amount.currency != self.order.amount.currency => {
                return Err(Refusal::OtherCurrency);
            }
            End::Taken(taken) => {
                let at = taken.at;
                let capture = match funds {
                    Funds::Settling { capture } if capture.reference == taken.reference => {
                        Capture { id: Some(taken.id), amount: taken.amount, ..capture }
                    }
                    _ => taken.into_capture(),
                };
                (Funds::settled(capture, at), EventKind::Settled)
            }
        };
        Ok(self.with_funds(attempt, authorization, funds, (kind, now)))
    }

    /// The seller has given money back in Amazon's own pages: so much less may still be refunded.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`]; [`Refusal::OtherCurrency`]; [`Refusal::InFlight`] when this one is known, or is one
    /// that the shop has asked for.
    pub fn refunded_elsewhere(self, made: MadeElsewhere, now: UtcMs) -> Result<Change, Refusal> {
        let balance = self.refundable().ok_or(Refusal::NotSettled)?;
        if made.amount.currency != balance.currency {
            return Err(Refusal::OtherCurrency);
        }
        if self.refunds().iter().any(|own| own.id() == Some(&made.id) || own.reference == made.reference) {
            return Err(Refusal::InFlight);
        }
        let number = u8::try_from(self.refunds().len() + 1).map_err(|_| Refusal::NoMoreRefunds)?;
        let (id, at) = (made.id, made.at);
        let stage = if made.is_done { RefundStage::Done { id, at } } else { RefundStage::Accepted { id } };
        let refund =
            Refund { number, reference: made.reference, amount: made.amount, settlement: None, asked_at: at, stage };
        self.with_refunds(|refunds| refunds.push(refund), (EventKind::RefundedElsewhere, now))
    }

    /// The buyer's bank has taken money back. The shop's own refunds are not touched by it.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`]; [`Refusal::InFlight`] when this one is known.
    pub fn charged_back(self, chargeback: Chargeback, now: UtcMs) -> Result<Change, Refusal> {
        let mut payment = self;
        let Stage::Paid { funds: Funds::Settled { chargebacks, .. }, .. } = &mut payment.stage else {
            return Err(Refusal::NotSettled);
        };
        if chargebacks.iter().any(|known| known.id == chargeback.id) {
            return Err(Refusal::InFlight);
        }
        chargebacks.push(chargeback);
        let stage = payment.stage.clone();
        Ok(Change::of(payment.moved(stage, now), EventKind::ChargedBack))
    }

    /// Amazon holds or has taken money for a payment that we hold for refused, abandoned or
    /// released. Nothing here undoes it: the event is for a person.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] unless the payment is refused, abandoned or released.
    pub fn money_moved_elsewhere(self, now: UtcMs) -> Result<Change, Refusal> {
        match self.stage.clone() {
            stage @ (Stage::Refused { .. }
            | Stage::Abandoned { .. }
            | Stage::Paid { funds: Funds::Released { .. }, .. }) => {
                // The outcome was decided when it was, and stays what the shop was told.
                let changed_at = self.changed_at;
                let mut payment = self.moved(stage, now);
                payment.changed_at = changed_at;
                Ok(Change::at(payment, EventKind::MovedElsewhere, now))
            }
            _ => Err(Refusal::NotHeld),
        }
    }

    /// Learns the identifier of the capture that came with the authorization, which Amazon may say late.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`]; [`Refusal::InFlight`] when it is known.
    pub fn capture_known(self, id: MovementId, now: UtcMs) -> Result<Change, Refusal> {
        let mut payment = self;
        let Stage::Paid { funds: Funds::Settled { capture, .. }, .. } = &mut payment.stage else {
            return Err(Refusal::NotSettled);
        };
        if capture.id.is_some() {
            return Err(Refusal::InFlight);
        }
        capture.id = Some(id);
        let stage = payment.stage.clone();
        Ok(Change::of(payment.moved(stage, now), EventKind::CaptureKnown))
    }

    pub(super) fn with_funds(
        self,
        attempt: Attempt,
        authorization: Authorization,
        funds: Funds,
        (kind, now): (EventKind, UtcMs),
    ) -> Change {
        Change::of(self.moved(Stage::Paid { attempt, authorization, funds }, now), kind)
    }

    pub(super) fn with_refunds(
        self,
        change: impl FnOnce(&mut Vec<Refund>),
        (kind, now): (EventKind, UtcMs),
    ) -> Result<Change, Refusal> {
        let mut payment = self;
        let Stage::Paid { funds: Funds::Settled { refunds, .. }, .. } = &mut payment.stage else {
            return Err(Refusal::NotSettled);
        };
        change(refunds);
        let stage = payment.stage.clone();
        Ok(Change::of(payment.moved(stage, now), kind))
    }
}

impl MadeElsewhere {
    fn into_capture(self) -> Capture {
        Capture {
            number: 0,
            reference: self.reference,
            id: Some(self.id),
            amount: self.amount,
            settlement: None,
            asked_at: self.at,
            booked_at: None,
            named_at: None,
        }
    }
}
