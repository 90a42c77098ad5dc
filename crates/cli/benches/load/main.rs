//! The load bench: `cargo bench -p pagam-cli --bench load`.
//!
//! Prints Encrypt and Decrypt per second as a ratio to a bare axum handler that answers the same
//! bytes, measured in turns in the same run with the same client on the same cores; then charges of
//! tokens per second as a ratio to the durable commits that the bare database makes, and how long a
//! charge takes under half of that load; then payments per second by buyers who walk the real
//! pages, with the gateway's durable commits beside them. Amazon's notifications are off. Machines
//! are noisy: read the ratios.

mod bare;
mod callers;
mod charges;
mod doors;
mod http;
mod pages;

use anyhow::Result;
use mimalloc::MiMalloc;
use pagam_cli::clock::now_ms;
use pagam_cli::up::{House, Options};
use simulator::ClientView;

/// As in the program that is measured.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Result<()> {
    // `cargo test --benches` builds and calls this too, without the word that `cargo bench` says.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let dir = std::env::temp_dir().join(format!("pagam-load-{}-{}", std::process::id(), now_ms()));
        let house = House::start(Options { dir: Some(dir.clone()), ..Options::default() }).await?;
        silence_notifications(&house)?;
        doors::measure(&house).await?;
        charges::measure(&house, &dir).await?;
        pages::measure(&house).await?;
        house.stop().await;
        std::fs::remove_dir_all(dir)?;
        Ok(())
    })
}

/// The merchant takes his address for notifications out of Seller Central: the simulator signs as
/// Amazon does, which costs it more than the gateway's whole work on a payment, on the same two
/// cores.
fn silence_notifications(house: &House) -> Result<()> {
    let world = house.simulator().world();
    for client in world.clients() {
        world.save_client(ClientView { ipn_url: None, ..client })?;
    }
    Ok(())
}
