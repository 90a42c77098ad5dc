//! The storm: gateway, simulator and a listening shop on one clock, under faults that a seed draws,
//! and an auditor who shares no code with what he audits.
//!
//! `cargo test -p pagam-cli --test storm` plays 500 seeds, and then shows that gateways which are
//! broken on purpose are found out. A failure prints the line that replays it:
//!
//! ```text
//! cargo test -p pagam-cli --test storm -- --seed 14              one seed, everything that happens told
//! cargo test -p pagam-cli --test storm -- --seed 14 --broken x   the same with the mutation x
//! cargo test -p pagam-cli --test storm -- --seed 14 --postgres   the same seed on PostgreSQL
//! cargo test --release -p pagam-cli --test storm -- --seeds 20000          or a part of them: 6400..20000
//! ```
//!
//! The same storm blows on PostgreSQL, over the server that `PAGAM_TEST_POSTGRES` names (`./test`
//! starts one), with 150 seeds; there the connections break too, also with a COMMIT under way, and
//! at times nothing comes through for a while.
//!
//! What the seed decides: who does what when, which calls go wrong and how, when the gateway dies,
//! how the clock jumps. Not decided is how long the threads behind the store and the simulator, or
//! the database's server, take for their work, so that two plays of one seed may differ in the
//! order of what happens at once.

mod amazon;
mod arguments;
mod audit;
mod diary;
mod lives;
mod mutation;
mod place;
mod seed;
mod shop;
mod stories;
mod surroundings;
mod tally;
mod time;
mod trials;

use std::ops::Range;
use std::process::ExitCode;

use crate::arguments::{Arguments, Wish};
use crate::trials::Trial;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    match &arguments.wish {
        Wish::List => list(&arguments),
        Wish::One { seed, broken, engine } => {
            watch(*seed, seed::Options { is_told: true, mutation: *broken, engine: *engine })
        }
        Wish::Trials { seeds } => run(&arguments, seeds.as_ref()),
    }
}

fn list(arguments: &Arguments) -> ExitCode {
    let wanted = Trial::all().into_iter().filter(|trial| arguments.wants(&trial.name()));
    wanted.for_each(|trial| println!("{}: test", trial.name()));
    ExitCode::SUCCESS
}

fn watch(seed: u64, options: seed::Options) -> ExitCode {
    if let Err(why) = options.engine.is_there() {
        eprintln!("{why}");
        return ExitCode::from(2);
    }
    let end = seed::play(seed, options);
    println!("{:#?}", end.tally);
    if end.findings.is_empty() {
        println!("seed {seed}: nothing is wrong");
        return ExitCode::SUCCESS;
    }
    println!("seed {seed}: {:#?}", end.findings);
    ExitCode::FAILURE
}

/// Says what cargo's own tests would say, so that whoever adds up counts finds them.
fn run(arguments: &Arguments, seeds: Option<&Range<u64>>) -> ExitCode {
    let all = Trial::all();
    let wanted: Vec<Trial> = all.iter().copied().filter(|trial| arguments.wants(&trial.name())).collect();
    println!("\nrunning {} tests", wanted.len());
    let mut failures = Vec::new();
    for trial in &wanted {
        let name = trial.name();
        match trial.run(seeds.cloned()) {
            Ok(said) => println!("test {name} ... ok ({said})"),
            Err(why) => {
                println!("test {name} ... FAILED");
                failures.push(format!("---- {name} ----\n{why}"));
            }
        }
    }
    failures.iter().for_each(|failure| println!("\n{failure}"));
    let (passed, failed, left_out) = (wanted.len() - failures.len(), failures.len(), all.len() - wanted.len());
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {left_out} filtered out\n"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(101) }
}
