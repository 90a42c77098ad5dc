//! Tries to pay an order, and the one place where an order becomes paid.

use pagam::{Code, Lang};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::orders::{Order, OrderStatus, find, note};
use super::{Book, BookError};

/// What the gateway said of a try, checked against the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Paid, the right amount in the right currency.
    Paid {
        /// The gateway's number.
        bank_transaction_id: Option<String>,
    },
    /// No money.
    Refused(Code),
    /// Not final.
    Pending,
    /// Something that does not fit the order: nothing is done, a person looks.
    Odd(String),
}

/// A try of which nothing final is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTry {
    /// Its identifier.
    pub shop_transaction_id: String,
    /// When the buyer was last sent to pay under it; UTC milliseconds.
    pub opened_at_ms: i64,
    /// How often the gateway was asked.
    pub asked: i64,
}

impl Book {
    /// The identifier to pay the order under: that of the try still open, or a new one. `None` once it is paid.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn open_try(&self, order: String, now: i64, ask_at: i64) -> Result<Option<String>, BookError> {
        self.write(move |t| {
            let status = find(t, &order)?.map(|order| order.status);
            if matches!(status, None | Some(OrderStatus::Paid)) {
                return Ok(None);
            }
            let sql = "SELECT shop_transaction_id FROM payment_try
                WHERE order_id = ?1 AND status IN ('open', 'pending') ORDER BY number DESC LIMIT 1";
            if let Some(open) = t.query_row(sql, [&order], |row| row.get::<_, String>(0)).optional()? {
                // The new string can be paid with for as long as the first could: the try lapses later.
                let sql = "UPDATE payment_try SET opened_at_ms = ?2 WHERE shop_transaction_id = ?1";
                t.execute(sql, params![open, now])?;
                return Ok(Some(open));
            }
            let sql = "SELECT count(*) + 1 FROM payment_try WHERE order_id = ?1";
            let number: i64 = t.query_row(sql, [&order], |row| row.get(0))?;
            let id = format!("{order}-{number}");
            let sql = "INSERT INTO payment_try (shop_transaction_id, order_id, number, status, opened_at_ms, ask_at_ms)
                VALUES (?1, ?2, ?3, 'open', ?4, ?5)";
            t.execute(sql, params![id, order, number, now, ask_at])?;
            t.execute("UPDATE shop_order SET status = 'new' WHERE id = ?1 AND status = 'refused'", [&order])?;
            note(t, &order, now, &format!("Sent to pay as {id}"))?;
            Ok(Some(id))
        })
        .await
    }

    /// The try of an order that has no outcome yet.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn open_try_of(&self, order: String) -> Result<Option<OpenTry>, BookError> {
        let sql = "SELECT shop_transaction_id, opened_at_ms, asked FROM payment_try
            WHERE order_id = ?1 AND status IN ('open', 'pending') ORDER BY number DESC LIMIT 1";
        self.read(move |c| c.query_row(sql, [order], read).optional()).await
    }

    /// The order that a shopTransactionId pays.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn order_of_try(&self, shop_transaction_id: String) -> Result<Option<Order>, BookError> {
        self.read(move |c| Ok(order_id(c, &shop_transaction_id)?.map(|id| find(c, &id)).transpose()?.flatten())).await
    }

    /// Writes down what the gateway said, in any order and however often. True when the shop acts on the order as
    /// paid **now**: for exactly one call, ever.
    ///
    /// | heard | open | pending | refused | paid |
    /// |---|---|---|---|---|
    /// | paid | paid | paid | paid | – |
    /// | refused | refused | refused | – | – |
    /// | pending | pending | – | – | – |
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn hear(&self, shop_transaction_id: String, heard: Heard, now: i64) -> Result<bool, BookError> {
        self.write(move |t| {
            let Some(order) = order_id(t, &shop_transaction_id)? else { return Ok(false) };
            match heard {
                Heard::Paid { bank_transaction_id } => {
                    let paid =
                        Paid { order: &order, under: &shop_transaction_id, bank: bank_transaction_id.as_deref() };
                    paid.write(t, now)
                }
                Heard::Refused(code) => refused(t, &order, &shop_transaction_id, code, now).map(|()| false),
                Heard::Pending => pending(t, &order, &shop_transaction_id, now).map(|()| false),
                Heard::Odd(what) => odd(t, &order, &what, now).map(|()| false),
            }
        })
        .await
    }

    /// Tries without an outcome whose time to be asked about has come; all of them when `before` is `None`.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn tries_to_ask(&self, before: Option<i64>) -> Result<Vec<OpenTry>, BookError> {
        let sql = "SELECT shop_transaction_id, opened_at_ms, asked FROM payment_try
            WHERE ask_at_ms IS NOT NULL AND ask_at_ms <= ?1 ORDER BY ask_at_ms";
        let before = before.unwrap_or(i64::MAX);
        self.read(move |c| {
            let mut statement = c.prepare_cached(sql)?;
            statement.query_map([before], read)?.collect()
        })
        .await
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
}

