//! One payment: its stages, and the moves between them.
//!
//! ```text
//!             +-- soft decline, or not taken: once more --+
//!             v                                          |
//!  (page) -> Open -- authorize: the attempt is recorded --> Authorizing --> Paid
//!             |                                                        \--> Refused
//!             +-- refused before Amazon was asked for money --> Refused
//!             +-- cancel, session over --> Abandoned
//! ```
//!
//! `authorize` wants a `confirm` since the last decline: a reloaded address must not put a card to the test that
//! the buyer has not pressed pay for.
//!
//! `Authorizing` is the only stage in which Amazon may have been asked to move money and the answer is not
//! known. There is no "unknown" stage: it is `Authorizing` grown old, and only the janitor resolves it.

use serde::{Deserialize, Serialize};

use crate::change::{Change, EventKind};
use crate::ids::{
    AttemptId, AuthorizationId, BankTransactionId, OrderReferenceId, PaymentId, ShopLogin, ShopTransactionId, UtcMs,
};
use crate::money::Money;
use crate::outcome::Reason;

/// How many cards a buyer may try in one payment; Amazon allows ten authorizations of one order reference.
pub const MAX_ATTEMPTS: u8 = 5;

/// How much of the visit's name a further attempt's reference carries: a separator and one digit must fit as well.
const VISIT_CHARACTERS: usize = 30;
const _: () = assert!(MAX_ATTEMPTS < 10, "an attempt's number is one digit");

/// One visit to the payment page and the money that may come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Whose payment it is.
    pub shop: ShopLogin,
    /// The visit; the sealed string carries it.
    pub id: PaymentId,
    /// Counts the changes, from 1; guards against two writers.
    pub version: i64,
    /// What the shop asked for.
    pub order: Order,
    /// Given with the first attempt, kept ever after.
    pub bank_transaction_id: Option<BankTransactionId>,
    /// Authorizations asked for so far.
    pub attempts: u8,
    /// Where it stands.
    pub stage: Stage,
    /// When the page was opened.
    pub opened_at: UtcMs,
    /// When it last changed.
    pub changed_at: UtcMs,
}

/// What the shop asked for, word for word from the sealed string.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The shop's name for it.
    pub shop_transaction_id: ShopTransactionId,
    /// To be paid; above zero.
    pub amount: Money,
    /// Of the page and of the texts.
    pub language: Language,
    /// May be empty.
    pub buyer_name: String,
    /// May be empty.
    pub buyer_email: String,
    /// `KEY=value*P1*KEY=value`; may be empty.
    pub custom_info: String,
}

/// The five languages of the buyer's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `languageId` 1.
    Italian,
    /// `languageId` 2.
    English,
    /// `languageId` 3.
    Spanish,
    /// `languageId` 4.
    French,
    /// `languageId` 5.
    German,
}

/// Where a payment stands, with exactly what is known there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The buyer is on the page; no answer of Amazon is outstanding.
    Open {
        /// Once the buyer has pressed pay: the order reference that was or is being confirmed.
        order_reference: Option<OrderReferenceId>,
        /// Why the last attempt came to nothing, until the buyer presses pay again.
        declined: Option<Reason>,
    },
    /// Amazon may have been asked; the answer is not known.
    Authorizing {
        /// What was or will have been asked.
        attempt: Attempt,
    },
    /// Amazon authorized (and captured, for shops that do both at once). Final.
    Paid {
        /// The attempt that succeeded.
        attempt: Attempt,
        /// What Amazon gave for it.
        authorization: Authorization,
    },
    /// No money will move. Final.
    Refused {
        /// The attempt that was refused; none when it came to no attempt (authentication failed, for one).
        attempt: Option<Attempt>,
        /// Why.
        reason: Reason,
    },
    /// The buyer gave up. Final.
    Abandoned,
}

