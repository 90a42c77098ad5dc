//! One payment: its stages, and the moves between them.
//!
//! ```text
//!             +-- soft decline, or not taken: once more --+
//!             v                                          |
//!  (page) -> Open -- authorize: the attempt is recorded --> Authorizing --> Paid
//!             |                                  (call) --^   |  ^   \--> Refused
//!             |                                               v  | another attempt
//!             |                                             Pending --> Paid, Refused
//!             +-- token only --> Agreed
//!             +-- refused before Amazon was asked for money --> Refused
//!             +-- cancel, visit over --> Abandoned
//! ```
//!
//! Opening the link opens a visit; the buyer's first act begins it. A visit that never began ends
//! silently: there is nothing to tell the shop.
//!
//! `authorize` wants a `confirm` since the last decline: a reloaded address must not put a card to
//! the test that the buyer has not pressed pay for.
//!
//! `Authorizing` is the only stage in which Amazon may have been asked to authorize and the answer
//! is not known. There is no "unknown" stage: it is `Authorizing` grown old, and only the janitor
//! resolves it. In `Pending` Amazon has answered that it will decide later, or waits for another
//! card of the buyer.
//!
//! A call of the shop begins with its attempt; one that comes to nothing before stands as Refused
//! without one, from which the same call may begin again.
//!
//! `visit` holds the beginning of a visit and its end without an outcome of Amazon's, `call` the
//! beginning of a shop's call, `paying` the moves up to that outcome, `after` what a shop may wish
//! of the money that was authorized, `movements` what Amazon says of it.

mod after;
mod answer;
mod call;
mod movements;
mod paying;
mod visit;

pub use after::RefundWish;
pub use answer::{Answer, Approval, Captured, Refusal, Terms, Witness};
pub use call::Call;
pub use movements::{End, MadeElsewhere, Movement, MovementAnswer, MovementKind};

use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::funds::{Automatic, Funds};
use crate::ids::{
    AttemptId, AuthorizationId, BankTransactionId, BillingAgreementId, OrderReferenceId, PaymentId, ShopLogin, Token,
    UtcMs,
};
use crate::order::{Order, Origin};
use crate::outcome::Reason;

/// How many cards a buyer may try in one payment; Amazon allows ten authorizations of one order reference.
pub const MAX_ATTEMPTS: u8 = 5;

/// How many moves a visit may make before pressing pay is refused: bounds the rows that one visit can write.
pub const MAX_MOVES: i64 = 60;

/// How much of the visit's name a reference of ours carries: a separator, a letter and three digits must fit as well.
const VISIT_CHARACTERS: usize = 27;
const _: () = assert!(MAX_ATTEMPTS < 10, "an attempt's number is one digit");

/// One visit to the payment page, or one call of a shop, and the money that may come of it.
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
    /// By which door it came.
    pub origin: Origin,
    /// The agreement's token: the one that is charged, or the one that this payment makes when it succeeds.
    pub token: Option<Token>,
    /// Given with the first attempt, kept ever after.
    pub bank_transaction_id: Option<BankTransactionId>,
    /// Authorizations asked for so far.
    pub attempts: u8,
    /// Since when the shop has been told that the outcome is pending.
    pub pending_since: Option<UtcMs>,
    pub stage: Stage,
    /// When the page was opened, or the call was made.
    pub opened_at: UtcMs,
    /// When the buyer first acted on the page; none while the link was only opened, and none for a call.
    pub begun_at: Option<UtcMs>,
    /// When it last changed.
    pub changed_at: UtcMs,
}

