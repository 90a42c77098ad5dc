//! The file: one table of JSON objects, written in one transaction for each unit and read whole at
//! the start. The only module that knows SQL.

use std::path::Path;

use rusqlite::{Connection, params};

use super::Error;
use super::tables::Tables;
use super::unit::Write;

const VERSION: i64 = 1;

/// The rows of a kind belong together; the whole file is small enough to be read at the start.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS objects (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID";

pub struct Database {
    connection: Connection,
}

impl Database {
    /// Opens or makes the file.
    pub fn open(path: &Path) -> Result<Database, Error> {
        let connection = Connection::open(path)?;
        // WAL with NORMAL: a commit survives the end of this process, however it ends. Only a power
        // cut may take the last ones.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > VERSION {
            return Err(Error::TooNew { found, known: VERSION });
        }
        connection.execute_batch(SCHEMA)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        Ok(Database { connection })
    }

    pub fn read(&self, tables: &mut Tables) -> Result<(), Error> {
        let mut statement = self.connection.prepare("SELECT kind, key, value FROM objects")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, key, value): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            tables.load(&kind, &value).map_err(|why| Error::Nonsense { kind, key, why })?;
        }
        Ok(())
    }

    /// Writes what a unit changed, in one transaction.
    pub fn write(&mut self, writes: &[Write]) -> Result<(), rusqlite::Error> {
        if writes.is_empty() {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        for write in writes {
            match &write.value {
                Some(value) => transaction
                    .prepare_cached("INSERT OR REPLACE INTO objects (kind, key, value) VALUES (?1, ?2, ?3)")?
                    .execute(params![write.kind, write.key, value])?,
                None => transaction
                    .prepare_cached("DELETE FROM objects WHERE kind = ?1 AND key = ?2")?
                    .execute(params![write.kind, write.key])?,
            };
        }
        transaction.commit()
    }
}
