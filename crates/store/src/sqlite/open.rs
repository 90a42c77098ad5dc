//! Opens connections, makes the file, brings the schema up to date.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::Error;
use crate::migrations::{self, Extent, MIGRATIONS, NEEDED, SEEN, TABLE};

/// How long a statement waits for another process that writes.
const BUSY: Duration = Duration::from_secs(10);

/// Statements kept prepared on each connection: more than there are.
const PREPARED: usize = 64;

/// Below 3.51.3, resetting the write-ahead log can damage the database.
const OLDEST_SQLITE: i32 = 3_051_003;

/// The connection that writes to a file, made when it is not there.
pub(super) fn file(path: &Path, extent: Extent) -> Result<Connection, Error> {
    check_version()?;
    let unmade = |cause| Error::File { path: path.to_owned(), cause: Arc::new(cause) };
    let folder = Folder::lock(path).map_err(unmade)?;
    create(path, &folder).map_err(unmade)?;
    let mut connection = settled(Connection::open_with_flags(path, flags())?)?;
    if !has_log(&connection)? {
        return Err(Error::NoWriteAheadLog(path.to_owned()));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS alone a plain sync leaves the data in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    migrate(&mut connection, extent)?;
    drop(folder);
    Ok(connection)
}

/// The one connection to a database in memory.
pub(super) fn memory() -> Result<Connection, Error> {
    check_version()?;
    let mut connection = settled(Connection::open_in_memory()?)?;
    migrate(&mut connection, Extent::Expand)?;
    Ok(connection)
}

/// A connection that reads from a file.
pub(super) fn reader(path: &Path) -> Result<Connection, Error> {
    let connection = settled(Connection::open_with_flags(path, flags())?)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn check_version() -> Result<(), Error> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Error::SqliteTooOld(rusqlite::version()));
    }
    Ok(())
}

/// Not `SQLITE_OPEN_CREATE`: [`create`] has made it with the right mode. No mutex: a connection is
/// in one thread at a time.
fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// Makes an empty file that its owner alone may read; SQLite gives its log the same mode. The folder is synced so
/// that a power cut does not take the name away.
fn create(path: &Path, folder: &Folder) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => {
            made?.sync_all()?;
            folder.sync()
        }
    }
}

/// The folder of a database, locked: of processes that open a new database together, one sets it up and the others
/// find it ready. SQLite does not wait when two switch the log on at once, and a file of our own beside the database
/// would have to be explained to everyone who sees it.
struct Folder(Option<File>);

impl Folder {
    fn lock(path: &Path) -> std::io::Result<Folder> {
        if cfg!(not(unix)) {
            return Ok(Folder(None));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = File::open(folder)?;
        match folder.lock() {
            Err(error) if error.kind() != std::io::ErrorKind::Unsupported => Err(error),
            _ => Ok(Folder(Some(folder))),
        }
    }

    fn sync(&self) -> std::io::Result<()> {
        self.0.as_ref().map_or(Ok(()), File::sync_all)
    }
}

fn settled(connection: Connection) -> Result<Connection, Error> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Otherwise SQLite plans a statement anew at every run, in case the values bound would fit a partial index.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

fn has_log(connection: &Connection) -> Result<bool, Error> {
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    Ok(mode == "wal")
}

/// Runs the migrations that the database has not seen, all in one transaction. It looks before it takes the write
/// lock, and again under it: another process may be at the same.
fn migrate(connection: &mut Connection, extent: Extent) -> Result<(), Error> {
    if migrations::due(&MIGRATIONS, version(connection)?, extent)?.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let seen = version(&transaction)?;
    if seen == 0 {
        transaction.execute_batch(TABLE)?;
    }
    let due = migrations::due(&MIGRATIONS, seen, extent)?;
    for (version, (name, sql, _)) in (1_i64..).zip(MIGRATIONS).take(due.end).skip(due.start) {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO migrations (version, name) VALUES (?1, ?2)", (version, name))?;
    }
    transaction.commit()?;
    Ok(())
}

/// How many migrations the database in a file has seen; nothing is changed.
pub(crate) fn seen(path: &Path) -> Result<usize, Error> {
    version(&reader(path)?)
}

/// How many of our migrations the database has seen.
fn version(connection: &Connection) -> Result<usize, Error> {
    let table = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'";
    if connection.query_row(table, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(0);
    }
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let seen = number(SEEN)?;
    let needed = if migrations::is_ahead(seen) { number(NEEDED)? } else { 0 };
    migrations::known(seen, needed)
}

/// How SQLite would run a statement, line by line, on an empty schema.
#[cfg(test)]
pub(crate) fn plan(sql: &str) -> Result<Vec<String>, Error> {
    let connection = memory()?;
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    Ok(explained.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>()?)
}
