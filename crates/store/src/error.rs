//! What goes wrong in the store, sorted by what the caller can do about it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::statement::Unmet;

/// Why the store has no answer. Clones share one cause: a commit that fails fails for every caller in it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refused or broke: disk full, file locked for longer than the waiting time, damaged file.
    #[error("the database: {0}")]
    Database(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The answer to a commit was not seen: it may have been made or not.
    #[error("the database may have done it or not: {0}")]
    Uncertain(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A row holds what no Pagam writes. It exists; it is never taken for "not found".
    #[error("table {table}, row {key}: column {column} makes no sense")]
    Nonsense {
        table: &'static str,
        column: &'static str,
        /// The row's primary key, its parts joined by `/`.
        key: String,
    },
    /// A secret is encrypted under a key that was not given, or does not belong where it stands.
    #[error("{place} is encrypted under the key {key}, which this program was not given")]
    Locked {
        place: String,
        /// The key's name: the beginning of its SHA-256.
        key: String,
    },
    /// The SQLite that this program was built with can damage a database.
    #[error("SQLite {0} is too old, 3.51.3 is needed")]
    SqliteTooOld(&'static str),
    /// The database belongs to a newer Pagam.
    #[error("the database has schema version {found}, this program knows up to {known}")]
    SchemaTooNew { found: i64, known: i64 },
    /// This program needs what a step makes that follows one for which no older program may run any more.
    #[error("the step {0} waits until no older program works on the database: then run pagam migrate up --contract")]
    Contract(&'static str),
    /// The file system does not allow a write-ahead log (a network share, for one).
    #[error("{0} cannot have a write-ahead log")]
    NoWriteAheadLog(PathBuf),
    /// The database file could not be made.
    #[error("{path}: {cause}")]
    File {
        path: PathBuf,
        #[source]
        cause: Arc<std::io::Error>,
    },
    /// A copy is not as what it was made from.
    #[error("the copy differs: table {table}, {key}")]
    Differs {
        table: &'static str,
        /// The row's primary key, its parts joined by `/`, or what else is not the same.
        key: String,
    },
    /// The row that the write was about is not there.
    #[error("there is no such row to write to: {0}")]
    Missing(&'static str),
    /// A row of the same key is there.
    #[error("there is such a row already: {0}")]
    Exists(&'static str),
    #[error("the store is closed")]
    Closed,
}

/// Why a change was not made. Nothing of it was written, but see [`ApplyError::Store`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApplyError {
    /// The payment, agreement or shop has changed since it was read: read it again and decide
    /// again.
    #[error("it has changed since it was read")]
    Stale,
    /// The shop's transaction identifier belongs to another payment, or a payment of this id, or a
    /// shop of this login, exists.
    #[error("the identifier is taken")]
    Taken,
    /// Another payment, perhaps of another shop of the same merchant's account, is or may be
    /// charged on the order at Amazon.
    #[error("the order at Amazon is another payment's")]
    OrderTaken,
    /// The store itself. After [`Error::Uncertain`], and after [`Error::Database`] of a file, the
    /// change may or may not be there: read before repeating.
    #[error(transparent)]
    Store(#[from] Error),
}

#[derive(Debug, Clone)]
pub(crate) enum Unwritten {
    Unmet(Unmet),
    Error(Error),
}

impl From<Unwritten> for ApplyError {
    fn from(unwritten: Unwritten) -> ApplyError {
        match unwritten {
            Unwritten::Unmet(Unmet::Stale) => ApplyError::Stale,
            Unwritten::Unmet(Unmet::Taken) => ApplyError::Taken,
            Unwritten::Unmet(Unmet::OrderTaken) => ApplyError::OrderTaken,
            Unwritten::Unmet(Unmet::Missing(table)) => ApplyError::Store(Error::Missing(table)),
            Unwritten::Unmet(Unmet::Exists(table)) => ApplyError::Store(Error::Exists(table)),
            Unwritten::Error(error) => ApplyError::Store(error),
        }
    }
}

impl From<Unwritten> for Error {
    fn from(unwritten: Unwritten) -> Error {
        match unwritten {
            Unwritten::Unmet(Unmet::Stale) => Error::Missing("payments"),
            Unwritten::Unmet(Unmet::Taken) => Error::Exists("payments"),
            Unwritten::Unmet(Unmet::OrderTaken) => Error::Exists("order_claims"),
            Unwritten::Unmet(Unmet::Missing(table)) => Error::Missing(table),
            Unwritten::Unmet(Unmet::Exists(table)) => Error::Exists(table),
            Unwritten::Error(error) => error,
        }
    }
}
