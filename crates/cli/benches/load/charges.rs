//! Charges of tokens against the durable commits of a bare database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use pagam_cli::clock::Stopwatch;
use pagam_cli::up::{House, SHOP_LOGIN};

use crate::bare::{self, per_second};
use crate::callers::{Callers, Merchant, Timetable, percentile};
use crate::doors::address;

const CALLERS: usize = 64;
const TURN: Duration = Duration::from_secs(2);
const TURNS: usize = 5;
const LATENCY_SPAN: Duration = Duration::from_secs(10);
/// Agreements whose tokens are charged by turns: a buyer is charged a few times a year, and no more
/// than Amazon's monthly cap.
const TOKENS: usize = 512;

/// Measures rate and latency, and prints them.
pub async fn measure(house: &House, dir: &Path) -> Result<()> {
    let callers = callers(house).await?;
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let database = dir.join("bare.db");
        let bare_rate = tokio::task::spawn_blocking(move || bare::commits(&database, 1, TURN)).await??;
        let (before, watch) = (house.store().commits(), Stopwatch::start());
        let (rate, _) = callers.charge_for(TURN).await?;
        let commits = per_second(house.store().commits() - before, watch.elapsed());
        turns.push((rate / bare_rate, rate, bare_rate, commits));
    }
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (low, high) = (turns[0].0, turns[TURNS - 1].0);
    let (ratio, rate, bare_rate, commits) = turns[TURNS / 2];
    println!(
        "Charges of tokens: {rate:.0}/s by {CALLERS} callers, simulator included, in {commits:.0} durable commits/s; a bare \
         database commits {bare_rate:.0}/s, ratio {ratio:.2} (turns {low:.2} to {high:.2})"
    );
    let timetable = Timetable { rate: rate / 2.0, span: LATENCY_SPAN, whose: |_| 0 };
    let mut took: Vec<_> = callers.charge_by(timetable).await?.into_iter().map(|(_, took)| took).collect();
    println!(
        "Under half of that load ({} charges): p50 {:.1} ms, p99 {:.1} ms after each was due",
        took.len(),
        percentile(&mut took, 50),
        percentile(&mut took, 99)
    );
    Ok(())
}

async fn callers(house: &House) -> Result<Callers> {
    let key = &house.local().api_key;
    let gateway = &house.running().gateway;
    let client = pagam::Client::builder(SHOP_LOGIN).api_key(key).base_url(gateway.as_str()).build()?;
    let purchase = crate::pages::purchase(house, "0.01");
    let merchant = Merchant::with_tokens(&client, key, &purchase, TOKENS).await?;
    Ok(Callers { merchants: Arc::new([merchant]), gateways: vec![address(gateway)?], at_once: CALLERS })
}
