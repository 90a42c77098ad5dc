//! What needs a person's attention: money that came twice, or that does not fit. It stays until a
//! person resolves it.

use rusqlite::{Row, Transaction, params};

use super::{Book, BookError};

/// One thing for a person to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    pub order: String,
    /// Which transaction it is about.
    pub shop_transaction_id: String,
    /// What is the matter.
    pub what: String,
    /// UTC milliseconds.
    pub at_ms: i64,
}

const COLUMNS: &str = "order_id, shop_transaction_id, what, at_ms";

impl Book {
    /// What needs a person's attention, of all orders, the longest waiting first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn attention(&self) -> Result<Vec<Attention>, BookError> {
        let sql = format!("SELECT {COLUMNS} FROM attention WHERE resolved_at_ms IS NULL ORDER BY at_ms, order_id");
        self.read(move |c| c.prepare_cached(&sql)?.query_map([], read)?.collect()).await
    }

    /// What needs a person's attention, of one order.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn attention_of(&self, order: String) -> Result<Vec<Attention>, BookError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM attention WHERE order_id = ?1 AND resolved_at_ms IS NULL ORDER BY at_ms, what"
        );
        self.read(move |c| c.prepare_cached(&sql)?.query_map([order], read)?.collect()).await
    }

    /// A person has resolved everything about a transaction.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn resolve(&self, order: String, shop_transaction_id: String, now: i64) -> Result<(), BookError> {
        let sql = "UPDATE attention SET resolved_at_ms = ?3
            WHERE order_id = ?1 AND shop_transaction_id = ?2 AND resolved_at_ms IS NULL";
        self.write(move |t| t.execute(sql, params![order, shop_transaction_id, now]).map(drop)).await
    }
}

/// Asks for attention; true the first time that this is said of the transaction.
pub(super) fn raise(t: &Transaction<'_>, raised: &Attention) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO attention (order_id, shop_transaction_id, what, at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    let Attention { order, shop_transaction_id, what, at_ms } = raised;
    Ok(t.execute(sql, params![order, shop_transaction_id, what, at_ms])? > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Attention> {
    Ok(Attention { order: row.get(0)?, shop_transaction_id: row.get(1)?, what: row.get(2)?, at_ms: row.get(3)? })
}
