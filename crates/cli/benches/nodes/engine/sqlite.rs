//! SQLite as the bench sees it from outside: its file, and the little that it keeps in shared memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;

use super::TABLES;

/// Where the index of the log counts transactions that wrote something: `iChange` in SQLite's
/// description of the format.
const CHANGES_AT: std::ops::Range<usize> = 8..12;

/// Transactions that wrote something, of all processes, since the first of them opened the file.
pub fn commits(path: &Path) -> Result<u64> {
    let index = path.with_extension("db-shm");
    let bytes = fs::read(&index).with_context(|| format!("{}: is a gateway running?", index.display()))?;
    let four = bytes.get(CHANGES_AT).context("an index of the log")?;
    Ok(u32::from_ne_bytes(four.try_into()?).into())
}

/// Bytes of the pages of every table and every index.
pub fn sizes(path: &Path) -> Result<BTreeMap<String, u64>> {
    let connection = Connection::open(path)?;
    let mut read = connection.prepare("SELECT name, CAST(SUM(pgsize) AS INTEGER) FROM dbstat GROUP BY name")?;
    let mut rows = read.query([])?;
    let mut sizes = BTreeMap::new();
    while let Some(row) = rows.next()? {
        sizes.insert(row.get(0)?, u64::try_from(row.get::<_, i64>(1)?)?);
    }
    Ok(sizes)
}

/// Rows of all tables together.
pub fn rows(path: &Path) -> Result<u64> {
    let connection = Connection::open(path)?;
    let mut rows = 0;
    for table in TABLES {
        let count = connection.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get::<_, i64>(0))?;
        rows += u64::try_from(count)?;
    }
    Ok(rows)
}
