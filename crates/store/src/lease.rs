//! For how long somebody has a payment or an agreement to himself, and how long nobody looks after
//! one that Amazon had nothing to say about. Plain numbers, no database.

use payments::UtcMs;

/// How long a lease lasts unless it is extended, and so how long the work of a gateway that died waits for another.
pub const LEASE_MS: i64 = 10_000;
/// What was just recorded is not looked after sooner.
pub(crate) const FIRST_PAUSE_MS: i64 = 2_000;
const LONGEST_PAUSE_MS: i64 = 300_000;

/// When to look again at what has been unresolved since `since` and is looked at now: half as long
/// again as it has been so far. The clock may have been set back since: then its distance counts.
pub(crate) fn next_look(since: UtcMs, now: UtcMs) -> UtcMs {
    let age_ms = now.0.saturating_sub(since.0).saturating_abs();
    now.plus_ms((age_ms / 2).clamp(FIRST_PAUSE_MS, LONGEST_PAUSE_MS))
}

/// What is to be waited for longer than this was written by a clock that has been set back since:
/// nothing is waited for then.
pub(crate) fn beyond_any_wait(now: UtcMs) -> UtcMs {
    now.plus_ms(LONGEST_PAUSE_MS + LEASE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_a_question_the_longer_the_pause() {
        let pause_ms = |age_ms: i64| next_look(UtcMs(1_000_000), UtcMs(1_000_000 + age_ms)).0 - 1_000_000 - age_ms;
        assert_eq!(
            [0, 10_000, 60_000, 3_600_000, -60_000].map(pause_ms),
            [2_000, 5_000, 30_000, 300_000, 30_000],
            "the pause grows with the age, from two seconds to five minutes"
        );
    }

    #[test]
    fn no_wait_of_ours_is_beyond_any() {
        let now = UtcMs(1_000_000);
        assert!(next_look(UtcMs(0), now) <= beyond_any_wait(now));
        assert!(now.plus_ms(LEASE_MS) <= beyond_any_wait(now));
    }
}
