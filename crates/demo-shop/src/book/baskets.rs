//! Sessions and what is in their baskets.
//!
//! A basket is emptied when its order goes out to pay: what was sent to be paid is not offered for
//! paying again. It is filled again when the payment came to nothing, as long as the visitor has
//! put nothing else into it; the order and its basket stay one then, so that paying from either is
//! the same order. Once the basket is changed, it is another order.

use pagam::Amount;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Book, BookError};

/// Of one thing at most, so that no basket is absurd.
const QUANTITY_MAX: i64 = 20;

/// One line of a basket or of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which product.
    pub product: String,
    /// For one, in cents.
    pub price_minor: i64,
    /// How many.
    pub quantity: i64,
}

impl Line {
    /// For all of them.
    #[must_use]
    pub fn total_minor(&self) -> i64 {
        self.price_minor.saturating_mul(self.quantity)
    }
}

/// Cents as an amount; what the book holds is above zero by its own rules.
#[must_use]
pub fn euros(cents: i64) -> Amount {
    Amount::euro_cents(u32::try_from(cents).unwrap_or(u32::MAX))
}

impl Book {
    /// Opens a session under an identifier.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn open_session(&self, id: String, now: i64) -> Result<(), BookError> {
        let sql = "INSERT INTO session (id, opened_at_ms) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.write(move |t| t.execute(sql, params![id, now]).map(drop)).await
    }

    /// Whether there is such a session.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn has_session(&self, id: String) -> Result<bool, BookError> {
        let sql = "SELECT 1 FROM session WHERE id = ?1";
        self.read(move |c| c.query_row(sql, [id], |_| Ok(())).optional().map(|row| row.is_some())).await
    }

    /// The basket, in the order of names.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn basket(&self, session: String) -> Result<Vec<Line>, BookError> {
        self.read(move |c| lines(c, &session)).await
    }

    /// Puts one more into the basket.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn add(&self, session: String, product: String, price_minor: i64) -> Result<(), BookError> {
        self.write(move |t| {
            changed(t, &session)?;
            let sql = "INSERT INTO basket_line (session_id, product, price_minor, quantity) VALUES (?1, ?2, ?3, 1)
                ON CONFLICT DO UPDATE SET quantity = min(quantity + 1, ?4)";
            t.execute(sql, params![session, product, price_minor, QUANTITY_MAX]).map(drop)
        })
        .await
    }

    /// Takes a line out of the basket.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn remove(&self, session: String, product: String, price_minor: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let sql = "DELETE FROM basket_line WHERE session_id = ?1 AND product = ?2 AND price_minor = ?3";
            match t.execute(sql, params![session, product, price_minor])? {
                0 => Ok(()),
                _ => changed(t, &session),
            }
        })
        .await
    }

    /// The order of a basket has gone out to pay: the basket is empty.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn sent_out_to_pay(&self, order: String) -> Result<(), BookError> {
        self.write(move |t| take_out(t, &order)).await
    }
}

/// Empties the basket that an order was made from.
pub(super) fn take_out(t: &Transaction<'_>, order: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM basket_line WHERE session_id IN (SELECT id FROM session WHERE order_id = ?1)";
    t.execute(sql, [order]).map(drop)
}

/// Fills the basket again that an order was made from, unless there is something in it.
pub(super) fn bring_back(t: &Transaction<'_>, order: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO basket_line (session_id, product, price_minor, quantity)
        SELECT s.id, l.product, l.price_minor, l.quantity FROM session s JOIN order_line l ON l.order_id = s.order_id
        WHERE s.order_id = ?1 AND NOT EXISTS (SELECT 1 FROM basket_line b WHERE b.session_id = s.id)";
    t.execute(sql, [order]).map(drop)
}

/// Another basket is another order.
fn changed(t: &Transaction<'_>, session: &str) -> rusqlite::Result<()> {
    t.execute("UPDATE session SET order_id = NULL WHERE id = ?1", [session]).map(drop)
}

pub(super) fn lines(c: &Connection, session: &str) -> rusqlite::Result<Vec<Line>> {
    let sql =
        "SELECT product, price_minor, quantity FROM basket_line WHERE session_id = ?1 ORDER BY product, price_minor";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([session], |row| {
        Ok(Line { product: row.get(0)?, price_minor: row.get(1)?, quantity: row.get(2)? })
    })?;
    rows.collect()
}
