//! The PostgreSQL engine: a pool of connections, on each of which one change goes through in two
//! round trips.
//!
//! A write ends in one of three ways: it is committed; it surely is not; or the connection broke
//! while the answer to COMMIT was on its way, and nobody knows. The second is tried again as long
//! as a caller may wait, the third is [`Error::Uncertain`]: what is guarded is written again and
//! looked for (`store/confirmed_write.rs`), for the rest the caller reads and decides again.

mod cause;
mod connect;
mod migrate;
mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio::runtime::Handle;

use crate::error::{Error, Unwritten};
use crate::migrations::Extent;
use crate::statement::{Query, Row, Statement};
use cause::Cause;
use run::Failed;

/// What surely is not done is tried again within this time: a server that starts again, or another
/// that takes over, needs a few seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// A server that says nothing for so long is given up: it cuts its own statements before. Only one
/// that is frozen, or cut off, is silent.
const SILENCE: Duration = Duration::from_secs(15);
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Connections to a PostgreSQL database. A clone shares them.
#[derive(Clone)]
pub(crate) struct Engine {
    pool: Pool,
    commits: Arc<AtomicU64>,
    /// The runtime in which it was opened. All work is done there, whichever asks: connections live
    /// there, and time limits go by its clock.
    home: Handle,
}

impl Engine {
    /// Connects, and brings the schema up to date.
    pub(crate) async fn open(address: &str, extent: Extent) -> Result<Engine, Error> {
        let engine = Engine::reached(address).await?;
        migrate::up(&engine, extent).await?;
        Ok(engine)
    }

    /// How many steps of the schema the database has seen; nothing is changed.
    pub(crate) async fn seen(address: &str) -> Result<usize, Error> {
        migrate::looked(&Engine::reached(address).await?).await
    }

    /// A server that is not there at the start is not waited for: the address may be wrong.
    async fn reached(address: &str) -> Result<Engine, Error> {
        let engine = Engine { pool: connect::pool(address)?, commits: Arc::default(), home: Handle::current() };
        drop(engine.connection().await?);
        Ok(engine)
    }

    /// In a task of its own: who stops waiting leaves no half of it behind, and the connection goes back whole.
    pub(crate) async fn write(&self, statements: Vec<Statement>) -> Result<Vec<Row>, Unwritten> {
        let engine = self.clone();
        let written = self.home.spawn(async move { engine.write_to_the_end(&statements).await }).await;
        written.map_err(|_| Unwritten::Error(Error::Closed))?
    }

    pub(crate) async fn read(&self, query: Query) -> Result<Vec<Row>, Error> {
        if self.is_at_home() {
            return self.read_to_the_end(&query).await;
        }
        let engine = self.clone();
        let read = self.home.spawn(async move { engine.read_to_the_end(&query).await }).await;
        read.map_err(|_| Error::Closed)?
    }

    /// Whether the caller's runtime is the engine's own. Then a read needs no task: it may end up
    /// in another thread and back, and that is a third of what a lone read takes.
    fn is_at_home(&self) -> bool {
        Handle::try_current().is_ok_and(|here| here.id() == self.home.id())
    }

    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn read_to_the_end(&self, query: &Query) -> Result<Vec<Row>, Error> {
        let mut pauses = Pauses::default();
        loop {
            let cause = match self.read_once(query).await {
                Ok(rows) => return Ok(rows),
                Err(cause) => cause,
            };
            match pauses.next().filter(|_| cause.is_passing()) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(cause.into()),
            }
        }
    }

    async fn read_once(&self, query: &Query) -> Result<Vec<Row>, Cause> {
        let connection = self.connection().await?;
        let read = tokio::time::timeout(SILENCE, run::read(&connection, query)).await;
        match read.map_or_else(|_| Err(Cause::silent()), |read| read.map_err(Cause::from)) {
            Ok(rows) => Ok(rows),
            Err(cause) => {
                drop(Object::take(connection));
                Err(cause)
            }
        }
    }

    async fn write_to_the_end(&self, statements: &[Statement]) -> Result<Vec<Row>, Unwritten> {
        let mut pauses = Pauses::default();
        loop {
            let cause = match self.write_once(statements).await {
                Ok(rows) => return Ok(rows),
                Err(Failed::Unmet(unmet)) => return Err(Unwritten::Unmet(unmet)),
                Err(Failed::Unknown(cause)) => return Err(Unwritten::Error(Error::Uncertain(Arc::new(cause)))),
                Err(Failed::NotDone(cause)) => cause,
            };
            match pauses.next().filter(|_| cause.is_passing()) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(Unwritten::Error(cause.into())),
            }
        }
    }

    async fn write_once(&self, statements: &[Statement]) -> Result<Vec<Row>, Failed> {
        let connection = self.connection().await.map_err(Failed::NotDone)?;
        let written = tokio::time::timeout(SILENCE, run::write(&connection, statements)).await;
        match written.unwrap_or_else(|_| Err(Failed::Unknown(Cause::silent()))) {
            Ok(written) => {
                self.commits.fetch_add(u64::from(written.has_changed), Ordering::Relaxed);
                Ok(written.rows)
            }
            Err(Failed::Unmet(unmet)) => Err(Failed::Unmet(unmet)),
            Err(failed) => {
                // Never back into the pool: the server ends what was begun with it.
                drop(Object::take(connection));
                Err(failed)
            }
        }
    }

    async fn connection(&self) -> Result<Object, Cause> {
        self.pool.get().await.map_err(|error| match error {
            deadpool_postgres::PoolError::Backend(cause) => cause.into(),
            other => Cause::of_the_pool(&other),
        })
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Error {
        Error::Database(Arc::new(cause))
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(cause: tokio_postgres::Error) -> Error {
        Cause::from(cause).into()
    }
}

/// The pauses between tries: each twice the last, until the patience is at an end.
#[derive(Default)]
struct Pauses {
    last: Option<Duration>,
    waited: Duration,
}

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = self.last.map_or(FIRST_PAUSE, |last| (last * 2).min(LONGEST_PAUSE));
        self.waited += pause;
        self.last = Some(pause);
        (self.waited <= PATIENCE).then_some(pause)
    }
}
