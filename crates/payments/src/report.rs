//! What callReadTrxS2S says of a payment: its state and the movements of money, derived, never stored.

use crate::funds::{Chargeback, Funds, Refund, RefundStage};
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
    pub lines: Vec<Line>,
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
pub struct Line {
    /// What happened to the money.
    pub kind: LineKind,
    pub amount: Money,
    pub at: UtcMs,
}

/// Axerve's `eventtype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
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
    /// `CHB`: the buyer's bank has taken it back.
    Chargeback,
}

impl Report {
    /// What the shop may read; nothing when no attempt was ever made (the payment does not exist for the shop yet).
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Report> {
        payment.bank_transaction_id?;
        let amount = payment.order.amount;
        let unknown =
            Report { paid: None, reason: None, state: None, authorization_code: String::new(), lines: Vec::new() };
        let refused = |reason| Report {
            paid: Some(false),
            reason: Some(reason),
            state: Some(State::Authorized),
            lines: vec![line(LineKind::Authorization, amount, payment.changed_at)],
            ..unknown.clone()
        };
        Some(match &payment.stage {
            Stage::Open { .. } | Stage::Authorizing { .. } | Stage::Pending { .. } => unknown,
            Stage::Paid { authorization, funds, .. } => {
                let mut lines = vec![line(LineKind::Authorization, amount, authorization.authorized_at)];
                let state = moved(funds, amount, &mut lines);
                let authorization_code = code_of(authorization.id.as_str());
                Report { paid: Some(true), state: Some(state), authorization_code, lines, ..unknown }
            }
            Stage::Agreed { agreed_at, deleted_at, .. } => {
                let nothing = amount.none_of();
                let mut lines = vec![line(LineKind::Authorization, nothing, *agreed_at)];
                lines.extend(deleted_at.map(|at| line(LineKind::Cancellation, nothing, at)));
                let state = if deleted_at.is_some() { State::Cancelled } else { State::Authorized };
                Report { paid: Some(true), state: Some(state), lines, ..unknown }
            }
            Stage::Refused { reason, .. } => refused(*reason),
            Stage::Abandoned { .. } => refused(Reason::Abandoned),
        })
    }
}

fn line(kind: LineKind, amount: Money, at: UtcMs) -> Line {
    Line { kind, amount, at }
}

/// Adds what has become of the money, and says where it stands.
fn moved(funds: &Funds, amount: Money, lines: &mut Vec<Line>) -> State {
    match funds {
        Funds::Held { .. } => State::Authorized,
        Funds::Settling { capture } => {
            lines.push(line(LineKind::Booking, capture.amount, capture.asked_at));
            State::Booked
        }
        Funds::Settled { capture, settled_at, refunds, chargebacks } => {
            lines.extend(capture.booked_at.map(|_| line(LineKind::Booking, capture.amount, capture.asked_at)));
            lines.push(line(LineKind::Settlement, capture.amount, *settled_at));
            let before = lines.len();
            lines.extend(refunds.iter().flat_map(given_back));
            let taken_back =
                |one: &Chargeback| line(LineKind::Chargeback, one.amount.unwrap_or(capture.amount), one.at);
            lines.extend(chargebacks.iter().map(taken_back));
            lines[before..].sort_by_key(|line| line.at);
            let has_refund = lines.iter().any(|line| line.kind == LineKind::Refund);
            if has_refund { State::Refunded } else { State::Settled }
        }
        Funds::Releasing { asked_at: at } | Funds::Released { at, .. } => {
            lines.push(line(LineKind::Cancellation, amount, *at));
            State::Cancelled
        }
    }
}

/// The request, and what came of it. One that came to nothing leaves no line: a request without its
/// refund would read as one that is still open.
fn given_back(refund: &Refund) -> impl Iterator<Item = Line> {
    let asked = line(LineKind::RefundRequest, refund.amount, refund.asked_at);
    let (asked, done) = match refund.stage {
        RefundStage::Done { at, .. } => {
            (Some(asked), Some(line(LineKind::Refund, refund.amount, at.max(refund.asked_at))))
        }
        RefundStage::Asked | RefundStage::Accepted { .. } => (Some(asked), None),
        RefundStage::Declined { .. } => (None, None),
    };
    asked.into_iter().chain(done)
}
