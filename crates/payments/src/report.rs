//! What callReadTrxS2S says of a payment: its state and the movements of money, derived, never stored.

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

/// Axerve's `TransactionState` for the states reached so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `AUT`: authorized, or refused.
    Authorized,
    /// `MOV`: settled.
    Settled,
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

/// Axerve's `eventtype` for the movements made so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MovementKind {
    /// `AUT`.
    Authorization,
    /// `MOV`.
    Settlement,
}

impl Report {
    /// What the shop may read; nothing when no attempt was ever made (the payment does not exist for the shop yet).
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Report> {
        payment.bank_transaction_id?;
        let amount = payment.order.amount;
        let line = |kind, at| Movement { kind, amount, at };
        let unknown =
            Report { paid: None, reason: None, state: None, authorization_code: String::new(), movements: Vec::new() };
        Some(match &payment.stage {
            Stage::Open { .. } | Stage::Authorizing { .. } => unknown,
            Stage::Paid { authorization, .. } => {
                let at = authorization.authorized_at;
                let mut movements = vec![line(MovementKind::Authorization, at)];
                movements.extend(authorization.captured.then(|| line(MovementKind::Settlement, at)));
                Report {
                    paid: Some(true),
                    state: Some(if authorization.captured { State::Settled } else { State::Authorized }),
                    authorization_code: code_of(authorization.id.as_str()),
                    movements,
                    ..unknown
                }
            }
            Stage::Refused { reason, .. } => Report {
                paid: Some(false),
                reason: Some(*reason),
                state: Some(State::Authorized),
                movements: vec![line(MovementKind::Authorization, payment.changed_at)],
                ..unknown
            },
            Stage::Abandoned => Report {
                paid: Some(false),
                reason: Some(Reason::Abandoned),
                state: Some(State::Authorized),
                movements: vec![line(MovementKind::Authorization, payment.changed_at)],
                ..unknown
            },
        })
    }
}