/// Where a payment stands, with exactly what is known there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The buyer is on the page; no answer of Amazon is outstanding.
    Open {
        /// Once the buyer has pressed pay: what was or is being confirmed.
        instrument: Option<Instrument>,
        /// Why the last attempt came to nothing, until the buyer presses pay again.
        declined: Option<Reason>,
    },
    /// Amazon may have been asked; the answer is not known.
    Authorizing {
        /// What was or will have been asked.
        attempt: Attempt,
    },
    /// Amazon was asked and has not decided, or waits for the buyer. The shop knows that the outcome is pending.
    Pending { attempt: Attempt, wait: Wait },
    /// Amazon authorized. Final as an outcome; the money goes its own way.
    Paid {
        /// The attempt that succeeded.
        attempt: Attempt,
        /// What Amazon gave for it.
        authorization: Authorization,
        /// Where the money is.
        funds: Funds,
    },
    /// The buyer has allowed later charges, and nothing was paid. Final as an outcome.
    Agreed {
        /// What he has confirmed.
        agreement: BillingAgreementId,
        agreed_at: UtcMs,
        /// When the shop deleted the transaction; the token outlives it.
        deleted_at: Option<UtcMs>,
    },
    /// No money will move. Final, except of a call that came to no attempt: the same call may come again.
    Refused {
        /// The attempt that was refused; none when it came to no attempt (authentication failed, for one).
        attempt: Option<Attempt>,
        reason: Reason,
    },
    /// The buyer gave up, or never began. Final.
    Abandoned {
        /// What he had pressed pay with, if anything: news of it from Amazon is found by this.
        instrument: Option<Instrument>,
    },
}

/// What a pending payment waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wait {
    /// Amazon's decision about this authorization.
    Decision(Placed),
    /// The buyer's choice of another card, at the shop's page or at Amazon.
    Card,
}

/// What money is authorized on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Instrument {
    OrderReference(OrderReferenceId),
    /// A permission to charge again.
    Agreement(BillingAgreementId),
}

/// One try against Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The reference that Amazon deduplicates on.
    pub id: AttemptId,
    /// On what it is authorized.
    pub instrument: Instrument,
    /// Whether the money is captured with the authorization (M.O.T.O. unified).
    pub capture_now: bool,
    /// 0: Amazon decides while we wait. Else the minutes that it may take, at most 1440, in fives.
    pub timeout_minutes: u16,
    /// When it was recorded, which is before Amazon was asked.
    pub asked_at: UtcMs,
}

/// Where an attempt is at Amazon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Amazon's identifier of the authorization.
    pub authorization: AuthorizationId,
    /// The order that Amazon made of a charge on an agreement; nothing of an attempt on an order.
    pub made_order: Option<OrderReferenceId>,
}

/// What Amazon gave for a successful attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    pub id: AuthorizationId,
    /// The order that Amazon made of a charge on an agreement; nothing of an attempt on an order.
    pub made_order: Option<OrderReferenceId>,
    pub authorized_at: UtcMs,
}

impl Payment {
    /// The link is opened: by the buyer, or by a scanner of the mail that it came in.
    #[must_use]
    pub fn open(shop: ShopLogin, id: PaymentId, order: Order, now: UtcMs) -> Change {
        let stage = Stage::Open { instrument: None, declined: None };
        let payment = Payment {
            shop,
            id,
            version: 1,
            order,
            origin: Origin::Page,
            token: None,
            bank_transaction_id: None,
            attempts: 0,
            pending_since: None,
            stage,
            opened_at: now,
            begun_at: None,
            changed_at: now,
        };
        Change::opened(payment)
    }

