//! The two engines behind one face: what they are asked is the same, the SQL included.

use std::path::Path;

use crate::error::{Error, Unwritten};
use crate::migrations::Extent;
use crate::statement::{Query, Row, Statement};
use crate::{postgres, sqlite};

pub(crate) enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

impl Engine {
    pub(crate) fn open(path: &Path, extent: Extent) -> Result<Engine, Error> {
        sqlite::Engine::open(path, extent).map(Engine::Sqlite)
    }

    pub(crate) fn open_in_memory() -> Result<Engine, Error> {
        sqlite::Engine::open_in_memory().map(Engine::Sqlite)
    }

    pub(crate) async fn connect(address: &str, extent: Extent) -> Result<Engine, Error> {
        postgres::Engine::open(address, extent).await.map(Engine::Postgres)
    }

    /// Writes a list of statements whole or not at all, and answers the rows they return once they
    /// are durable. A caller that stops waiting does not stop it.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<Vec<Row>, Unwritten> {
        match self {
            Engine::Sqlite(engine) => engine.write(statements).await,
            Engine::Postgres(engine) => engine.write(statements).await,
        }
    }

    /// Reads a few rows by an index.
    pub(crate) async fn point(&self, query: Query) -> Result<Vec<Row>, Error> {
        match self {
            Engine::Sqlite(engine) => engine.point(query).await,
            Engine::Postgres(engine) => engine.read(query).await,
        }
    }

    /// Reads what may be many rows.
    pub(crate) async fn scan(&self, query: Query) -> Result<Vec<Row>, Error> {
        match self {
            Engine::Sqlite(engine) => engine.scan(query).await,
            Engine::Postgres(engine) => engine.read(query).await,
        }
    }

    pub(crate) fn commits(&self) -> u64 {
        match self {
            Engine::Sqlite(engine) => engine.commits(),
            Engine::Postgres(engine) => engine.commits(),
        }
    }
}
