//! The door to the database: what can be written and read, and nothing of how.

pub(crate) mod agreements;
mod answered;
pub(crate) mod audit;
mod claims_seen;
mod confirmed_write;
mod leases;
pub(crate) mod notices;
pub(crate) mod numbers;
mod payments;
pub(crate) mod seal_keys;
mod secrets;
pub(crate) mod shops;

use std::path::Path;
use std::sync::Arc;

use crate::engine::Engine;
use crate::error::Error;
use crate::migrations::{self, Extent, Step};
use crate::vault::{Vault, VaultKey};
use crate::{postgres, sqlite};
use claims_seen::ClaimsSeen;
use numbers::Numbers;

pub use payments::VisitsOver;

/// Payments, shops and notices in one database. Clones share it; the last one dropped writes what was asked and closes.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
    vault: Arc<Vault>,
}

struct Inner {
    engine: Engine,
    numbers: Numbers,
    claims_seen: ClaimsSeen,
}

impl Store {
    /// Opens the SQLite database in a file. A file that is not there is made, readable by its owner
    /// only: it holds secrets. The schema is brought up to date, as far as older programs beside
    /// this one do not notice. Several processes may have the same file open.
    ///
    /// # Errors
    /// [`Error::File`] when the file cannot be made, [`Error::SqliteTooOld`],
    /// [`Error::SchemaTooNew`], [`Error::Contract`], [`Error::NoWriteAheadLog`],
    /// [`Error::Database`].
    pub fn open(path: &Path) -> Result<Store, Error> {
        Engine::open(path, Extent::Expand).map(Store::on)
    }

    /// Opens a database that is gone when the last clone is dropped.
    ///
    /// # Errors
    /// [`Error::SqliteTooOld`], [`Error::Database`].
    pub fn open_in_memory() -> Result<Store, Error> {
        Engine::open_in_memory().map(Store::on)
    }

    /// Opens by address: `postgres://…`, or `sqlite:` and a path. What is said of [`Store::open`]
    /// holds for either.
    ///
    /// # Errors
    /// As [`Store::open`]; for PostgreSQL [`Error::Database`], also when the address makes no
    /// sense, [`Error::SchemaTooNew`], [`Error::Contract`], and [`Error::File`] for roots that
    /// cannot be read.
    pub async fn connect(address: &str) -> Result<Store, Error> {
        Store::connect_after(address, Extent::Expand).await
    }

    /// The same, after the steps that take away what older programs need: none of them may be running.
    ///
    /// # Errors
    /// As [`Store::connect`].
    pub async fn connect_and_contract(address: &str) -> Result<Store, Error> {
        Store::connect_after(address, Extent::Contract).await
    }

    async fn connect_after(address: &str, extent: Extent) -> Result<Store, Error> {
        let engine = match address.strip_prefix("sqlite:") {
            Some(path) => Engine::open(Path::new(path), extent),
            None => Engine::connect(address, extent).await,
        };
        engine.map(Store::on)
    }

    /// The same, with keys for the secrets in it: the first encrypts what is written from now on, all decrypt.
    #[must_use]
    pub fn with_keys(self, keys: &[VaultKey]) -> Store {
        Store { vault: Arc::new(Vault::of(keys)), ..self }
    }

    /// What this program would do to bring the database at an address up to date, and what of it is
    /// done. Nothing is changed.
    ///
    /// # Errors
    /// As [`Store::connect`]; also when there is no such file.
    pub async fn steps(address: &str) -> Result<Vec<Step>, Error> {
        let seen = match address.strip_prefix("sqlite:") {
            Some(path) => sqlite::seen(Path::new(path))?,
            None => postgres::Engine::seen(address).await?,
        };
        Ok(migrations::steps(seen))
    }

    /// Durable commits made since this store was opened; one commit may hold many changes.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.inner.engine.commits()
    }

    fn on(engine: Engine) -> Store {
        let inner = Inner { engine, numbers: Numbers::default(), claims_seen: ClaimsSeen::default() };
        Store { inner: Arc::new(inner), vault: Arc::default() }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

#[cfg(test)]
mod tests {
    //! No statement that runs for every payment, or again and again, may read a table from end to end.

    use crate::sqlite::plan;

    #[test]
    fn work_across_shops_reads_unresolved_rows_only() {
        for (sql, index) in super::payments::WORK.into_iter().chain(super::notices::WORK).chain(super::agreements::WORK)
        {
            let lines = plan(sql).expect("it is SQL");
            let reads: Vec<_> =
                lines.iter().filter(|line| line.contains("SCAN ") || line.contains("SEARCH ")).collect();
            assert!(!reads.is_empty(), "{sql}");
            for line in reads {
                let fine = line.contains(index) || line.contains("notices_leased") || line.contains("waiting");
                assert!(fine, "{line}\nin {lines:#?}\nof {sql}");
            }
        }
    }

    #[test]
    fn a_shop_is_never_looked_for_from_end_to_end() {
        let money = super::payments::POINTS.into_iter().chain(super::agreements::POINTS);
        let notices = super::notices::POINTS.into_iter().chain(super::answered::POINTS);
        for sql in money.chain(notices).chain(super::leases::POINTS).chain(super::audit::POINTS) {
            let lines = plan(sql).expect("it is SQL");
            assert!(lines.iter().any(|line| line.contains("SEARCH ")), "{lines:#?}\nof {sql}");
            assert!(lines.iter().all(|line| !line.contains("SCAN ")), "{lines:#?}\nof {sql}");
        }
    }
}
