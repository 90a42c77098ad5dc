//! Where the money of sold orders is, and when to look at their reports.

use rusqlite::params;

use super::orders::note;
use super::vocabulary::Money;
use super::{Book, BookError};

impl Book {
    /// Sold orders whose report is to be looked at, for the money or for the addresses; all that
    /// wait for anything when `before` is `None`.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn orders_to_look_at(&self, before: Option<i64>) -> Result<Vec<String>, BookError> {
        let sql = "SELECT id FROM shop_order WHERE money_due_at_ms <= ?1 OR addresses_due_at_ms <= ?1
            ORDER BY min(coalesce(money_due_at_ms, ?2), coalesce(addresses_due_at_ms, ?2))";
        let before = before.unwrap_or(i64::MAX);
        self.read(move |c| c.prepare_cached(sql)?.query_map([before, i64::MAX], |row| row.get(0))?.collect()).await
    }

    /// Writes down where the money of a sold order is. Once it is settled or let go, nothing more
    /// is asked.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn record_money(&self, order: String, money: Money, now: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let sql = "UPDATE shop_order SET money = ?2 WHERE id = ?1 AND paid_count > 0 AND money <> ?2";
            if t.execute(sql, [order.as_str(), money.as_str()])? > 0 {
                note(t, &order, now, money.status().label())?;
            }
            let sql = "UPDATE shop_order SET money_due_at_ms = NULL WHERE id = ?1 AND money <> 'authorized'";
            t.execute(sql, [&order]).map(drop)
        })
        .await
    }

    /// The money is not settled yet: ask again then.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn money_due(&self, order: String, at: i64) -> Result<(), BookError> {
        let sql = "UPDATE shop_order SET money_due_at_ms = ?2, money_asked = money_asked + 1
            WHERE id = ?1 AND money_due_at_ms IS NOT NULL";
        self.write(move |t| t.execute(sql, params![order, at]).map(drop)).await
    }
}
