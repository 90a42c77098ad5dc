//! From pressing pay to the outcome.

use crate::change::{Change, EventKind, OrderClaim};
use crate::funds::{Capture, Funds};
use crate::ids::{AttemptId, BankTransactionId, BillingAgreementId, Token, UtcMs};
use crate::order::Origin;
use crate::outcome::Reason;
use crate::payment::{
    Answer, Approval, Attempt, Captured, Instrument, MAX_ATTEMPTS, MAX_MOVES, Payment, Refusal, Stage, Terms, Wait,
    Witness,
};

impl Payment {
    /// The buyer presses pay: what he has chosen is recorded before Amazon is asked to confirm it.
    ///
    /// Something else may be chosen as long as nothing was authorized on the first. Begins the visit.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`]; [`Refusal::TooManyMoves`] from [`MAX_MOVES`] on.
    pub fn confirm(self, instrument: Instrument, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        if self.version >= MAX_MOVES {
            return Err(Refusal::TooManyMoves);
        }
        let stage = Stage::Open { instrument: Some(instrument), declined: None };
        Ok(Change::of(self.begun(now).moved(stage, now), EventKind::Confirming))
    }

    /// Records the attempt, before Amazon is asked. This claims the shop's transaction identifier.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`]; [`Refusal::OtherOrderReference`] unless the instrument of `terms` was
    /// confirmed, and confirmed again after a decline.
    pub fn authorize(self, terms: Terms, now: UtcMs) -> Result<Change, Refusal> {
        match self.open_stage()? {
            (Some(confirmed), None) if confirmed == terms.instrument => {}
            _ => return Err(Refusal::OtherOrderReference),
        }
        let (mut payment, claim) = (self, OrderClaim::of(&terms));
        let stage = payment.first_attempt(terms, now);
        Ok(Change::of(payment.moved(stage, now), EventKind::Asked).claiming(claim))
    }

    /// Amazon says of the chosen card that it is no good, before it was asked for money: the buyer
    /// has to press pay again.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`]; [`Refusal::NothingAsked`] when pay was not
    /// pressed since the last decline.
    pub fn card_declined(self, now: UtcMs) -> Result<Change, Refusal> {
        let (Some(instrument), None) = self.open_stage()? else { return Err(Refusal::NothingAsked) };
        let stage = Stage::Open { instrument: Some(instrument), declined: Some(Reason::PaymentMethodDeclined) };
        Ok(Change::of(self.moved(stage, now), EventKind::Declined))
    }

    /// Amazon could not decide while we waited: asks again, under a new name, and gives it `minutes` to decide.
    ///
    /// # Errors
    /// As [`Payment::answered`]; [`Refusal::NoMoreAttempts`].
    pub fn authorize_later(self, of: &AttemptId, minutes: u16, now: UtcMs) -> Result<Change, Refusal> {
        let attempt = self.attempt_named(of)?;
        self.next_attempt(Attempt { timeout_minutes: minutes, ..attempt }, now)
    }

    /// The buyer has chosen another card while the payment was pending: asks again.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`], [`Refusal::NothingAsked`]; [`Refusal::NoMoreAttempts`].
    pub fn authorize_again(self, now: UtcMs) -> Result<Change, Refusal> {
        let attempt = match &self.stage {
            Stage::Pending { attempt, wait: Wait::Card } => attempt.clone(),
            Stage::Pending { .. } | Stage::Authorizing { .. } => return Err(Refusal::InFlight),
            Stage::Open { .. } => return Err(Refusal::NothingAsked),
            Stage::Paid { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. } => {
                return Err(Refusal::Final);
            }
        };
        self.next_attempt(Attempt { timeout_minutes: 0, ..attempt }, now)
    }

    /// Records what Amazon says became of the attempt named `of`: an answer that comes late is never taken for
    /// the answer to a later attempt.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::NothingAsked`] when the payment is open; [`Refusal::OtherAttempt`];
    /// [`Refusal::InFlight`] when Amazon says once more that it is pending.
    pub fn answered(self, of: &AttemptId, answer: Answer, by: Witness, now: UtcMs) -> Result<Change, Refusal> {
        let attempt = self.attempt_named(of)?;
        let (reason, may_try_again) = match answer {
            Answer::Approved(approval) => return Ok(self.approved(attempt, approval, by, now)),
            Answer::Pending(placed) => {
                return match self.stage {
                    Stage::Pending { .. } => Err(Refusal::InFlight),
                    _ => Ok(self.pending(attempt, Wait::Decision(placed), by, now)),
                };
            }
            Answer::DeclinedTryAnother => (Reason::PaymentMethodDeclined, true),
            Answer::TurnedAway(reason) => (reason, true),
            Answer::Declined(reason) | Answer::NeverHappened(reason) => (reason, false),
        };
        let may_try_again = may_try_again && self.attempts < MAX_ATTEMPTS;
        let is_order = attempt.instrument.order_reference().is_some();
        if may_try_again && self.pending_since.is_some() && is_order {
            return Ok(self.pending(attempt, Wait::Card, by, now));
        }
        if may_try_again && self.origin == Origin::Page && self.pending_since.is_none() {
            let stage = Stage::Open { instrument: Some(attempt.instrument), declined: Some(reason) };
            return Ok(Change::of(self.moved(stage, now), EventKind::Declined));
        }
        let stage = Stage::Refused { attempt: Some(attempt), reason };
        Ok(Change::told(self.moved(stage, now), EventKind::Refused, by))
    }

