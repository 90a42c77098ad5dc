//! Tries to pay an order, each under an identifier of its own (`shopTransactionId`).
//!
//! A try that may have been charged keeps its identifier until the gateway has said how it ended:
//! under one identifier the gateway takes one payment.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::orders::{Order, find, note};
use super::vocabulary::OrderStatus;
use super::{Book, BookError};

/// A request to charge lives no longer: the gateway gives up after a quarter of an hour, and this
/// is twice as long.
pub const REQUEST_LIVES_MS: i64 = 30 * 60_000;

/// A try of which nothing final is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTry {
    /// Its identifier.
    pub shop_transaction_id: String,
    /// When the buyer was last sent to pay under it; UTC milliseconds.
    pub opened_at_ms: i64,
    /// How often the gateway was asked.
    pub asked: i64,
    /// Whether it is known to be under way.
    pub is_pending: bool,
    /// When it is over, if the gateway knows nothing of it; UTC milliseconds.
    pub lapses_at_ms: i64,
    /// Whether the shop's own server has charged under it.
    pub is_charged: bool,
}

/// How long the shop waits for what becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After so long the gateway is asked.
    pub ask_after_ms: i64,
    /// After so long a try that the gateway does not know is over.
    pub lapse_after_ms: i64,
}

/// A charge that is about to be sent, and stands in the book as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The identifier to charge under.
    pub shop_transaction_id: String,
    /// When an earlier request under the same identifier was sent that has no answer; UTC
    /// milliseconds.
    pub earlier_at_ms: Option<i64>,
}

const COLUMNS: &str = "shop_transaction_id, opened_at_ms, asked, status = 'pending', lapses_at_ms,
    on_page = 0 OR order_reference IS NOT NULL";

/// A payment that is not final is soon asked about.
const PENDING_ASK_AFTER_MS: i64 = 15_000;

impl Sending {
    /// Whether an earlier request may still be carried out, whatever this one is answered.
    #[must_use]
    pub fn is_doubtful(&self, now: i64) -> bool {
        self.earlier_at_ms.is_some_and(|at| now - at < REQUEST_LIVES_MS)
    }
}

impl Book {
    /// The identifier to send the buyer to the gateway's page under: that of the try still open, or
    /// a new one. `None` once it is sold, and while a payment is under way.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn open_try(&self, order: String, now: i64, patience: Patience) -> Result<Option<String>, BookError> {
        self.write(move |t| {
            let status = find(t, &order)?.map(|order| order.status);
            if !matches!(status, Some(OrderStatus::New | OrderStatus::Refused)) {
                return Ok(None);
            }
            let id = match find_open(t, &order)? {
                Some(open) => open.shop_transaction_id,
                None => {
                    let id = insert(t, &order, now, patience)?;
                    note(t, &order, now, &format!("Sent to pay as {id}"))?;
                    id
                }
            };
            // The new string can be paid with for as long as the first could: the try lapses later.
            let (ask_at, lapses_at) = (now + patience.ask_after_ms, now + patience.lapse_after_ms);
            let sql = "UPDATE payment_try SET on_page = 1, opened_at_ms = ?2, lapses_at_ms = max(lapses_at_ms, ?3),
                ask_at_ms = coalesce(ask_at_ms, ?4) WHERE shop_transaction_id = ?1";
            t.execute(sql, params![id, now, lapses_at, ask_at])?;
            Ok(Some(id))
        })
        .await
    }

    /// The try of an order that has no outcome yet.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn open_try_of(&self, order: String) -> Result<Option<OpenTry>, BookError> {
        self.read(move |c| find_open(c, &order)).await
    }

    /// When the gateway is to be asked about the try of an order that has no outcome yet; UTC milliseconds.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn ask_at(&self, order: String) -> Result<Option<i64>, BookError> {
        let sql = "SELECT min(ask_at_ms) FROM payment_try WHERE order_id = ?1 AND ask_at_ms IS NOT NULL";
        self.read(move |c| c.query_row(sql, [order], |row| row.get(0))).await
    }

    /// The order that a shopTransactionId pays.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn order_of_try(&self, shop_transaction_id: String) -> Result<Option<Order>, BookError> {
        self.read(move |c| order_of(c, &shop_transaction_id)).await
    }

    /// Tries without an outcome whose time to be asked about has come; all of them when `before` is `None`.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn tries_to_ask(&self, before: Option<i64>) -> Result<Vec<OpenTry>, BookError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM payment_try WHERE ask_at_ms IS NOT NULL AND ask_at_ms <= ?1 ORDER BY ask_at_ms"
        );
        let before = before.unwrap_or(i64::MAX);
        self.read(move |c| c.prepare_cached(&sql)?.query_map([before], read)?.collect()).await
    }

    /// Nothing new was learned: ask again then. (No effect on a try that is over meanwhile.)
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn ask_again_at(&self, shop_transaction_id: String, at: i64) -> Result<(), BookError> {
        let sql = "UPDATE payment_try SET ask_at_ms = ?2, asked = asked + 1
            WHERE shop_transaction_id = ?1 AND ask_at_ms IS NOT NULL";
        self.write(move |t| t.execute(sql, params![shop_transaction_id, at]).map(drop)).await
    }

    /// The identifiers under which an order was authorized: one, unless it was paid twice.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn paid_tries(&self, order: String) -> Result<Vec<String>, BookError> {
        let sql = "SELECT shop_transaction_id FROM payment_try WHERE order_id = ?1 AND status = 'paid' ORDER BY number";
        self.read(move |c| c.prepare_cached(sql)?.query_map([order], |row| row.get(0))?.collect()).await
    }
}

