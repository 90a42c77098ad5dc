//! Payments a second by one, two and four gateways on one database, beside the database's own rate of commits.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use pagam_cli::buyer;
use pagam_cli::clock::Stopwatch;

use crate::bare::{self, per_second};
use crate::callers::Merchant;
use crate::engine::Engine;
use crate::scene::{CALLERS, GATEWAYS, Scene};

const TURN: Duration = Duration::from_secs(3);
const TURNS: usize = 5;
/// Connections of a gateway's own to a PostgreSQL server, at most.
const CONNECTIONS: usize = 16;
const BUYERS: usize = 8;
const BUYERS_SPAN: Duration = Duration::from_secs(8);

/// What one turn came to.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// Payments a second.
    rate: f64,
    /// Commits a second of the database without gateways.
    bare: f64,
    /// Durable commits of the gateways a second.
    commits: f64,
    /// Milliseconds on a processor that a payment took, of the gateways and of the database's server.
    gateways_ms: f64,
    server_ms: f64,
}

/// Measures and prints; the payments a second that two gateways have made.
pub async fn measure(scene: &Scene, merchants: &Arc<[Merchant]>) -> Result<f64> {
    let sizes = [1, 2, GATEWAYS];
    let mut turns = [const { Vec::new() }; 3];
    for _ in 0..TURNS {
        for (size, turns) in sizes.iter().zip(&mut turns) {
            turns.push(turn(scene, merchants, *size).await?);
        }
    }
    println!("\n{}: charges of tokens by {CALLERS} callers, of {} shops", scene.engine.name(), merchants.len());
    println!("gateways  payments/s  bare commits/s  ratio (turns)        commits/s  gateways, ms CPU  server, ms CPU");
    for (size, turns) in sizes.iter().zip(&mut turns) {
        print_row(*size, turns);
    }
    if let Engine::Sqlite(path) = &scene.engine {
        let path = path.with_file_name("grouped.db");
        let rows = tokio::task::spawn_blocking(move || bare::commits(&path, CALLERS as u64, TURN)).await??;
        println!("A bare writer that puts {CALLERS} rows into each commit writes {rows:.0} rows/s");
    }
    pages(scene).await?;
    Ok(turns[1][TURNS / 2].rate)
}

async fn turn(scene: &Scene, merchants: &Arc<[Merchant]>, gateways: usize) -> Result<Turn> {
    let Scene { engine, fleet, .. } = scene;
    let bare = engine.bare_commits(gateways * CONNECTIONS, TURN).await?;
    let (written, cpu, server) = (engine.written(fleet).await?, fleet.cpu()?, engine.cpu()?);
    let watch = Stopwatch::start();
    let (rate, charges) = scene.callers(merchants, gateways).charge_for(TURN).await?;
    let span = watch.elapsed();
    let commits = engine.written(fleet).await?.commits - written.commits;
    Ok(Turn {
        rate,
        bare,
        commits: per_second(commits, span),
        gateways_ms: each_ms(fleet.cpu()? - cpu, charges),
        server_ms: each_ms(engine.cpu()?.saturating_sub(server), charges),
    })
}

/// The turn with the middle ratio, and the ratios of the others.
fn print_row(gateways: usize, turns: &mut [Turn]) {
    turns.sort_by(|a, b| (a.rate / a.bare).total_cmp(&(b.rate / b.bare)));
    let [low, .., high] = turns else { return };
    let spread = format!("({:.2} to {:.2})", low.rate / low.bare, high.rate / high.bare);
    let Turn { rate, bare, commits, gateways_ms, server_ms } = turns[turns.len() / 2];
    println!(
        "{gateways:<8}  {rate:>10.0}  {bare:>14.0}  {:>4.2} {spread:<14}  {commits:>9.0}  {gateways_ms:>16.2}  {server_ms:>14.2}",
        rate / bare
    );
}

/// Buyers who walk the real pages of one gateway.
async fn pages(scene: &Scene) -> Result<()> {
    let (cpu, server, watch) = (scene.fleet.cpu()?, scene.engine.cpu()?, Stopwatch::start());
    let buyers: Vec<_> = (0..BUYERS)
        .map(|_| {
            let purchase = scene.shops.purchase();
            tokio::spawn(async move {
                let mut paid = 0;
                while watch.elapsed() < BUYERS_SPAN {
                    paid += u64::from(buyer::buy(&purchase).await?.paid);
                }
                anyhow::Ok(paid)
            })
        })
        .collect();
    let mut paid = 0;
    for buyer in buyers {
        paid += buyer.await??;
    }
    println!(
        "Hosted page: {:.1} payments/s by {BUYERS} buyers at one gateway; {:.2} ms CPU of the gateway each, {:.2} ms of the server",
        per_second(paid, watch.elapsed()),
        each_ms(scene.fleet.cpu()? - cpu, paid),
        each_ms(scene.engine.cpu()?.saturating_sub(server), paid)
    );
    Ok(())
}

/// Milliseconds for each.
#[expect(clippy::cast_precision_loss, reason = "a mean for people to read")]
fn each_ms(span: Duration, many: u64) -> f64 {
    span.as_secs_f64() * 1_000.0 / many.max(1) as f64
}
