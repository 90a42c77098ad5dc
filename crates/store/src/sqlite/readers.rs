//! Connections that read beside the writer.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::{open, run};
use crate::error::Error;
use crate::statement::{Query, Row};

/// Connections kept for the next read; more are opened while more reads run at once, and closed after.
const KEPT: usize = 8;

/// Read connections that are not in use.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn of(path: &Path) -> Readers {
        Readers { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Reads in the calling thread, from what was committed when the read began.
    pub(super) fn read(&self, query: &Query) -> Result<Vec<Row>, Error> {
        let kept = self.idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open::reader(&self.path)?,
        };
        let rows = run::read(&connection, query)?;
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        Ok(rows)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
