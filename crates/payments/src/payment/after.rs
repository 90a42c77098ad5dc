//! What becomes of money that was authorized: settle once, refund up to that, or give it up.

use crate::change::{Change, EventKind};
use crate::funds::{Automatic, Capture, Chargeback, Funds, MAX_REFUNDS, Refund, RefundStage, Releaser};
use crate::ids::{AttemptId, CaptureId, RefundId, SettlementId, UtcMs};
use crate::money::Money;
use crate::payment::{Attempt, Authorization, Payment, Refusal, Stage};

/// How long Amazon keeps an authorization: 30 days.
const AUTHORIZATION_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What became of a capture, as Amazon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureAnswer {
    /// The money was taken.
    Done {
        /// Amazon's identifier.
        id: CaptureId,
        /// When.
        at: UtcMs,
    },
    /// Amazon will do it later; its identifier when it has taken the request.
    Later(Option<CaptureId>),
    /// Nothing was and nothing will be taken under this name.
    Declined,
}

/// What was taken of an authorization without us: by the seller, in Amazon's own pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenElsewhere {
    /// Amazon's identifier.
    pub id: CaptureId,
    /// The name that it has there.
    pub reference: AttemptId,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: UtcMs,
}

/// What became of a refund, as Amazon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundAnswer {
    /// Amazon has taken it and will do it.
    Accepted(RefundId),
    /// The buyer has the money.
    Done {
        /// Amazon's identifier.
        id: RefundId,
        /// When.
        at: UtcMs,
    },
    /// Nothing was and nothing will be given back under this name.
    Declined,
}

impl Payment {
    /// The shop settles: recorded before Amazon is asked. Once, and at most what was authorized.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`], [`Refusal::Expired`], [`Refusal::OtherCurrency`], [`Refusal::AboveAuthorized`] (also for
    /// nothing and less); [`Refusal::NoMoreAttempts`] after 255 that were declined.
    pub fn settle(self, amount: Money, settlement: Option<SettlementId>, now: UtcMs) -> Result<Change, Refusal> {
        let (attempt, authorization, captures) = self.held()?;
        if amount.currency != self.order.amount.currency {
            return Err(Refusal::OtherCurrency);
        }
        if amount.minor <= 0 || amount.minor > self.order.amount.minor {
            return Err(Refusal::AboveAuthorized);
        }
        if now.0 >= authorization.authorized_at.plus_ms(AUTHORIZATION_MS).0 {
            return Err(Refusal::Expired);
        }
        // A name that was declined is declined for ever.
        let number = captures.checked_add(1).ok_or(Refusal::NoMoreAttempts)?;
        let reference = self.reference(&format!("c{number}"));
        let capture = Capture { number, reference, id: None, amount, settlement, asked_at: now, booked_at: None };
        Ok(self.with_funds(attempt, authorization, Funds::Settling { capture }, (EventKind::Settling, now)))
    }

