//! Subscriptions: begun, permitted, cancelled, looked at.

use pagam::{Amount, Token};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::baskets::euros;
use super::orders::{Order, find as find_order, note};
use super::permissions::give_back;
use super::vocabulary::Purpose;
use super::{Book, BookError, new_id};
use crate::catalogue::SUBSCRIPTION;
use crate::renewal::months;

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionStatus {
    /// The buyer has not permitted it yet.
    New,
    /// It renews.
    Active,
    /// It renews when the buyer has chosen another card.
    Card,
    /// It is over, for a reason that is said.
    Stopped,
    /// The buyer has ended it here.
    Cancelled,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// As in its address.
    pub id: String,
    /// Whose it is.
    pub session: String,
    /// UTC milliseconds.
    pub opened_at_ms: i64,
    /// Each month's price.
    pub amount: Amount,
    pub status: SubscriptionStatus,
    /// The permission, while there is one.
    pub token: Option<Token>,
    /// Amazon's id of it, when Amazon told it.
    pub agreement: Option<String>,
    /// Months are counted from here; UTC milliseconds.
    pub started_at_ms: Option<i64>,
    /// Of the next renewal.
    pub next_number: i64,
    /// When it is charged, or looked after; UTC milliseconds.
    pub due_at_ms: Option<i64>,
    /// How often the card was declined for the renewal under way. Other trouble does not count.
    pub refusals: i64,
    /// When the first of them was; UTC milliseconds.
    pub refused_since_ms: Option<i64>,
    /// What the buyer is to know.
    pub said: Option<String>,
}

/// What came of the wish to subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subscribed {
    /// The order to send the buyer to pay with.
    Order(Box<Order>),
    /// He has this one already.
    Already(String),
}

/// An order of a subscription, to be written.
pub(super) struct Month<'m> {
    pub id: String,
    pub subscription: &'m Subscription,
    pub number: i64,
    pub purpose: Purpose,
}

const COLUMNS: &str =
    "id, session_id, opened_at_ms, amount_minor, status, token, agreement, started_at_ms, next_number,
    due_at_ms, refusals, refused_since_ms, said";

impl SubscriptionStatus {
    /// As in the book.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SubscriptionStatus::New => "new",
            SubscriptionStatus::Active => "active",
            SubscriptionStatus::Card => "card",
            SubscriptionStatus::Stopped => "stopped",
            SubscriptionStatus::Cancelled => "cancelled",
        }
    }

    /// As the buyer reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SubscriptionStatus::New => "Not begun",
            SubscriptionStatus::Active => "Active",
            SubscriptionStatus::Card => "Another card, please",
            SubscriptionStatus::Stopped => "Stopped",
            SubscriptionStatus::Cancelled => "Cancelled",
        }
    }

    /// The tone of its badge.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            SubscriptionStatus::Active => "paid",
            SubscriptionStatus::New | SubscriptionStatus::Card => "pending",
            SubscriptionStatus::Stopped | SubscriptionStatus::Cancelled => "refused",
        }
    }

    /// Whether months are charged.
    #[must_use]
    pub fn renews(self) -> bool {
        matches!(self, SubscriptionStatus::Active | SubscriptionStatus::Card)
    }

    fn of(text: &str) -> Option<SubscriptionStatus> {
        use SubscriptionStatus::{Active, Cancelled, Card, New, Stopped};
        [New, Active, Card, Stopped, Cancelled].into_iter().find(|status| status.as_str() == text)
    }
}

impl Book {
    /// Begins a subscription with the order that asks for the permission; one that the visitor began before and did
    /// not finish goes on.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn subscribe(&self, session: String, purpose: Purpose, now: i64) -> Result<Subscribed, BookError> {
        self.write(move |t| {
            let sql = "SELECT id FROM subscription WHERE session_id = ?1 AND status IN ('active', 'card')";
            if let Some(id) = t.query_row(sql, [&session], |row| row.get(0)).optional()? {
                return Ok(Subscribed::Already(id));
            }
            let sql = "SELECT o.id FROM shop_order o JOIN subscription s ON s.id = o.subscription_id
                WHERE s.session_id = ?1 AND s.status = 'new' AND o.purpose = ?2 AND o.paid_count = 0";
            let begun: Option<String> = t.query_row(sql, [&session, purpose.as_str()], |row| row.get(0)).optional()?;
            if let Some(order) = begun.map(|id| find_order(t, &id)).transpose()?.flatten() {
                return Ok(Subscribed::Order(Box::new(order)));
            }
            let id = new_id();
            let sql = "INSERT INTO subscription (id, session_id, opened_at_ms, amount_minor, status)
                VALUES (?1, ?2, ?3, ?4, 'new')";
            t.execute(sql, params![id, session, now, SUBSCRIPTION.price().minor()])?;
            let subscription = find(t, &id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            let month = Month { id: new_id(), subscription: &subscription, number: 0, purpose };
            Ok(Subscribed::Order(Box::new(month.write(t, now)?)))
        })
        .await
    }

