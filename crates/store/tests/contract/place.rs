//! Where a claim opens its stores.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use store::Store;
use tokio_postgres::NoTls;

static NUMBERS: AtomicU32 = AtomicU32::new(0);

/// Names a PostgreSQL server for tests, as words: `host=… user=… dbname=…`.
const SERVER: &str = "PAGAM_TEST_POSTGRES";

/// An engine's place for data; what is kept there goes with it.
pub enum Place {
    Memory,
    Folder(PathBuf),
    /// A schema of its own on the server that the environment names.
    Schema {
        server: String,
        name: String,
    },
}

impl Place {
    pub fn folder() -> Result<Place> {
        let folder = std::env::temp_dir().join(format!("pagam-store-{}", number()));
        std::fs::create_dir(&folder)?;
        Ok(Place::Folder(folder))
    }

    pub fn memory() -> Place {
        Place::Memory
    }

    /// The first store makes the schema.
    pub fn schema() -> Result<Place> {
        let server = std::env::var(SERVER).with_context(|| format!("{SERVER} names no server: ./test starts one"))?;
        Ok(Place::Schema { server, name: format!("pagam_{}", number().replace('-', "_")) })
    }

    /// A store on this place; of a folder and of a schema, on the same data every time.
    pub async fn open(&self) -> Result<Store> {
        Ok(match self.address() {
            Some(address) => Store::connect(&address).await?,
            None => Store::open_in_memory()?,
        })
    }

    /// Of what outlives its process.
    pub fn address(&self) -> Option<String> {
        match self {
            Place::Memory => None,
            Place::Folder(folder) => Some(format!("sqlite:{}", folder.join("gateway.db").display())),
            // The name tells its connections from those of other claims.
            Place::Schema { server, name } => {
                Some(format!("{server} application_name={name} options='-c search_path={name}'"))
            }
        }
    }

    /// Cuts all connections to a schema; how many there were.
    pub async fn cut(&self) -> Result<u64> {
        let Place::Schema { server, name } = self else { anyhow::bail!("a server cuts connections only") };
        let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
        let connection = tokio::spawn(connection);
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        let cut = client.execute(sql, &[name]).await?;
        drop(client);
        connection.await??;
        Ok(cut)
    }

    /// What somebody does to the data without our code.
    pub async fn run(&self, sql: &str) -> Result<()> {
        match self {
            Place::Memory => anyhow::bail!("nobody else reaches it"),
            Place::Folder(folder) => Ok(rusqlite::Connection::open(folder.join("gateway.db"))?.execute_batch(sql)?),
            Place::Schema { server, name } => run(server, &format!("SET search_path = {name}; {sql}")).await,
        }
    }

    /// A place with a copy of the files as they are now, which is what a killed process leaves behind.
    pub fn as_if_killed(&self) -> Result<Place> {
        let Place::Folder(from) = self else { anyhow::bail!("files are copied of a folder only") };
        let copy = Place::folder()?;
        let Place::Folder(to) = &copy else { anyhow::bail!("a folder") };
        for file in std::fs::read_dir(from)? {
            let file = file?;
            if !file.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(file.path(), to.join(file.file_name()))?;
            }
        }
        Ok(copy)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Place::Memory => {}
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Schema { server, name } => {
                let (server, drop_schema) = (server.clone(), format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
                // The test's own runtime cannot be waited for in here.
                let dropped = std::thread::spawn(move || -> Result<()> {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                    runtime.block_on(run(&server, &drop_schema))
                });
                let dropped = dropped.join().expect("it runs to its end");
                assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
            }
        }
    }
}

fn number() -> String {
    format!("{}-{}", std::process::id(), NUMBERS.fetch_add(1, Ordering::Relaxed))
}

async fn run(server: &str, sql: &str) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await?;
    drop(client);
    Ok(connection.await??)
}
