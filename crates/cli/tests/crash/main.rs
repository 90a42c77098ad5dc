//! Kills `pagam up` with SIGKILL at random moments under payments, a hundred times, and then has an auditor count.
//!
//! The random moments come from a seed; a failure prints it, and `PAGAM_CRASH_SEED` replays it. `PAGAM_CRASH_CYCLES`
//! asks for more cycles than the usual hundred.

mod audit;
mod cycle;

use std::path::PathBuf;

use pagam_cli::clock::now_ms;
use pagam_cli::up::{House, Options};
use testkit::clock::Wall;
use testkit::dice::Dice;

use crate::audit::Books;
use crate::cycle::Cycle;

const CYCLES: u32 = 100;
/// Rounds of janitor and notices after which everything must be settled.
const ROUNDS: u32 = 60;
const MINUTE_MS: i64 = 60_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_payment_is_lost_and_none_is_charged_twice() {
    let seed = number("PAGAM_CRASH_SEED").unwrap_or(u64::from(std::process::id()));
    let cycles = number("PAGAM_CRASH_CYCLES").map_or(CYCLES, |n| u32::try_from(n).unwrap_or(u32::MAX));
    eprintln!("replay with: PAGAM_CRASH_SEED={seed} cargo test -p pagam-cli --test crash");
    let folder = Folder::new(seed);
    let mut dice = Dice::new(seed, "kills");
    let mut acknowledged = Vec::new();
    for number in 0..cycles {
        let cycle = Cycle::draw(number, &mut dice);
        acknowledged.extend(cycle.run(&folder.0).await);
    }
    let books = settle(&folder.0).await;
    let findings = books.findings(&acknowledged);
    assert!(findings.is_empty(), "seed {seed}: {findings:#?}");
    let counted = books.counted();
    eprintln!("{cycles} kills: {counted}, {} acknowledged to buyers", acknowledged.len());
    assert!(books.paid() > 0, "seed {seed}: nothing was ever paid, so nothing was tested");
}

/// Starts the house once more, in this process and on a clock that the test moves, until nothing is
/// open, asked or owed.
async fn settle(folder: &std::path::Path) -> Books {
    let wall = Wall::at(now_ms());
    let options = Options { dir: Some(folder.to_path_buf()), now: wall.for_simulator(), ..Options::default() };
    let house = House::start(options).await.expect("the house starts again");
    for _ in 0..ROUNDS {
        house.gateway().janitor().run_once().await;
        house.gateway().notices().deliver_due().await.expect("the store answers");
        if is_settled(&house).await {
            break;
        }
        wall.move_ms(10 * MINUTE_MS);
    }
    assert!(is_settled(&house).await, "attempts or notices are left after {ROUNDS} rounds");
    house.demo_shop().reconcile().await;
    let books = Books::read(&house).await;
    house.stop().await;
    books
}

async fn is_settled(house: &House) -> bool {
    let ever = payments::UtcMs(i64::MAX);
    let asked = house.store().unresolved_due(ever, 1).await.expect("the store answers");
    // A visit that never began owes nothing and ends with its string.
    let begun = store::VisitsOver { begun_by: ever, opened_by: payments::UtcMs(i64::MIN) };
    let open = house.store().visits_over(begun, ever, 1).await.expect("the store answers");
    let owed = house.gateway().notices().next_due().await.expect("the store answers");
    asked.is_empty() && open.is_empty() && owed.is_none()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A folder that goes with the test, unless it failed.
struct Folder(PathBuf);

impl Folder {
    fn new(seed: u64) -> Folder {
        let path = std::env::temp_dir().join(format!("pagam-crash-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the databases are kept in {}", self.0.display());
        } else {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}
