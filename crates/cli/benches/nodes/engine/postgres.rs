//! A PostgreSQL server of the bench's own, on this disk and with fsync on: started, asked, stopped.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use pagam_cli::clock::Stopwatch;
use tokio::process::{Child, Command};
use tokio_postgres::{Client, NoTls};

use super::TABLES;
use crate::bare::per_second;

/// Where Debian keeps the server's programs, below a folder of each version.
const PROGRAMS: &str = "/usr/lib/postgresql";
/// As somebody would set up a server who expects work: no checkpoint falls into a turn.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=512MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=30min",
    "fsync=on",
    "synchronous_commit=on",
];
const START_PATIENCE: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// A running server, reached by a socket in its folder. Dropped, it is killed; its children end with it.
pub struct Server {
    folder: PathBuf,
    process: Child,
}

impl Server {
    /// Makes a new server in a folder that is not there yet.
    pub async fn start(folder: PathBuf) -> Result<Server> {
        let programs = programs()?;
        fs::create_dir(&folder)?;
        if is_root()? {
            let given = Command::new("chown").arg("postgres").arg(&folder).status().await?;
            ensure!(given.success(), "the folder cannot be given to the user postgres");
        }
        let data = folder.join("data");
        let mut make = as_postgres(&programs.join("initdb"))?;
        make.args(["-U", "postgres", "-A", "trust", "-D"]).arg(&data).stdout(Stdio::null());
        ensure!(make.current_dir(&folder).status().await?.success(), "initdb has not made a database");
        let log = File::create(folder.join("log"))?;
        let mut serve = as_postgres(&programs.join("postgres"))?;
        serve.arg("-D").arg(&data).arg("-k").arg(&folder);
        for setting in SETTINGS {
            serve.args(["-c", setting]);
        }
        serve.current_dir(&folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        let mut server = Server { process: serve.spawn()?, folder };
        server.answers().await?;
        Ok(server)
    }

    /// Waits until it takes connections.
    async fn answers(&mut self) -> Result<()> {
        let watch = Stopwatch::start();
        while let Err(error) = connect(&self.address("postgres")).await {
            if let Some(status) = self.process.try_wait()? {
                bail!("PostgreSQL ended with {status}: {}", fs::read_to_string(self.folder.join("log"))?);
            }
            ensure!(watch.elapsed() < START_PATIENCE, "PostgreSQL does not answer: {error}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// A database of it, in PostgreSQL's words.
    pub fn address(&self, database: &str) -> String {
        format!("host={} user=postgres dbname={database}", self.folder.display())
    }

    /// The process that the others are children of.
    pub fn pid(&self) -> Result<u32> {
        self.process.id().context("the server has ended")
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.pid()?.to_string();
        Command::new("kill").args(["-INT", &pid]).status().await?;
        self.process.wait().await?;
        Ok(())
    }
}

/// Connects with nothing in between.
pub async fn connect(address: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(address, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Commits of one small row each, by so many connections at once, that reach the disk; per second.
pub async fn commits(address: &str, connections: usize, span: Duration) -> Result<f64> {
    let client = connect(address).await?;
    let table = "CREATE TABLE IF NOT EXISTS bare (connection BIGINT, number BIGINT, PRIMARY KEY (connection, number))";
    client.batch_execute(table).await?;
    client.batch_execute("TRUNCATE bare").await?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(connect(address).await?);
    }
    let watch = Stopwatch::start();
    let inserts = (0_i64..).zip(clients).map(|(place, client)| {
        tokio::spawn(async move {
            let insert = client.prepare("INSERT INTO bare (connection, number) VALUES ($1, $2)").await?;
            let mut number = 0_i64;
            while watch.elapsed() < span {
                client.execute(&insert, &[&place, &number]).await?;
                number += 1;
            }
            anyhow::Ok(number)
        })
    });
    let mut commits = 0;
    for insert in inserts.collect::<Vec<_>>() {
        commits += insert.await??;
    }
    Ok(per_second(u64::try_from(commits)?, watch.elapsed()))
}

/// Transactions that wrote something, and bytes of the write-ahead log, since the server was made.
pub async fn written(client: &Client) -> Result<(u64, u64)> {
    let sql = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT), \
        CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)";
    let row = client.query_one(sql, &[]).await?;
    Ok((u64::try_from(row.get::<_, i64>(0))?, u64::try_from(row.get::<_, i64>(1))?))
}

/// How often the log was flushed to the disk. Backends tell it when they have a moment: a second
/// late, or later when idle.
pub async fn flushes(client: &Client) -> Result<u64> {
    let row = client.query_one("SELECT wal_sync FROM pg_stat_wal", &[]).await?;
    Ok(u64::try_from(row.get::<_, i64>(0))?)
}

/// Bytes of every table (what it keeps out of line included) and of every index on one.
pub async fn sizes(client: &Client) -> Result<BTreeMap<String, u64>> {
    let sql = "SELECT c.relname, CASE c.relkind WHEN 'r' THEN pg_table_size(c.oid) ELSE pg_relation_size(c.oid) END \
        FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = COALESCE(i.indrelid, c.oid) \
        WHERE t.relkind = 'r' AND t.relname = ANY($1)";
    let rows = client.query(sql, &[&TABLES.as_slice()]).await?;
    rows.iter().map(|row| Ok((row.get(0), u64::try_from(row.get::<_, i64>(1))?))).collect()
}

/// Rows of all tables together.
pub async fn rows(client: &Client) -> Result<u64> {
    let mut rows = 0;
    for table in TABLES {
        let row = client.query_one(&format!("SELECT COUNT(*) FROM {table}"), &[]).await?;
        rows += u64::try_from(row.get::<_, i64>(0))?;
    }
    Ok(rows)
}

/// The newest version's.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir(PROGRAMS).with_context(|| format!("no PostgreSQL in {PROGRAMS}"))?.flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.map(|entry| entry.path()).max_by_key(|path| version(path)).context("no version of it")?;
    Ok(newest.join("bin"))
}

/// PostgreSQL does not run as root. It ends with the bench, however that ends.
fn as_postgres(program: &Path) -> Result<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if is_root()? {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command.arg(program);
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}
