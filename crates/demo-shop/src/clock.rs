//! The shop's one clock: the instants that it is told, shown as Italy's time everywhere, the
//! gateway's times included.

use std::borrow::Borrow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Tells the time: UTC milliseconds. Nothing else in the shop does.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// As the gateway writes times, in Italy's.
const GATEWAY: &str = "%d/%m/%y %H:%M:%S";

const LONG: &str = "%-d %b %Y, %H:%M:%S";
const DAY: &str = "%-d %B %Y";

/// Of the shop and of the gateway.
static ITALY: TimeZone = jiff::tz::get!("Europe/Rome");

/// The instant on the shop's calendar. `None` outside of what calendars know.
pub(crate) fn on_calendar(ms: i64) -> Option<DateTime> {
    Some(ITALY.to_datetime(Timestamp::from_millisecond(ms).ok()?))
}

/// The instant of a time on the shop's calendar; of an hour that is skipped, the one after it.
pub(crate) fn off_calendar(at: DateTime) -> Option<i64> {
    Some(ITALY.to_timestamp(at).ok()?.as_millisecond())
}

/// `24 Nov 2026, 04:05:06`, Italian time.
pub(crate) fn at(ms: impl Borrow<i64>) -> String {
    on_calendar(*ms.borrow()).map_or_else(String::new, |at| at.strftime(LONG).to_string())
}

/// `24 November 2026`.
pub(crate) fn day(ms: impl Borrow<i64>) -> String {
    on_calendar(*ms.borrow()).map_or_else(String::new, |at| at.strftime(DAY).to_string())
}

/// A time of the gateway in the same form; as it came, when it cannot be read.
pub(crate) fn gateway_time(text: &str) -> String {
    let known = DateTime::strptime(GATEWAY, text);
    known.map_or_else(|_| text.to_owned(), |at| at.strftime(LONG).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_and_the_gateways_time_of_it_read_the_same() {
        let winter: Timestamp = "2026-11-24T03:05:06Z".parse().expect("an instant");
        assert_eq!(at(winter.as_millisecond()), "24 Nov 2026, 04:05:06");
        assert_eq!(gateway_time("24/11/26 04:05:06"), "24 Nov 2026, 04:05:06");
        let summer: Timestamp = "2027-07-31T22:30:00Z".parse().expect("an instant");
        assert_eq!(day(summer.as_millisecond()), "1 August 2027");
        assert_eq!(gateway_time("soon"), "soon");
    }
}
