//! Orders: made from a basket, looked at, listed.

use pagam::Amount;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::baskets::{Line, euros, lines};
use super::vocabulary::{Money, OrderStatus, Purpose};
use super::{Book, BookError, new_id};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// As in its address.
    pub id: String,
    /// Whose it is.
    pub session: String,
    /// UTC milliseconds.
    pub opened_at_ms: i64,
    /// To be paid; of a free month, what the next ones cost.
    pub amount: Amount,
    /// What it is for.
    pub purpose: Purpose,
    /// Which subscription, unless it is for goods.
    pub subscription: Option<String>,
    pub status: OrderStatus,
    /// How often the shop acted on it, which it does when it is authorized; never above 1.
    pub paid_count: i64,
    /// The gateway's number, once it is sold.
    pub bank_transaction_id: Option<String>,
    /// The identifier under which it was authorized.
    pub paid_under: Option<String>,
    /// When to ask for the addresses next.
    pub addresses_due_at_ms: Option<i64>,
    /// How often they were asked for.
    pub addresses_asked: i64,
    /// When to ask next where its money is.
    pub money_due_at_ms: Option<i64>,
    /// How often that was asked.
    pub money_asked: i64,
}

/// One line of an order's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderEvent {
    /// UTC milliseconds.
    pub at_ms: i64,
    /// For people.
    pub text: String,
}

const COLUMNS: &str = "id, session_id, opened_at_ms, amount_minor, status, paid_count, bank_transaction_id, paid_under,
    addresses_due_at_ms, addresses_asked, purpose, subscription_id, money, money_due_at_ms, money_asked";

impl Order {
    /// Whether the buyer can be sent to pay it. A renewal is charged by the shop alone.
    #[must_use]
    pub fn is_payable(&self) -> bool {
        matches!(self.status, OrderStatus::New | OrderStatus::Refused) && self.purpose != Purpose::Renewal
    }

    /// What is taken from the buyer, in cents.
    #[must_use]
    pub fn taken_minor(&self) -> i64 {
        if self.purpose == Purpose::FreeMonth { 0 } else { self.amount.minor() }
    }
}

impl Book {
    /// The order of the basket as it is: made now, or found when it was made before, also when the
    /// basket is empty because the order went out to pay. `None` for an empty basket otherwise.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn order_of_basket(&self, session: String, now: i64) -> Result<Option<Order>, BookError> {
        self.write(move |t| {
            let sql = "SELECT order_id FROM session WHERE id = ?1";
            let made: Option<Option<String>> = t.query_row(sql, [&session], |row| row.get(0)).optional()?;
            if let Some(order) = made.flatten().map(|id| find(t, &id)).transpose()?.flatten() {
                return Ok(Some(order));
            }
            let lines = lines(t, &session)?;
            let amount: i64 = lines.iter().map(Line::total_minor).sum();
            if amount == 0 {
                return Ok(None);
            }
            let id = insert(t, &session, now, amount)?;
            for (position, line) in (0_i64..).zip(&lines) {
                let sql = "INSERT INTO order_line (order_id, position, product, price_minor, quantity)
                    VALUES (?1, ?2, ?3, ?4, ?5)";
                t.execute(sql, params![id, position, line.product, line.price_minor, line.quantity])?;
            }
            note(t, &id, now, "Order placed")?;
            find(t, &id)
        })
        .await
    }

    /// The order that was last made from a visitor's basket and is not sold.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn order_in_hand(&self, session: String) -> Result<Option<Order>, BookError> {
        let sql = "SELECT order_id FROM session WHERE id = ?1";
        self.read(move |c| {
            let made: Option<Option<String>> = c.query_row(sql, [&session], |row| row.get(0)).optional()?;
            made.flatten().map(|id| find(c, &id)).transpose().map(Option::flatten)
        })
        .await
    }

    /// One order.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn order(&self, id: String) -> Result<Option<Order>, BookError> {
        self.read(move |c| find(c, &id)).await
    }

    /// The orders of a session, newest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn orders_of(&self, session: String) -> Result<Vec<Order>, BookError> {
        let sql = format!("SELECT {COLUMNS} FROM shop_order WHERE session_id = ?1 ORDER BY opened_at_ms DESC, id");
        self.read(move |c| c.prepare_cached(&sql)?.query_map([session], read)?.collect()).await
    }

    /// Every order with the identifiers it was sent to be paid under, oldest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn all_orders(&self) -> Result<Vec<(Order, Vec<String>)>, BookError> {
        let sql = format!("SELECT {COLUMNS} FROM shop_order ORDER BY opened_at_ms, id");
        self.read(move |c| {
            let orders: Vec<Order> = c.prepare_cached(&sql)?.query_map([], read)?.collect::<Result<_, _>>()?;
            let sql = "SELECT shop_transaction_id FROM payment_try WHERE order_id = ?1 ORDER BY number";
            let mut tries = c.prepare_cached(sql)?;
            let with_tries = |order: Order| {
                let ids = tries.query_map([&order.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
                Ok((order, ids))
            };
            orders.into_iter().map(with_tries).collect()
        })
        .await
    }

    /// What was ordered, and what happened, oldest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn story(&self, id: String) -> Result<(Vec<Line>, Vec<OrderEvent>), BookError> {
        self.read(move |c| {
            let sql = "SELECT product, price_minor, quantity FROM order_line WHERE order_id = ?1 ORDER BY position";
            let mut statement = c.prepare_cached(sql)?;
            let lines = statement.query_map([&id], |row| {
                Ok(Line { product: row.get(0)?, price_minor: row.get(1)?, quantity: row.get(2)? })
            })?;
            let sql = "SELECT at_ms, text FROM order_event WHERE order_id = ?1 ORDER BY number";
            let mut statement = c.prepare_cached(sql)?;
            let events = statement.query_map([&id], |row| Ok(OrderEvent { at_ms: row.get(0)?, text: row.get(1)? }))?;
            Ok((lines.collect::<Result<_, _>>()?, events.collect::<Result<_, _>>()?))
        })
        .await
    }
}

