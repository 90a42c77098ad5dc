//! What moves money: charges, movements, tokens. An identifier that was tried is refused another time, as at Axerve.

use wire::read_trx::{EventKind, State};
use wire::{Code, Verdict, delete, delete_token, movement, pagam, refund, settle, token};

use super::{Told, event, failure, report};

/// What becomes of a charge.
#[derive(Debug, Clone, Copy)]
pub enum Charging {
    /// It is paid.
    Pay,
    /// It is paid, and the answer is lost.
    Lose,
    /// Nothing is done, and the answer is lost.
    Drop,
    /// It is tried, and not decided.
    Wait,
    /// It is tried, and refused.
    Decline(Code),
    /// It is refused before anything is tried.
    Refuse(Code),
    /// The shop is not let in.
    Shut,
    /// The shop calls too often, and is asked to wait for so many seconds.
    Busy(u32),
}

/// What becomes of a movement.
#[derive(Debug, Clone, Copy)]
pub enum Moving {
    /// It is made, and the answer is lost.
    Lose,
    /// Nothing is done, and the answer is lost.
    Drop,
    /// It is refused.
    Refuse(Code),
    /// It is refused, because an earlier request is carried out just now.
    Overtaken(Code),
    /// It is accepted, and Amazon has not done it: a settlement is PRE, a refund REQ.
    Accept,
    /// The shop calls too often, and is asked to wait for so many seconds.
    Busy(u32),
}

/// What the caller reads.
pub enum Reply {
    /// The inner answer.
    Inner(String),
    /// A fault with 500: the answer is lost.
    Lost,
    /// A fault with 503 and so many seconds.
    Busy(u32),
}

pub fn answer(told: &mut Told, operation: &str, envelope: &wire::soap::Envelope) -> Reply {
    let body = envelope.body();
    let kind = match operation {
        "callPagamS2S" => return charge(told, pagam::Request::read(body).expect("a charge")),
        "callDeleteTokenS2S" => return Reply::Inner(end(told, delete_token::Request::read(body).expect("a deletion"))),
        "callSettleS2S" => movement::Kind::Settle,
        "callDeleteS2S" => movement::Kind::Delete,
        "callRefundS2S" => movement::Kind::Refund,
        other => panic!("{other} was not expected"),
    };
    let (named, amount, name) = match kind {
        movement::Kind::Settle => {
            let request = settle::Request::read(body).expect("a settlement");
            (request.named, request.amount, request.settlement_id)
        }
        movement::Kind::Refund => {
            let request = refund::Request::read(body).expect("a refund");
            (request.named, request.amount, request.settlement_id)
        }
        movement::Kind::Delete => (delete::Request::read(body).expect("a deletion").named, None, None),
    };
    let (amount, name) = (amount.unwrap_or_default(), name.unwrap_or_default());
    told.moved.push((operation.to_owned(), name, amount.clone()));
    let moving = told.moving.pop_front();
    match moving {
        Some(Moving::Drop) => return Reply::Lost,
        Some(Moving::Busy(seconds)) => return Reply::Busy(seconds),
        Some(Moving::Refuse(code)) => {
            return Reply::Inner(movement::Response::refused(kind, &named, failure(code)).write());
        }
        Some(Moving::Lose | Moving::Accept | Moving::Overtaken(_)) | None => {}
    }
    told.moves(kind, named.shop_transaction_id.as_deref().unwrap_or_default(), &amount, moving);
    match moving {
        Some(Moving::Lose) => Reply::Lost,
        Some(Moving::Overtaken(code)) => Reply::Inner(movement::Response::refused(kind, &named, failure(code)).write()),
        _ => Reply::Inner(movement::Response::done(kind, &named, wire::Lang::English).write()),
    }
}

impl Told {
    /// What the report says from now on.
    fn moves(&mut self, kind: movement::Kind, id: &str, amount: &str, moving: Option<Moving>) {
        let report = self.reports.get_mut(id).expect("a transaction");
        let is_done = !matches!(moving, Some(Moving::Accept));
        if kind == movement::Kind::Refund {
            let asked = event(State::Refunded, amount);
            report.events.push(wire::read_trx::Event { kind: EventKind::RefundRequested, ..asked });
        }
        let state = match (kind, is_done) {
            (movement::Kind::Settle, true) => State::Settled,
            (movement::Kind::Settle, false) => State::Booked,
            (movement::Kind::Delete, _) => State::Cancelled,
            (movement::Kind::Refund, true) => State::Refunded,
            (movement::Kind::Refund, false) => return,
        };
        report.state = Some(state);
        report.events.push(event(state, amount));
    }
}
fn charge(told: &mut Told, request: pagam::Request) -> Reply {
    told.charged.push(request.clone());
    let id = request.shop_transaction_id.clone().unwrap_or_default();
    let charging = told.charging.pop_front().unwrap_or(Charging::Pay);
    match charging {
        Charging::Drop => return Reply::Lost,
        Charging::Busy(seconds) => return Reply::Busy(seconds),
        Charging::Shut => return Reply::Inner(pagam::Response::Failed(failure(Code::API_KEY_WRONG)).write()),
        Charging::Refuse(code) => return Reply::Inner(pagam::Response::refused(&request, failure(code)).write()),
        _ if !told.used.insert(id.clone()) => {
            return Reply::Inner(pagam::Response::refused(&request, failure(Code::TRANSACTION_INVALID)).write());
        }
        Charging::Pay | Charging::Lose | Charging::Wait | Charging::Decline(_) => {}
    }
    let (verdict, code) = match charging {
        Charging::Decline(code) => (Verdict::Ko, code),
        Charging::Wait => (Verdict::Xx, Code::OK),
        _ => (Verdict::Ok, Code::OK),
    };
    let mut known = report(&id, verdict, code);
    if verdict == Verdict::Ok {
        let amount = request.amount.clone().unwrap_or_default();
        known.state = Some(State::Settled);
        known.events = vec![event(State::Authorized, &amount), event(State::Settled, &amount)];
    }
    told.reports.insert(id.clone(), known);
    let mut outcome = pagam::Outcome::new(verdict, code);
    outcome.shop_transaction_id = id;
    outcome.bank_transaction_id = "117".into();
    outcome.currency = request.uic_code.unwrap_or_default();
    outcome.amount = request.amount.unwrap_or_default();
    outcome.payment_method = "AMAZONPAY".into();
    match charging {
        Charging::Lose => Reply::Lost,
        _ => Reply::Inner(pagam::Response::Outcome(Box::new(outcome)).write()),
    }
}

fn end(told: &mut Told, request: delete_token::Request) -> String {
    told.ended.push(request.token_value.unwrap_or_default());
    match told.tokens_are_gone {
        true => token::Response::refused(token::Kind::Delete, failure(Code::TOKEN_UNKNOWN)).write(),
        false => token::Response::done(token::Kind::Delete).write(),
    }
}
