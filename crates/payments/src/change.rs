//! What a move leaves behind: the only thing that the store accepts.

use crate::agreement::{Agreement, AgreementStage};
use crate::ids::{OrderReferenceId, SellerId, UtcMs};
use crate::order::{Origin, Recurring};
use crate::outcome::Outcome;
use crate::payment::{Instrument, Payment, Stage, Terms, Witness};

/// How long the answer to a call may be on its way before its notice is due, unless the operator sets another time.
pub const ANSWER_PATIENCE_MS: i64 = 60_000;

/// A payment's new value, the event that tells of the move, the notice owed for it, and the agreement made by it:
/// committed together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    payment: Payment,
    event: Event,
    notice: Option<(Outcome, Due)>,
    answer_patience_ms: i64,
    order_details: Option<String>,
    order_claim: Option<OrderClaim>,
}

/// The right to charge an order at Amazon. One payment has it, whichever shop of the merchant's account asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderClaim {
    /// The merchant's account at Amazon.
    pub seller: SellerId,
    pub order_reference: OrderReferenceId,
}

/// When the first try of a notice is due. Whether one is owed does not depend on it: every outcome owes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// With the outcome.
    AtOnce,
    /// A moment later, because a caller is being answered: an answer that was surely written out takes its place.
    UnlessAnswered,
}

/// One line of a payment's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The payment's version after the move; counts from 1 without gaps.
    pub version: i64,
    pub kind: EventKind,
    pub at: UtcMs,
}

/// What can happen to a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The page was opened.
    Opened,
    /// The buyer's first act, when it is not another move.
    Begun,
    /// The buyer pressed pay.
    Confirming,
    /// An attempt was recorded.
    Asked,
    /// An attempt came to nothing and the buyer may try again, with another card when his was declined.
    Declined,
    /// Amazon will decide later.
    Pending,
    /// A pending payment was declined for its card, and another is waited for.
    CardWanted,
    Paid,
    /// The buyer has allowed later charges.
    Agreed,
    /// Refused for good.
    Refused,
    /// The buyer gave up.
    Abandoned,
    /// The visit ended while another one held the shop's identifier; the shop is not told.
    SteppedAside,
    /// The visit's time ran out before it began; the shop is not told.
    Lapsed,
    /// A call came to nothing before its attempt. Its answer says so, and the same call may come again.
    TurnedAway,
    Settling,
    /// Amazon will take the money later.
    Booked,
    /// The money was taken.
    Settled,
    /// The money was not taken. It is still held, unless Amazon has ended the authorization.
    SettlementDeclined,
    /// Amazon could not take the money, which is still held, and is asked under a new name.
    SettlingAgain,
    /// Amazon named the capture that came with the authorization.
    CaptureKnown,
    /// The shop gives the money up.
    Releasing,
    /// Nothing is held any more.
    Released,
    /// What was to happen to held money by itself could not be done.
    AutomaticGivenUp,
    Refunding,
    /// Amazon has taken the refund.
    RefundAccepted,
    /// The buyer has his money back.
    Refunded,
    /// The refund came to nothing.
    RefundDeclined,
    /// The seller has given money back in Amazon's own pages.
    RefundedElsewhere,
    /// Amazon holds or took money for a payment that we hold for refused, abandoned or released:
    /// for a person to look at.
    MovedElsewhere,
    /// The buyer's bank has taken money back.
    ChargedBack,
}

impl EventKind {
    /// Whether the shop must hear of it.
    fn is_told(self) -> bool {
        match self {
            EventKind::Pending | EventKind::Paid | EventKind::Agreed | EventKind::Refused | EventKind::Abandoned => {
                true
            }
            EventKind::Opened
            | EventKind::Begun
            | EventKind::Confirming
            | EventKind::Asked
            | EventKind::Declined
            | EventKind::CardWanted
            | EventKind::SteppedAside
            | EventKind::Lapsed
            | EventKind::TurnedAway
            | EventKind::Settling
            | EventKind::Booked
            | EventKind::Settled
            | EventKind::SettlementDeclined
            | EventKind::SettlingAgain
            | EventKind::CaptureKnown
            | EventKind::Releasing
            | EventKind::Released
            | EventKind::AutomaticGivenUp
            | EventKind::Refunding
            | EventKind::RefundAccepted
            | EventKind::Refunded
            | EventKind::RefundDeclined
            | EventKind::RefundedElsewhere
            | EventKind::MovedElsewhere
            | EventKind::ChargedBack => false,
        }
    }
}

impl Change {
    pub(crate) fn opened(payment: Payment) -> Self {
        Change::of(payment, EventKind::Opened)
    }

    /// A move that no caller waits for; an outcome is told at once.
    pub(crate) fn of(payment: Payment, kind: EventKind) -> Self {
        Change::moved(payment, kind, Due::AtOnce)
    }

    /// The same for an outcome that the answer to a call may tell.
    pub(crate) fn told(payment: Payment, kind: EventKind, by: Witness) -> Self {
        let due = match (payment.origin, by) {
            (Origin::WebService, Witness::Caller) => Due::UnlessAnswered,
            (Origin::Page, _) | (Origin::WebService, Witness::Janitor) => Due::AtOnce,
        };
        Change::moved(payment, kind, due)
    }