    /// Records what Amazon says became of the capture named `of`. `Later` is recorded once; said again it is refused.
    ///
    /// # Errors
    /// [`Refusal::OtherAttempt`] when another or no capture is under way, [`Refusal::InFlight`] when nothing is new.
    pub fn settle_answered(self, of: &AttemptId, answer: CaptureAnswer, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds: Funds::Settling { capture } } = self.stage.clone() else {
            return Err(Refusal::OtherAttempt);
        };
        if capture.reference != *of {
            return Err(Refusal::OtherAttempt);
        }
        let (funds, kind) = match answer {
            CaptureAnswer::Done { id, at } => {
                let capture = Capture { id: Some(id), ..capture };
                let (refunds, chargebacks) = (Vec::new(), Vec::new());
                (Funds::Settled { capture, settled_at: at, refunds, chargebacks }, EventKind::Settled)
            }
            CaptureAnswer::Later(id) => {
                if capture.booked_at.is_some() && (id.is_none() || id == capture.id) {
                    return Err(Refusal::InFlight);
                }
                let booked_at = capture.booked_at.or(Some(now));
                (
                    Funds::Settling { capture: Capture { id: id.or(capture.id), booked_at, ..capture } },
                    EventKind::Booked,
                )
            }
            CaptureAnswer::Declined => {
                (Funds::Held { captures: capture.number, automatic: None }, EventKind::SettlementDeclined)
            }
        };
        Ok(self.with_funds(attempt, authorization, funds, (kind, now)))
    }

    /// The shop gives the money up: recorded before Amazon is told. Of a token without payment only the transaction is
    /// deleted.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`].
    pub fn release(self, now: UtcMs) -> Result<Change, Refusal> {
        if let Stage::Agreed { agreement, agreed_at, deleted_at: None } = self.stage.clone() {
            let stage = Stage::Agreed { agreement, agreed_at, deleted_at: Some(now) };
            return Ok(Change::of(self.moved(stage, now), EventKind::Released));
        }
        let (attempt, authorization, _) = self.held()?;
        Ok(self.with_funds(attempt, authorization, Funds::Releasing { asked_at: now }, (EventKind::Releasing, now)))
    }

    /// Nothing is held at Amazon any more: the shop gave it up, or Amazon ended it (`by`).
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] when nothing was held or being released or settled.
    pub fn released(self, by: Releaser, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds } = self.stage.clone() else { return Err(Refusal::NotHeld) };
        match funds {
            Funds::Held { .. } | Funds::Settling { .. } | Funds::Releasing { .. } => {
                Ok(self.with_funds(attempt, authorization, Funds::Released { at: now, by }, (EventKind::Released, now)))
            }
            Funds::Settled { .. } | Funds::Released { .. } => Err(Refusal::NotHeld),
        }
    }

    /// The authorization is over because somebody else has captured it: the money is settled with that, whatever the shop has
    /// asked for since.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] when nothing was held or being released or settled; [`Refusal::OtherCurrency`].
    pub fn taken_elsewhere(self, taken: TakenElsewhere, now: UtcMs) -> Result<Change, Refusal> {
        let Stage::Paid { attempt, authorization, funds } = self.stage.clone() else { return Err(Refusal::NotHeld) };
        match funds {
            Funds::Held { .. } | Funds::Settling { .. } | Funds::Releasing { .. } => {}
            Funds::Settled { .. } | Funds::Released { .. } => return Err(Refusal::NotHeld),
        }
        if taken.amount.currency != self.order.amount.currency {
            return Err(Refusal::OtherCurrency);
        }
        let capture = Capture {
            number: 0,
            reference: taken.reference,
            id: Some(taken.id),
            amount: taken.amount,
            settlement: None,
            asked_at: taken.at,
            booked_at: None,
        };
        let funds = Funds::Settled { capture, settled_at: taken.at, refunds: Vec::new(), chargebacks: Vec::new() };
        Ok(self.with_funds(attempt, authorization, funds, (EventKind::Settled, now)))
    }

    /// What was to happen by itself could not be done and is not tried again.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`] when nothing is to happen by itself.
    pub fn without_automatic(self, now: UtcMs) -> Result<Change, Refusal> {
        self.automatic().ok_or(Refusal::NotHeld)?;
        let (attempt, authorization, captures) = self.held()?;
        let funds = Funds::Held { captures, automatic: None };
        Ok(self.with_funds(attempt, authorization, funds, (EventKind::AutomaticGivenUp, now)))
    }

    /// The shop refunds: recorded before Amazon is asked. In parts, ten at most, up to what was settled.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`], [`Refusal::OtherCurrency`], [`Refusal::AboveSettled`] (also for nothing and less),
    /// [`Refusal::NoMoreRefunds`].
    pub fn refund(self, amount: Money, settlement: Option<SettlementId>, now: UtcMs) -> Result<Change, Refusal> {
        let balance = self.refundable().ok_or(Refusal::NotSettled)?;
        if amount.currency != balance.currency {
            return Err(Refusal::OtherCurrency);
        }
        if amount.minor <= 0 || amount.minor > balance.minor {
            return Err(Refusal::AboveSettled);
        }
        let made = self.refunds().len();
        if made >= MAX_REFUNDS {
            return Err(Refusal::NoMoreRefunds);
        }
        let number = u8::try_from(made + 1).map_err(|_| Refusal::NoMoreRefunds)?;
        let reference = self.reference(&format!("r{number}"));
        let refund = Refund { number, reference, amount, settlement, asked_at: now, stage: RefundStage::Asked };
        self.with_refunds(|refunds| refunds.push(refund), (EventKind::Refunding, now))
    }

    /// Records what Amazon says became of the refund named `of`.
    ///
    /// # Errors
    /// [`Refusal::OtherAttempt`] when no such refund is under way, [`Refusal::InFlight`] when nothing is new.
    pub fn refund_answered(self, of: &AttemptId, answer: RefundAnswer, now: UtcMs) -> Result<Change, Refusal> {
        let at = self.refunds().iter().position(|refund| refund.reference == *of && refund.is_in_flight());
        let at = at.ok_or(Refusal::OtherAttempt)?;
        let (stage, kind) = match answer {
            RefundAnswer::Accepted(_) if self.refunds()[at].stage != RefundStage::Asked => {
                return Err(Refusal::InFlight);
            }
            RefundAnswer::Accepted(id) => (RefundStage::Accepted { id }, EventKind::RefundAccepted),
            RefundAnswer::Done { id, at } => (RefundStage::Done { id, at }, EventKind::Refunded),
            RefundAnswer::Declined => (RefundStage::Declined { at: now }, EventKind::RefundDeclined),
        };
        self.with_refunds(|refunds| refunds[at].stage = stage, (kind, now))
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

    /// Learns the identifier of the capture that came with the authorization, which Amazon may say late.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`]; [`Refusal::InFlight`] when it is known.
    pub fn capture_known(self, id: CaptureId, now: UtcMs) -> Result<Change, Refusal> {
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

    /// The capture that was made or asked for.
    #[must_use]
    pub fn capture(&self) -> Option<&Capture> {
        match &self.stage {
            Stage::Paid { funds: Funds::Settling { capture } | Funds::Settled { capture, .. }, .. } => Some(capture),
            _ => None,
        }
    }

    /// The refunds, oldest first.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        match &self.stage {
            Stage::Paid { funds: Funds::Settled { refunds, .. }, .. } => refunds,
            _ => &[],
        }
    }

    /// What may still be refunded; nothing when nothing was settled.
    #[must_use]
    pub fn refundable(&self) -> Option<Money> {
        let Stage::Paid { funds: Funds::Settled { capture, refunds, .. }, .. } = &self.stage else { return None };
        let given: i64 = refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount.minor).sum();
        Some(Money::new(capture.amount.minor - given, capture.amount.currency))
    }

    fn held(&self) -> Result<(Attempt, Authorization, u8), Refusal> {
        match &self.stage {
            Stage::Paid { attempt, authorization, funds: Funds::Held { captures, .. } } => {
                Ok((attempt.clone(), authorization.clone(), *captures))
            }
            _ => Err(Refusal::NotHeld),
        }
    }

    fn with_funds(
        self,
        attempt: Attempt,
        authorization: Authorization,
        funds: Funds,
        (kind, now): (EventKind, UtcMs),
    ) -> Change {
        Change::of(self.moved(Stage::Paid { attempt, authorization, funds }, now), kind)
    }

    fn with_refunds(
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

impl Automatic {
    /// Whether it is time.
    #[must_use]
    pub fn is_due(self, now: UtcMs) -> bool {
        self.at <= now
    }
}
