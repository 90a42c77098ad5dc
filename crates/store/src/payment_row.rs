//! Reads payments and their events from rows; the writing side is `compile`.

use payments::{Attempt, Authorization, BankTransactionId, Event, MAX_ATTEMPTS, Money, Order, Payment, Stage, UtcMs};

use crate::error::Error;
use crate::row::Columns;
use crate::statement::Row;

/// A row of the columns shop, payment, version, shop_transaction_id, amount_minor, currency, language, buyer_name,
/// buyer_email, custom_info, opened_at, bank_transaction_id, attempts, stage, order_reference, attempt_id,
/// capture_now, asked_at, authorization_id, captured, authorized_at, reason, changed_at.
pub(crate) fn payment(row: Row) -> Result<Payment, Error> {
    let mut columns = Columns::of("payments", 2, row);
    let shop = columns.parsed("shop")?;
    let id = columns.parsed("payment")?;
    let version = above_zero(&mut columns, "version")?;
    let shop_transaction_id = columns.parsed("shop_transaction_id")?;
    let minor = above_zero(&mut columns, "amount_minor")?;
    let amount = Money::new(minor, columns.parsed("currency")?);
    let order = Order {
        shop_transaction_id,
        amount,
        language: columns.word("language")?,
        buyer_name: columns.text("buyer_name")?,
        buyer_email: columns.text("buyer_email")?,
        custom_info: columns.text("custom_info")?,
    };
    let opened_at = UtcMs(columns.integer("opened_at")?);
    let bank_transaction_id = columns.integer_or_null("bank_transaction_id")?.map(BankTransactionId);
    let attempts: u8 = columns.narrow("attempts")?;
    if attempts > MAX_ATTEMPTS {
        return Err(columns.nonsense("attempts"));
    }
    let stage = stage(&mut columns)?;
    let changed_at = UtcMs(columns.integer("changed_at")?);
    Ok(Payment { shop, id, version, order, bank_transaction_id, attempts, stage, opened_at, changed_at })
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

fn stage(columns: &mut Columns) -> Result<Stage, Error> {
    let word = columns.text("stage")?;
    let order_reference = columns.parsed_or_null("order_reference")?;
    let attempt_id = columns.parsed_or_null("attempt_id")?;
    let capture_now = columns.boolean_or_null("capture_now")?;
    let asked_at = columns.integer_or_null("asked_at")?.map(UtcMs);
    let authorization = authorization(columns)?;
    let reason = columns.word_or_null("reason")?;
    let attempt = match (attempt_id, order_reference.clone(), capture_now, asked_at) {
        (Some(id), Some(order_reference), Some(capture_now), Some(asked_at)) => {
            Some(Attempt { id, order_reference, capture_now, asked_at })
        }
        (None, _, None, None) => None,
        _ => return Err(columns.nonsense("attempt_id")),
    };
    match (word.as_str(), attempt, authorization, reason) {
        ("open", None, None, declined) => Ok(Stage::Open { order_reference, declined }),
        ("authorizing", Some(attempt), None, None) => Ok(Stage::Authorizing { attempt }),
        ("paid", Some(attempt), Some(authorization), None) => Ok(Stage::Paid { attempt, authorization }),
        ("refused", attempt, None, Some(reason)) => Ok(Stage::Refused { attempt, reason }),
        ("abandoned", None, None, None) => Ok(Stage::Abandoned),
        _ => Err(columns.nonsense("stage")),
    }
}

fn authorization(columns: &mut Columns) -> Result<Option<Authorization>, Error> {
    let id = columns.parsed_or_null("authorization_id")?;
    let captured = columns.boolean_or_null("captured")?;
    let authorized_at = columns.integer_or_null("authorized_at")?.map(UtcMs);
    match (id, captured, authorized_at) {
        (Some(id), Some(captured), Some(authorized_at)) => Ok(Some(Authorization { id, captured, authorized_at })),
        (None, None, None) => Ok(None),
        _ => Err(columns.nonsense("authorization_id")),
    }
}
