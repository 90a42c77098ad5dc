//! Agreements: made with the payment that makes them, read by token or by Amazon's name, closed.

use payments::{Agreement, AgreementChange, AgreementStage, BillingAgreementId, ShopLogin, Token, UtcMs};

use super::Store;
use crate::compile;
use crate::error::{ApplyError, Error};
use crate::lease::{LEASE_MS, beyond_any_wait};
use crate::row::{Columns, readable};
use crate::statement::{Query, Row};
use crate::table::{sql, table};
use crate::word::Word;

table! {
    AGREEMENTS = "agreements", pub(crate) fn agreement_row(agreement: &Agreement)
    key { shop: agreement.shop.as_str(), token: agreement.token.as_str() }
    fixed {
        billing_agreement: agreement.billing_agreement.as_str(),
        payment: agreement.payment.as_str(),
        currency: agreement.currency.map(|currency| currency.as_str().to_owned()),
        made_at: agreement.made_at.0,
    }
    moving {
        version: agreement.version,
        stage: agreement.stage.word(),
        changed_at: agreement.changed_at.0,
        // The gateway that closes it is telling Amazon already.
        leased_until: (agreement.stage == AgreementStage::Closing).then(|| agreement.changed_at.plus_ms(LEASE_MS).0),
    }
}

const BY_TOKEN: &str = sql!(AGREEMENTS.select("FROM agreements WHERE shop = $1 AND token = $2"));
const BY_AMAZON: &str = sql!(AGREEMENTS.select("FROM agreements WHERE shop = $1 AND billing_agreement = $2"));
const CLOSING: &str = sql!(AGREEMENTS.select(
    "FROM agreements WHERE stage = 'closing' \
         AND (leased_until IS NULL OR leased_until <= $1 OR leased_until > $2) \
     ORDER BY changed_at, shop, token LIMIT $3"
));

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

    /// Agreements of every shop that Amazon has not been told to close and that nobody has leased,
    /// the longest first. A row that makes no sense is logged and left out.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn closing_agreements(&self, now: UtcMs, limit: u32) -> Result<Vec<Agreement>, Error> {
        let parameters = [now.0.into(), beyond_any_wait(now).0.into(), i64::from(limit).into()];
        Ok(readable(self.engine().scan(Query::new(CLOSING, parameters)).await?, agreement))
    }
}

fn agreement(row: Row) -> Result<Agreement, Error> {
    let mut columns = Columns::whole(&AGREEMENTS, row);
    Ok(Agreement {
        shop: columns.parsed("shop")?,
        token: columns.parsed("token")?,
        billing_agreement: columns.parsed("billing_agreement")?,
        payment: columns.parsed("payment")?,
        currency: columns.parsed_or_null("currency")?,
        made_at: UtcMs(columns.integer("made_at")?),
        version: columns.integer("version")?,
        stage: columns.word("stage")?,
        changed_at: UtcMs(columns.integer("changed_at")?),
    })
}

/// Statements across shops, with the index that each is to run on.
#[cfg(test)]
pub(super) const WORK: [(&str, &str); 1] = [(CLOSING, "agreements_closing")];

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 2] = [BY_TOKEN, BY_AMAZON];
