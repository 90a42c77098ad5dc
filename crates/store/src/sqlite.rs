//! The SQLite engine: one thread writes, many changes in one durable transaction; reads run beside it.

mod open;
mod readers;
mod run;
mod writer;

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Unwritten};
use crate::migrations::Extent;
use crate::statement::{Query, Row, Statement};
#[cfg(test)]
pub(crate) use open::plan;
pub(crate) use open::seen;
use readers::Readers;
use writer::Writer;

pub(crate) struct Engine {
    /// None for a database in memory, which has one connection: reads go through the writer. They close before the
    /// writer, which then takes its log into the database.
    readers: Option<Arc<Readers>>,
    writer: Writer,
}

impl Engine {
    pub(crate) fn open(path: &Path, extent: Extent) -> Result<Engine, Error> {
        let connection = open::file(path, extent)?;
        Ok(Engine { writer: Writer::start(connection)?, readers: Some(Arc::new(Readers::of(path))) })
    }

    pub(crate) fn open_in_memory() -> Result<Engine, Error> {
        Ok(Engine { writer: Writer::start(open::memory()?)?, readers: None })
    }

    /// Writes a list of statements whole or not at all, and answers the rows they return once they are on the disk.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<Vec<Row>, Unwritten> {
        self.writer.write(statements).await
    }

    /// Reads a few rows by an index, in the calling thread: that takes a few microseconds, a fifth of what handing
    /// it to another thread and back takes, and no writer is waited for.
    pub(crate) async fn point(&self, query: Query) -> Result<Vec<Row>, Error> {
        match &self.readers {
            Some(readers) => readers.read(&query),
            None => self.through_writer(query).await,
        }
    }

    /// Reads what may be many rows, in a thread that may wait.
    pub(crate) async fn scan(&self, query: Query) -> Result<Vec<Row>, Error> {
        let Some(readers) = &self.readers else { return self.through_writer(query).await };
        let readers = Arc::clone(readers);
        let read = tokio::task::spawn_blocking(move || readers.read(&query));
        read.await.map_err(|cause| Error::Database(Arc::new(cause)))?
    }

    pub(crate) fn commits(&self) -> u64 {
        self.writer.commits()
    }

    async fn through_writer(&self, query: Query) -> Result<Vec<Row>, Error> {
        Ok(self.write(vec![Statement::new(query.sql, query.parameters)]).await?)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Error {
        Error::Database(Arc::new(cause))
    }
}

impl From<rusqlite::Error> for Unwritten {
    fn from(cause: rusqlite::Error) -> Unwritten {
        Unwritten::Error(cause.into())
    }
}
