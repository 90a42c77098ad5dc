//! An amount of money as Amazon writes it: a decimal text and a currency.

use xml::{Element, Writer};

use super::field::{ReadError, required};

/// An amount with its currency. The text is kept as it came: `1.00`, `0`, `500`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Price {
    /// A plain decimal with a dot.
    pub amount: String,
    /// ISO 4217, three letters.
    pub currency_code: String,
}

impl Price {
    /// An amount as it is to be written.
    #[must_use]
    pub fn new(amount: impl Into<String>, currency_code: impl Into<String>) -> Self {
        Price { amount: amount.into(), currency_code: currency_code.into() }
    }

    /// Minor units of a currency with `exponent` decimals.
    ///
    /// None when the text is not a plain decimal, has more decimals than that (other than zeros), or is too large.
    #[must_use]
    pub fn minor_units(&self, exponent: u32) -> Option<i64> {
        let (negative, whole, decimals) = decimal(&self.amount)?;
        let exponent = usize::try_from(exponent).ok()?;
        if decimals.len() > exponent {
            return None;
        }
        let digits = format!("{whole}{decimals:0<exponent$}");
        let units: i64 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(if negative { -units } else { units })
    }

    /// Whether both are the same money: the same currency, and `1`, `1.0` and `1.00` are alike.
    #[must_use]
    pub fn is_same_as(&self, other: &Price) -> bool {
        self.currency_code == other.currency_code
            && decimal(&self.amount).is_some_and(|own| decimal(&other.amount) == Some(own))
    }

    /// Reads the members of an element.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without amount or currency, [`ReadError::Xml`] when one is given twice.
    pub fn read(element: Element<'_>) -> Result<Price, ReadError> {
        Ok(Price { amount: required(element, "Amount")?, currency_code: required(element, "CurrencyCode")? })
    }

    /// Writes an element of this name.
    pub fn write(&self, name: &str, writer: &mut Writer) {
        writer.open(name).leaf("CurrencyCode", &self.currency_code).leaf("Amount", &self.amount).close();
    }
}

/// Sign, whole digits without leading zeros and decimals without trailing ones; none when it is not a plain decimal.
fn decimal(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = !whole.is_empty() && whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = (whole.trim_start_matches('0'), decimals.trim_end_matches('0'));
    plain.then_some((negative && !(whole.is_empty() && decimals.is_empty()), whole, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_as_decimals() {
        let is_same = |a: &str, b: &str| Price::new(a, "EUR").is_same_as(&Price::new(b, "EUR"));
        assert!(is_same("1", "1.00") && is_same("0", "0.00") && is_same("010.50", "10.5") && is_same("-0", "0"));
        assert!(!is_same("1", "1.01") && !is_same("1", "-1") && !is_same("1,00", "1,00") && !is_same("", ""));
        assert!(!Price::new("1", "EUR").is_same_as(&Price::new("1", "GBP")));
    }

    #[test]
    fn minor_units_are_exact_or_nothing() {
        let units = |text: &str, exponent| Price::new(text, "EUR").minor_units(exponent);
        assert_eq!(units("24.21", 2), Some(2421));
        assert_eq!(
            (units("0", 2), units("0.00", 2), units("5", 0), units("-1.5", 2)),
            (Some(0), Some(0), Some(5), Some(-150)),
            "zero, missing decimals and a debit are all read exactly"
        );
        assert_eq!(
            (units("1.000", 2), units("1.001", 2)),
            (Some(100), None),
            "zeros beyond the cent are nothing, and a part of a cent is refused"
        );
        for wrong in ["", ".", "1.2.3", "1e3", "+1", " 1", "99999999999999999999"] {
            assert_eq!(units(wrong, 2), None, "{wrong:?}");
        }
    }
}
