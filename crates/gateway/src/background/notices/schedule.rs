//! When a notice that was not delivered is tried again.

use payments::UtcMs;

use crate::settings::NoticeSchedule;

impl NoticeSchedule {
    pub(super) fn longest_pause_ms(&self) -> i64 {
        self.first_pauses_ms.iter().copied().fold(self.later_pause_ms, i64::max)
    }

    /// When to try again after `tries` tries, the last one at `now`; nothing when it is time to
    /// give up. The first pauses are kept whenever the first try was made: a gateway that was down
    /// for days, or a clock that jumped, takes no try from the shop.
    pub(super) fn next(&self, tries: u32, first_due_at: UtcMs, now: UtcMs) -> Option<UtcMs> {
        let place = usize::try_from(tries).unwrap_or(usize::MAX).saturating_sub(1);
        let pause_ms = self.first_pauses_ms.get(place).copied().unwrap_or(self.later_pause_ms);
        let next = now.plus_ms(pause_ms);
        let is_early = place < self.first_pauses_ms.len();
        (is_early || next <= first_due_at.plus_ms(self.give_up_after_ms)).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_after_1_5_15_30_minutes_then_hourly_until_48_hours() {
        let schedule = NoticeSchedule::default();
        let minutes = |tries| schedule.next(tries, UtcMs(0), UtcMs(0)).map(|at| at.0 / 60_000);
        assert_eq!(
            [1, 2, 3, 4, 5, 40].map(minutes),
            [1, 5, 15, 30, 60, 60].map(Some),
            "the pauses grow to an hour and stay there"
        );
        let (mut now, mut tries) = (UtcMs(0), 1);
        while let Some(next) = schedule.next(tries, UtcMs(0), now) {
            (now, tries) = (next, tries + 1);
        }
        assert_eq!(tries, 1 + 4 + 47, "the first try, four pauses of 51 minutes together, then every full hour");
        assert!(now.0 <= 48 * 3_600_000);
    }

    #[test]
    fn a_notice_that_could_not_be_sent_for_days_still_has_its_first_tries() {
        let (schedule, late) = (NoticeSchedule::default(), UtcMs(72 * 3_600_000));
        let minutes = |tries| schedule.next(tries, UtcMs(0), late).map(|at| (at.0 - late.0) / 60_000);
        assert_eq!(
            [1, 2, 3, 4, 5].map(minutes),
            [Some(1), Some(5), Some(15), Some(30), None],
            "the first tries are made, however late, and then no more"
        );
    }
}
