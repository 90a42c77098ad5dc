//! The keys of the seal.

use data_encoding::HEXLOWER;
use payments::UtcMs;

use super::Store;
use crate::error::Error;
use crate::row::Columns;
use crate::seal_key::SealKey;
use crate::statement::{Query, Row, Statement, Unmet};
use crate::table::{sql, table};
use crate::vault::Vault;

table! {
    SEAL_KEYS = "seal_keys", fn seal_key_row(key: &SealKey, secret: String)
    key { seal_key: i64::from(key.id) }
    moving { secret: secret, created_at: key.created_at.0 }
}

const ALL: &str = sql!(SEAL_KEYS.select("FROM seal_keys ORDER BY created_at, seal_key"));
const INSERT: &str = sql!(SEAL_KEYS.insert("ON CONFLICT DO NOTHING"));

impl Store {
    /// Every key, oldest first; the last one seals.
    ///
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Locked`], [`Error::Database`], [`Error::Closed`].
    pub async fn seal_keys(&self) -> Result<Vec<SealKey>, Error> {
        self.engine().point(Query::new(ALL, [])).await?.into_iter().map(|row| seal_key(row, &self.vault)).collect()
    }

    /// # Errors
    /// [`Error::Exists`] when the id is taken (two gateways that start together make the same first id: read the
    /// keys again), [`Error::Database`], [`Error::Closed`].
    pub async fn add_seal_key(&self, key: &SealKey) -> Result<(), Error> {
        let secret = self.vault.close(&["seal_keys", &key.id.to_string(), "secret"], &HEXLOWER.encode(&key.key));
        let insert = Statement::new(INSERT, seal_key_row(key, secret)).one(Unmet::Exists("seal_keys"));
        self.engine().write(vec![insert]).await?;
        Ok(())
    }
}

fn seal_key(row: Row, vault: &Vault) -> Result<SealKey, Error> {
    let mut columns = Columns::whole(&SEAL_KEYS, row);
    let id: u8 = columns.narrow("seal_key")?;
    let secret = vault.open(&["seal_keys", &id.to_string(), "secret"], columns.text("secret")?)?;
    let key = HEXLOWER.decode(secret.as_bytes()).map_err(|_| columns.nonsense("secret"))?;
    Ok(SealKey { id, key, created_at: UtcMs(columns.integer("created_at")?) })
}
