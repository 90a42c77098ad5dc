//! Amounts on the wire: digits with an optional dot, at most nine characters, to and from minor units.

use crate::{Code, Currency};

/// Longest text of an amount.
pub const MAX_LENGTH: usize = 9;

/// Reads an amount into minor units, between the currency's smallest and largest amount.
///
/// `10`, `10.5` and `10.50` are the same. The vendor's REST interface has a code of its own for a comma (1456); SOAP
/// counts it as not numeric.
///
/// # Errors
/// [`Code::AMOUNT_NOT_NUMERIC`], [`Code::AMOUNT_DECIMALS`], [`Code::AMOUNT_TOO_SMALL`], [`Code::AMOUNT_TOO_BIG`].
pub fn parse(text: &str, currency: Currency) -> Result<i64, Code> {
    let (whole, decimals) = match text.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !decimals.is_none_or(digits) {
        return Err(Code::AMOUNT_NOT_NUMERIC);
    }
    let decimals = decimals.unwrap_or_default();
    let exponent = currency.exponent() as usize;
    if decimals.len() > 2 || decimals.bytes().skip(exponent).any(|digit| digit != b'0') {
        return Err(Code::AMOUNT_DECIMALS);
    }
    if text.len() > MAX_LENGTH {
        return Err(Code::AMOUNT_TOO_BIG);
    }
    let fraction: String = decimals.chars().chain("00".chars()).take(exponent).collect();
    let minor: i64 = format!("{whole}{fraction}").parse().map_err(|_| Code::AMOUNT_TOO_BIG)?;
    match minor {
        minor if minor < currency.minimum() => Err(Code::AMOUNT_TOO_SMALL),
        minor if minor > currency.maximum() => Err(Code::AMOUNT_TOO_BIG),
        minor => Ok(minor),
    }
}

/// Writes minor units with the currency's decimals: `24.21`, or `2421` for a currency without.
#[must_use]
pub fn format(minor: i64, currency: Currency) -> String {
    let exponent = currency.exponent();
    if exponent == 0 {
        return minor.to_string();
    }
    let unit = 10_u64.pow(exponent);
    let (sign, magnitude) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    format!("{sign}{}.{:0width$}", magnitude / unit, magnitude % unit, width = exponent as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yen() -> Currency {
        Currency::by_iso("JPY").expect("known")
    }

    #[test]
    fn amounts_are_read_in_every_allowed_form() {
        for (text, minor) in [("10", 1000), ("10.5", 1050), ("10.50", 1050), ("0.01", 1), ("999999.99", 99_999_999)] {
            assert_eq!(parse(text, Currency::EUR), Ok(minor), "{text}");
        }
        assert_eq!(
            (parse("500", yen()), parse("500.00", yen())),
            (Ok(500), Ok(500)),
            "yen have no decimals, and zeros for them are taken"
        );
    }

    #[test]
    fn each_fault_has_its_code() {
        for (text, code) in [
            ("1,50", Code::AMOUNT_NOT_NUMERIC),
            ("1.", Code::AMOUNT_NOT_NUMERIC),
            (".5", Code::AMOUNT_NOT_NUMERIC),
            ("-1", Code::AMOUNT_NOT_NUMERIC),
            ("1e3", Code::AMOUNT_NOT_NUMERIC),
            ("1.234", Code::AMOUNT_DECIMALS),
            ("0", Code::AMOUNT_TOO_SMALL),
            ("0.00", Code::AMOUNT_TOO_SMALL),
            ("9999999.99", Code::AMOUNT_TOO_BIG),
        ] {
            assert_eq!(parse(text, Currency::EUR), Err(code), "{text}");
        }
        assert_eq!(parse("500.5", yen()), Err(Code::AMOUNT_DECIMALS));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for minor in [1, 10, 99, 100, 2421, 99_999_999] {
            assert_eq!(parse(&format(minor, Currency::EUR), Currency::EUR), Ok(minor));
        }
        assert_eq!(
            (format(500, yen()), format(-5, Currency::EUR)),
            ("500".to_owned(), "-0.05".to_owned()),
            "yen are written without decimals, and a debit of cents keeps its sign and zero"
        );
    }
}