pub(super) fn find(c: &Connection, id: &str) -> rusqlite::Result<Option<Order>> {
    let sql = format!("SELECT {COLUMNS} FROM shop_order WHERE id = ?1");
    c.prepare_cached(&sql)?.query_row([id], read).optional()
}

/// Adds a line to the order's history.
pub(super) fn note(t: &Transaction<'_>, order: &str, now: i64, text: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO order_event (order_id, number, at_ms, text)
        SELECT ?1, count(*) + 1, ?2, ?3 FROM order_event WHERE order_id = ?1";
    t.execute(sql, params![order, now, text]).map(drop)
}

fn insert(t: &Transaction<'_>, session: &str, now: i64, amount: i64) -> rusqlite::Result<String> {
    let id = new_id();
    let sql =
        "INSERT INTO shop_order (id, session_id, opened_at_ms, amount_minor, status) VALUES (?1, ?2, ?3, ?4, 'new')";
    t.execute(sql, params![id, session, now, amount])?;
    t.execute("UPDATE session SET order_id = ?2 WHERE id = ?1", params![session, id])?;
    Ok(id)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Order> {
    let (stored, purpose, money): (String, String, String) = (row.get(4)?, row.get(10)?, row.get(12)?);
    let unknown =
        |column, text: &str| rusqlite::Error::InvalidColumnType(column, text.to_owned(), rusqlite::types::Type::Text);
    let purpose = Purpose::of(&purpose).ok_or_else(|| unknown(10, &purpose))?;
    let money = Money::of(&money).ok_or_else(|| unknown(12, &money))?;
    Ok(Order {
        id: row.get(0)?,
        session: row.get(1)?,
        opened_at_ms: row.get(2)?,
        amount: euros(row.get(3)?),
        purpose,
        subscription: row.get(11)?,
        status: OrderStatus::of(&stored, money, purpose).ok_or_else(|| unknown(4, &stored))?,
        paid_count: row.get(5)?,
        bank_transaction_id: row.get(6)?,
        paid_under: row.get(7)?,
        addresses_due_at_ms: row.get(8)?,
        addresses_asked: row.get(9)?,
        money_due_at_ms: row.get(13)?,
        money_asked: row.get(14)?,
    })
}
