//! `pagam read`: asks what became of a transaction.

use clap::Args;
use pagam::{Address, Amount, Client, Code, Error, Event, EventKind, Lang, State, Status, Transaction};
use serde_json::{Value, json};

use super::Answer;
use super::connection::Connection;
use super::order::Which;
use super::outcome::{headline, status_json};
use super::sheet::{Sheet, Tone};

/// What `pagam read` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam read order-42-1                 state, movements and addresses
  pagam read --bank 117 --json          by the gateway's number, as JSON

Exit codes: 0 the shop has the money or a promise of it, 1 it has not")]
pub struct ReadArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl ReadArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        Ok(match client.read_trx(self.which.lookup()).await? {
            Some(transaction) => shown(&transaction),
            None => never_paid(&self.which),
        })
    }
}

fn never_paid(which: &Which) -> Answer {
    let text = Code::NOT_FOUND.text(Lang::English);
    let sheet = Sheet::new(Tone::Bad, format!("{which}: never paid, as far as the gateway knows"))
        .row("Gateway says", format!("{} {text}", Code::NOT_FOUND));
    Answer { is_good: false, sheet, json: json!({"status": "unknown", "code": Code::NOT_FOUND.0, "description": text}) }
}

fn shown(transaction: &Transaction) -> Answer {
    let amount = |amount: Option<Amount>| amount.filter(|amount| amount.minor() > 0).map(|amount| amount.to_string());
    let label = |address: Option<Address>| address.map(|address| address.lines()).unwrap_or_default();
    let reference = transaction.order_reference.as_ref();
    let sheet = heading(transaction)
        .row("Order", &*transaction.shop_transaction_id)
        .row_if("Bank number", transaction.bank_transaction_id.as_deref())
        .row_if("Method", transaction.company.as_deref())
        .row_if("Authorization", transaction.authorization_code.as_deref())
        .row_if(
            if transaction.status.is_paid() { "Authorized" } else { "Amount" },
            transaction.amount().map(|amount| amount.to_string()),
        )
        .row_if("Settled", amount(transaction.settled()))
        .row_if("Refunded", amount(transaction.refunded()))
        .row_if("Charged back", charged_back(transaction).map(|amount| amount.to_string()))
        .row("Gateway says", &*transaction.description)
        .row_if("At Amazon", reference.and_then(|found| found.amazon_order_reference_id.as_deref()))
        .block(
            "Movements (Italian time)",
            transaction.events.iter().map(|event| line(event, transaction.status)).collect(),
        )
        .block("Ship to", label(transaction.shipping_address()))
        .block("Bill to", label(transaction.billing_address()));
    Answer { is_good: transaction.is_paid(), sheet, json: as_json(transaction) }
}

fn heading(transaction: &Transaction) -> Sheet {
    match (transaction.status.is_paid(), transaction.state) {
        (true, Some(State::Settled)) => Sheet::new(Tone::Good, "Paid and settled"),
        (true, Some(State::Booked)) => Sheet::new(Tone::Good, "Paid, settled tonight"),
        (true, Some(State::Authorized)) => Sheet::new(Tone::Good, "Authorized, not settled"),
        (true, Some(State::Cancelled)) => Sheet::new(Tone::Bad, "Authorized and deleted again"),
        (true, Some(State::Refunded)) => Sheet::new(Tone::Bad, "Paid and refunded, in whole or in part"),
        (true, None) | (false, _) => headline(transaction.status),
    }
}

/// How much the buyer's bank has taken back, when the answer has any of it.
fn charged_back(transaction: &Transaction) -> Option<Amount> {
    let is_chargeback = |event: &&Event| event.kind == EventKind::ChargedBack;
    let mut chargebacks = transaction.events.iter().filter(is_chargeback).map(|event| event.amount).peekable();
    chargebacks.peek()?;
    let minor = chargebacks.try_fold(0_i64, |sum, amount| sum.checked_add(amount?.minor()))?;
    Amount::new(minor, transaction.currency?).ok()
}

fn line(event: &Event, status: Status) -> String {
    let amount = event.amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
    let (word, meaning) = match named(&event.kind) {
        // The first movement of a transaction is there in any case.
        (word, "authorized") if !status.is_paid() => (word, "not authorized"),
        known => known,
    };
    format!("{}   {word:<4} {amount:>14}   {meaning}", event.date).trim_end().to_owned()
}

/// The gateway's word for a movement, and what it means.
fn named(kind: &EventKind) -> (&str, &'static str) {
    match kind {
        EventKind::State(State::Authorized) => ("AUT", "authorized"),
        EventKind::State(State::Settled) => ("MOV", "settled"),
        EventKind::State(State::Booked) => ("PRE", "to be settled tonight"),
        EventKind::State(State::Cancelled) => ("CAN", "deleted"),
        EventKind::State(State::Refunded) => ("STO", "refunded"),
        EventKind::RefundRequested => ("REQ", "refund asked for"),
        EventKind::ChargedBack => ("CHB", "charged back by the buyer's bank"),
        EventKind::Other(word) => (word, ""),
    }
}

fn as_json(transaction: &Transaction) -> Value {
    let (status, code) = status_json(transaction.status);
    let decimal = |amount: Option<Amount>| amount.map(Amount::to_decimal);
    let label =
        |address: Option<Address>| address.map(|address| json!({"lines": address.lines(), "phone": address.phone}));
    let movements: Vec<Value> = transaction
        .events
        .iter()
        .map(|event| json!({"type": named(&event.kind).0, "amount": decimal(event.amount), "date": event.date}))
        .collect();
    json!({
        "status": status,
        "code": code,
        "state": transaction.state.map(State::as_str),
        "is_paid": transaction.is_paid(),
        "description": transaction.description,
        "shop_transaction_id": transaction.shop_transaction_id,
        "bank_transaction_id": transaction.bank_transaction_id,
        "authorization_code": transaction.authorization_code,
        "payment_method": transaction.company,
        "currency": transaction.currency.map(pagam::Currency::iso),
        "authorized": decimal(transaction.amount()),
        "settled": decimal(transaction.settled()),
        "refunded": decimal(transaction.refunded()),
        "charged_back": decimal(charged_back(transaction)),
        "movements": movements,
        "order_reference": transaction.order_reference.as_ref().and_then(|found| found.amazon_order_reference_id.as_deref()),
        "shipping_address": label(transaction.shipping_address()),
        "billing_address": label(transaction.billing_address()),
    })
}
