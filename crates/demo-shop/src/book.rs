//! The shop's own SQLite: one connection, one writer at a time, every change one transaction.

pub mod addresses;
pub mod attention;
pub mod baskets;
pub mod charges;
pub mod money;
pub mod movements;
pub mod orders;
pub mod outcomes;
pub mod permissions;
pub mod renewals;
pub mod subscriptions;
pub mod tries;
pub mod vocabulary;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The steps by which a book became what it is, in order; how many of them a file has taken is its `user_version`.
const STEPS: [&str; 5] = [
    include_str!("book/schema/0001_orders.sql"),
    include_str!("book/schema/0002_charges.sql"),
    include_str!("book/schema/0003_subscriptions.sql"),
    include_str!("book/schema/0004_counter.sql"),
    include_str!("book/schema/0005_money.sql"),
];

/// The book. Cheap to clone.
#[derive(Clone)]
pub struct Book {
    connection: Arc<Mutex<Connection>>,
}

/// The book cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the shop's database: {0}")]
pub struct BookError(#[from] rusqlite::Error);

impl Book {
    /// Opens the file, or a book in memory, and lays out what is missing.
    ///
    /// # Errors
    /// When SQLite cannot open, or the file is none of ours.
    pub fn open(path: Option<&Path>) -> Result<Book, BookError> {
        let mut connection = match path {
            Some(path) => Connection::open(path)?,
            None => Connection::open_in_memory()?,
        };
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // An order that was acknowledged as paid must survive the power cut after it.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        lay_out(&mut connection)?;
        Ok(Book { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs one change as one transaction, away from the threads that serve requests.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, BookError> {
        let connection = Arc::clone(&self.connection);
        let run = tokio::task::spawn_blocking(move || {
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        });
        match run.await {
            Ok(done) => done,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// Reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, BookError> {
        self.write(move |transaction| look(transaction)).await
    }
}

/// Takes the steps that are missing, each whole or not at all.
fn lay_out(connection: &mut Connection) -> rusqlite::Result<()> {
    for (number, step) in (1_i64..).zip(STEPS) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let taken: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if taken < number {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
        }
        transaction.commit()?;
    }
    Ok(())
}

/// A fresh identifier that nobody can guess: 12 characters of 32, read aloud without mistakes.
pub(crate) fn new_id() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = uuid::Uuid::new_v4().as_u128();
    // The version's fixed bits are in the upper half; the variant's two bits are shifted out of the lower.
    (0..12).map(|place| char::from(LETTERS[(random >> (place * 5)) as usize % 32])).collect()
}
