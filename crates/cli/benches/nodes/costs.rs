//! What a payment of each kind costs the database: rows, bytes, commits. One after the other, so
//! that nothing is shared.

use std::cmp::Reverse;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pagam::{Amount, Lookup, Refund, Settlement, SettlementId};
use pagam_cli::buyer;
use pagam_cli::clock::Stopwatch;
use payments::UtcMs;

use crate::callers::Merchant;
use crate::engine::{Kept, Written};
use crate::http::Connection;
use crate::scene::Scene;
use crate::shops::APART;

const PAGES: usize = 60;
const CHARGES: usize = 200;
/// Of the charges, the first so many.
const SETTLED: usize = 150;
const REFUNDED: usize = 50;
/// Of the merchant that is charged: enough for one charge after the other.
const TOKENS: usize = 4;
/// Longer than Amazon takes for a refund in its sandbox.
const REFUND_MS: i64 = 60_000;
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Before something, or after.
struct Reading {
    written: Written,
    kept: Kept,
}

/// What a kind has cost.
struct Cost {
    name: &'static str,
    many: usize,
    before: Reading,
    after: Reading,
}

/// Measures and prints.
pub async fn measure(scene: &Scene) -> Result<()> {
    let merchant = scene.shops.merchant(APART, TOKENS).await?;
    let client = scene.shops.client(APART)?;
    let mut costs = vec![cost(scene, "hosted page, with its notice", PAGES, pages(scene)).await?];
    let mut charged = Vec::new();
    costs.push(cost(scene, "charge of a token", CHARGES, charges(scene, &merchant, &mut charged)).await?);
    costs.push(cost(scene, "settlement", SETTLED, settlements(&client, &charged[..SETTLED])).await?);
    costs.push(cost(scene, "refund, until it is done", REFUNDED, refunds(scene, &client, &charged[..REFUNDED])).await?);
    println!("\n{}: what each costs the database", scene.engine.name());
    println!("                                rows  commits  bytes written  bytes kept");
    for cost in &costs {
        let (rows, commits) = (cost.each(|reading| reading.kept.rows), cost.each(|reading| reading.written.commits));
        let (written, kept) = (cost.each(|reading| reading.written.bytes), cost.each(Reading::size));
        println!("{:<30}  {rows:>4.1}  {commits:>7.2}  {written:>13.0}  {kept:>10.0}", cost.name);
    }
    for cost in &costs {
        println!("{}, bytes kept: {}", cost.name, cost.places());
    }
    Ok(())
}

async fn cost(scene: &Scene, name: &'static str, many: usize, work: impl Future<Output = Result<()>>) -> Result<Cost> {
    let before = Reading::of(scene).await?;
    work.await?;
    Ok(Cost { name, many, before, after: Reading::of(scene).await? })
}

/// Buyers one after the other, until every shop has heard.
async fn pages(scene: &Scene) -> Result<()> {
    for _ in 0..PAGES {
        let receipt = buyer::buy(&scene.shops.purchase()).await?;
        ensure!(receipt.paid, "not paid: {}", receipt.said);
    }
    let store = scene.store().await?;
    let watch = Stopwatch::start();
    let ever = payments::UtcMs(i64::MAX);
    while store.next_notice_due(ever, ever).await?.is_some() {
        ensure!(watch.elapsed() < PATIENCE, "a notice is not delivered");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

async fn charges(scene: &Scene, merchant: &Merchant, charged: &mut Vec<String>) -> Result<()> {
    let gateway = *scene.fleet.addresses(1).first().context("a gateway")?;
    let mut connection = Connection::open(gateway).await?;
    for _ in 0..CHARGES {
        charged.push(merchant.charge(gateway, &mut connection).await?);
    }
    Ok(())
}

async fn settlements(client: &pagam::Client, charged: &[String]) -> Result<()> {
    for id in charged {
        let name = SettlementId::new("s")?;
        client.settle(&Settlement::new(Lookup::ShopTransaction(id), Amount::euro_cents(1), name)).await?;
    }
    Ok(())
}

/// Amazon takes a while for each; the janitor asks until it knows.
async fn refunds(scene: &Scene, client: &pagam::Client, charged: &[String]) -> Result<()> {
    for id in charged {
        let name = SettlementId::new("r")?;
        client.refund(&Refund::new(Lookup::ShopTransaction(id), Amount::euro_cents(1), name)).await?;
    }
    scene.amazon.let_pass(REFUND_MS);
    let store = scene.store().await?;
    let watch = Stopwatch::start();
    while !store.unresolved_due(UtcMs(i64::MAX), 1).await?.is_empty() {
        ensure!(watch.elapsed() < PATIENCE, "a refund is not done");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

impl Reading {
    async fn of(scene: &Scene) -> Result<Reading> {
        Ok(Reading { written: scene.engine.written(&scene.fleet).await?, kept: scene.engine.kept().await? })
    }

    fn size(&self) -> u64 {
        self.kept.sizes.values().sum()
    }
}

impl Cost {
    #[expect(clippy::cast_precision_loss, reason = "a mean for people to read")]
    fn each(&self, what: impl Fn(&Reading) -> u64) -> f64 {
        (what(&self.after) as f64 - what(&self.before) as f64) / self.many as f64
    }

    /// Where the bytes are kept, most first.
    fn places(&self) -> String {
        let before = &self.before.kept.sizes;
        let grown = self
            .after
            .kept
            .sizes
            .iter()
            .map(|(name, size)| (name, size.saturating_sub(*before.get(name).unwrap_or(&0))));
        let mut grown: Vec<_> = grown.filter(|(_, bytes)| *bytes > 0).collect();
        grown.sort_by_key(|(_, bytes)| Reverse(*bytes));
        let told = grown.iter().map(|(name, bytes)| format!("{name} {}", bytes / self.many as u64));
        told.collect::<Vec<_>>().join(", ")
    }
}
