//! The bare database beside which the gateway's commits are read.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use pagam_cli::clock::Stopwatch;
use rusqlite::Connection;

/// Rows a second, one small row after the other, `together` of them in each commit, that reach the disk.
pub fn commits(path: &Path, together: u64, span: Duration) -> Result<f64> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch("CREATE TABLE IF NOT EXISTS bare (number INTEGER PRIMARY KEY)")?;
    let mut insert = database.prepare("INSERT INTO bare DEFAULT VALUES")?;
    let watch = Stopwatch::start();
    let mut rows = 0;
    while watch.elapsed() < span {
        let transaction = database.unchecked_transaction()?;
        for _ in 0..together {
            insert.execute([])?;
        }
        transaction.commit()?;
        rows += together;
    }
    Ok(per_second(rows, watch.elapsed()))
}

/// How many a second.
#[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
pub fn per_second(count: u64, span: Duration) -> f64 {
    count as f64 / span.as_secs_f64()
}
