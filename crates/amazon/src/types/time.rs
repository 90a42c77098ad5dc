//! Amazon's timestamps as UTC milliseconds and back.

use jiff::Timestamp;

/// UTC milliseconds since 1970 of an ISO 8601 text with offset; none when it is not one.
#[must_use]
pub fn timestamp_ms(text: &str) -> Option<i64> {
    text.trim().parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

/// ISO 8601 with milliseconds and `Z`, as answers carry it: `2017-11-14T07:24:02.186Z`.
#[must_use]
pub fn timestamp_text(utc_ms: i64) -> String {
    spelled(utc_ms, "%Y-%m-%dT%H:%M:%S%.3fZ")
}

/// ISO 8601 in whole seconds, as requests carry it: `2015-12-31T23:59:58Z`.
pub(crate) fn request_timestamp(utc_ms: i64) -> String {
    spelled(utc_ms, "%Y-%m-%dT%H:%M:%SZ")
}

fn spelled(utc_ms: i64, format: &str) -> String {
    let instant = Timestamp::from_millisecond(utc_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    instant.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_spelled_as_recorded() {
        assert_eq!(timestamp_text(1_510_644_242_186), "2017-11-14T07:24:02.186Z");
        assert_eq!(timestamp_text(1_510_644_242_000), "2017-11-14T07:24:02.000Z");
        assert_eq!(request_timestamp(1_451_606_398_999), "2015-12-31T23:59:58Z");
    }

    #[test]
    fn both_recorded_forms_are_read() {
        assert_eq!(timestamp_ms("2017-11-14T07:24:02.186Z"), Some(1_510_644_242_186));
        assert_eq!(timestamp_ms("2012-11-03T19:10:16Z"), Some(1_351_969_816_000));
        assert_eq!(timestamp_ms("yesterday"), None);
    }
}