struct Paid<'p> {
    order: &'p str,
    under: &'p str,
    bank: Option<&'p str>,
}

impl Paid<'_> {
    fn write(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<bool> {
        let sql = "UPDATE payment_try SET status = 'paid', ask_at_ms = NULL
            WHERE shop_transaction_id = ?1 AND status <> 'paid'";
        if t.execute(sql, [self.under])? == 0 {
            return Ok(false);
        }
        let number = self.bank.unwrap_or("without a number");
        // The transition that happens once: the guard and the change are one statement.
        let sql = "UPDATE shop_order SET status = 'paid', paid_count = paid_count + 1, paid_under = ?2,
            bank_transaction_id = ?3, addresses_due_at_ms = ?4 WHERE id = ?1 AND paid_count = 0";
        if t.execute(sql, params![self.order, self.under, self.bank, now])? == 0 {
            note(t, self.order, now, &format!("Paid a second time (transaction {number}): to be refunded"))?;
            return Ok(false);
        }
        note(t, self.order, now, &format!("Paid (transaction {number})"))?;
        let sql = "DELETE FROM basket_line WHERE session_id IN (SELECT id FROM session WHERE order_id = ?1)";
        t.execute(sql, [self.order])?;
        t.execute("UPDATE session SET order_id = NULL WHERE order_id = ?1", [self.order])?;
        Ok(true)
    }
}

fn refused(t: &Transaction<'_>, order: &str, id: &str, code: Code, now: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE payment_try SET status = 'refused', ask_at_ms = NULL
        WHERE shop_transaction_id = ?1 AND status IN ('open', 'pending')";
    if t.execute(sql, [id])? == 0 {
        return Ok(());
    }
    // A refusal never undoes a payment, nor a later try that is on its way.
    let sql = "UPDATE shop_order SET status = 'refused' WHERE id = ?1 AND paid_count = 0
        AND NOT EXISTS (SELECT 1 FROM payment_try WHERE order_id = ?1 AND status IN ('open', 'pending'))";
    t.execute(sql, [order])?;
    note(t, order, now, &format!("Not paid: {} ({code})", code.text(Lang::English)))
}

fn pending(t: &Transaction<'_>, order: &str, id: &str, now: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE payment_try SET status = 'pending' WHERE shop_transaction_id = ?1 AND status = 'open'";
    if t.execute(sql, [id])? == 0 {
        return Ok(());
    }
    t.execute("UPDATE shop_order SET status = 'pending' WHERE id = ?1 AND paid_count = 0", [order])?;
    note(t, order, now, "The payment is being checked")
}

/// Said once, however often it is heard.
fn odd(t: &Transaction<'_>, order: &str, what: &str, now: i64) -> rusqlite::Result<()> {
    let text = format!("An answer that does not fit this order was left alone: {what}");
    let sql = "SELECT 1 FROM order_event WHERE order_id = ?1 AND text = ?2";
    match t.query_row(sql, params![order, text], |_| Ok(())).optional()? {
        Some(()) => Ok(()),
        None => note(t, order, now, &text),
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<OpenTry> {
    Ok(OpenTry { shop_transaction_id: row.get(0)?, opened_at_ms: row.get(1)?, asked: row.get(2)? })
}

fn order_id(c: &Connection, shop_transaction_id: &str) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT order_id FROM payment_try WHERE shop_transaction_id = ?1";
    c.query_row(sql, [shop_transaction_id], |row| row.get(0)).optional()
}
