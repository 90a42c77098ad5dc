//! How a payment went, shown: what `decrypt` read and what `charge` was answered.

use pagam::{Lang, Outcome, Status, Widget};
use serde_json::{Map, Value, json};

use super::Answer;
use super::sheet::{Sheet, Tone};

/// An outcome as a result: good when paid.
pub(super) fn shown(outcome: &Outcome) -> Answer {
    let sheet = headline(outcome.status)
        .row("Order", &*outcome.shop_transaction_id)
        .row_if("Amount", outcome.amount.map(|amount| amount.to_string()))
        .row_if("Bank number", outcome.bank_transaction_id.as_deref())
        .row_if("Authorization", outcome.authorization_code.as_deref())
        .row_if("Method", outcome.payment_method.as_deref())
        .row_if("Token", outcome.token.as_ref().map(pagam::Token::as_str))
        .row_if("Buyer", buyer(outcome))
        .row("Gateway says", &*outcome.description)
        .row_if("Risk alert", outcome.alert.as_ref().map(|(code, text)| format!("{code} {text}")))
        .row_if("Next", outcome.status.widget().map(advice))
        .block("Custom information", outcome.custom.iter().map(|(key, value)| format!("{key}={value}")).collect());
    Answer { is_good: outcome.status.is_paid(), sheet, json: as_json(outcome) }
}

/// A sheet that begins with the status.
pub(super) fn headline(status: Status) -> Sheet {
    match status {
        Status::Paid => Sheet::new(Tone::Good, "Paid"),
        Status::Pending => Sheet::new(Tone::Open, "Not final yet"),
        Status::Refused { code } => {
            Sheet::new(Tone::Bad, format!("Not paid: {code} {}", code.text(Lang::English)).trim_end())
        }
    }
}

/// The status for scripts: a word and, of a refusal, the code.
pub(super) fn status_json(status: Status) -> (&'static str, Option<u32>) {
    match status {
        Status::Paid => ("paid", None),
        Status::Pending => ("pending", None),
        Status::Refused { code } => ("refused", Some(code.0)),
    }
}

fn buyer(outcome: &Outcome) -> Option<String> {
    match (&outcome.buyer_name, &outcome.buyer_email) {
        (Some(name), Some(email)) => Some(format!("{name} <{email}>")),
        (one, other) => one.clone().or_else(|| other.clone()),
    }
}

fn advice(widget: Widget) -> &'static str {
    match widget {
        Widget::Wallet => "let the buyer choose another payment method, then charge under a new identifier",
        Widget::AddressBook => "let the buyer choose an address, then charge under a new identifier",
    }
}

fn as_json(outcome: &Outcome) -> Value {
    let (status, code) = status_json(outcome.status);
    let custom: Map<String, Value> = outcome.custom.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let widget = outcome.status.widget().map(|widget| match widget {
        Widget::Wallet => "wallet",
        Widget::AddressBook => "address_book",
    });
    json!({
        "status": status,
        "code": code,
        "description": outcome.description,
        "shop_transaction_id": outcome.shop_transaction_id,
        "bank_transaction_id": outcome.bank_transaction_id,
        "authorization_code": outcome.authorization_code,
        "amount": outcome.amount.map(pagam::Amount::to_decimal),
        "currency": outcome.amount.map(|amount| amount.currency().iso()),
        "payment_method": outcome.payment_method,
        "buyer_name": outcome.buyer_name,
        "buyer_email": outcome.buyer_email,
        "custom": custom,
        "token": outcome.token.as_ref().map(pagam::Token::as_str),
        "show_again": widget,
    })
}
