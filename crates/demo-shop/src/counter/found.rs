//! What the gateway's report says of one movement. Pure.

use pagam::{Amount, EventKind, State, Transaction};

use crate::book::movements::Movement;
use crate::book::vocabulary::Kind;

/// Where a movement stands in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Done,
    /// It is accepted, and Amazon has not done it yet.
    OnItsWay,
    /// It was not done and cannot be any more.
    Impossible(&'static str),
    /// Nothing came of it so far.
    NoTrace,
}

/// Refunds of one amount in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refunds {
    /// Asked for, done or not.
    pub asked: i64,
    pub done: i64,
}

/// What the report says of a movement.
pub(super) fn found(movement: &Movement, transaction: &Transaction) -> Found {
    match movement.kind {
        Kind::Settle => settlement(movement.amount, transaction),
        Kind::Cancel => cancellation(transaction),
        Kind::Refund => refund(movement, transaction),
    }
}

/// `MOV` ends it. `PRE` is on its way. `AUT` says that nothing was taken: not yet, or no more.
fn settlement(amount: Amount, transaction: &Transaction) -> Found {
    match (transaction.state, transaction.settled()) {
        (Some(State::Settled | State::Refunded), Some(settled)) if settled == amount => Found::Done,
        (Some(State::Settled | State::Refunded), _) => {
            Found::Impossible("Another amount was settled, by somebody else. A person must look.")
        }
        (Some(State::Booked), _) => Found::OnItsWay,
        (Some(State::Cancelled), _) => Found::Impossible("The authorization is over: nothing can be settled."),
        (Some(State::Authorized) | None, _) => Found::NoTrace,
    }
}

fn cancellation(transaction: &Transaction) -> Found {
    match transaction.state {
        Some(State::Cancelled) => Found::Done,
        Some(State::Settled | State::Booked | State::Refunded) => {
            Found::Impossible("It is settled: refund it instead.")
        }
        Some(State::Authorized) | None => Found::NoTrace,
    }
}

/// `REQ` until `STO`. Refunds of one amount are told apart by their order: which of two equal ones
/// Amazon has made first makes no difference to anybody's money.
fn refund(movement: &Movement, transaction: &Transaction) -> Found {
    let Some(refunds) = refunds_of(transaction, movement.amount) else { return Found::OnItsWay };
    let number = movement.refunds_before + 1;
    match (refunds.done >= number, refunds.asked >= number) {
        (true, _) => Found::Done,
        (false, true) => Found::OnItsWay,
        (false, false) => Found::NoTrace,
    }
}

/// The refunds of an amount. `None` when a refund cannot be read.
pub(crate) fn refunds_of(transaction: &Transaction, amount: Amount) -> Option<Refunds> {
    let (mut asked, mut done) = (0, 0);
    for event in &transaction.events {
        let count = match event.kind {
            EventKind::RefundRequested => &mut asked,
            EventKind::State(State::Refunded) => &mut done,
            EventKind::State(_) | EventKind::ChargedBack | EventKind::Other(_) => continue,
        };
        *count += i64::from(event.amount? == amount);
    }
    Some(Refunds { asked: asked.max(done), done })
}

/// What was given back, or is going to be, in cents: a refund is reported when it is accepted, and
/// once more when Amazon has made it. `None` when a refund cannot be read.
pub(crate) fn refunds_minor(transaction: &Transaction) -> Option<i64> {
    let asked = transaction.events.iter().filter(|event| event.kind == EventKind::RefundRequested);
    let mut asked = asked.map(|event| event.amount.map(Amount::minor));
    let asked = asked.try_fold(0_i64, |sum, minor| sum.checked_add(minor?))?;
    Some(asked.max(transaction.refunded()?.minor()))
}
