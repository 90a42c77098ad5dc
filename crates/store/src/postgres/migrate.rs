//! Brings a database up to date, while others may be at the same.

use super::Engine;
use super::cause::Cause;
use crate::error::Error;
use crate::migrations::{self, Extent, MIGRATIONS, NEEDED, SEEN, TABLE};
use crate::row::Columns;
use crate::statement::Query;

const SCHEMA: &str = "SELECT CAST(current_schema() AS TEXT)";
const PATH: &str = "SELECT current_setting('search_path')";
const TABLES: &str = "\
    SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'migrations'";
/// A step may take as long as it needs, and so may those who wait for its end.
const PATIENTLY: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
const CLAIM: &str = "INSERT INTO migrations (version, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";

/// Runs what the database has not seen, each step in a transaction that begins by claiming it: of
/// nodes that start together one does it, and the others wait for its end.
pub(super) async fn up(engine: &Engine, extent: Extent) -> Result<(), Error> {
    make_schema(engine).await?;
    make(engine, TABLE).await?;
    let due = migrations::due(&MIGRATIONS, seen(engine).await?, extent)?;
    for (version, (name, sql, _)) in (1_i64..).zip(MIGRATIONS).take(due.end).skip(due.start) {
        let mut connection = engine.connection().await?;
        let transaction = connection.transaction().await?;
        transaction.batch_execute(PATIENTLY).await?;
        if transaction.execute(CLAIM, &[&version, &name]).await? == 1 {
            transaction.batch_execute(sql).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// The schema that the address names, when it is not there: the first of its search path.
async fn make_schema(engine: &Engine) -> Result<(), Error> {
    if text(engine, SCHEMA).await?.is_some() {
        return Ok(());
    }
    let path = text(engine, PATH).await?.unwrap_or_default();
    let name = path.split(',').next().unwrap_or_default().trim().trim_matches('"').replace('"', "\"\"");
    make(engine, &format!("CREATE SCHEMA IF NOT EXISTS \"{name}\"")).await
}

/// Of two nodes that make the same thing at the same time the second is refused, though it said "if not exists".
async fn make(engine: &Engine, sql: &str) -> Result<(), Error> {
    match engine.connection().await?.batch_execute(sql).await.map_err(Cause::from) {
        Err(cause) if cause.is_there() => Ok(()),
        made => Ok(made?),
    }
}

async fn text(engine: &Engine, sql: &'static str) -> Result<Option<String>, Error> {
    let rows = engine.read(Query::new(sql, [])).await?;
    Columns::of("migrations", 0, rows.into_iter().next().unwrap_or_default()).text_or_null("schema")
}

/// How many steps the database has seen; nothing is changed.
pub(super) async fn looked(engine: &Engine) -> Result<usize, Error> {
    if number(engine, TABLES).await? == 0 { Ok(0) } else { seen(engine).await }
}

async fn number(engine: &Engine, sql: &'static str) -> Result<i64, Error> {
    let rows = engine.read(Query::new(sql, [])).await?;
    Columns::of("migrations", 0, rows.into_iter().next().unwrap_or_default()).integer("version")
}

async fn seen(engine: &Engine) -> Result<usize, Error> {
    let seen = number(engine, SEEN).await?;
    let needed = if migrations::is_ahead(seen) { number(engine, NEEDED).await? } else { 0 };
    migrations::known(seen, needed)
}