/// One try against Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The reference that Amazon deduplicates on.
    pub id: AttemptId,
    /// On what it is authorized.
    pub order_reference: OrderReferenceId,
    /// Whether the money is captured with the authorization (M.O.T.O. unified).
    pub capture_now: bool,
    /// When it was recorded, which is before Amazon was asked.
    pub asked_at: UtcMs,
}

/// What Amazon gave for a successful attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Amazon's identifier.
    pub id: AuthorizationId,
    /// Whether the money was captured with it.
    pub captured: bool,
    /// When Amazon authorized.
    pub authorized_at: UtcMs,
}

/// What became of an attempt, as Amazon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Authorized, or authorized and captured.
    Approved(Authorization),
    /// Declined, but another card may do (Amazon's `InvalidPaymentMethod`).
    DeclinedTryAnother,
    /// Amazon turned the attempt away unread (it throttles, or cannot be reached): nothing happened, and a moment later it
    /// may do.
    TurnedAway,
    /// Declined for good.
    Declined(Reason),
    /// Amazon has never heard of the attempt and never will: nothing was charged.
    NeverHappened(Reason),
}

/// Why a move is not made; nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The payment is over.
    #[error("the payment has its final outcome")]
    Final,
    /// Amazon's answer to an attempt is outstanding.
    #[error("an attempt is under way")]
    UnderWay,
    /// There is no attempt that could be answered.
    #[error("no attempt is under way")]
    NothingAsked,
    /// The order reference was not confirmed since the last decline, or another was.
    #[error("the order reference is not the one that was confirmed")]
    OtherOrderReference,
    /// The answer is of another attempt than the one under way.
    #[error("another attempt is under way")]
    OtherAttempt,
}

impl Payment {
    /// The buyer opens the page.
    #[must_use]
    pub fn open(shop: ShopLogin, id: PaymentId, order: Order, now: UtcMs) -> Change {
        let stage = Stage::Open { order_reference: None, declined: None };
        let payment = Payment {
            shop,
            id,
            version: 1,
            order,
            bank_transaction_id: None,
            attempts: 0,
            stage,
            opened_at: now,
            changed_at: now,
        };
        Change::first(payment)
    }

    /// The buyer presses pay: the order reference is recorded before Amazon is asked to confirm it.
    ///
    /// Another order reference may be chosen as long as nothing was authorized on the first.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::UnderWay`].
    pub fn confirm(self, order_reference: OrderReferenceId, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        let stage = Stage::Open { order_reference: Some(order_reference), declined: None };
        Ok(self.moved(stage, EventKind::Confirming, now))
    }

    /// Records the attempt, before Amazon is asked. This claims the shop's transaction identifier.
    ///
    /// `number` becomes the payment's bank transaction id unless it has one.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::UnderWay`]; [`Refusal::OtherOrderReference`] unless `order_reference` was
    /// confirmed, and confirmed again after a decline.
    pub fn authorize(
        self,
        order_reference: &OrderReferenceId,
        capture_now: bool,
        number: BankTransactionId,
        now: UtcMs,
    ) -> Result<Change, Refusal> {
        match self.open_stage()? {
            (Some(confirmed), None) if confirmed == *order_reference => {}
            _ => return Err(Refusal::OtherOrderReference),
        }
        let mut payment = self;
        payment.attempts = payment.attempts.saturating_add(1);
        payment.bank_transaction_id = payment.bank_transaction_id.or(Some(number));
        let attempt = Attempt {
            id: payment.next_attempt_id(),
            order_reference: order_reference.clone(),
            capture_now,
            asked_at: now,
        };
        Ok(payment.moved(Stage::Authorizing { attempt }, EventKind::Asked, now))
    }

