//! What all parties of a storm share: the seed, the clock, the ticks, the diary, and whether there is a storm at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use testkit::clock::{START, Wall};

use crate::diary::Diary;
use crate::time::{Pulse, Ticks};

/// All of it. A clone is the same.
#[derive(Clone)]
pub struct Surroundings {
    pub seed: u64,
    pub wall: Wall,
    pub ticks: Ticks,
    pub pulse: Pulse,
    pub diary: Diary,
    windy: Arc<AtomicBool>,
}

impl Surroundings {
    pub fn new(seed: u64, is_told: bool) -> Surroundings {
        let wall = Wall::at(START.0);
        let diary = Diary::new(wall.clone(), is_told);
        Surroundings { seed, wall, ticks: Ticks::new(), pulse: Pulse::default(), diary, windy: Arc::default() }
    }

    /// Whether anything may go wrong at all.
    pub fn is_windy(&self) -> bool {
        self.windy.load(Ordering::SeqCst)
    }

    pub fn set_windy(&self, is_windy: bool) {
        self.windy.store(is_windy, Ordering::SeqCst);
    }
}