    /// The buyer has allowed later charges and nothing is to be paid now. This claims the shop's identifier, as a first
    /// attempt would.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`]; [`Refusal::OtherOrderReference`] unless this agreement was confirmed.
    pub fn agree(
        self,
        agreement: BillingAgreementId,
        token: Token,
        number: BankTransactionId,
        now: UtcMs,
    ) -> Result<Change, Refusal> {
        match self.open_stage()? {
            (Some(Instrument::Agreement(confirmed)), None) if confirmed == agreement && self.attempts == 0 => {}
            _ => return Err(Refusal::OtherOrderReference),
        }
        let mut payment = self;
        payment.token = Some(token);
        payment.bank_transaction_id = payment.bank_transaction_id.or(Some(number));
        let stage = Stage::Agreed { agreement, agreed_at: now, deleted_at: None };
        Ok(Change::of(payment.moved(stage, now), EventKind::Agreed))
    }

    /// It cannot go on although Amazon was not asked for money, or not again: the buyer failed the
    /// bank's authentication, the order reference is of no use any more, or no other card was
    /// chosen in time.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::InFlight`]: what Amazon was asked must be known first.
    pub fn refuse(self, reason: Reason, now: UtcMs) -> Result<Change, Refusal> {
        let attempt = match &self.stage {
            Stage::Pending { attempt, wait: Wait::Card } => Some(attempt.clone()),
            _ => self.open_stage().map(|_| None)?,
        };
        Ok(Change::of(self.moved(Stage::Refused { attempt, reason }, now), EventKind::Refused))
    }

    /// The stage of a new attempt on new terms; counts it.
    pub(super) fn first_attempt(&mut self, terms: Terms, now: UtcMs) -> Stage {
        self.bank_transaction_id = self.bank_transaction_id.or(Some(terms.number));
        self.token = terms.token.or(self.token.take());
        let (instrument, capture_now) = (terms.instrument, terms.capture_now);
        self.attempts = self.attempts.saturating_add(1);
        let id = if self.attempts == 1 { terms.name } else { self.further_attempt_id() };
        Stage::Authorizing { attempt: Attempt { id, instrument, capture_now, timeout_minutes: 0, asked_at: now } }
    }

    /// The same attempt under a new name.
    fn next_attempt(mut self, attempt: Attempt, now: UtcMs) -> Result<Change, Refusal> {
        if self.attempts >= MAX_ATTEMPTS {
            return Err(Refusal::NoMoreAttempts);
        }
        self.attempts += 1;
        let attempt = Attempt { id: self.further_attempt_id(), asked_at: now, ..attempt };
        Ok(Change::of(self.moved(Stage::Authorizing { attempt }, now), EventKind::Asked))
    }

    fn approved(self, attempt: Attempt, approval: Approval, by: Witness, now: UtcMs) -> Change {
        let Approval { authorization, captured, automatic } = approval;
        let at = authorization.authorized_at;
        let capture = |id, amount, booked_at| Capture {
            number: 0,
            reference: attempt.id.clone(),
            id,
            amount,
            settlement: None,
            asked_at: at,
            booked_at,
            named_at: None,
        };
        let funds = match captured {
            Captured::No => Funds::Held { captures: 0, automatic },
            Captured::Yes { id, amount } => Funds::settled(capture(id, amount, None), at),
            Captured::Pending(id) => Funds::Settling { capture: capture(id, self.order.amount, Some(now)) },
        };
        Change::told(self.moved(Stage::Paid { attempt, authorization, funds }, now), EventKind::Paid, by)
    }

    fn pending(mut self, attempt: Attempt, wait: Wait, by: Witness, now: UtcMs) -> Change {
        let kind = match wait {
            Wait::Decision(_) => EventKind::Pending,
            Wait::Card => EventKind::CardWanted,
        };
        self.pending_since = self.pending_since.or(Some(now));
        Change::told(self.moved(Stage::Pending { attempt, wait }, now), kind, by)
    }

    /// The attempt under way, when it is the one named.
    fn attempt_named(&self, of: &AttemptId) -> Result<Attempt, Refusal> {
        match (&self.stage, self.attempt_in_flight()) {
            (_, Some(attempt)) if attempt.id == *of => Ok(attempt.clone()),
            (_, Some(_)) => Err(Refusal::OtherAttempt),
            (Stage::Paid { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. }, None) => {
                Err(Refusal::Final)
            }
            (Stage::Open { .. } | Stage::Authorizing { .. } | Stage::Pending { .. }, None) => {
                Err(Refusal::NothingAsked)
            }
        }
    }

    pub(super) fn open_stage(&self) -> Result<(Option<Instrument>, Option<Reason>), Refusal> {
        match &self.stage {
            Stage::Open { instrument, declined } => Ok((instrument.clone(), *declined)),
            Stage::Authorizing { .. } | Stage::Pending { .. } => Err(Refusal::InFlight),
            Stage::Paid { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. } => {
                Err(Refusal::Final)
            }
        }
    }

    /// An attempt after the first needs a name of its own, which belongs to the visit.
    fn further_attempt_id(&self) -> AttemptId {
        self.reference(&self.attempts.to_string())
    }
}
