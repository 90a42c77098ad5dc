//! Payments: changes in, payments and their history out.

use payments::{
    BankTransactionId, Change, Event, OrderReferenceId, Payment, PaymentId, ShopLogin, ShopTransactionId, UtcMs,
};

use super::Store;
use crate::compile;
use crate::error::{ApplyError, Error};
use crate::lease::beyond_any_wait;
use crate::payment_row::{self, DETAILS, EVENTS, PAYMENTS};
use crate::row::{Columns, readable};
use crate::statement::{Query, Statement, Unmet, Value};
use crate::table::sql;

const BY_ID: &str = sql!(PAYMENTS.select("FROM payments WHERE shop = $1 AND payment = $2"));
const BY_TRANSACTION: &str = sql!(PAYMENTS.select(
    "FROM claims c JOIN payments ON payments.shop = c.shop AND payments.payment = c.payment \
     WHERE c.shop = $1 AND c.shop_transaction_id = $2"
));
const BY_NUMBER: &str = sql!(PAYMENTS.select("FROM payments WHERE shop = $1 AND bank_transaction_id = $2"));
const BY_ORDER: &str = sql!(PAYMENTS.select("FROM payments WHERE shop = $1 AND order_reference = $2"));
const UNRESOLVED_DUE: &str = sql!(PAYMENTS.select(
    "FROM payments WHERE unresolved_at IS NOT NULL \
         AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2) \
         AND (look_at IS NULL OR look_at <= $1 OR look_at > $2) \
     ORDER BY unresolved_at, shop, payment LIMIT $3"
));
const AUTOMATIC_DUE: &str = sql!(PAYMENTS.select(
    "FROM payments WHERE automatic_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2) \
     ORDER BY automatic_at, shop, payment LIMIT $3"
));
const BEGUN_AND_OVER: &str = sql!(PAYMENTS.select(
    "FROM payments WHERE stage = 'open' AND begun_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $2 OR leased_until > $3) \
     ORDER BY begun_at, shop, payment LIMIT $4"
));
const NEVER_BEGUN: &str = sql!(PAYMENTS.select(
    "FROM payments WHERE stage = 'open' AND opened_at <= $1 AND begun_at IS NULL \
         AND (leased_until IS NULL OR leased_until <= $2 OR leased_until > $3) \
     ORDER BY opened_at, shop, payment LIMIT $4"
));
const OF_PAYMENT: &str = sql!(EVENTS.select("FROM payment_events WHERE shop = $1 AND payment = $2 ORDER BY version"));
const DETAILS_OF: &str = sql!(DETAILS.select("FROM order_details WHERE shop = $1 AND payment = $2"));
const SAVE_DETAILS: &str = "\
    INSERT INTO order_details (shop, payment, xml) \
    SELECT shop, payment, $1 FROM payments WHERE shop = $2 AND payment = $3 \
    ON CONFLICT (shop, payment) DO UPDATE SET xml = excluded.xml";

/// Which visits are over.
#[derive(Debug, Clone, Copy)]
pub struct VisitsOver {
    /// Those that began then or before.
    pub begun_by: UtcMs,
    /// Those that never began, and were opened then or before.
    pub opened_by: UtcMs,
}

impl VisitsOver {
    /// The same instant for both.
    #[must_use]
    pub fn by(at: UtcMs) -> VisitsOver {
        VisitsOver { begun_by: at, opened_by: at }
    }
}

impl Store {
    /// Writes a change whole: the payment, its event, its notice, the claim on the shop's
    /// identifier, the details. `Ok` means that it is on the disk. A caller that stops waiting does
    /// not stop the change.
    ///
    /// # Errors
    /// [`ApplyError::Stale`] when the payment is not in the version before the change,
    /// [`ApplyError::Taken`] when the shop's identifier belongs to another payment or a payment of
    /// this id exists, [`ApplyError::Store`]. A commit whose answer is lost is looked for;
    /// [`Error::Uncertain`] is what is left when the database stays away.
    pub async fn apply(&self, change: Change) -> Result<(), ApplyError> {
        let written = self.write_confirmed(compile::statements(&change)?, self.stands(&change)).await;
        if change.claims_transaction() && matches!(written, Ok(()) | Err(ApplyError::Taken)) {
            let payment = change.payment();
            self.inner.claims_seen.remember(&payment.shop, &payment.order.shop_transaction_id);
        }
        written
    }

    /// Whether it was this change that the payment has seen: it stands as the change left it, or
    /// has moved on from there.
    async fn stands(&self, change: &Change) -> Result<bool, Error> {
        let made = change.payment();
        match self.payment(&made.shop, &made.id).await? {
            Some(now) if now.version == made.version => Ok(now == *made),
            Some(_) => Ok(self.events(&made.shop, &made.id).await?.contains(change.event())),
            None => Ok(false),
        }
    }

