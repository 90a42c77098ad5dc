//! Agreements: made with the payment that makes them, read by token or by Amazon's name, closed.

use payments::{Agreement, AgreementChange, BillingAgreementId, ShopLogin, Token, UtcMs};

use super::Store;
use crate::compile;
use crate::error::{ApplyError, Error};
use crate::lease::beyond_any_wait;
use crate::row::Columns;
use crate::statement::{Query, Row};

macro_rules! select_agreement {
    ($where:literal) => {
        concat!(
            "SELECT a.shop, a.token, a.version, a.billing_agreement, a.payment, a.currency, a.stage, a.made_at, a.changed_at ",
            "FROM agreements a ",
            $where
        )
    };
}

const BY_TOKEN: &str = select_agreement!("WHERE a.shop = $1 AND a.token = $2");
const BY_AMAZON: &str = select_agreement!("WHERE a.shop = $1 AND a.billing_agreement = $2");
const CLOSING: &str = select_agreement!(
    "WHERE a.stage = 'closing' AND (a.leased_until IS NULL OR a.leased_until <= $1 OR a.leased_until > $2) \
     ORDER BY a.changed_at, a.shop, a.token LIMIT $3"
);

impl Store {
    /// Writes a move of an agreement. `Ok` means that it is on the disk.
    ///
    /// # Errors
    /// [`ApplyError::Stale`] when the agreement is not in the version before the move, [`ApplyError::Store`].
    pub async fn apply_agreement(&self, change: &AgreementChange) -> Result<(), ApplyError> {
        self.write_confirmed(vec![compile::agreement_statement(change)], self.has_moved(change)).await
    }

    async fn has_moved(&self, change: &AgreementChange) -> Result<bool, Error> {
        let made = change.agreement();
        Ok(self.agreement(&made.shop, &made.token).await?.as_ref() == Some(made))
    }

    /// The agreement that a token stands for.
    ///
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn agreement(&self, shop: &ShopLogin, token: &Token) -> Result<Option<Agreement>, Error> {
        let rows = self.engine().point(Query::new(BY_TOKEN, [shop.as_str().into(), token.as_str().into()])).await?;
        rows.into_iter().next().map(agreement).transpose()
    }

    /// The agreement that Amazon calls so.
    ///
    /// # Errors
    /// As [`Store::agreement`].
    pub async fn agreement_of_amazon(
        &self,
        shop: &ShopLogin,
        id: &BillingAgreementId,
    ) -> Result<Option<Agreement>, Error> {
        let rows = self.engine().point(Query::new(BY_AMAZON, [shop.as_str().into(), id.as_str().into()])).await?;
        rows.into_iter().next().map(agreement).transpose()
    }

    /// Agreements of every shop that Amazon has not been told to close and that nobody has leased, the longest first. A row that
    /// makes no sense is logged and left out.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn closing_agreements(&self, now: UtcMs, limit: u32) -> Result<Vec<Agreement>, Error> {
        let parameters = [now.0.into(), beyond_any_wait(now).0.into(), i64::from(limit).into()];
        let rows = self.engine().scan(Query::new(CLOSING, parameters)).await?;
        let agreements = rows.into_iter().map(agreement);
        Ok(agreements
            .filter_map(|read| read.inspect_err(|error| tracing::error!(%error, "agreement left out")).ok())
            .collect())
    }
}

fn agreement(row: Row) -> Result<Agreement, Error> {
    let mut columns = Columns::of("agreements", 2, row);
    Ok(Agreement {
        shop: columns.parsed("shop")?,
        token: columns.parsed("token")?,
        version: columns.integer("version")?,
        billing_agreement: columns.parsed("billing_agreement")?,
        payment: columns.parsed("payment")?,
        currency: columns.parsed_or_null("currency")?,
        stage: columns.word("stage")?,
        made_at: UtcMs(columns.integer("made_at")?),
        changed_at: UtcMs(columns.integer("changed_at")?),
    })
}

/// Statements across shops, with the index that each is to run on.
#[cfg(test)]
pub(super) const WORK: [(&str, &str); 1] = [(CLOSING, "agreements_closing")];

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 2] = [BY_TOKEN, BY_AMAZON];
