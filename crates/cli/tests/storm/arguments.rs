//! What the command line wants: the storm's own words, and those of cargo's tests that everybody passes to all of them.

use std::ops::Range;

use crate::mutation::Mutation;
use crate::place::Engine;

/// Options of cargo's tests that come with a value, which is passed over here.
const WITH_VALUE: [&str; 4] = ["--test-threads", "--format", "--color", "--logfile"];

/// What is wanted.
#[derive(Debug)]
pub struct Arguments {
    pub wish: Wish,
    filters: Vec<String>,
    skips: Vec<String>,
    is_exact: bool,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Wish {
    /// The names of the tests.
    List,
    /// One seed, told in full.
    One { seed: u64, broken: Option<Mutation>, engine: Engine },
    /// The tests, with these seeds, or with as many as each has by itself.
    Trials { seeds: Option<Range<u64>> },
}

impl Arguments {
    /// Reads them; a sentence when they make no sense.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut read =
            Arguments { wish: Wish::Trials { seeds: None }, filters: Vec::new(), skips: Vec::new(), is_exact: false };
        let (mut seed, mut broken, mut engine) = (None, None, Engine::Sqlite);
        let mut words = words.flat_map(|word| match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
            _ => vec![word],
        });
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
            match word.as_str() {
                "--list" => read.wish = Wish::List,
                "--seeds" => read.wish = Wish::Trials { seeds: Some(range(&value()?)?) },
                "--seed" => seed = Some(number(&value()?)?),
                "--postgres" => engine = Engine::Postgres,
                "--broken" => broken = Some(value()?),
                "--skip" => read.skips.push(value()?),
                "--exact" => read.is_exact = true,
                other if WITH_VALUE.contains(&other) => drop(value()?),
                other if other.starts_with('-') => {}
                filter => read.filters.push(filter.to_owned()),
            }
        }
        if let Some(seed) = seed {
            let broken = broken.map(|name| mutation(&name, engine)).transpose()?;
            read.wish = Wish::One { seed, broken, engine };
        }
        Ok(read)
    }

    /// Whether a test of this name is to run.
    pub fn wants(&self, name: &str) -> bool {
        let is_meant = |word: &String| if self.is_exact { name == word } else { name.contains(word.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(is_meant)) && !self.skips.iter().any(is_meant)
    }
}

/// `20000` or `6400..20000`.
fn range(text: &str) -> Result<Range<u64>, String> {
    let (from, to) = text.split_once("..").unwrap_or(("0", text));
    Ok(number(from)?..number(to)?)
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn mutation(name: &str, engine: Engine) -> Result<Mutation, String> {
    let all = Mutation::all(engine).iter().copied();
    let known = || all.clone().map(Mutation::name).collect::<Vec<_>>().join(", ");
    all.clone().find(|mutation| mutation.name() == name).ok_or_else(|| format!("{name} is none of {}", known()))
}
