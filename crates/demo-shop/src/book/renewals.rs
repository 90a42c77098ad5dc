//! Renewals: each an order of its own, written down before it is charged, and what its end does to the subscription.

use pagam::{Code, Token};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::orders::{Order, find as find_order, note};
use super::permissions::give_back;
use super::subscriptions::{Month, Subscription, SubscriptionStatus, find};
use super::tries::{Patience, Sending, begin_sending, count, find_open, insert};
use super::vocabulary::Purpose;
use super::{Book, BookError};
use crate::renewal::months;
use crate::renewal::policy::{Next, Refusal};

/// The lease of a renewal, longer than a charge takes (`pagam::MONEY_TIMEOUT`); then it is looked
/// at again, whatever became of the process that had it.
const LEASE_MS: i64 = 3 * 60_000;

/// A month to be charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Its order.
    pub order: Order,
    /// The identifier to charge it under.
    pub shop_transaction_id: String,
    /// With whose permission.
    pub token: Token,
    /// Whether it was never sent. Otherwise the gateway is asked first.
    pub is_new: bool,
}

impl Book {
    /// Subscriptions whose time to be renewed has come, the longest waiting first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn subscriptions_due(&self, before: i64) -> Result<Vec<String>, BookError> {
        let sql = "SELECT id FROM subscription WHERE due_at_ms IS NOT NULL AND due_at_ms <= ?1 ORDER BY due_at_ms";
        self.read(move |c| c.prepare_cached(sql)?.query_map([before], |row| row.get(0))?.collect()).await
    }

    /// The renewal that is due, with its order: made now, or found when it was made before and not ended. `None` when
    /// nothing is due, or another has it.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn begin_renewal(
        &self,
        subscription: String,
        now: i64,
        patience: Patience,
    ) -> Result<Option<Renewal>, BookError> {
        self.write(move |t| {
            let known = find(t, &subscription)?.filter(|known| known.status.renews());
            let due = known.filter(|known| known.due_at_ms.is_some_and(|due| due <= now));
            let Some(due) = due else { return Ok(None) };
            let Some(token) = due.token.clone() else { return Ok(None) };
            let sql = "UPDATE subscription SET due_at_ms = ?2 WHERE id = ?1";
            t.execute(sql, params![due.id, now + LEASE_MS])?;
            let order = order_of(t, &due, now)?;
            if order.status.is_sold() {
                return Ok(None);
            }
            let open = find_open(t, &order.id)?;
            let is_new = open.is_none();
            let shop_transaction_id = match open {
                Some(open) => open.shop_transaction_id,
                None => {
                    let id = insert(t, &order.id, now, patience)?;
                    note(t, &order.id, now, &format!("Charged by permission as {id}"))?;
                    id
                }
            };
            Ok(Some(Renewal { order, shop_transaction_id, token, is_new }))
        })
        .await
    }

    /// A renewal is about to be charged. It lapses later then.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn charge_renewal(&self, id: String, now: i64, patience: Patience) -> Result<Sending, BookError> {
        self.write(move |t| {
            let sql = "UPDATE payment_try SET lapses_at_ms = max(lapses_at_ms, ?2) WHERE shop_transaction_id = ?1";
            t.execute(sql, params![id, now + patience.lapse_after_ms])?;
            begin_sending(t, id, now)
        })
        .await
    }

    /// The renewal of this number is due now, unless it is under way or was made.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn due_now(&self, subscription: String, number: i64, now: i64) -> Result<(), BookError> {
        let sql = "UPDATE subscription SET due_at_ms = ?3
            WHERE id = ?1 AND next_number = ?2 AND status IN ('active', 'card') AND NOT EXISTS
                (SELECT 1 FROM shop_order o JOIN payment_try p ON p.order_id = o.id
                 WHERE o.subscription_id = ?1 AND o.purpose = 'renewal' AND p.status IN ('open', 'pending'))";
        self.write(move |t| t.execute(sql, params![subscription, number, now]).map(drop)).await
    }

    /// Nothing is known of the renewal under way: it is looked at again then.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn look_after(&self, subscription: String, at: i64) -> Result<(), BookError> {
        let sql = "UPDATE subscription SET due_at_ms = ?2 WHERE id = ?1 AND status IN ('active', 'card')
            AND EXISTS (SELECT 1 FROM shop_order o WHERE o.subscription_id = ?1
                        AND o.renewal_number = subscription.next_number AND o.status IN ('new', 'pending'))";
        self.write(move |t| t.execute(sql, params![subscription, at]).map(drop)).await
    }

    /// The orders of a subscription, newest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn months_of(&self, subscription: String) -> Result<Vec<Order>, BookError> {
        let sql = "SELECT id FROM shop_order WHERE subscription_id = ?1 ORDER BY renewal_number DESC";
        self.read(move |c| {
            let mut statement = c.prepare_cached(sql)?;
            let ids = statement.query_map([subscription], |row| row.get::<_, String>(0))?;
            ids.filter_map(|id| id.and_then(|id| find_order(c, &id)).transpose()).collect()
        })
        .await
    }
}

