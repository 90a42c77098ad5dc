//! The tests: many seeds with the gateway as it is, and, for each way to be broken, seeds until it is found out.

use std::num::NonZero;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use crate::mutation::Mutation;
use crate::place::Engine;
use crate::seed::{End, Options, play};
use crate::tally::Tally;

/// Seeds of a run that says nothing else.
const SEEDS: u64 = 500;
/// The same on a server, where each takes several times as long.
const SEEDS_ON_POSTGRES: u64 = 150;
/// From this number on somebody may want to see how far it is.
const SEEDS_TO_WATCH: u64 = 1_000;
/// Within so few seeds everything that is meant to happen happens.
const SEEDS_FOR_ALL: u64 = 100;
/// Findings of a seed that are shown.
const SHOWN: usize = 12;

/// One test.
#[derive(Debug, Clone, Copy)]
pub enum Trial {
    /// Nothing is wrong in any seed.
    Sound(Engine),
    /// Something is found to be wrong in one of the seeds.
    Broken(Engine, Mutation),
}

impl Trial {
    pub fn all() -> Vec<Trial> {
        let of = |engine: Engine| {
            let broken = Mutation::all(engine).iter().map(move |mutation| Trial::Broken(engine, *mutation));
            std::iter::once(Trial::Sound(engine)).chain(broken)
        };
        [Engine::Sqlite, Engine::Postgres].into_iter().flat_map(of).collect()
    }

    pub fn name(self) -> String {
        let storm = match self.engine() {
            Engine::Sqlite => "storm",
            Engine::Postgres => "storm::postgres",
        };
        match self.mutation() {
            None => format!("{storm}::nothing_is_lost_and_nothing_happens_twice"),
            Some(mutation) => format!("{storm}::found_out::{}", mutation.name()),
        }
    }

    /// Runs it: a sentence about it, or what is wrong.
    pub fn run(self, seeds: Option<Range<u64>>) -> Result<String, String> {
        let (engine, mutation) = (self.engine(), self.mutation());
        engine.is_there()?;
        let (own, flag) = match engine {
            Engine::Sqlite => (SEEDS, ""),
            Engine::Postgres => (SEEDS_ON_POSTGRES, " --postgres"),
        };
        let seeds = seeds.unwrap_or(0..own);
        let seeds = if mutation.is_some() { 0..own.min(seeds.end) } else { seeds };
        let sweep = sweep(seeds, Options { is_told: false, mutation, engine });
        match (mutation, sweep.worst) {
            (None, None) => sound(sweep.tally, engine),
            (None, Some((seed, end))) => Err(format!(
                "seed {seed}: {}\n\nreplay with: cargo test -p pagam-cli --test storm -- --seed {seed}{flag}\nits diary: {}",
                shown(&end.findings),
                end.diary.map_or_else(String::new, |path| path.display().to_string())
            )),
            (Some(_), Some((seed, end))) => {
                Ok(format!("seed {seed}: {}", end.findings.first().map_or("", |finding| shortened(finding))))
            }
            (Some(mutation), None) => Err(format!("{mutation:?} was not found out in {} seeds", sweep.tally.seeds)),
        }
    }

    fn engine(self) -> Engine {
        match self {
            Trial::Sound(engine) | Trial::Broken(engine, _) => engine,
        }
    }

    fn mutation(self) -> Option<Mutation> {
        match self {
            Trial::Sound(_) => None,
            Trial::Broken(_, mutation) => Some(mutation),
        }
    }
}

fn sound(tally: Tally, engine: Engine) -> Result<String, String> {
    let missing = tally.missing(engine);
    match tally.seeds < SEEDS_FOR_ALL || missing.is_empty() {
        true => Ok(tally.to_string()),
        false => Err(format!("this has shown little: no {}; {tally}", missing.join(", no "))),
    }
}

/// What many seeds came to: all that was met, and the first seed in which something is wrong.
struct Sweep {
    tally: Tally,
    worst: Option<(u64, End)>,
}

/// Plays seeds on all cores until one of them has findings.
fn sweep(seeds: Range<u64>, options: Options) -> Sweep {
    let (next, bar) = (AtomicU64::new(seeds.start), bar(seeds.end - seeds.start));
    let sweep = Mutex::new(Sweep { tally: Tally::default(), worst: None });
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::SeqCst)).filter(|seed| *seed < seeds.end) {
            let end = play(seed, options);
            bar.inc(1);
            let mut sweep = sweep.lock().expect("whole");
            sweep.tally += end.tally;
            if !end.findings.is_empty() && sweep.worst.as_ref().is_none_or(|(worst, _)| seed < *worst) {
                sweep.worst = Some((seed, end));
                next.store(seeds.end, Ordering::SeqCst);
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(work))));
    bar.finish_and_clear();
    sweep.into_inner().expect("whole")
}

fn bar(seeds: u64) -> ProgressBar {
    if seeds < SEEDS_TO_WATCH {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} seeds, {per_sec}, {eta} left");
    ProgressBar::new(seeds).with_style(style.expect("a template"))
}

fn shown(findings: &[String]) -> String {
    let mut shown: Vec<String> = findings.iter().take(SHOWN).map(|finding| format!("\n  {finding}")).collect();
    if findings.len() > SHOWN {
        shown.push(format!("\n  and {} more", findings.len() - SHOWN));
    }
    shown.concat()
}

/// The beginning of a finding.
fn shortened(finding: &str) -> &str {
    finding.char_indices().nth(120).map_or(finding, |(end, _)| &finding[..end])
}
