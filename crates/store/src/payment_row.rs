//! Reads payments and their events from rows; the writing side is `compile`.

use payments::{
    Attempt, Authorization, BankTransactionId, BillingAgreementId, Event, Funds, Instrument, MAX_ATTEMPTS, Money,
    Order, OrderReferenceId, Payment, Placed, Stage, UtcMs, Wait,
};

use crate::error::Error;
use crate::row::Columns;
use crate::statement::Row;

/// The columns of a payment, in the order that [`payment`] takes them, of a table that the query calls `p`.
macro_rules! select_payment {
    ($from_where:literal) => {
        concat!(
            "SELECT p.shop, p.payment, p.version, p.shop_transaction_id, p.amount_minor, p.currency, p.language, ",
            "p.buyer_name, p.buyer_email, p.custom_info, p.recurring, p.origin, p.opened_at, p.bank_transaction_id, ",
            "p.attempts, p.token, p.pending_since, p.stage, p.order_reference, p.agreement, p.attempt_id, ",
            "p.capture_now, p.timeout_minutes, p.asked_at, p.authorization_id, p.authorized_at, p.funds, ",
            "p.agreed_at, p.deleted_at, p.reason, p.changed_at ",
            $from_where
        )
    };
}
pub(crate) use select_payment;

/// A payment from the columns of [`select_payment`].
pub(crate) fn payment(row: Row) -> Result<Payment, Error> {
    let mut columns = Columns::of("payments", 2, row);
    let shop = columns.parsed("shop")?;
    let id = columns.parsed("payment")?;
    let version = above_zero(&mut columns, "version")?;
    let order = order(&mut columns)?;
    let origin = columns.word("origin")?;
    let opened_at = UtcMs(columns.integer("opened_at")?);
    let bank_transaction_id = columns.integer_or_null("bank_transaction_id")?.map(BankTransactionId);
    let attempts: u8 = columns.narrow("attempts")?;
    if attempts > MAX_ATTEMPTS {
        return Err(columns.nonsense("attempts"));
    }
    let token = columns.parsed_or_null("token")?;
    let pending_since = instant(&mut columns, "pending_since")?;
    let stage = stage(&mut columns)?;
    let changed_at = UtcMs(columns.integer("changed_at")?);
    Ok(Payment {
        shop,
        id,
        version,
        order,
        origin,
        token,
        bank_transaction_id,
        attempts,
        pending_since,
        stage,
        opened_at,
        changed_at,
    })
}

fn order(columns: &mut Columns) -> Result<Order, Error> {
    let shop_transaction_id = columns.parsed("shop_transaction_id")?;
    let minor = above_zero(columns, "amount_minor")?;
    Ok(Order {
        shop_transaction_id,
        amount: Money::new(minor, columns.parsed("currency")?),
        language: columns.word("language")?,
        buyer_name: columns.text("buyer_name")?,
        buyer_email: columns.text("buyer_email")?,
        custom_info: columns.text("custom_info")?,
        recurring: columns.word("recurring")?,
    })
}

/// A row of the columns shop, payment, version, kind, at.
pub(crate) fn event(row: Row) -> Result<Event, Error> {
    let mut columns = Columns::of("payment_events", 3, row);
    columns.text("shop")?;
    columns.text("payment")?;
    Ok(Event {
        version: above_zero(&mut columns, "version")?,
        kind: columns.word("kind")?,
        at: UtcMs(columns.integer("at")?),
    })
}

fn above_zero(columns: &mut Columns, column: &'static str) -> Result<i64, Error> {
    let integer = columns.integer(column)?;
    if integer > 0 { Ok(integer) } else { Err(columns.nonsense(column)) }
}

fn instant(columns: &mut Columns, column: &'static str) -> Result<Option<UtcMs>, Error> {
    Ok(columns.integer_or_null(column)?.map(UtcMs))
}

fn stage(columns: &mut Columns) -> Result<Stage, Error> {
    let word = columns.text("stage")?;
    let order_reference: Option<OrderReferenceId> = columns.parsed_or_null("order_reference")?;
    let agreement: Option<BillingAgreementId> = columns.parsed_or_null("agreement")?;
    let instrument = match &agreement {
        Some(agreement) => Some(Instrument::Agreement(agreement.clone())),
        None => order_reference.clone().map(Instrument::OrderReference),
    };
    let made_order = order_reference.filter(|_| agreement.is_some());
    let attempt = attempt(columns, instrument.as_ref())?;
    let authorization_id = columns.parsed_or_null("authorization_id")?;
    let authorized_at = instant(columns, "authorized_at")?;
    if word != "pending" && authorization_id.is_some() != authorized_at.is_some() {
        return Err(columns.nonsense("authorization_id"));
    }
    let funds = funds(columns)?;
    let agreed_at = instant(columns, "agreed_at")?;
    let deleted_at = instant(columns, "deleted_at")?;
    let reason = columns.word_or_null("reason")?;
    let read = match (word.as_str(), attempt, authorization_id, reason) {
        ("open", None, None, declined) => Some(Stage::Open { instrument, declined }),
        ("authorizing", Some(attempt), None, None) => Some(Stage::Authorizing { attempt }),
        ("pending", Some(attempt), id, None) => {
            let placed = id.map(|authorization| Placed { authorization, made_order });
            Some(Stage::Pending { attempt, wait: placed.map_or(Wait::Card, Wait::Decision) })
        }
        ("paid", Some(attempt), Some(id), None) => authorized_at.zip(funds).map(|(authorized_at, funds)| Stage::Paid {
            attempt,
            authorization: Authorization { id, made_order, authorized_at },
            funds,
        }),
        ("agreed", None, None, None) => {
            agreement.zip(agreed_at).map(|(agreement, agreed_at)| Stage::Agreed { agreement, agreed_at, deleted_at })
        }
        ("refused", attempt, None, Some(reason)) => Some(Stage::Refused { attempt, reason }),
        ("abandoned", None, None, None) => Some(Stage::Abandoned { instrument }),
        _ => None,
    };
    read.ok_or_else(|| columns.nonsense("stage"))
}

fn attempt(columns: &mut Columns, instrument: Option<&Instrument>) -> Result<Option<Attempt>, Error> {
    let id = columns.parsed_or_null("attempt_id")?;
    let capture_now = columns.boolean_or_null("capture_now")?;
    let minutes = columns.integer_or_null("timeout_minutes")?;
    let asked_at = instant(columns, "asked_at")?;
    match (id, instrument, capture_now, minutes, asked_at) {
        (Some(id), Some(instrument), Some(capture_now), Some(minutes), Some(asked_at)) => {
            let timeout_minutes = u16::try_from(minutes).map_err(|_| columns.nonsense("timeout_minutes"))?;
            Ok(Some(Attempt { id, instrument: instrument.clone(), capture_now, timeout_minutes, asked_at }))
        }
        (None, _, None, None, None) => Ok(None),
        _ => Err(columns.nonsense("attempt_id")),
    }
}

fn funds(columns: &mut Columns) -> Result<Option<Funds>, Error> {
    let json = columns.text_or_null("funds")?;
    json.map(|json| serde_json::from_str(&json)).transpose().map_err(|_| columns.nonsense("funds"))
}
