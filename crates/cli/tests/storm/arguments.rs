//! What the command line wants: the storm's own words, and those of cargo's tests that everybody passes to all of them.

use crate::mutation::Mutation;
use crate::trials::SEEDS;

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
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    /// The names of the tests.
    List,
    /// One seed, told in full.
    One { seed: u64, broken: Option<Mutation> },
    /// The tests, with so many seeds.
    Trials { seeds: u64 },
}

impl Arguments {
    /// Reads them; a sentence when they make no sense.
    pub fn read(words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut read =
            Arguments { wish: Wish::Trials { seeds: SEEDS }, filters: Vec::new(), skips: Vec::new(), is_exact: false };
        let (mut seed, mut broken) = (None, None);
        let mut words = words.flat_map(|word| match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => vec![name.to_owned(), value.to_owned()],
            _ => vec![word],
        });
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
            match word.as_str() {
                "--list" => read.wish = Wish::List,
                "--seeds" => read.wish = Wish::Trials { seeds: number(&value()?)? },
                "--seed" => seed = Some(number(&value()?)?),
                "--broken" => broken = Some(mutation(&value()?)?),
                "--skip" => read.skips.push(value()?),
                "--exact" => read.is_exact = true,
                other if WITH_VALUE.contains(&other) => drop(value()?),
                other if other.starts_with('-') => {}
                filter => read.filters.push(filter.to_owned()),
            }
        }
        if let Some(seed) = seed {
            read.wish = Wish::One { seed, broken };
        }
        Ok(read)
    }

    /// Whether a test of this name is to run.
    pub fn wants(&self, name: &str) -> bool {
        let is_meant = |word: &String| if self.is_exact { name == word } else { name.contains(word.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(is_meant)) && !self.skips.iter().any(is_meant)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}

fn mutation(name: &str) -> Result<Mutation, String> {
    let known = || Mutation::ALL.map(Mutation::name).join(", ");
    let found = Mutation::ALL.into_iter().find(|mutation| mutation.name() == name);
    found.ok_or_else(|| format!("{name} is none of {}", known()))
}