/// A new try, under the next identifier of the order.
pub(super) fn insert(t: &Transaction<'_>, order: &str, now: i64, patience: Patience) -> rusqlite::Result<String> {
    let id = format!("{order}-{}", count(t, order)? + 1);
    let sql = "INSERT INTO payment_try
        (shop_transaction_id, order_id, number, status, opened_at_ms, ask_at_ms, lapses_at_ms, on_page)
        VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, 0)";
    let (ask_at, lapses_at) = (now + patience.ask_after_ms, now + patience.lapse_after_ms);
    t.execute(sql, params![id, order, count(t, order)? + 1, now, ask_at, lapses_at])?;
    t.execute("UPDATE shop_order SET status = 'new' WHERE id = ?1 AND status = 'refused'", [order])?;
    Ok(id)
}

/// How often an order was tried.
pub(super) fn count(c: &Connection, order: &str) -> rusqlite::Result<i64> {
    c.query_row("SELECT count(*) FROM payment_try WHERE order_id = ?1", [order], |row| row.get(0))
}

/// The try of an order that has no outcome yet.
pub(super) fn find_open(c: &Connection, order: &str) -> rusqlite::Result<Option<OpenTry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_try WHERE order_id = ?1 AND status IN ('open', 'pending')
         ORDER BY number DESC LIMIT 1"
    );
    c.prepare_cached(&sql)?.query_row([order], read).optional()
}

/// Writes down that a charge is sent, before it is: whatever becomes of this process, the try is
/// pending and unanswered.
pub(super) fn begin_sending(t: &Transaction<'_>, id: String, now: i64) -> rusqlite::Result<Sending> {
    let sql = "SELECT unanswered_at_ms FROM payment_try WHERE shop_transaction_id = ?1";
    let earlier_at_ms = t.query_row(sql, [&id], |row| row.get(0))?;
    t.execute("UPDATE payment_try SET unanswered_at_ms = ?2 WHERE shop_transaction_id = ?1", params![id, now])?;
    set_pending(t, &id, now)?;
    Ok(Sending { shop_transaction_id: id, earlier_at_ms })
}

/// The try is under way, and soon asked about.
pub(super) fn set_pending(t: &Transaction<'_>, id: &str, now: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE payment_try SET status = 'pending', ask_at_ms = ?2, asked = 0
        WHERE shop_transaction_id = ?1 AND status = 'open' RETURNING order_id";
    let ask_at = now + PENDING_ASK_AFTER_MS;
    let order: Option<String> = t.query_row(sql, params![id, ask_at], |row| row.get(0)).optional()?;
    let Some(order) = order else { return Ok(()) };
    t.execute("UPDATE shop_order SET status = 'pending' WHERE id = ?1 AND paid_count = 0", [&order])?;
    note(t, &order, now, "The payment is being checked")
}

pub(super) fn order_of(c: &Connection, shop_transaction_id: &str) -> rusqlite::Result<Option<Order>> {
    let sql = "SELECT order_id FROM payment_try WHERE shop_transaction_id = ?1";
    let id: Option<String> = c.query_row(sql, [shop_transaction_id], |row| row.get(0)).optional()?;
    Ok(id.map(|id| find(c, &id)).transpose()?.flatten())
}

fn read(row: &Row<'_>) -> rusqlite::Result<OpenTry> {
    Ok(OpenTry {
        shop_transaction_id: row.get(0)?,
        opened_at_ms: row.get(1)?,
        asked: row.get(2)?,
        is_pending: row.get(3)?,
        lapses_at_ms: row.get(4)?,
        is_charged: row.get(5)?,
    })
}