    /// Records what Amazon says became of the attempt named `of`: an answer that comes late is never taken for
    /// the answer to a later attempt.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::NothingAsked`] when the payment is open; [`Refusal::OtherAttempt`].
    pub fn answered(self, of: &AttemptId, answer: Answer, now: UtcMs) -> Result<Change, Refusal> {
        let attempt = match &self.stage {
            Stage::Authorizing { attempt } if attempt.id == *of => attempt.clone(),
            Stage::Authorizing { .. } => return Err(Refusal::OtherAttempt),
            Stage::Open { .. } => return Err(Refusal::NothingAsked),
            Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => return Err(Refusal::Final),
        };
        let (reason, may_try_again) = match answer {
            Answer::Approved(authorization) => {
                return Ok(self.moved(Stage::Paid { attempt, authorization }, EventKind::Paid, now));
            }
            Answer::DeclinedTryAnother => (Reason::PaymentMethodDeclined, self.attempts < MAX_ATTEMPTS),
            Answer::TurnedAway => (Reason::NotDone, self.attempts < MAX_ATTEMPTS),
            Answer::Declined(reason) | Answer::NeverHappened(reason) => (reason, false),
        };
        let (stage, kind) = match may_try_again {
            true => {
                let order_reference = Some(attempt.order_reference);
                (Stage::Open { order_reference, declined: Some(reason) }, EventKind::Declined)
            }
            false => (Stage::Refused { attempt: Some(attempt), reason }, EventKind::Refused),
        };
        Ok(self.moved(stage, kind, now))
    }

    /// It cannot go on although Amazon was not asked for money: the buyer failed the bank's authentication, or the
    /// order reference is of no use any more.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::UnderWay`]: what Amazon was asked must be known first.
    pub fn refuse(self, reason: Reason, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        Ok(self.moved(Stage::Refused { attempt: None, reason }, EventKind::Refused, now))
    }

    /// The buyer cancels, or the page's session is over.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::UnderWay`]: what Amazon was asked must be known first.
    pub fn abandon(self, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        Ok(self.moved(Stage::Abandoned, EventKind::Abandoned, now))
    }

    /// The visit ends while another visit holds the shop's identifier: as [`Payment::abandon`], but without a word to
    /// the shop, which hears of the other one. A KO under the identifier of a paid order would undo the order.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::UnderWay`], also when this visit itself holds the identifier.
    pub fn step_aside(self, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        match self.attempts {
            0 => Ok(self.moved(Stage::Abandoned, EventKind::SteppedAside, now)),
            _ => Err(Refusal::UnderWay),
        }
    }

    /// Whether the outcome is final.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.stage {
            Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => true,
            Stage::Open { .. } | Stage::Authorizing { .. } => false,
        }
    }

    /// The attempt whose answer is not known, if one is under way.
    #[must_use]
    pub fn attempt_under_way(&self) -> Option<&Attempt> {
        match &self.stage {
            Stage::Authorizing { attempt } => Some(attempt),
            Stage::Open { .. } | Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => None,
        }
    }

    fn open_stage(&self) -> Result<(Option<OrderReferenceId>, Option<Reason>), Refusal> {
        match &self.stage {
            Stage::Open { order_reference, declined } => Ok((order_reference.clone(), *declined)),
            Stage::Authorizing { .. } => Err(Refusal::UnderWay),
            Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => Err(Refusal::Final),
        }
    }

    /// The first attempt carries the shop's own identifier, so that Amazon too would refuse a second payment under
    /// it; a further card in the same visit needs a reference of its own, which no shop may have used by chance.
    fn next_attempt_id(&self) -> AttemptId {
        let first = self.order.shop_transaction_id.as_str();
        let visit: String = self.id.as_str().chars().take(VISIT_CHARACTERS).collect();
        let id = match self.attempts {
            1 => first.to_owned(),
            n if first == format!("{visit}-{n}") => format!("{visit}_{n}"),
            n => format!("{visit}-{n}"),
        };
        AttemptId::new(id).expect("both parts keep Amazon's alphabet and length")
    }

    fn moved(mut self, stage: Stage, kind: EventKind, now: UtcMs) -> Change {
        self.version += 1;
        self.stage = stage;
        self.changed_at = now;
        Change::next(self, kind)
    }
}
