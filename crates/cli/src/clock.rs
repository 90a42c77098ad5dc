//! The only places where the real clock and the real dice enter Pagam.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;

/// Milliseconds since 1970-01-01T00:00:00Z, by the machine's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where the clock comes from")]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Fills a buffer from the system's random source.
///
/// # Panics
/// When the system has no randomness: nothing may be sealed or signed then.
pub fn dice(buffer: &mut [u8]) {
    rand::fill(buffer).expect("the system's random source answers");
}

/// Measures how long things take, for people to read; no decision depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is where timings come from")]
    pub fn start() -> Self {
        Stopwatch(Instant::now())
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
