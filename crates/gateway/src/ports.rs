//! What the gateway takes from its surroundings instead of reaching for it: the time and random bytes.

use std::sync::Arc;

use payments::UtcMs;

pub type Clock = Arc<dyn Fn() -> UtcMs + Send + Sync>;

/// Fills a buffer with unpredictable bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
