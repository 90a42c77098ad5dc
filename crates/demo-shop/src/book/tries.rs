//! Tries to pay an order, and the one place where an order becomes paid.

use pagam::{Code, Lang, Token};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::orders::{Order, OrderStatus, Purpose, find, note};
use super::{Book, BookError, renewals, subscriptions};

/// What the gateway said of a try, checked against the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Paid, the right amount in the right currency.
    Paid {
        /// The gateway's number.
        bank_transaction_id: Option<String>,
        /// For later charges, when the outcome brought one. A report never does.
        token: Option<Token>,
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
    /// Whether it is known to be under way.
    pub is_pending: bool,
    /// When it is over, if the gateway knows nothing of it; UTC milliseconds.
    pub lapses_at_ms: i64,
}

/// How long the shop waits for what becomes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// After so long the gateway is asked.
    pub ask_after_ms: i64,
    /// After so long a try that the gateway does not know is over.
    pub lapse_after_ms: i64,
}

const COLUMNS: &str = "shop_transaction_id, opened_at_ms, asked, status = 'pending', lapses_at_ms";

/// A payment that is not final is soon asked about.
const PENDING_ASK_AFTER_MS: i64 = 15_000;

impl Book {
    /// The identifier to send the buyer to the gateway's page under: that of the try still open, or a new one. `None` once
    /// it is paid.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn open_try(&self, order: String, now: i64, patience: Patience) -> Result<Option<String>, BookError> {
        self.write(move |t| {
            let status = find(t, &order)?.map(|order| order.status);
            if matches!(status, None | Some(OrderStatus::Paid)) {
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
            let sql = "UPDATE payment_try SET on_page = 1, opened_at_ms = ?2, lapses_at_ms = max(lapses_at_ms, ?3)
                WHERE shop_transaction_id = ?1";
            t.execute(sql, params![id, now, now + patience.lapse_after_ms])?;
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
        self.write(move |t| hear(t, &shop_transaction_id, &heard, now)).await
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
}

/// The change of [`Book::hear`], as part of a larger one.
pub(super) fn hear(t: &Transaction<'_>, id: &str, heard: &Heard, now: i64) -> rusqlite::Result<bool> {
    let Some(order) = order_of(t, id)? else { return Ok(false) };
    match heard {
        Heard::Paid { bank_transaction_id, token } => {
            if let Some(token) = token {
                subscriptions::permitted(t, &order, token, now)?;
            }
            // No money moved: what counts is the token, and a report has none.
            if order.purpose == Purpose::FreeMonth && token.is_none() {
                return Ok(false);
            }
            Paid { order: &order, under: id, bank: bank_transaction_id.as_deref() }.write(t, now)
        }
        Heard::Refused(code) => refused(t, &order, id, *code, now).map(|()| false),
        Heard::Pending => pending(t, &order.id, id, now).map(|()| false),
        Heard::Odd(what) => odd(t, &order.id, what, now).map(|()| false),
    }
}

/// A new try, under the next identifier of the order.
pub(super) fn insert(t: &Transaction<'_>, order: &str, now: i64, patience: Patience) -> rusqlite::Result<String> {
    let sql = "SELECT count(*) + 1 FROM payment_try WHERE order_id = ?1";
    let number: i64 = t.query_row(sql, [order], |row| row.get(0))?;
    let id = format!("{order}-{number}");
    let sql = "INSERT INTO payment_try
        (shop_transaction_id, order_id, number, status, opened_at_ms, ask_at_ms, lapses_at_ms, on_page)
        VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, 0)";
    let (ask_at, lapses_at) = (now + patience.ask_after_ms, now + patience.lapse_after_ms);
    t.execute(sql, params![id, order, number, now, ask_at, lapses_at])?;
    t.execute("UPDATE shop_order SET status = 'new' WHERE id = ?1 AND status = 'refused'", [order])?;
    Ok(id)
}

/// The try of an order that has no outcome yet.
pub(super) fn find_open(c: &Connection, order: &str) -> rusqlite::Result<Option<OpenTry>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM payment_try WHERE order_id = ?1 AND status IN ('open', 'pending')
         ORDER BY number DESC LIMIT 1"
    );
    c.prepare_cached(&sql)?.query_row([order], read).optional()
}

