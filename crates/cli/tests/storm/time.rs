//! The time of the storm beside the clock on the wall: ticks that those who wait for something wait for, and a pulse.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;

/// One tick for every step of the storm.
#[derive(Clone)]
pub struct Ticks(Arc<watch::Sender<u64>>);

impl Ticks {
    pub fn new() -> Ticks {
        Ticks(Arc::new(watch::Sender::new(0)))
    }

    pub fn tick(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// Waits for so many ticks.
    pub async fn pass(&self, ticks: u64) {
        let mut seen = self.0.subscribe();
        let until = *seen.borrow() + ticks;
        // The sender is in our own hand.
        drop(seen.wait_for(|count| *count >= until).await);
    }
}

/// Counts whatever happens, so that the storm sees when nothing happens any more.
#[derive(Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
