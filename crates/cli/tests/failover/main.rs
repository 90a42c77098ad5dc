//! The gateway as it runs in production, on one machine: three PostgreSQL nodes kept by Patroni,
//! two `pagam serve` behind haproxy. While buyers pay on the page and a shop charges tokens, the
//! primary is killed, and gateways are; at the end an auditor who shares no code with gateway and
//! store looks for what was lost, or charged twice.
//!
//! The proxy and the database run with the files in `deploy/`. `./test` brings the programs: etcd,
//! haproxy, and Patroni in `target/patroni`. `PAGAM_FAILOVER_KILLS` asks for more kills of a
//! primary than the usual one. What happens when is the machine's affair and cannot be replayed: a
//! failure keeps all logs and data, and prints where.

mod aloud;
mod amazon;
mod audit;
mod books;
mod cluster;
mod gateways;
mod load;
mod patience;
mod ports;
mod process;
mod proxy;
mod rounds;
mod scratch;
mod shops;
mod templates;

use crate::aloud::say;
use crate::books::Books;
use crate::rounds::Stage;
use crate::scratch::Scratch;

/// How often a primary is killed when nobody says otherwise.
const KILLS: u32 = 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failover_loses_no_payment_and_charges_nobody_twice() {
    let kills = std::env::var("PAGAM_FAILOVER_KILLS").map_or(KILLS, |kills| kills.parse().expect("a number of kills"));
    pagam_cli::tls::choose();
    let scratch = Scratch::new();
    let books = Books::new(&scratch.file("turned-away.log"));
    let mut stage = Stage::set(&scratch, &books).await;
    let load = stage.begin_load(&books).await;
    stage.cut_a_gateway(&books).await;
    stage.restart_each_gateway(&books).await;
    for number in 0..kills {
        stage.kill_a_primary(number, &books).await;
        if number % 5 == 4 {
            stage.cut_a_gateway(&books).await;
        }
    }
    load.end().await;
    stage.settle(&books).await;
    let evidence = stage.evidence(&books).await;
    say(books.summary());
    say(evidence.counted());
    let findings = [evidence.findings(), books.findings()].concat();
    assert!(findings.is_empty(), "{findings:#?}");
    assert!(evidence.is_telling(), "too little was paid, or nothing was refused: nothing was tested");
    stage.strike().await;
}
