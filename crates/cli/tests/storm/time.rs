//! The time of the storm: a clock on the wall that all parties read and the storm moves, and ticks that those who wait
//! for something wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use payments::UtcMs;
use tokio::sync::watch;

/// 2026-03-20T10:11:12Z.
const START_MS: i64 = 1_774_001_472_000;

/// The clock on the wall. A clone is the same clock.
#[derive(Clone)]
pub struct Wall(Arc<Hands>);

struct Hands {
    now_ms: AtomicI64,
    /// The latest that it has ever shown.
    latest_ms: AtomicI64,
}

impl Wall {
    pub fn new() -> Wall {
        Wall(Arc::new(Hands { now_ms: AtomicI64::new(START_MS), latest_ms: AtomicI64::new(START_MS) }))
    }

    pub fn now_ms(&self) -> i64 {
        self.0.now_ms.load(Ordering::SeqCst)
    }

    /// Forward, or back.
    pub fn move_ms(&self, ms: i64) {
        let before = self.0.now_ms.fetch_add(ms, Ordering::SeqCst);
        self.0.latest_ms.fetch_max(before + ms, Ordering::SeqCst);
    }

    /// However far it was set back, it shows again what it has shown before: what was to happen then is due.
    pub fn catch_up(&self) {
        self.0.now_ms.fetch_max(self.0.latest_ms.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// As the gateway reads it.
    pub fn for_gateway(&self) -> gateway::Clock {
        let wall = self.clone();
        Arc::new(move || UtcMs(wall.now_ms()))
    }

    /// As the simulator reads it.
    pub fn for_simulator(&self) -> simulator::Clock {
        let wall = self.clone();
        Arc::new(move || wall.now_ms())
    }
}

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
