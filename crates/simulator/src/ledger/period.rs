//! The calendar month, in UTC, by which the charges of an agreement are limited.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A calendar month: from its first instant to the first instant of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First instant of the month.
    pub start: Timestamp,
    /// First instant of the next month.
    pub end: Timestamp,
}

impl Period {
    /// The month that holds an instant, given in UTC ms.
    pub fn of(at: i64) -> Period {
        let instant = Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        let first = instant.to_zoned_datetime(TimeZone::UTC).date().first_of_month();
        Period { start: midnight(first), end: midnight(first.saturating_add(1.month())) }
    }

    /// Whether an instant, in UTC ms, is in it.
    pub fn holds(&self, at: i64) -> bool {
        (self.start.as_millisecond()..self.end.as_millisecond()).contains(&at)
    }
}

fn midnight(date: Date) -> Timestamp {
    date.to_zoned_datetime(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_one_begins() {
        let last = "2016-02-29T23:59:59.999Z".parse::<Timestamp>().expect("an instant").as_millisecond();
        let (february, march) = (Period::of(last), Period::of(last + 1));
        assert_eq!(february.start.to_string(), "2016-02-01T00:00:00Z");
        assert_eq!(february.end, march.start);
        assert_eq!(march.end.to_string(), "2016-04-01T00:00:00Z");
        assert!(february.holds(last) && !february.holds(last + 1) && march.holds(last + 1));
    }

    #[test]
    fn december_is_followed_by_the_next_year() {
        let at = "2025-12-31T12:00:00Z".parse::<Timestamp>().expect("an instant").as_millisecond();
        assert_eq!(Period::of(at).end.to_string(), "2026-01-01T00:00:00Z");
    }
}