    /// One subscription.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn subscription(&self, id: String) -> Result<Option<Subscription>, BookError> {
        self.read(move |c| find(c, &id)).await
    }

    /// The subscriptions of a session that were begun, newest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn subscriptions_of(&self, session: String) -> Result<Vec<Subscription>, BookError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM subscription WHERE session_id = ?1 AND status <> 'new' ORDER BY opened_at_ms DESC, id"
        );
        self.read(move |c| c.prepare_cached(&sql)?.query_map([session], read)?.collect()).await
    }

    /// The buyer ends it: no month is charged from now on, and the permission is given back.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn cancel(&self, id: String, now: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let Some(subscription) = find(t, &id)?.filter(|known| known.status.renews()) else { return Ok(()) };
            let sql = "UPDATE subscription SET status = 'cancelled', token = NULL, due_at_ms = NULL, said = NULL
                WHERE id = ?1";
            t.execute(sql, [&id])?;
            subscription.token.map_or(Ok(()), |token| give_back(t, &id, &token, now))
        })
        .await
    }

    /// Keeps Amazon's id of the agreement.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn agreement_known(&self, id: String, agreement: String) -> Result<(), BookError> {
        let sql = "UPDATE subscription SET agreement = ?2 WHERE id = ?1";
        self.write(move |t| t.execute(sql, params![id, agreement]).map(drop)).await
    }
}

impl Month<'_> {
    /// Writes the order. A renewal goes where the last month went of which that is known.
    pub(super) fn write(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<Order> {
        let Subscription { id: subscription, session, amount, .. } = self.subscription;
        let sql = "INSERT INTO shop_order
            (id, session_id, opened_at_ms, amount_minor, status, purpose, subscription_id, renewal_number)
            VALUES (?1, ?2, ?3, ?4, 'new', ?5, ?6, ?7)";
        let purpose = self.purpose.as_str();
        t.execute(sql, params![self.id, session, now, amount.minor(), purpose, subscription, self.number])?;
        let sql =
            "INSERT INTO order_line (order_id, position, product, price_minor, quantity) VALUES (?1, 0, ?2, ?3, 1)";
        t.execute(sql, params![self.id, SUBSCRIPTION.slug, amount.minor()])?;
        let sql = "INSERT INTO order_address (order_id, kind, lines, phone)
            SELECT ?1, kind, lines, phone FROM order_address WHERE order_id =
                (SELECT o.id FROM shop_order o JOIN order_address a ON a.order_id = o.id
                 WHERE o.subscription_id = ?2 ORDER BY o.renewal_number DESC LIMIT 1)";
        t.execute(sql, params![self.id, subscription])?;
        note(t, &self.id, now, "Order placed")?;
        find_order(t, &self.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)
    }
}

/// The buyer has permitted it: the subscription begins, once. A permission that nobody waits for is given back.
pub(super) fn permitted(t: &Transaction<'_>, order: &Order, token: &Token, now: i64) -> rusqlite::Result<()> {
    let known = order.subscription.as_deref().map(|id| find(t, id)).transpose()?.flatten();
    let Some(subscription) = known else { return Ok(()) };
    if subscription.token.as_ref() == Some(token) {
        return Ok(());
    }
    let due = months::due_after(now, subscription.next_number, now);
    let sql = "UPDATE subscription SET status = 'active', token = ?2, started_at_ms = ?3, due_at_ms = ?4
        WHERE id = ?1 AND status = 'new'";
    if t.execute(sql, params![subscription.id, token.as_str(), now, due])? == 0 {
        return give_back(t, &subscription.id, token, now);
    }
    Ok(())
}

pub(super) fn find(c: &Connection, id: &str) -> rusqlite::Result<Option<Subscription>> {
    let sql = format!("SELECT {COLUMNS} FROM subscription WHERE id = ?1");
    c.prepare_cached(&sql)?.query_row([id], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Subscription> {
    let (status, token): (String, Option<String>) = (row.get(4)?, row.get(5)?);
    let unknown =
        |column, what: &str| rusqlite::Error::InvalidColumnType(column, what.to_owned(), rusqlite::types::Type::Text);
    Ok(Subscription {
        id: row.get(0)?,
        session: row.get(1)?,
        opened_at_ms: row.get(2)?,
        amount: euros(row.get(3)?),
        status: SubscriptionStatus::of(&status).ok_or_else(|| unknown(4, &status))?,
        // (What the token is, stays out of the error.)
        token: token.map(Token::new).transpose().map_err(|_| unknown(5, "token"))?,
        agreement: row.get(6)?,
        started_at_ms: row.get(7)?,
        next_number: row.get(8)?,
        due_at_ms: row.get(9)?,
        refusals: row.get(10)?,
        refused_since_ms: row.get(11)?,
        said: row.get(12)?,
    })
}
