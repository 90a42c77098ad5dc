//! Where a gateway keeps its data: in a SQLite file, or in a schema on the PostgreSQL server that
//! the environment names. Either is the seed's own, and goes with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::Builder;
use tokio_postgres::NoTls;

/// Names a PostgreSQL server for tests by the folder of its socket, as words: `host=… user=… dbname=…`.
const SERVER: &str = "PAGAM_TEST_POSTGRES";
const PORT: &str = "5432";
/// How long SQL waits for the gateway's writer.
const BUSY: Duration = Duration::from_secs(10);
/// Makes every change of a payment fail.
const OUTAGE: &str = "CREATE TRIGGER IF NOT EXISTS outage BEFORE UPDATE ON payments BEGIN
    SELECT RAISE(ABORT, 'the storm');
END";

/// What keeps the data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    #[default]
    Sqlite,
    Postgres,
}

/// A place with nothing in it at first.
pub struct Place {
    folder: PathBuf,
    schema: Option<Schema>,
}

/// A schema on a server; the first store makes it.
pub struct Schema {
    server: String,
    name: String,
}

impl Engine {
    /// Whether there is such a thing; a sentence when there is not.
    pub fn is_there(self) -> Result<(), String> {
        match self {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => server().map(drop),
        }
    }
}

impl Place {
    /// The folder is in memory where there is one.
    pub fn new(engine: Engine, name: &str) -> Place {
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let name = format!("pagam-storm-{}-{name}", std::process::id());
        let folder = base.join(&name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let schema = (engine == Engine::Postgres).then(|| Schema {
            server: server().expect("it was looked for before"),
            name: name.replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
        });
        Place { folder, schema }
    }

    pub fn engine(&self) -> Engine {
        if self.schema.is_some() { Engine::Postgres } else { Engine::Sqlite }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database of a gateway that keeps it in a file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("gateway.db")
    }

    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// Whether payments in a file cannot be written from now on: a commit fails at once, as it does
    /// when the database stays away for longer than anybody waits. What is known can be read.
    pub fn refuse_writes(&self, is_out: bool) {
        if self.schema.is_none() {
            self.run(if is_out { OUTAGE } else { "DROP TRIGGER IF EXISTS outage" });
        }
    }

    /// Runs SQL that no gateway knows of.
    pub fn run(&self, sql: &str) {
        match &self.schema {
            None => {
                let connection = Connection::open(self.file()).expect("the database");
                connection.busy_timeout(BUSY).expect("a connection");
                connection.execute_batch(sql).expect("it is SQL");
            }
            Some(schema) => schema.run(sql).expect("it is SQL"),
        }
    }
}

impl Schema {
    /// Its address for a store that reaches the server by another socket, in clear: a wire reads along.
    pub fn address(&self, folder: &Path) -> String {
        let Schema { server, name } = self;
        let server = server.replacen(&format!("host={}", self.host()), &format!("host={}", folder.display()), 1);
        format!("{server} sslmode=disable options='-c search_path={name}'")
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        Path::new(self.host()).join(self.file_name())
    }

    /// What a server's socket is called in its folder.
    pub fn file_name(&self) -> String {
        format!(".s.PGSQL.{}", word(&self.server, "port").unwrap_or(PORT))
    }

    fn host(&self) -> &str {
        word(&self.server, "host").expect("it was looked for before")
    }

    fn run(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.server, NoTls).await?;
            let connection = tokio::spawn(connection);
            client.batch_execute(&format!("SET search_path = {}; {sql}", self.name)).await?;
            drop(client);
            connection.await.expect("it runs to its end")
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
        if let Some(schema) = &self.schema {
            let dropped = schema.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", schema.name));
            assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
        }
    }
}

fn server() -> Result<String, String> {
    let words = std::env::var(SERVER).map_err(|_| format!("{SERVER} names no server: ./test starts one"))?;
    match word(&words, "host") {
        Some(host) if host.starts_with('/') => Ok(words),
        _ => Err(format!("{SERVER} must name the folder of a server's socket: host=/…")),
    }
}

fn word<'w>(words: &'w str, name: &str) -> Option<&'w str> {
    words
        .split_whitespace()
        .filter_map(|word| word.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
