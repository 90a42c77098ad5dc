//! Money as the SDK passes it: minor units of one currency, never a float.

use std::fmt;

use wire::Currency;

use crate::Invalid;

/// An amount of one currency, exact, zero or more.
///
/// ```
/// use pagam::Amount;
///
/// let price = Amount::euro_cents(2421);
/// assert_eq!(price.to_string(), "24.21 EUR");
/// assert_eq!(Amount::parse("24.21", pagam::Currency::EUR)?, price);
/// # Ok::<(), pagam::Invalid>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Amount {
    minor: i64,
    currency: Currency,
}

impl Amount {
    /// An amount in minor units: cents for the euro, whole yen for the yen.
    ///
    /// # Errors
    /// [`Invalid::Amount`] when negative.
    pub fn new(minor: i64, currency: Currency) -> Result<Amount, Invalid> {
        match minor {
            minor if minor < 0 => Err(Invalid::Amount { text: minor.to_string(), reason: "it is negative" }),
            minor => Ok(Amount { minor, currency }),
        }
    }

    /// An amount of euro cents.
    #[must_use]
    pub fn euro_cents(cents: u32) -> Amount {
        Amount { minor: i64::from(cents), currency: Currency::EUR }
    }

    /// Reads `10`, `10.5` or `10.50`: digits with an optional dot, as many decimals as the currency has at most
    /// (more are allowed when they are zeros, so that `500.00` yen is read).
    ///
    /// # Errors
    /// [`Invalid::Amount`] with the reason.
    pub fn parse(text: &str, currency: Currency) -> Result<Amount, Invalid> {
        let refuse = |reason| Invalid::Amount { text: text.to_owned(), reason };
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) {
            return Err(refuse("digits with at most one dot are expected, without thousands separator"));
        }
        let exponent = currency.exponent() as usize;
        if decimals.bytes().skip(exponent).any(|digit| digit != b'0') {
            return Err(refuse("it has more decimals than the currency"));
        }
        let fraction: String = decimals.chars().chain("0000".chars()).take(exponent).collect();
        let minor = format!("{whole}{fraction}").parse().map_err(|_| refuse("it is too large"))?;
        Ok(Amount { minor, currency })
    }

    /// In minor units.
    #[must_use]
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// As on the wire: `24.21`, or `2421` for a currency without decimals.
    #[must_use]
    pub fn to_decimal(self) -> String {
        wire::amount::format(self.minor, self.currency)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency.iso())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_exactly() {
        let minor = |text| Amount::parse(text, Currency::EUR).map(Amount::minor);
        assert_eq!(
            ["10", "10.5", "10.50", "0.01", "0"].map(|text| minor(text).expect("readable")),
            [1000, 1050, 1050, 1, 0],
            "one decimal, two or none are read as the same cents"
        );
        for wrong in ["", ".", "1.", ".5", "1,50", "-1", "1e3", "1.234", "99999999999999999999"] {
            assert!(minor(wrong).is_err(), "{wrong} was read");
        }
    }

    #[test]
    fn a_negative_amount_does_not_exist() {
        assert!(Amount::new(-1, Currency::EUR).is_err());
    }
}