    /// An event that changes nothing of the outcome and of when it was decided.
    pub(crate) fn at(payment: Payment, kind: EventKind, at: UtcMs) -> Self {
        let event = Event { version: payment.version, kind, at };
        let answer_patience_ms = ANSWER_PATIENCE_MS;
        Change { payment, event, notice: None, answer_patience_ms, order_details: None, order_claim: None }
    }

    fn moved(payment: Payment, kind: EventKind, due: Due) -> Self {
        let at = payment.changed_at;
        let outcome = Outcome::of(&payment).filter(|_| kind.is_told());
        Change { notice: outcome.map(|outcome| (outcome, due)), ..Change::at(payment, kind, at) }
    }

    /// Takes the order of these terms with it.
    pub(crate) fn claiming(self, order_claim: Option<OrderClaim>) -> Self {
        Change { order_claim, ..self }
    }

    /// Has the shop told when this says that a settlement or a refund came to nothing after it was accepted. The notice
    /// repeats the outcome of the payment, which does not change; the shop reads the transaction to see what did.
    #[must_use]
    pub fn telling_declined_movement(mut self) -> Self {
        if matches!(self.event.kind, EventKind::SettlementDeclined | EventKind::RefundDeclined) {
            self.notice = Outcome::of(&self.payment).map(|outcome| (outcome, Due::AtOnce));
        }
        self
    }

    /// Gives the answer to a call so long, in place of [`ANSWER_PATIENCE_MS`].
    #[must_use]
    pub fn with_answer_patience(mut self, ms: i64) -> Self {
        self.answer_patience_ms = ms;
        self
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

    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// What the shop must be told and when, when the move is one it must hear of.
    #[must_use]
    pub fn notice(&self) -> Option<(&Outcome, Due)> {
        self.notice.as_ref().map(|(outcome, due)| (outcome, *due))
    }

    /// When the notice is to be sent first, if one is owed.
    #[must_use]
    pub fn notice_due_at(&self) -> Option<UtcMs> {
        let (_, due) = self.notice()?;
        Some(match due {
            Due::AtOnce => self.event.at,
            Due::UnlessAnswered => self.event.at.plus_ms(self.answer_patience_ms),
        })
    }

    /// Amazon's order reference details, when this change brings them.
    #[must_use]
    pub fn order_details(&self) -> Option<&str> {
        self.order_details.as_deref()
    }

    /// Whether this change takes the shop's transaction identifier: true of the first attempt, and of an agreement.
    #[must_use]
    pub fn claims_transaction(&self) -> bool {
        match self.event.kind {
            EventKind::Asked => self.payment.attempts == 1,
            EventKind::Agreed => true,
            _ => false,
        }
    }

    /// Whether this change begins the payment: also one that stands already, as a call that came to nothing and is made
    /// again. Then all of it may differ from what was kept.
    #[must_use]
    pub fn begins_payment(&self) -> bool {
        match self.event.kind {
            EventKind::Opened | EventKind::TurnedAway => true,
            EventKind::Asked => self.payment.origin == Origin::WebService && self.payment.attempts == 1,
            _ => false,
        }
    }

    /// The order at Amazon that this change takes, so that no other payment can be charged on it.
    #[must_use]
    pub fn order_claim(&self) -> Option<&OrderClaim> {
        self.order_claim.as_ref()
    }

    /// Whether this change gives back the orders that its payment has taken: no money came of them.
    #[must_use]
    pub fn releases_orders(&self) -> bool {
        let is_over = matches!(self.payment.stage, Stage::Refused { .. } | Stage::Abandoned { .. });
        is_over && self.payment.attempts > 0 && self.event.kind != EventKind::MovedElsewhere
    }

    /// The agreement that this change makes.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        let payment = &self.payment;
        let billing_agreement = match (&payment.stage, self.event.kind) {
            (Stage::Agreed { agreement, .. }, EventKind::Agreed) => agreement.clone(),
            (Stage::Paid { attempt, .. }, EventKind::Paid) if payment.order.recurring == Recurring::WithPayment => {
                match &attempt.instrument {
                    Instrument::Agreement(agreement) => agreement.clone(),
                    Instrument::OrderReference(_) => return None,
                }
            }
            _ => return None,
        };
        Some(Agreement {
            shop: payment.shop.clone(),
            token: payment.token.clone()?,
            version: 1,
            billing_agreement,
            payment: payment.id.clone(),
            currency: Some(payment.order.amount.currency),
            stage: AgreementStage::Active,
            made_at: payment.changed_at,
            changed_at: payment.changed_at,
        })
    }
}

impl OrderClaim {
    /// What an attempt on these terms takes: an order; nothing of an agreement, which may be charged again and again.
    pub(crate) fn of(terms: &Terms) -> Option<OrderClaim> {
        let order_reference = terms.instrument.order_reference()?.clone();
        Some(OrderClaim { seller: terms.seller.clone(), order_reference })
    }
}
