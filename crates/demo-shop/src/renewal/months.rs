//! Months on the calendar: the day of the month stays, or is the month's last where it has no such day.

use jiff::Span;
use jiff::civil::DateTime;

use crate::clock::{off_calendar, on_calendar};

/// No subscription gets so old.
const MONTHS_MAX: i64 = 1_200;

/// When the renewal of a number is due, in a subscription that began at an instant: so many months
/// later on the shop's calendar, or the first such day after now. Months that have passed while the
/// shop was closed are left out, never charged in a row.
///
/// Instants are UTC milliseconds. `None` when the calendar ends before.
#[must_use]
pub fn due_after(started_at_ms: i64, number: i64, now_ms: i64) -> Option<i64> {
    let started = on_calendar(started_at_ms)?;
    let after = |months: i64| later(started, months);
    (number..=MONTHS_MAX).map_while(after).find(|due_ms| *due_ms > now_ms)
}

fn later(started: DateTime, months: i64) -> Option<i64> {
    let span = Span::new().try_months(months).ok()?;
    off_calendar(started.checked_add(span).ok()?)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("an instant").as_millisecond()
    }

    #[test]
    fn the_last_of_january_comes_back_after_february() {
        let started = ms("2027-01-31T10:00:00Z");
        let due = |number| due_after(started, number, started).expect("a date");
        assert_eq!(due(1), ms("2027-02-28T10:00:00Z"));
        assert_eq!(due(2), ms("2027-03-31T09:00:00Z"), "the same hour in Italy, in summer time");
        assert_eq!(due(13), ms("2028-02-29T10:00:00Z"));
    }

    #[test]
    fn months_that_have_passed_are_left_out() {
        let started = ms("2027-01-15T10:00:00Z");
        assert_eq!(due_after(started, 2, ms("2027-06-15T10:00:00Z")), Some(ms("2027-07-15T09:00:00Z")));
    }

    #[test]
    fn what_is_paid_early_is_not_due_again_before_its_month() {
        let started = ms("2027-01-15T10:00:00Z");
        assert_eq!(due_after(started, 2, ms("2027-01-20T10:00:00Z")), Some(ms("2027-03-15T10:00:00Z")));
    }
}
