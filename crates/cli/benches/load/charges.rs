//! Charges of tokens against the durable commits of a bare database.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use pagam_cli::buyer::subscribe;
use pagam_cli::clock::Stopwatch;
use pagam_cli::up::{House, SHOP_LOGIN};
use rusqlite::Connection as Database;

use crate::doors::address;
use crate::http::{Connection, Request};

const CALLERS: usize = 64;
const TURN: Duration = Duration::from_secs(2);
const TURNS: usize = 5;
const LATENCY_SPAN: Duration = Duration::from_secs(10);
/// Agreements whose tokens are charged by turns: a buyer is charged a few times a year, and no more than Amazon's monthly cap.
const TOKENS: usize = 512;
const BUYERS: usize = 8;
const PATH: &str = "/gestpay/gestpayws/WSs2s.asmx";

/// A shop that charges its tokens, each time under another identifier.
struct Merchant {
    gateway: std::net::SocketAddr,
    key: String,
    tokens: Vec<String>,
    charged: AtomicU64,
}

/// Measures rate and latency, and prints them.
pub async fn measure(house: &House, dir: &Path) -> Result<()> {
    let merchant = Arc::new(Merchant::of(house).await?);
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let database = dir.join("bare.db");
        let bare_rate = tokio::task::spawn_blocking(move || commits(&database)).await??;
        let before = house.store().commits();
        let (charges, seconds) = merchant.charge_for(TURN).await?;
        let commits = house.store().commits() - before;
        let rate = per_second(charges, seconds);
        turns.push((rate / bare_rate, rate, bare_rate, per_second(commits, seconds)));
    }
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (low, high) = (turns[0].0, turns[TURNS - 1].0);
    let (ratio, rate, bare_rate, commits) = turns[TURNS / 2];
    println!(
        "Charges of tokens: {rate:.0}/s by {CALLERS} callers, simulator included, in {commits:.0} durable commits/s; a bare \
         database commits {bare_rate:.0}/s, ratio {ratio:.2} (turns {low:.2} to {high:.2})"
    );
    let mut took = merchant.charge_at(rate / 2.0).await?;
    took.sort();
    let percentile = |hundredth: usize| took[(took.len() - 1) * hundredth / 100].as_secs_f64() * 1_000.0;
    println!(
        "Under half of that load ({} charges): p50 {:.1} ms, p99 {:.1} ms after each was due",
        took.len(),
        percentile(50),
        percentile(99)
    );
    Ok(())
}

/// Commits of one small row each, one after the other, that reach the disk.
fn commits(path: &Path) -> Result<f64> {
    let database = Database::open(path)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute_batch("CREATE TABLE IF NOT EXISTS bare (number INTEGER PRIMARY KEY)")?;
    let mut insert = database.prepare("INSERT INTO bare DEFAULT VALUES")?;
    let watch = Stopwatch::start();
    let mut commits = 0;
    while watch.elapsed() < TURN {
        insert.execute([])?;
        commits += 1;
    }
    Ok(per_second(commits, watch.elapsed().as_secs_f64()))
}

impl Merchant {
    async fn of(house: &House) -> Result<Merchant> {
        let key = house.local().api_key.clone();
        let client =
            pagam::Client::builder(SHOP_LOGIN).api_key(&key).base_url(house.running().gateway.as_str()).build()?;
        let purchase = crate::pages::purchase(house, "0.01");
        let token = async |_| {
            let allowed = subscribe(&purchase, &client, pagam::Recurring::OnlyRecurring).await?;
            anyhow::Ok(allowed.outcome.token.context("a token")?.as_str().to_owned())
        };
        let tokens = stream::iter(0..TOKENS).map(token).buffer_unordered(BUYERS).try_collect().await?;
        let gateway = address(&house.running().gateway)?;
        Ok(Merchant { gateway, key, tokens, charged: AtomicU64::new(0) })
    }

    /// The next charge.
    fn next(&self) -> Request {
        let number = self.charged.fetch_add(1, Ordering::Relaxed);
        let turn = usize::try_from(number).unwrap_or_default() % self.tokens.len();
        let request = wire::pagam::Request {
            shop_login: Some(SHOP_LOGIN.into()),
            uic_code: Some("242".into()),
            amount: Some("0.01".into()),
            shop_transaction_id: Some(format!("token-{number:08}")),
            token_value: Some(self.tokens[turn].clone()),
            payment_types: vec![wire::method::AMAZON_PAY.into()],
            apikey: Some(self.key.clone()),
            ..wire::pagam::Request::default()
        };
        Request::soap(self.gateway, PATH, &request.write())
    }

    async fn charge(&self, connection: &mut Connection) -> Result<()> {
        connection.call(&self.next()).await?;
        let answer = connection.text();
        ensure!(answer.contains("<TransactionResult>OK"), "not paid: {answer}");
        Ok(())
    }

    /// Charges as fast as answers come; how many, in how many seconds.
    async fn charge_for(self: &Arc<Self>, span: Duration) -> Result<(u64, f64)> {
        let watch = Stopwatch::start();
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let merchant = Arc::clone(self);
                tokio::spawn(async move {
                    let mut connection = Connection::open(merchant.gateway).await?;
                    let mut charges = 0_u64;
                    while watch.elapsed() < span {
                        merchant.charge(&mut connection).await?;
                        charges += 1;
                    }
                    anyhow::Ok(charges)
                })
            })
            .collect();
        let mut charges = 0;
        for caller in callers {
            charges += caller.await??;
        }
        Ok((charges, watch.elapsed().as_secs_f64()))
    }

    /// Charges by a timetable, whether answers come or not; how long each took from the moment it was due.
    async fn charge_at(self: &Arc<Self>, rate: f64) -> Result<Vec<Duration>> {
        let next = Arc::new(AtomicU64::new(0));
        let watch = Stopwatch::start();
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (merchant, next) = (Arc::clone(self), Arc::clone(&next));
                tokio::spawn(async move {
                    let mut connection = Connection::open(merchant.gateway).await?;
                    let mut took = Vec::new();
                    loop {
                        let due = due(next.fetch_add(1, Ordering::Relaxed), rate);
                        if due > LATENCY_SPAN {
                            return anyhow::Ok(took);
                        }
                        tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                        merchant.charge(&mut connection).await?;
                        took.push(watch.elapsed().saturating_sub(due));
                    }
                })
            })
            .collect();
        let mut took = Vec::new();
        for caller in callers {
            took.extend(caller.await??);
        }
        ensure!(!took.is_empty(), "no charge was due");
        Ok(took)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a timetable of seconds")]
fn due(number: u64, rate: f64) -> Duration {
    Duration::from_secs_f64(number as f64 / rate)
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
fn per_second(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}
