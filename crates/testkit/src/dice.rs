//! Random numbers that a seed replays (SplitMix64). Every party of a test has a stream of its own, so that what one
//! draws does not depend on when the others do.

use std::sync::{Arc, Mutex};

/// Fills a buffer with bytes, as the gateway and the simulator take them.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// A stream of numbers.
pub struct Dice(u64);

impl Dice {
    /// The stream of a seed for one party.
    pub fn new(seed: u64, party: &str) -> Dice {
        let mut dice = Dice(seed);
        for byte in party.bytes() {
            dice.0 = dice.next() ^ u64::from(byte);
        }
        dice
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Between two numbers, both included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let span = u64::try_from(most - least + 1).expect("the least is not above the most");
        least + i64::try_from(self.below(span)).expect("within the span")
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = self.below(choices.len() as u64);
        choices[usize::try_from(at).expect("below the length")]
    }

    /// Fills a buffer.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            *byte = (self.next() >> 32) as u8;
        }
    }

    /// The stream as a source of random bytes.
    pub fn random(self) -> Random {
        let dice = Mutex::new(self);
        Arc::new(move |buffer| dice.lock().expect("whole").fill(buffer))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
