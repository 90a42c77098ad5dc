//! Secrets in the database, all at once: encrypted anew when the key changes.

use super::Store;
use crate::error::Error;
use crate::row::Columns;
use crate::statement::{Query, Row, Statement, Value};

const SEAL_KEYS: &str = "SELECT seal_key, secret FROM seal_keys";
const ACCOUNTS: &str = "SELECT shop, environment, secret_key, mws_token FROM amazon_accounts";
const UPDATE_SEAL_KEY: &str = "UPDATE seal_keys SET secret = $1 WHERE seal_key = $2 AND secret = $3";
const UPDATE_ACCOUNT: &str = "\
    UPDATE amazon_accounts SET secret_key = $1, mws_token = $2 \
    WHERE shop = $3 AND environment = $4 AND secret_key = $5 AND mws_token = $6";

impl Store {
    /// Encrypts every secret under the first of the keys, whatever it was kept under before, all or
    /// none. What somebody else writes at the same moment stays as he wrote it. How many rows were
    /// changed.
    ///
    /// # Errors
    /// [`Error::Locked`] when one can be read with none of the keys, [`Error::Database`],
    /// [`Error::Closed`].
    pub async fn encrypt_secrets(&self) -> Result<usize, Error> {
        let mut list = Vec::new();
        for row in self.engine().scan(Query::new(SEAL_KEYS, [])).await? {
            list.extend(self.seal_key_anew(row)?);
        }
        for row in self.engine().scan(Query::new(ACCOUNTS, [])).await? {
            list.extend(self.account_anew(row)?);
        }
        let changed = list.len();
        if changed > 0 {
            self.engine().write(list).await?;
        }
        Ok(changed)
    }

    fn seal_key_anew(&self, row: Row) -> Result<Option<Statement>, Error> {
        let mut columns = Columns::of("seal_keys", 1, row);
        let (id, before) = (columns.integer("seal_key")?, columns.text("secret")?);
        let now = self.anew(["seal_keys", &id.to_string(), "secret"], &before)?;
        let parameters = [now.clone().into(), id.into(), before.clone().into()];
        Ok((now != before).then(|| Statement::new(UPDATE_SEAL_KEY, parameters)))
    }

    fn account_anew(&self, row: Row) -> Result<Option<Statement>, Error> {
        let mut columns = Columns::of("amazon_accounts", 2, row);
        let (shop, environment) = (columns.text("shop")?, columns.text("environment")?);
        let (key, token) = (columns.text("secret_key")?, columns.text("mws_token")?);
        let account = format!("{shop}/{environment}");
        let key_now = self.anew(["amazon_accounts", &account, "secret_key"], &key)?;
        let token_now = self.anew(["amazon_accounts", &account, "mws_token"], &token)?;
        let is_changed = (&key_now, &token_now) != (&key, &token);
        let parameters: [Value; 6] =
            [key_now.into(), token_now.into(), shop.into(), environment.into(), key.into(), token.into()];
        Ok(is_changed.then(|| Statement::new(UPDATE_ACCOUNT, parameters)))
    }

    fn anew(&self, place: [&str; 3], text: &str) -> Result<String, Error> {
        Ok(self.vault.close(&place, &self.vault.open(&place, text.to_owned())?))
    }
}
