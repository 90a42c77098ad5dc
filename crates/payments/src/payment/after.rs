//! What a shop may wish of money that was authorized: settle once, refund up to that, or give it up.

use crate::change::{Change, EventKind};
use crate::funds::{Automatic, Capture, Chargeback, Funds, MAX_REFUNDS, Refund, RefundStage};
use crate::ids::{SettlementId, UtcMs};
use crate::money::Money;
use crate::payment::{Attempt, Authorization, Payment, Refusal, Stage};

/// How long Amazon keeps an authorization: 30 days.
const AUTHORIZATION_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What a shop wants to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundWish {
    pub amount: Money,
    /// The shop's name for it, which makes a repetition safe.
    pub settlement: Option<SettlementId>,
    /// Whether it is given back on top of what the buyer's bank has taken back.
    pub despite_chargeback: bool,
}

impl Payment {
    /// The shop settles: recorded before Amazon is asked. Once, and at most what was authorized.
    ///
    /// # Errors
    /// [`Refusal::NotHeld`], [`Refusal::Expired`], [`Refusal::OtherCurrency`], [`Refusal::AboveAuthorized`] (also for
    /// nothing and less); [`Refusal::NoMoreAttempts`] after 255 that came to nothing.
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
        let capture =
            Capture { number, reference, id: None, amount, settlement, asked_at: now, booked_at: None, named_at: None };
        Ok(self.with_funds(attempt, authorization, Funds::Settling { capture }, (EventKind::Settling, now)))
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

    /// The shop refunds: recorded before Amazon is asked. In parts, ten at most, up to what was
    /// settled.
    ///
    /// # Errors
    /// [`Refusal::NotSettled`], [`Refusal::OtherCurrency`], [`Refusal::AboveSettled`] (also for
    /// nothing and less), [`Refusal::NoMoreRefunds`]; [`Refusal::InFlight`] when an equal refund
    /// without a name is still being asked for: it may be the same one, sent again;
    /// [`Refusal::ChargedBack`] when the buyer's bank has taken money back and the wish does not
    /// say that it knows.
    pub fn refund(self, wish: RefundWish, now: UtcMs) -> Result<Change, Refusal> {
        let RefundWish { amount, settlement, despite_chargeback } = wish;
        let balance = self.refundable().ok_or(Refusal::NotSettled)?;
        if amount.currency != balance.currency {
            return Err(Refusal::OtherCurrency);
        }
        if amount.minor <= 0 || amount.minor > balance.minor {
            return Err(Refusal::AboveSettled);
        }
        let is_equal = |made: &Refund| made.stage == RefundStage::Asked && made.amount == amount;
        if settlement.is_none() && self.refunds().iter().any(|made| made.settlement.is_none() && is_equal(made)) {
            return Err(Refusal::InFlight);
        }
        if !despite_chargeback && !self.chargebacks().is_empty() {
            return Err(Refusal::ChargedBack);
        }
        if self.refunds().iter().filter(|made| made.is_object()).count() >= MAX_REFUNDS {
            return Err(Refusal::NoMoreRefunds);
        }
        // Every name is used once, also those that came to nothing.
        let number = u8::try_from(self.refunds().len() + 1).map_err(|_| Refusal::NoMoreRefunds)?;
        let reference = self.reference(&format!("r{number}"));
        let refund = Refund { number, reference, amount, settlement, asked_at: now, stage: RefundStage::Asked };
        self.with_refunds(|refunds| refunds.push(refund), (EventKind::Refunding, now))
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

    /// What the buyer's bank has taken back, oldest first.
    #[must_use]
    pub fn chargebacks(&self) -> &[Chargeback] {
        match &self.stage {
            Stage::Paid { funds: Funds::Settled { chargebacks, .. }, .. } => chargebacks,
            _ => &[],
        }
    }

    /// What may still be refunded; nothing when nothing was settled.
    #[must_use]
    pub fn refundable(&self) -> Option<Money> {
        let Stage::Paid { funds: Funds::Settled { capture, refunds, .. }, .. } = &self.stage else { return None };
        let given: i64 = refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount.minor).sum();
        // By hand, Amazon allows a little more than was taken.
        Some(Money::new((capture.amount.minor - given).max(0), capture.amount.currency))
    }

    /// Whether more was given back, or is to be, than was taken: the seller has given money back by hand meanwhile.
    #[must_use]
    pub fn is_overdrawn(&self) -> bool {
        let Stage::Paid { funds: Funds::Settled { capture, refunds, .. }, .. } = &self.stage else { return false };
        let given: i64 = refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.amount.minor).sum();
        given > capture.amount.minor
    }

    fn held(&self) -> Result<(Attempt, Authorization, u8), Refusal> {
        match &self.stage {
            Stage::Paid { attempt, authorization, funds: Funds::Held { captures, .. } } => {
                Ok((attempt.clone(), authorization.clone(), *captures))
            }
            _ => Err(Refusal::NotHeld),
        }
    }
}

impl Automatic {
    /// Whether it is time.
    #[must_use]
    pub fn is_due(self, now: UtcMs) -> bool {
        self.at <= now
    }
}
