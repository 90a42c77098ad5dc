//! The database that the gateways share, seen from outside: its address, its own rate of commits,
//! what was written into it.

pub mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::bare;
use crate::fleet::Fleet;
use crate::process;
use postgres::Server;

/// What grows with payments.
pub const TABLES: [&str; 7] =
    ["payments", "claims", "payment_events", "order_details", "notices", "notice_tries", "agreements"];

/// The database that a PostgreSQL server is made with.
const DATABASE: &str = "postgres";

/// A SQLite file, or a PostgreSQL server.
pub enum Engine {
    Sqlite(PathBuf),
    Postgres(Server),
}

/// What was written since some beginning; two of these make a difference.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Transactions that wrote something.
    pub commits: u64,
    /// Bytes: of the write-ahead log (PostgreSQL), of everything that the gateways wrote to the disk (SQLite).
    pub bytes: u64,
}

/// What is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub rows: u64,
    /// Bytes of each table and index.
    pub sizes: BTreeMap<String, u64>,
}

impl Engine {
    pub fn name(&self) -> &'static str {
        match self {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        }
    }

    /// As `pagam serve --database` takes it.
    pub fn address(&self) -> String {
        match self {
            Engine::Sqlite(path) => format!("sqlite:{}", path.display()),
            Engine::Postgres(server) => server.address(DATABASE),
        }
    }

    /// Durable commits of one small row each, a second, without a gateway: of one writer (SQLite
    /// has no more), or of as many connections as the gateways would have.
    pub async fn bare_commits(&self, connections: usize, span: Duration) -> Result<f64> {
        match self {
            Engine::Sqlite(path) => {
                let bare = path.with_file_name("bare.db");
                tokio::task::spawn_blocking(move || bare::commits(&bare, 1, span)).await?
            }
            Engine::Postgres(server) => postgres::commits(&server.address(DATABASE), connections, span).await,
        }
    }

    /// Counts what was written so far.
    pub async fn written(&self, fleet: &Fleet) -> Result<Written> {
        match self {
            Engine::Sqlite(path) => Ok(Written { commits: sqlite::commits(path)?, bytes: fleet.bytes_written()? }),
            Engine::Postgres(server) => {
                let client = postgres::connect(&server.address(DATABASE)).await?;
                let (commits, bytes) = postgres::written(&client).await?;
                Ok(Written { commits, bytes })
            }
        }
    }

    /// How often a server has flushed its log; SQLite does it once a commit, and tells nobody.
    pub async fn flushes(&self) -> Result<Option<u64>> {
        match self {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(server) => {
                Ok(Some(postgres::flushes(&postgres::connect(&server.address(DATABASE)).await?).await?))
            }
        }
    }

    /// Counts rows and measures tables.
    pub async fn kept(&self) -> Result<Kept> {
        match self {
            Engine::Sqlite(path) => Ok(Kept { rows: sqlite::rows(path)?, sizes: sqlite::sizes(path)? }),
            Engine::Postgres(server) => {
                let client = postgres::connect(&server.address(DATABASE)).await?;
                Ok(Kept { rows: postgres::rows(&client).await?, sizes: postgres::sizes(&client).await? })
            }
        }
    }

    /// Time on a processor that a server of its own has used; SQLite's is the gateways'.
    pub fn cpu(&self) -> Result<Duration> {
        match self {
            Engine::Sqlite(_) => Ok(Duration::ZERO),
            Engine::Postgres(server) => process::cpu_of_family(server.pid()?),
        }
    }

    /// Ends a server; a file stays.
    pub async fn stop(self) -> Result<()> {
        match self {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(server) => server.stop().await,
        }
    }
}