/// The order of the renewal that is due. Its identifier is made of the subscription's and the
/// number, so it is made once.
fn order_of(t: &Transaction<'_>, due: &Subscription, now: i64) -> rusqlite::Result<Order> {
    let id = format!("{}-R{}", due.id, due.next_number);
    match find_order(t, &id)? {
        Some(order) => Ok(order),
        None => Month { id, subscription: due, number: due.next_number, purpose: Purpose::Renewal }.write(t, now),
    }
}

/// A month was paid: the next one follows.
pub(super) fn paid(t: &Transaction<'_>, order: &Order, now: i64) -> rusqlite::Result<()> {
    let Some(subscription) = renewed(t, order)? else { return Ok(()) };
    go_on(t, &subscription, None, now)
}

/// A month was refused: the policy says what follows. Only a declined card counts.
pub(super) fn refused(t: &Transaction<'_>, order: &Order, code: Code, now: i64) -> rusqlite::Result<()> {
    let Some(subscription) = renewed(t, order)? else { return Ok(()) };
    let since_ms = subscription.refused_since_ms.unwrap_or(now);
    let tries = usize::try_from(count(t, &order.id)?).unwrap_or(usize::MAX);
    let id = &subscription.id;
    match (Refusal { code, tries, since_ms }).next(now) {
        Next::Again { at_ms } => {
            let said = Some(NOT_YOUR_CARD).filter(|_| subscription.status == SubscriptionStatus::Active);
            wait(t, id, &Wait { status: subscription.status, at_ms, said })
        }
        Next::AskForCard { at_ms } => {
            let sql = "UPDATE subscription SET refusals = refusals + 1, refused_since_ms = ?2 WHERE id = ?1";
            t.execute(sql, params![id, since_ms])?;
            wait(t, id, &Wait { status: SubscriptionStatus::Card, at_ms, said: None })
        }
        Next::LeaveOut => go_on(t, &subscription, Some(ABOVE_LIMIT), now),
        Next::Ended => stop(t, id, ENDED),
        Next::Stop => {
            stop(t, id, DECLINED)?;
            subscription.token.map_or(Ok(()), |token| give_back(t, id, &token, now))
        }
    }
}

/// When the month is charged again, and what the buyer reads meanwhile.
struct Wait<'w> {
    status: SubscriptionStatus,
    at_ms: i64,
    said: Option<&'w str>,
}

const NOT_YOUR_CARD: &str = "This month could not be charged so far. It is not your card: the payment service was not \
    available. We try again by ourselves.";
const ABOVE_LIMIT: &str = "Last month was left out: it would have gone above the monthly limit of your permission at \
    Amazon. Nothing was charged.";
const ENDED: &str = "The permission was ended at Amazon, so nothing is charged any more.";
const DECLINED: &str = "Your card was declined again and again, so we have stopped. Nothing is charged any more.";

/// The subscription of a renewal that it waits for.
fn renewed(c: &Connection, order: &Order) -> rusqlite::Result<Option<Subscription>> {
    let (Purpose::Renewal, Some(id)) = (order.purpose, order.subscription.as_deref()) else { return Ok(None) };
    let sql = "SELECT renewal_number FROM shop_order WHERE id = ?1";
    let number: Option<i64> = c.query_row(sql, [&order.id], |row| row.get(0)).optional()?;
    Ok(find(c, id)?.filter(|known| known.status.renews() && Some(known.next_number) == number))
}

fn go_on(t: &Transaction<'_>, done: &Subscription, said: Option<&str>, now: i64) -> rusqlite::Result<()> {
    let number = done.next_number + 1;
    let due = months::due_after(done.started_at_ms.unwrap_or(now), number, now);
    let sql = "UPDATE subscription SET status = 'active', next_number = ?2, due_at_ms = ?3, refusals = 0,
        refused_since_ms = NULL, said = ?4 WHERE id = ?1";
    t.execute(sql, params![done.id, number, due, said]).map(drop)
}

fn wait(t: &Transaction<'_>, id: &str, wait: &Wait<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE subscription SET status = ?2, due_at_ms = ?3, said = ?4 WHERE id = ?1";
    t.execute(sql, params![id, wait.status.as_str(), wait.at_ms, wait.said]).map(drop)
}

fn stop(t: &Transaction<'_>, id: &str, said: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE subscription SET status = 'stopped', token = NULL, due_at_ms = NULL, said = ?2 WHERE id = ?1";
    t.execute(sql, params![id, said]).map(drop)
}
