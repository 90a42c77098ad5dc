//! Warnings that anybody can cause, a bounded number of them a minute.
//!
//! A flood of bad notifications must neither fill the disk nor hide what an operator has to see.
//! The first lines of a minute are written; the next one after it says how many were left out. What
//! money depends on is never left out: that is logged by `tracing` itself.

use prometheus_client::metrics::counter::Counter;
use std::sync::{LazyLock, Mutex, PoisonError};

use tokio::time::Instant;

/// Lines of one place in the program a minute.
const PER_MINUTE: u64 = 20;
const MINUTE_MS: i64 = 60_000;

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Lines that were left out since the program started, for monitors.
pub(crate) static LEFT_OUT: LazyLock<Counter> = LazyLock::new(Counter::default);

/// One place that logs.
pub(crate) struct Sample {
    minute: Mutex<Minute>,
}

struct Minute {
    began_ms: i64,
    written: u64,
    left_out: u64,
}

impl Sample {
    pub(crate) const fn new() -> Sample {
        Sample { minute: Mutex::new(Minute { began_ms: i64::MIN, written: 0, left_out: 0 }) }
    }

    /// Whether a line may be written now, and how many were left out before it.
    pub(crate) fn pass(&self) -> Option<u64> {
        self.pass_at(i64::try_from(STARTED.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    fn pass_at(&self, now_ms: i64) -> Option<u64> {
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        if now_ms.saturating_sub(minute.began_ms) >= MINUTE_MS {
            (minute.began_ms, minute.written) = (now_ms, 0);
        }
        if minute.written >= PER_MINUTE {
            minute.left_out += 1;
            LEFT_OUT.inc();
            return None;
        }
        minute.written += 1;
        Some(std::mem::take(&mut minute.left_out))
    }
}

/// A line of this level, at most twenty times a minute at this place: `sampled!(warn, field, "Text")`.
macro_rules! sampled {
    ($level:ident, $($line:tt)*) => {{
        static SAMPLE: $crate::sampled::Sample = $crate::sampled::Sample::new();
        match SAMPLE.pass() {
            Some(0) => tracing::$level!($($line)*),
            Some(left_out) => tracing::$level!(left_out, $($line)*),
            None => {}
        }
    }};
}
pub(crate) use sampled;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_writes_a_bounded_number_of_lines_and_tells_how_many_it_did_not() {
        let sample = Sample::new();
        let written = (0..10_000).filter(|at| sample.pass_at(*at).is_some()).count();
        assert_eq!(written, 20, "of ten thousand in ten seconds");
        assert_eq!(sample.pass_at(MINUTE_MS), Some(9_980), "the first line of the next minute tells of the others");
        assert_eq!(sample.pass_at(MINUTE_MS), Some(0), "once");
    }
}
