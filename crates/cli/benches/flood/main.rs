//! The flood bench: `cargo bench -p pagam-cli --bench flood`.
//!
//! One address attacks a gateway in a process of its own: half-sent headers, bodies that are held
//! back, readers of a hundred bytes a second. A shop at another address goes on calling Encrypt.
//! Prints how much slower the shop is served than on the quiet gateway of the same run, and how much
//! memory the gateway has held. The attack works on the same cores as the gateway: read the ratio
//! as the worst case.

#[path = "../load/http.rs"]
#[expect(dead_code, reason = "the load bench calls more of it")]
mod http;

mod attack;
mod victim;

use std::time::Duration;

use anyhow::Result;
use mimalloc::MiMalloc;

use crate::attack::Attack;
use crate::victim::Victim;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const TURN: Duration = Duration::from_secs(5);
/// For how long the attack goes on before the shop is timed: the places are taken by then.
const RISE: Duration = Duration::from_secs(3);

fn main() -> Result<()> {
    // `cargo test --benches` builds and calls this too, without the word that `cargo bench` says.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    pagam_cli::open_files::capacity_for(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let victim = Victim::start()?;
        victim.encrypts(Duration::from_secs(1)).await?;
        let quiet = victim.encrypts(TURN).await?;
        println!("quiet: {quiet}; {} MiB", victim.peak_mib()?);
        for attack in Attack::ALL {
            let under_way = attack.begin(&victim);
            tokio::time::sleep(RISE).await;
            let served = victim.encrypts(TURN).await?;
            let ratio = served.p99.as_secs_f64() / quiet.p99.as_secs_f64();
            println!("{attack}: {served}; p99 {ratio:.1} times the quiet one; {} MiB at most", victim.peak_mib()?);
            under_way.end().await;
        }
        Ok(())
    })
}
