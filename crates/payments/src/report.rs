//! What callReadTrxS2S says of a payment: its state and the movements of money, derived, never stored.

use crate::funds::{Funds, Refund, RefundStage};
use crate::ids::UtcMs;
use crate::money::Money;
use crate::outcome::{Reason, code_of};
use crate::payment::{Payment, Stage};

/// A payment as the shop may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether it was authorized; `None` while that is not known.
    pub paid: Option<bool>,
    /// Why not, when it was refused.
    pub reason: Option<Reason>,
    /// The last state-bearing movement; none while nothing is known.
    pub state: Option<State>,
    /// Six digits; empty unless authorized.
    pub authorization_code: String,
    /// Oldest first.
    pub movements: Vec<Movement>,
}

/// Axerve's `TransactionState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `AUT`: authorized, or refused.
    Authorized,
    /// `PRE`: settlement accepted, and done later.
    Booked,
    /// `MOV`: settled.
    Settled,
    /// `CAN`: deleted.
    Cancelled,
    /// `STO`: refunded, in part or whole.
    Refunded,
}

/// One line of `Events`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What moved.
    pub kind: MovementKind,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: UtcMs,
}

/// Axerve's `eventtype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// `AUT`.
    Authorization,
    /// `PRE`.
    Booking,
    /// `MOV`.
    Settlement,
    /// `CAN`.
    Cancellation,
    /// `REQ`.
    RefundRequest,
    /// `STO`.
    Refund,
}

impl Report {
    /// What the shop may read; nothing when no attempt was ever made (the payment does not exist for the shop yet).
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Report> {
        payment.bank_transaction_id?;
        let amount = payment.order.amount;
        let unknown =
            Report { paid: None, reason: None, state: None, authorization_code: String::new(), movements: Vec::new() };
        let refused = |reason| Report {
            paid: Some(false),
            reason: Some(reason),
            state: Some(State::Authorized),
            movements: vec![line(MovementKind::Authorization, amount, payment.changed_at)],
            ..unknown.clone()
        };
        Some(match &payment.stage {
            Stage::Open { .. } | Stage::Authorizing { .. } | Stage::Pending { .. } => unknown,
            Stage::Paid { authorization, funds, .. } => {
                let mut movements = vec![line(MovementKind::Authorization, amount, authorization.authorized_at)];
                let state = moved(funds, amount, &mut movements);
                let authorization_code = code_of(authorization.id.as_str());
                Report { paid: Some(true), state: Some(state), authorization_code, movements, ..unknown }
            }
            Stage::Agreed { agreed_at, deleted_at, .. } => {
                let nothing = amount.none_of();
                let mut movements = vec![line(MovementKind::Authorization, nothing, *agreed_at)];
                movements.extend(deleted_at.map(|at| line(MovementKind::Cancellation, nothing, at)));
                let state = if deleted_at.is_some() { State::Cancelled } else { State::Authorized };
                Report { paid: Some(true), state: Some(state), movements, ..unknown }
            }
            Stage::Refused { reason, .. } => refused(*reason),
            Stage::Abandoned => refused(Reason::Abandoned),
        })
    }
}

fn line(kind: MovementKind, amount: Money, at: UtcMs) -> Movement {
    Movement { kind, amount, at }
}

/// Adds what has become of the money, and says where it stands.
fn moved(funds: &Funds, amount: Money, movements: &mut Vec<Movement>) -> State {
    match funds {
        Funds::Held { .. } => State::Authorized,
        Funds::Settling { capture } => {
            movements.push(line(MovementKind::Booking, capture.amount, capture.asked_at));
            State::Booked
        }
        Funds::Settled { capture, settled_at, refunds, .. } => {
            movements.extend(capture.booked_at.map(|_| line(MovementKind::Booking, capture.amount, capture.asked_at)));
            movements.push(line(MovementKind::Settlement, capture.amount, *settled_at));
            let before = movements.len();
            movements.extend(refunds.iter().flat_map(given_back));
            movements[before..].sort_by_key(|movement| movement.at);
            let has_refund = movements.iter().any(|movement| movement.kind == MovementKind::Refund);
            if has_refund { State::Refunded } else { State::Settled }
        }
        Funds::Releasing { asked_at: at } | Funds::Released { at, .. } => {
            movements.push(line(MovementKind::Cancellation, amount, *at));
            State::Cancelled
        }
    }
}

/// The request, and what came of it.
fn given_back(refund: &Refund) -> impl Iterator<Item = Movement> {
    let asked = line(MovementKind::RefundRequest, refund.amount, refund.asked_at);
    let done = match refund.stage {
        RefundStage::Done { at, .. } => Some(line(MovementKind::Refund, refund.amount, at.max(refund.asked_at))),
        RefundStage::Asked | RefundStage::Accepted { .. } | RefundStage::Declined { .. } => None,
    };
    std::iter::once(asked).chain(done)
}
