//! The addresses of sold orders, and when to ask for those that are not known yet.

use pagam::Address;
use rusqlite::{OptionalExtension, params};

use super::orders::note;
use super::{Book, BookError};

/// An address as a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// From the name down to the country.
    pub lines: Vec<String>,
    /// As the buyer wrote it.
    pub phone: Option<String>,
}

/// Both addresses of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// Where to ship to.
    pub shipping: Option<Label>,
    /// Where the bill goes.
    pub billing: Option<Label>,
}

impl Label {
    /// The label of an address.
    #[must_use]
    pub fn of(address: &Address) -> Label {
        Label { lines: address.lines(), phone: address.phone.clone() }
    }
}

impl Book {
    /// Keeps the addresses; they are not asked for again.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn keep_addresses(&self, order: String, labels: Labels, now: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let sql =
                "UPDATE shop_order SET addresses_due_at_ms = NULL WHERE id = ?1 AND addresses_due_at_ms IS NOT NULL";
            if t.execute(sql, [&order])? == 0 {
                return Ok(());
            }
            for (kind, label) in [("shipping", &labels.shipping), ("billing", &labels.billing)] {
                let Some(label) = label else { continue };
                let sql = "INSERT OR REPLACE INTO order_address (order_id, kind, lines, phone) VALUES (?1, ?2, ?3, ?4)";
                t.execute(sql, params![order, kind, label.lines.join("\n"), label.phone])?;
            }
            note(t, &order, now, "Addresses received")
        })
        .await
    }

    /// They could not be read: ask again then, or no more.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn addresses_due(&self, order: String, at: Option<i64>) -> Result<(), BookError> {
        let sql = "UPDATE shop_order SET addresses_due_at_ms = ?2, addresses_asked = addresses_asked + 1
            WHERE id = ?1 AND addresses_due_at_ms IS NOT NULL";
        self.write(move |t| t.execute(sql, params![order, at]).map(drop)).await
    }

    /// What is known of an order's addresses.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn labels(&self, order: String) -> Result<Labels, BookError> {
        self.read(move |c| {
            let sql = "SELECT lines, phone FROM order_address WHERE order_id = ?1 AND kind = ?2";
            let mut statement = c.prepare_cached(sql)?;
            let mut of = |kind: &str| {
                let label = statement.query_row([order.as_str(), kind], |row| {
                    let lines: String = row.get(0)?;
                    Ok(Label { lines: lines.lines().map(str::to_owned).collect(), phone: row.get(1)? })
                });
                label.optional()
            };
            Ok(Labels { shipping: of("shipping")?, billing: of("billing")? })
        })
        .await
    }
}