    /// Whether this process has lately seen the shop's identifier claimed: yes is nearly certain,
    /// no says nothing. Reads memory only.
    #[must_use]
    pub fn has_seen_claimed(&self, shop: &ShopLogin, id: &ShopTransactionId) -> bool {
        self.inner.claims_seen.may_know(shop, id)
    }

    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn payment(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Option<Payment>, Error> {
        self.one_payment(BY_ID, [shop.as_str().into(), payment.as_str().into()]).await
    }

    /// The payment that has taken the shop's identifier: the one whose first attempt was recorded first.
    ///
    /// # Errors
    /// As [`Store::payment`].
    pub async fn payment_by_transaction(
        &self,
        shop: &ShopLogin,
        id: &ShopTransactionId,
    ) -> Result<Option<Payment>, Error> {
        self.one_payment(BY_TRANSACTION, [shop.as_str().into(), id.as_str().into()]).await
    }

    /// The payment that has the gateway's number.
    ///
    /// # Errors
    /// As [`Store::payment`].
    pub async fn payment_by_number(
        &self,
        shop: &ShopLogin,
        number: BankTransactionId,
    ) -> Result<Option<Payment>, Error> {
        self.one_payment(BY_NUMBER, [shop.as_str().into(), number.0.into()]).await
    }

    /// A payment's history, oldest first; empty when there is no such payment.
    ///
    /// # Errors
    /// As [`Store::payment`].
    pub async fn events(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Vec<Event>, Error> {
        let rows = self.engine().point(Query::new(OF_PAYMENT, key(shop, payment))).await?;
        rows.into_iter().map(payment_row::event).collect()
    }

    /// Amazon's order reference details as last seen: XML without namespace.
    ///
    /// # Errors
    /// As [`Store::payment`].
    pub async fn order_details(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Option<String>, Error> {
        let rows = self.engine().point(Query::new(DETAILS_OF, key(shop, payment))).await?;
        let details = |row| {
            let mut columns = Columns::whole(&DETAILS, row);
            columns.text("shop")?;
            columns.text("payment")?;
            columns.text("xml")
        };
        rows.into_iter().next().map(details).transpose()
    }

    /// Keeps Amazon's order reference details in place of those known so far. They are no part of the payment's
    /// state: its version stays.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is no such payment, [`Error::Database`], [`Error::Closed`].
    pub async fn save_order_details(&self, shop: &ShopLogin, payment: &PaymentId, xml: &str) -> Result<(), Error> {
        let parameters = [xml.into(), shop.as_str().into(), payment.as_str().into()];
        self.engine().write(vec![Statement::new(SAVE_DETAILS, parameters).one(Unmet::Missing("payments"))]).await?;
        Ok(())
    }

    /// The payments of an order at Amazon; mostly one.
    ///
    /// # Errors
    /// As [`Store::payment`].
    pub async fn payments_of_order(&self, shop: &ShopLogin, order: &OrderReferenceId) -> Result<Vec<Payment>, Error> {
        let rows = self.engine().point(Query::new(BY_ORDER, [shop.as_str().into(), order.as_str().into()])).await?;
        rows.into_iter().map(payment_row::payment).collect()
    }

    /// Payments of every shop about which Amazon owes an answer, that nobody has leased and that
    /// are to be looked after, the longest unresolved first. A row that makes no sense is logged
    /// and left out: one shop's damage must not stop the janitor.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn unresolved_due(&self, now: UtcMs, limit: u32) -> Result<Vec<Payment>, Error> {
        self.work(UNRESOLVED_DUE, [now, beyond_any_wait(now)], limit).await
    }

    /// Payments of every shop whose held money is to be settled or released by itself by now and
    /// that nobody has leased, the longest due first. A row that makes no sense is logged and left
    /// out.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn automatic_due(&self, now: UtcMs, limit: u32) -> Result<Vec<Payment>, Error> {
        self.work(AUTOMATIC_DUE, [now, beyond_any_wait(now)], limit).await
    }

    /// Open payments of every shop whose visit's time is over and that are not leased: first those
    /// that began, then those that never did, the longest overdue first. A row that makes no sense
    /// is logged and left out.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn visits_over(&self, over: VisitsOver, now: UtcMs, limit: u32) -> Result<Vec<Payment>, Error> {
        let mut found = self.work(BEGUN_AND_OVER, [over.begun_by, now, beyond_any_wait(now)], limit).await?;
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(limit));
        found.extend(self.work(NEVER_BEGUN, [over.opened_by, now, beyond_any_wait(now)], left).await?);
        Ok(found)
    }

    async fn work<const N: usize>(
        &self,
        sql: &'static str,
        instants: [UtcMs; N],
        limit: u32,
    ) -> Result<Vec<Payment>, Error> {
        let mut parameters: Vec<Value> = instants.iter().map(|at| at.0.into()).collect();
        parameters.push(i64::from(limit).into());
        Ok(readable(self.engine().scan(Query::new(sql, parameters)).await?, payment_row::payment))
    }

    async fn one_payment(&self, sql: &'static str, parameters: [Value; 2]) -> Result<Option<Payment>, Error> {
        let rows = self.engine().point(Query::new(sql, parameters)).await?;
        rows.into_iter().next().map(payment_row::payment).transpose()
    }
}

pub(super) fn key(shop: &ShopLogin, payment: &PaymentId) -> [Value; 2] {
    [shop.as_str().into(), payment.as_str().into()]
}

/// Statements across shops, with the index that each is to run on.
#[cfg(test)]
pub(super) const WORK: [(&str, &str); 4] = [
    (UNRESOLVED_DUE, "payments_unresolved"),
    (AUTOMATIC_DUE, "payments_automatic"),
    (BEGUN_AND_OVER, "payments_begun"),
    (NEVER_BEGUN, "payments_open"),
];

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 7] = [BY_ID, BY_TRANSACTION, BY_NUMBER, BY_ORDER, OF_PAYMENT, DETAILS_OF, SAVE_DETAILS];