    /// Whether the outcome is final: nothing that comes will turn paid into refused or the other way.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self.stage {
            Stage::Paid { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. } => true,
            Stage::Open { .. } | Stage::Authorizing { .. } | Stage::Pending { .. } => false,
        }
    }

    /// Whether it holds the shop's identifier, taken with the first attempt or with an agreement and never given back.
    #[must_use]
    pub fn holds_claim(&self) -> bool {
        self.attempts > 0 || matches!(self.stage, Stage::Agreed { .. })
    }

    /// The attempt whose answer is not known, if one is under way.
    #[must_use]
    pub fn attempt_in_flight(&self) -> Option<&Attempt> {
        match &self.stage {
            Stage::Authorizing { attempt } | Stage::Pending { attempt, wait: Wait::Decision(_) } => Some(attempt),
            Stage::Open { .. }
            | Stage::Pending { wait: Wait::Card, .. }
            | Stage::Paid { .. }
            | Stage::Agreed { .. }
            | Stage::Refused { .. }
            | Stage::Abandoned { .. } => None,
        }
    }

    /// What the payment is, was, or would be authorized on; nothing before the buyer has pressed pay.
    #[must_use]
    pub fn instrument(&self) -> Option<Instrument> {
        match &self.stage {
            Stage::Open { instrument, .. } => instrument.clone(),
            Stage::Authorizing { attempt } | Stage::Pending { attempt, .. } | Stage::Paid { attempt, .. } => {
                Some(attempt.instrument.clone())
            }
            Stage::Agreed { agreement, .. } => Some(Instrument::Agreement(agreement.clone())),
            Stage::Refused { attempt, .. } => attempt.as_ref().map(|attempt| attempt.instrument.clone()),
            Stage::Abandoned { instrument } => instrument.clone(),
        }
    }

    /// Since when something about this payment has been unresolved at Amazon: an attempt, a pending
    /// outcome, a capture, a release, a refund. Nothing when nothing is: the janitor's work is
    /// those that have one.
    #[must_use]
    pub fn unresolved_at(&self) -> Option<UtcMs> {
        match &self.stage {
            Stage::Authorizing { attempt } => Some(attempt.asked_at),
            Stage::Pending { .. } => Some(self.changed_at),
            Stage::Paid { funds, .. } => funds.unresolved_at(),
            Stage::Open { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. } => None,
        }
    }

    /// Whether whoever has brought it to this stage asks Amazon at once: as long as he may, nobody else should.
    #[must_use]
    pub fn is_being_asked(&self) -> bool {
        match &self.stage {
            Stage::Authorizing { .. } => true,
            Stage::Paid { funds, .. } => funds.is_being_asked(),
            Stage::Open { .. }
            | Stage::Pending { .. }
            | Stage::Agreed { .. }
            | Stage::Refused { .. }
            | Stage::Abandoned { .. } => false,
        }
    }

    /// When it last changed as an outcome; what becomes of the money later does not count.
    pub(crate) fn decided_at(&self) -> UtcMs {
        match &self.stage {
            Stage::Paid { authorization, .. } => authorization.authorized_at,
            Stage::Agreed { agreed_at, .. } => *agreed_at,
            _ => self.changed_at,
        }
    }

    /// What will happen to held money by itself, and when.
    #[must_use]
    pub fn automatic(&self) -> Option<Automatic> {
        match &self.stage {
            Stage::Paid { funds: Funds::Held { automatic, .. }, .. } => *automatic,
            _ => None,
        }
    }

    /// A reference of our own: the visit's name, which no other payment has, and what it is for.
    fn reference(&self, suffix: &str) -> AttemptId {
        let visit: String = self.id.as_str().chars().take(VISIT_CHARACTERS).collect();
        let taken = self.order.shop_transaction_id.as_str();
        let id = match format!("{visit}-{suffix}") {
            id if id == taken => format!("{visit}_{suffix}"),
            id => id,
        };
        AttemptId::new(id).expect("both parts keep Amazon's alphabet and length")
    }

    fn moved(mut self, stage: Stage, now: UtcMs) -> Payment {
        self.version += 1;
        self.stage = stage;
        self.changed_at = now;
        self
    }
}

impl Instrument {
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Instrument::OrderReference(id) => id.as_str(),
            Instrument::Agreement(id) => id.as_str(),
        }
    }

    /// The order reference, when it is one.
    #[must_use]
    pub fn order_reference(&self) -> Option<&OrderReferenceId> {
        match self {
            Instrument::OrderReference(id) => Some(id),
            Instrument::Agreement(_) => None,
        }
    }
}