struct Paid<'p> {
    order: &'p Order,
    under: &'p str,
    bank: Option<&'p str>,
}

impl Paid<'_> {
    fn write(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<bool> {
        let sql = "UPDATE payment_try SET status = 'paid', ask_at_ms = NULL, suspended_reference = NULL
            WHERE shop_transaction_id = ?1 AND status <> 'paid'";
        if t.execute(sql, [self.under])? == 0 {
            return Ok(false);
        }
        let (order, number) = (self.order.id.as_str(), self.bank.unwrap_or("without a number"));
        // The transition that happens once: the guard and the change are one statement.
        let sql = "UPDATE shop_order SET status = 'paid', paid_count = paid_count + 1, paid_under = ?2,
            bank_transaction_id = ?3, addresses_due_at_ms = ?4 WHERE id = ?1 AND paid_count = 0";
        let addresses_due_at = self.lacks_addresses(t)?.then_some(now);
        if t.execute(sql, params![order, self.under, self.bank, addresses_due_at])? == 0 {
            note(t, order, now, &format!("Paid a second time (transaction {number}): to be refunded"))?;
            return Ok(false);
        }
        let paid = if self.order.purpose == Purpose::FreeMonth { "Permitted" } else { "Paid" };
        note(t, order, now, &format!("{paid} (transaction {number})"))?;
        let sql = "DELETE FROM basket_line WHERE session_id IN (SELECT id FROM session WHERE order_id = ?1)";
        t.execute(sql, [order])?;
        t.execute("UPDATE session SET order_id = NULL WHERE order_id = ?1", [order])?;
        renewals::paid(t, self.order, now)?;
        Ok(true)
    }

    /// Of a permission alone there is no address to be had; a renewal mostly goes where the month before went.
    fn lacks_addresses(&self, t: &Transaction<'_>) -> rusqlite::Result<bool> {
        let sql = "SELECT count(*) = 0 FROM order_address WHERE order_id = ?1";
        Ok(self.order.purpose != Purpose::FreeMonth && t.query_row(sql, [&self.order.id], |row| row.get(0))?)
    }
}

fn refused(t: &Transaction<'_>, order: &Order, id: &str, code: Code, now: i64) -> rusqlite::Result<()> {
    let sql =
        "UPDATE payment_try SET status = 'refused', ask_at_ms = NULL, refused_code = ?2, suspended_reference = NULL
        WHERE shop_transaction_id = ?1 AND status IN ('open', 'pending')";
    if t.execute(sql, params![id, code.0])? == 0 {
        return Ok(());
    }
    // A refusal never undoes a payment, nor a later try that is on its way.
    let sql = "UPDATE shop_order SET status = 'refused' WHERE id = ?1 AND paid_count = 0
        AND NOT EXISTS (SELECT 1 FROM payment_try WHERE order_id = ?1 AND status IN ('open', 'pending'))";
    let is_refused = t.execute(sql, [&order.id])? > 0;
    note(t, &order.id, now, &format!("Not paid: {} ({code})", code.text(Lang::English)))?;
    if is_refused { renewals::refused(t, order, code, now) } else { Ok(()) }
}

fn pending(t: &Transaction<'_>, order: &str, id: &str, now: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE payment_try SET status = 'pending', ask_at_ms = ?2, asked = 0
        WHERE shop_transaction_id = ?1 AND status = 'open'";
    if t.execute(sql, params![id, now + PENDING_ASK_AFTER_MS])? == 0 {
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
    Ok(OpenTry {
        shop_transaction_id: row.get(0)?,
        opened_at_ms: row.get(1)?,
        asked: row.get(2)?,
        is_pending: row.get(3)?,
        lapses_at_ms: row.get(4)?,
    })
}

fn order_of(c: &Connection, shop_transaction_id: &str) -> rusqlite::Result<Option<Order>> {
    let sql = "SELECT order_id FROM payment_try WHERE shop_transaction_id = ?1";
    let id: Option<String> = c.query_row(sql, [shop_transaction_id], |row| row.get(0)).optional()?;
    Ok(id.map(|id| find(c, &id)).transpose()?.flatten())
}
