//! A history of payments moves from SQLite to PostgreSQL by `pagam migrate copy`, which compares
//! every row with what is there.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use pagam_cli::clock::Stopwatch;
use pagam_cli::database::{Database, StoreKeys};
use tokio::process::Command;

use crate::bare::per_second;
use crate::engine::postgres::{self, Server};
use crate::history;

/// How many payments.
const WANTED: &str = "PAGAM_BENCH_COPY";
const PAYMENTS: u32 = 100_000;
const DATABASE: &str = "postgres";

/// Copies and prints the rate. `made` is a database in which gateways have made the payments that the history is like.
pub async fn measure(folder: &Path, made: &Path) -> Result<()> {
    let wanted = match std::env::var(WANTED) {
        Ok(text) => text.parse().with_context(|| format!("{WANTED}: {text:?} is no number"))?,
        Err(_) => PAYMENTS,
    };
    let (file, model) = (folder.join("history.db"), made.to_owned());
    drop(Database::File(file.clone()).open_or_make(&StoreKeys::default()).await?);
    let to = file.clone();
    let payments = tokio::task::spawn_blocking(move || history::write(&model, &to, wanted)).await??;
    let server = Server::start(folder.join("copy")).await?;
    let copied = copy(&file, &server, payments).await;
    server.stop().await?;
    copied
}

async fn copy(file: &Path, server: &Server, payments: u32) -> Result<()> {
    let address = server.address(DATABASE);
    let watch = Stopwatch::start();
    let ended = Command::new(env!("CARGO_BIN_EXE_pagam"))
        .args(["migrate", "copy", "--from", &format!("sqlite:{}", file.display()), "--to", &address])
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    let span = watch.elapsed();
    ensure!(ended.status.success(), "migrate copy ended with {}", ended.status);
    println!("\nSQLite to PostgreSQL: {}", String::from_utf8(ended.stdout)?.trim());
    println!("{payments} payments, {:.0} a second, every row compared", per_second(payments.into(), span));
    let client = postgres::connect(&address).await?;
    let (rows, sizes) = (postgres::rows(&client).await?, postgres::sizes(&client).await?);
    let bytes: u64 = sizes.values().sum();
    println!(
        "A payment is {:.1} rows; {} bytes in SQLite, {} in PostgreSQL with its indexes",
        per_payment(rows, payments),
        std::fs::metadata(file)?.len() / u64::from(payments),
        bytes / u64::from(payments)
    );
    let told: Vec<String> = sizes.iter().map(|(name, size)| format!("{name} {}", size / u64::from(payments))).collect();
    println!("Bytes of a payment by table and index: {}", told.join(", "));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a mean for people to read")]
fn per_payment(rows: u64, payments: u32) -> f64 {
    rows as f64 / f64::from(payments)
}
