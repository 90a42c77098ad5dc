//! Where the gateway's data is: a file, or an address of PostgreSQL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use gateway::suggestion::suggestion;
use serde::Deserialize;
use store::{Step, Store, VaultKey};

use crate::private;

/// A SQLite file, or a PostgreSQL database.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Database {
    /// A path; `sqlite:` may stand before it.
    File(PathBuf),
    /// `postgres://user@host/name`, or PostgreSQL's words: `host=… user=… dbname=…`.
    Server(String),
}

impl Database {
    /// Opens it; a file that is not there is made, and a schema of before is brought up to date.
    ///
    /// # Errors
    /// It cannot be opened, or belongs to a newer Pagam.
    pub async fn open_or_make(&self, keys: &StoreKeys) -> Result<Store> {
        self.tighten()?;
        let store = Store::connect(&self.address()).await.with_context(|| format!("cannot open {self}"))?;
        Ok(store.with_keys(&keys.0))
    }

    /// The same, and a file must be there.
    ///
    /// # Errors
    /// As [`Database::open_or_make`].
    pub async fn open(&self, keys: &StoreKeys) -> Result<Store> {
        if let Database::File(path) = self
            && !path.exists()
        {
            bail!("there is no database at {self}; name it with --database");
        }
        self.open_or_make(keys).await
    }

    /// Brings the schema up to date: as far as earlier versions do not notice, or all the way.
    ///
    /// # Errors
    /// As [`Database::open_or_make`].
    pub async fn migrate(&self, contract: bool) -> Result<()> {
        self.tighten()?;
        let address = self.address();
        let done = match contract {
            true => Store::connect_and_contract(&address).await,
            false => Store::connect(&address).await,
        };
        done.map(drop).with_context(|| format!("cannot bring {self} up to date"))
    }

    /// A file that was copied into place may be open to others; one that is made is not.
    fn tighten(&self) -> Result<()> {
        match self {
            Database::File(path) => private::database(path),
            Database::Server(_) => Ok(()),
        }
    }

    /// The words that name it.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            Database::File(path) => format!("sqlite:{}", path.display()),
            Database::Server(address) => address.clone(),
        }
    }

    /// The steps of the schema, and which of them it has seen.
    ///
    /// # Errors
    /// It is not there, or belongs to a newer Pagam.
    pub async fn steps(&self) -> Result<Vec<Step>> {
        Store::steps(&self.address()).await.with_context(|| format!("cannot look at {self}"))
    }

    /// The folder of a file.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Database::File(path) => path.parent(),
            Database::Server(_) => None,
        }
    }
}

/// The keys for the secrets in a database: the first encrypts, all decrypt. None: secrets are kept as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreKeys(Vec<VaultKey>);

impl StoreKeys {
    /// `store.key` and `store.old_keys`.
    ///
    /// # Errors
    /// One of them is no key, or there are old ones without a new one.
    pub fn of(key: Option<&str>, old: &[String]) -> Result<StoreKeys> {
        ensure!(key.is_some() || old.is_empty(), "store.old_keys without store.key");
        let texts = key.into_iter().chain(old.iter().map(String::as_str));
        Ok(StoreKeys(texts.map(|text| text.parse().context("store.key")).collect::<Result<_>>()?))
    }

    /// Whether secrets are kept as they are.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Database {
    type Error = String;

    /// The address of another kind of database is refused, and not taken for the name of a file.
    fn try_from(text: String) -> Result<Database, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Database::File(path.into()));
        }
        match text.split_once("://").map(|(scheme, _)| scheme) {
            Some("postgres" | "postgresql") => Ok(Database::Server(text)),
            Some(scheme) if !scheme.contains(['/', '=']) => {
                let known = ["sqlite", "postgres", "postgresql"];
                Err(format!("{scheme:?} is no kind of database{}", suggestion(scheme, &known)))
            }
            _ if text.split_whitespace().any(|word| word.starts_with("host=")) => Ok(Database::Server(text)),
            _ => Ok(Database::File(text.into())),
        }
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Database, Self::Err> {
        text.to_owned().try_into()
    }
}

/// As people may read it: an address may hold a password, so of a server only the place behind it is shown.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::File(path) => path.display().fmt(f),
            Database::Server(address) => match address.rsplit_once('@') {
                Some((_, place)) => write!(f, "PostgreSQL at {}", place.split('?').next().unwrap_or_default()),
                None => f.write_str("PostgreSQL"),
            },
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_told_from_files() {
        let server = |text: &str| Database::Server(text.to_owned());
        let file = |text: &str| Database::File(text.into());
        for (text, meant) in [
            ("pagam.db", file("pagam.db")),
            ("sqlite:/var/lib/pagam.db", file("/var/lib/pagam.db")),
            ("postgres://u:p@db/pagam", server("postgres://u:p@db/pagam")),
            ("postgresql://db/pagam", server("postgresql://db/pagam")),
            ("user=u host=/run/postgresql", server("user=u host=/run/postgresql")),
        ] {
            assert_eq!(text.parse(), Ok(meant));
        }
        let told = "mysql://db/pagam".parse::<Database>().expect_err("no kind of ours");
        assert!(told.contains("sqlite, postgres, postgresql"), "{told}");
    }

    #[test]
    fn a_password_is_never_shown() {
        let database = Database::from_str("postgres://u:s3cret@db:5432/pagam?sslmode=require").expect("a server");
        assert_eq!(format!("{database} {database:?}"), "PostgreSQL at db:5432/pagam PostgreSQL at db:5432/pagam");
        assert_eq!(Database::from_str("host=db password=s3cret").expect("a server").to_string(), "PostgreSQL");
    }
}
