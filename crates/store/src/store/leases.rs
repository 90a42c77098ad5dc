//! Who works on what: leases on payments and agreements, for the tasks that look after what is left to
//! do.
//!
//! Taking a lease is a guarded write of a moment, and moves the version on: a task that had the row
//! before, and has not heard that his lease ran out (his process stood still), is stale from then
//! on. What somebody has recorded and asks Amazon about is leased by the same write that records
//! it. A lease ends by time, so a process that dies with leases loses nothing; one that works for
//! longer extends them. Lists are in the order of their keys, so that two gateways never wait for
//! each other in a circle.

use payments::{Agreement, Payment, PaymentId, ShopLogin, UtcMs};

use super::Store;
use super::payments::key;
use crate::error::Error;
use crate::lease::{LEASE_MS, beyond_any_wait, next_look};
use crate::row::Columns;
use crate::statement::{Row, Statement, Value};

const LEASE_PAYMENT: &str = "\
    UPDATE payments SET version = version + 1, leased_until = $1, look_at = $2 \
    WHERE shop = $3 AND payment = $4 AND version = $5 \
        AND (leased_until IS NULL OR leased_until <= $6 OR leased_until > $7) \
    RETURNING shop, payment";
const LEASE_AGREEMENT: &str = "\
    UPDATE agreements SET version = version + 1, leased_until = $1 \
    WHERE shop = $2 AND token = $3 AND version = $4 \
        AND (leased_until IS NULL OR leased_until <= $5 OR leased_until > $6) \
    RETURNING shop, token";
const EXTEND: &str = "\
    UPDATE payments SET leased_until = $1 \
    WHERE shop = $2 AND payment = $3 AND leased_until IS NOT NULL AND leased_until < $1";
const END: &str =
    "UPDATE payments SET leased_until = NULL WHERE shop = $1 AND payment = $2 AND leased_until IS NOT NULL";
const LOOK_SOON: &str = "UPDATE payments SET look_at = $1 WHERE shop = $2 AND payment = $3 AND look_at > $1";

impl Store {
    /// Takes the payments that are as they were read and that nobody else has: for [`LEASE_MS`],
    /// unless extended. Answers those, in the version that they have now. What stays unresolved is
    /// looked after again after a pause that grows with its age.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`]; [`Error::Uncertain`]: what was taken comes free by
    /// time.
    pub async fn lease_payments(&self, read: Vec<Payment>, now: UtcMs) -> Result<Vec<Payment>, Error> {
        let mut read = read;
        read.sort_by(|a, b| key_order(&a.shop, &a.id).cmp(&key_order(&b.shop, &b.id)));
        let leases = read.iter().map(|payment| {
            let look_at = payment.unresolved_at().map(|since| next_look(since, now).0);
            let mut parameters = vec![now.plus_ms(LEASE_MS).0.into(), look_at.into()];
            parameters.extend(key(&payment.shop, &payment.id));
            parameters.extend([payment.version.into(), now.0.into(), beyond_any_wait(now).0.into()]);
            Statement::new(LEASE_PAYMENT, parameters)
        });
        let taken = self.taken(["payments", "payment"], leases.collect()).await?;
        let is_taken = |payment: &Payment| taken.contains(&(payment.shop.to_string(), payment.id.to_string()));
        let leased = read.into_iter().filter(is_taken);
        Ok(leased.map(|payment| Payment { version: payment.version + 1, ..payment }).collect())
    }

    /// The same of agreements that Amazon has to be told about.
    ///
    /// # Errors
    /// As [`Store::lease_payments`].
    pub async fn lease_agreements(&self, read: Vec<Agreement>, now: UtcMs) -> Result<Vec<Agreement>, Error> {
        let mut read = read;
        read.sort_by(|a, b| (a.shop.as_str(), a.token.as_str()).cmp(&(b.shop.as_str(), b.token.as_str())));
        let leases = read.iter().map(|agreement| {
            // Nobody else wants one, so the lease is the pause as well.
            let until = next_look(agreement.changed_at, now).max(now.plus_ms(LEASE_MS));
            let parameters: [Value; 6] = [
                until.0.into(),
                agreement.shop.as_str().into(),
                agreement.token.as_str().into(),
                agreement.version.into(),
                now.0.into(),
                beyond_any_wait(now).0.into(),
            ];
            Statement::new(LEASE_AGREEMENT, parameters)
        });
        let taken = self.taken(["agreements", "token"], leases.collect()).await?;
        let is_taken =
            |agreement: &Agreement| taken.contains(&(agreement.shop.to_string(), agreement.token.as_str().to_owned()));
        let leased = read.into_iter().filter(is_taken);
        Ok(leased.map(|agreement| Agreement { version: agreement.version + 1, ..agreement }).collect())
    }

    /// Extends the leases of payments that somebody of this process is still asking about; what is not leased stays so.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Uncertain`], [`Error::Closed`].
    pub async fn extend_leases(&self, payments: &[(ShopLogin, PaymentId)], now: UtcMs) -> Result<(), Error> {
        let until = now.plus_ms(LEASE_MS);
        let extend = |(shop, payment): &(ShopLogin, PaymentId)| {
            let [shop, payment] = key(shop, payment);
            Statement::new(EXTEND, [until.0.into(), shop, payment])
        };
        self.run_all(in_order(payments).into_iter().map(extend).collect()).await
    }

    /// Ends leases at once: this process will not go on.
    ///
    /// # Errors
    /// As [`Store::extend_leases`].
    pub async fn end_leases(&self, payments: &[(ShopLogin, PaymentId)]) -> Result<(), Error> {
        let end = |(shop, payment): &(ShopLogin, PaymentId)| Statement::new(END, key(shop, payment));
        self.run_all(in_order(payments).into_iter().map(end).collect()).await
    }

    /// Has a payment looked after as soon as nobody has it, however long the pause was to be.
    ///
    /// # Errors
    /// As [`Store::extend_leases`].
    pub async fn look_soon(&self, shop: &ShopLogin, payment: &PaymentId, now: UtcMs) -> Result<(), Error> {
        let [shop, payment] = key(shop, payment);
        self.run_all(vec![Statement::new(LOOK_SOON, [now.0.into(), shop, payment])]).await
    }

    async fn run_all(&self, list: Vec<Statement>) -> Result<(), Error> {
        if !list.is_empty() {
            self.engine().write(list).await?;
        }
        Ok(())
    }

    /// Shop and key of the rows of a table that a list of leases has met.
    async fn taken(
        &self,
        [table, key]: [&'static str; 2],
        leases: Vec<Statement>,
    ) -> Result<Vec<(String, String)>, Error> {
        if leases.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.engine().write(leases).await?;
        let both = |row: Row| {
            let mut columns = Columns::of(table, 2, row);
            Ok((columns.text("shop")?, columns.text(key)?))
        };
        rows.into_iter().map(both).collect()
    }
}

fn in_order(payments: &[(ShopLogin, PaymentId)]) -> Vec<&(ShopLogin, PaymentId)> {
    let mut payments: Vec<_> = payments.iter().collect();
    payments.sort_by(|a, b| key_order(&a.0, &a.1).cmp(&key_order(&b.0, &b.1)));
    payments
}

fn key_order<'k>(shop: &'k ShopLogin, payment: &'k PaymentId) -> (&'k str, &'k str) {
    (shop.as_str(), payment.as_str())
}

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 5] = [LEASE_PAYMENT, LEASE_AGREEMENT, EXTEND, END, LOOK_SOON];
