//! A long history: payments that gateways have made, written again and again under other names
//! straight into a SQLite file.
//!
//! Of a hundred payments 56 are of the hosted page, each with its notice, in 4 a buyer allows later
//! charges, and 40 charge a token; of those 20 are settled and 10 more are settled and refunded.
//! Names differ in every round as drawn ones do, so that the indexes fill as they would in years.

use std::path::Path;

use anyhow::{Result, ensure};
use rusqlite::Connection;

use crate::engine::TABLES;
use crate::shops::{APART, DEMO};

/// Payments that are written again: one round of the history.
const MODEL: u32 = 100;

/// The first characters of a name give way to these.
const DRAWN: &str = "printf('%08x', (round * 2654435761) % 4294967296)";

/// Writes so many payments, in whole rounds, into the empty database at `to` after those at `from`; how many they are.
pub fn write(from: &Path, to: &Path, payments: u32) -> Result<u32> {
    let connection = Connection::open(to)?;
    // Nobody relies on the file before it is whole.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "cache_size", -1_000_000)?;
    connection.execute("ATTACH DATABASE ?1 AS made", [from.to_string_lossy()])?;
    connection.execute_batch(&format!(
        "CREATE TEMP TABLE model (place INTEGER PRIMARY KEY, shop TEXT, payment TEXT, UNIQUE (shop, payment));
         INSERT INTO model (shop, payment)
             SELECT shop, payment FROM made.payments WHERE shop = '{DEMO}' AND stage = 'paid' LIMIT 56;
         INSERT INTO model (shop, payment)
             SELECT shop, payment FROM made.payments WHERE shop = '{APART}' AND stage = 'agreed' LIMIT 4;
         INSERT INTO model (shop, payment) SELECT shop, payment FROM made.payments
             WHERE shop = '{APART}' AND stage = 'paid' AND bank_transaction_id % 5 = 0 LIMIT 40"
    ))?;
    let model: u32 = connection.query_row("SELECT COUNT(*) FROM model", [], |row| row.get(0))?;
    ensure!(model == MODEL, "the model has {model} payments");
    let rounds = (payments / MODEL).max(1);
    for table in TABLES {
        let columns = columns(&connection, table)?;
        let values: Vec<String> = columns.iter().map(|column| value(column)).collect();
        let sql = format!(
            "WITH RECURSIVE rounds (round) AS (SELECT 0 UNION ALL SELECT round + 1 FROM rounds WHERE round + 1 < ?1)
             INSERT INTO main.{table} ({}) SELECT {} FROM rounds CROSS JOIN model
             CROSS JOIN made.{table} AS made ON made.shop = model.shop AND made.payment = model.payment",
            columns.join(", "),
            values.join(", ")
        );
        connection.execute(&sql, [rounds])?;
    }
    Ok(rounds * MODEL)
}

fn columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    let mut read = connection.prepare("SELECT name FROM pragma_table_info(?1, 'main')")?;
    let names = read.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// What a column holds in a round.
fn value(column: &str) -> String {
    match column {
        "shop" => "printf('SHOP%02d', round % 64)".to_owned(),
        "payment" | "token" | "agreement" | "billing_agreement" => format!("{DRAWN} || substr(made.{column}, 9)"),
        "shop_transaction_id" | "attempt_id" => {
            format!("{DRAWN} || printf('%02d', model.place % 100) || substr(made.{column}, 11)")
        }
        "order_reference" => "substr(made.order_reference, 1, 4) || printf('%07d', round) || \
            substr(made.order_reference, 12)"
            .to_owned(),
        "bank_transaction_id" => "round * 100 + model.place".to_owned(),
        _ => format!("made.{column}"),
    }
}
