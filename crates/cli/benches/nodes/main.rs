//! The bench of many gateways: `cargo bench -p pagam-cli --bench nodes [-- part…]`; the parts are
//! `costs`, `rates`, `notices` and `copy`, and without one all of them run.
//!
//! Gateways are processes of their own (`pagam serve`) on one database, first a SQLite file, then a
//! PostgreSQL server that the bench starts (Debian's, with fsync). Printed in one run: what each
//! kind of payment costs the database; payments a second of 1, 2 and 4 gateways beside the commits
//! a second that the database makes without them; how long charges take when one shop receives half
//! of them; how long notices take when a shop hangs; how fast a history of payments is copied from
//! SQLite to PostgreSQL (`PAGAM_BENCH_COPY` says how many payments). Amazon, the shops and the
//! buyers run in the bench's own process. Machines are noisy: read the ratios, and the time on a
//! processor that a payment takes.

mod amazon;
#[path = "../load/bare.rs"]
mod bare;
#[path = "../load/callers.rs"]
mod callers;
mod copying;
mod costs;
mod doors;
mod engine;
mod fleet;
mod history;
mod hot;
#[expect(dead_code, reason = "the load bench sends the same bytes again and again")]
#[path = "../load/http.rs"]
mod http;
mod notices;
mod process;
mod rates;
mod scene;
mod shops;

use std::path::Path;

use anyhow::{Result, ensure};
use mimalloc::MiMalloc;
use pagam_cli::clock::now_ms;

use crate::engine::Engine;
use crate::engine::postgres::Server;
use crate::scene::Scene;

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const PARTS: [&str; 4] = ["costs", "rates", "notices", "copy"];

fn main() -> Result<()> {
    // `cargo test --benches` builds and calls this too, without the word that `cargo bench` says.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    for name in &named {
        ensure!(PARTS.contains(&name.as_str()), "there is no part {name}; there are {}", PARTS.join(", "));
    }
    let is_wanted = |part: &str| named.is_empty() || named.iter().any(|name| name == part);
    let folder = std::env::temp_dir().join(format!("pagam-nodes-{}-{}", std::process::id(), now_ms()));
    std::fs::create_dir(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ran = runtime.block_on(run(&folder, is_wanted));
    // What was spawned ends with the runtime, before the folder goes.
    drop(runtime);
    std::fs::remove_dir_all(folder)?;
    ran
}

async fn run(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<()> {
    pagam_cli::tls::choose();
    let file = folder.join("gateway.db");
    measure(Scene::start(Engine::Sqlite(file.clone()), folder).await?, &is_wanted).await?;
    if PARTS[..3].iter().any(|part| is_wanted(part)) {
        let server = Server::start(folder.join("postgres")).await?;
        measure(Scene::start(Engine::Postgres(server), folder).await?, &is_wanted).await?;
    }
    if is_wanted("copy") {
        copying::measure(folder, &file).await?;
    }
    Ok(())
}

/// Everything on one engine. The costs come first: the copy takes what they leave for its model.
async fn measure(scene: Scene, is_wanted: &impl Fn(&str) -> bool) -> Result<()> {
    if is_wanted("costs") || is_wanted("copy") {
        costs::measure(&scene).await?;
    }
    if is_wanted("rates") {
        let merchants = scene.shops.merchants().await?;
        let capacity = rates::measure(&scene, &merchants).await?;
        hot::measure(&scene, &merchants, capacity).await?;
    }
    if is_wanted("notices") {
        notices::measure(&scene).await?;
    }
    scene.stop().await
}
