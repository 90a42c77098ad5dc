//! A clock in the test's hand, which every party of a test reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use payments::UtcMs;

/// 2026-03-20T10:11:12Z: winter time still holds in Rome.
pub const START: UtcMs = UtcMs(1_774_001_472_000);

/// The clock on the wall. A clone is the same clock.
#[derive(Clone)]
pub struct Wall(Arc<Hands>);

struct Hands {
    now_ms: AtomicI64,
    /// The latest that it has ever shown.
    latest_ms: AtomicI64,
}

impl Wall {
    /// Shows this time, in milliseconds since 1970, until it is moved.
    pub fn at(start_ms: i64) -> Wall {
        Wall(Arc::new(Hands { now_ms: AtomicI64::new(start_ms), latest_ms: AtomicI64::new(start_ms) }))
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

    /// What it shows, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.0.now_ms.load(Ordering::SeqCst)
    }

    /// As the gateway reads it.
    pub fn for_gateway(&self) -> Arc<dyn Fn() -> UtcMs + Send + Sync> {
        let wall = self.clone();
        Arc::new(move || UtcMs(wall.now_ms()))
    }

    /// As the simulator and the connector read it.
    pub fn for_simulator(&self) -> Arc<dyn Fn() -> i64 + Send + Sync> {
        let wall = self.clone();
        Arc::new(move || wall.now_ms())
    }
}
