//! Marks notices as told by the answer to a call.
//!
//! The state is `delivered`, which earlier programs beside this one know; that there was no try
//! tells it from a notice that was sent.

use super::Store;
use crate::error::Error;
use crate::notice::Told;
use crate::statement::{Statement, Value};

/// The answer to a call tells the outcome, and nothing of a settlement or a refund that was declined later.
const MARK_ANSWERED: &str = "\
    UPDATE notices SET state = 'delivered' \
    WHERE shop = $1 AND payment = $2 AND version <= $3 AND state = 'due' AND tries = 0 AND NOT EXISTS (\
        SELECT 1 FROM payment_events e \
        WHERE e.shop = notices.shop AND e.payment = notices.payment AND e.version = notices.version \
            AND e.kind IN ('settlement_declined', 'refund_declined'))";

impl Store {
    /// The answers that told of these payments were surely written out: their notices count as
    /// delivered. One that has been tried, or is being tried, stays as it is. One commit for all of
    /// them.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`], [`Error::Uncertain`]: what is not marked is sent.
    pub async fn mark_answered(&self, told: &[Told]) -> Result<(), Error> {
        let mut told: Vec<&Told> = told.iter().collect();
        // In the order of their keys, as leases are taken.
        told.sort();
        let mark = |told: &Told| {
            let key: [Value; 3] = [told.shop.as_str().into(), told.payment.as_str().into(), told.version.into()];
            Statement::new(MARK_ANSWERED, key)
        };
        let marks: Vec<Statement> = told.into_iter().map(mark).collect();
        if !marks.is_empty() {
            self.engine().write(marks).await?;
        }
        Ok(())
    }
}

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 1] = [MARK_ANSWERED];
