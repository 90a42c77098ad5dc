//! Sessions and what is in their baskets.

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
            changed(t, &session)?;
            let sql = "DELETE FROM basket_line WHERE session_id = ?1 AND product = ?2 AND price_minor = ?3";
            t.execute(sql, params![session, product, price_minor]).map(drop)
        })
        .await
    }
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
