//! The schema as a distributed engine would have to carry it: what those that speak PostgreSQL's
//! protocol cannot, or can only across machines, is not in it.

use anyhow::Result;
use tokio_postgres::{Client, NoTls};

use crate::place::Place;

/// Tables that are the same on every machine: small, seldom written, and of no shop.
const EVERYWHERE: [&str; 3] = ["migrations", "needs", "seal_keys"];

/// Of a merchant's account at Amazon, which several shops may share: sharded by that.
const OF_SELLERS: [&str; 1] = ["order_claims"];

async fn connected(place: &Place) -> Result<Client> {
    drop(place.open().await?);
    let address = place.address().unwrap_or_default();
    let (client, connection) = tokio_postgres::connect(&address, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn names(client: &Client, sql: &str) -> Result<Vec<String>> {
    Ok(client.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

pub async fn the_shop_leads_every_key_and_every_index(place: Place) -> Result<()> {
    let client = connected(&place).await?;
    let sql = "SELECT t.relname || ': ' || i.relname || ' (' || a.attname || ')' \
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0] \
        WHERE t.relnamespace = current_schema()::regnamespace AND a.attname <> 'shop' ORDER BY 1";
    let other = names(&client, sql).await?;
    let allowed = || EVERYWHERE.iter().chain(&OF_SELLERS);
    let strangers: Vec<_> =
        other.iter().filter(|index| !allowed().any(|table| index.starts_with(&format!("{table}: ")))).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    assert_eq!(other.len(), allowed().count(), "the question finds what is there: {other:?}");
    let without = "SELECT c.relname::text FROM pg_class c WHERE c.relkind = 'r' \
        AND c.relnamespace = current_schema()::regnamespace \
        AND NOT EXISTS (SELECT 1 FROM pg_index x WHERE x.indrelid = c.oid AND x.indisprimary)";
    assert_eq!(names(&client, without).await?, Vec::<String>::new(), "every table has a primary key");
    Ok(())
}

pub async fn a_row_refers_to_rows_of_its_own_shop_only(place: Place) -> Result<()> {
    let client = connected(&place).await?;
    let sql = "SELECT c.conname::text FROM pg_constraint c \
        JOIN pg_attribute own ON own.attrelid = c.conrelid AND own.attnum = c.conkey[1] \
        JOIN pg_attribute other ON other.attrelid = c.confrelid AND other.attnum = c.confkey[1] \
        WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace \
        AND (own.attname <> 'shop' OR other.attname <> 'shop')";
    assert_eq!(names(&client, sql).await?, Vec::<String>::new());
    let all =
        "SELECT conname::text FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    assert!(names(&client, all).await?.len() >= 7, "the question finds what is there");
    Ok(())
}

pub async fn nothing_in_the_schema_is_beyond_a_distributed_engine(place: Place) -> Result<()> {
    let client = connected(&place).await?;
    for (what, sql) in [
        (
            "sequences",
            "SELECT relname::text FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace",
        ),
        (
            "triggers",
            "SELECT tgname::text FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid \
             WHERE NOT g.tgisinternal AND t.relnamespace = current_schema()::regnamespace",
        ),
        ("functions", "SELECT proname::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"),
        (
            "other kinds of column",
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type NOT IN ('text', 'bigint', 'boolean')",
        ),
        (
            "defaults that are computed",
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND column_default LIKE '%(%'",
        ),
    ] {
        assert_eq!(names(&client, sql).await?, Vec::<String>::new(), "{what}");
    }
    Ok(())
}

/// What is said to a server stands in the source: statements are static.
pub async fn no_statement_asks_for_what_only_one_machine_can(_place: Place) -> Result<()> {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path)?.to_lowercase();
            read += 1;
            for word in ["pg_advisory", "listen ", "notify ", "nextval", "lock table", "now()", "current_timestamp"] {
                let is_said = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
                assert!(!is_said, "{}: {word}", path.display());
            }
        }
    }
    assert!(read > 20);
    Ok(())
}
