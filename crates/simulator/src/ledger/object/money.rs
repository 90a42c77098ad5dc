//! An amount: the caller's own text, which comes back in answers, and what it is in minor units.

use serde::{Deserialize, Serialize};

/// Currencies in which a merchant of the EUR region may be paid, with their decimals.
const CURRENCIES: &[(&str, usize)] = &[
    ("EUR", 2),
    ("GBP", 2),
    ("USD", 2),
    ("AUD", 2),
    ("CHF", 2),
    ("DKK", 2),
    ("HKD", 2),
    ("JPY", 0),
    ("NOK", 2),
    ("NZD", 2),
    ("SEK", 2),
    ("ZAR", 2),
];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// As it was given: `24.21`.
    pub text: String,
    /// ISO 4217.
    pub currency: String,
    /// Cents, or whole units of currencies that have none smaller.
    pub minor: i64,
}

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMoney {
    /// Not a plain decimal above zero, or with too many decimals.
    Amount,
    /// Not three capital letters.
    Currency,
    /// A currency that is not taken here.
    Unsupported,
}

impl Money {
    /// Reads an amount above zero.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str, currency: &str) -> Result<Money, NoMoney> {
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(NoMoney::Currency);
        }
        let (_, decimals) = CURRENCIES.iter().find(|(code, _)| *code == currency).ok_or(NoMoney::Unsupported)?;
        let minor = minor_units(text, *decimals).filter(|minor| *minor > 0).ok_or(NoMoney::Amount)?;
        Ok(Money { text: text.to_owned(), currency: currency.to_owned(), minor })
    }

    /// With its currency: `24.21 EUR`.
    pub fn full(&self) -> String {
        format!("{} {}", self.text, self.currency)
    }

    /// An amount of the same currency, written out in full: `36.31`.
    pub fn with_minor(&self, minor: i64) -> Money {
        let decimals = CURRENCIES.iter().find(|(code, _)| *code == self.currency).map_or(2, |(_, decimals)| *decimals);
        let text = match decimals {
            0 => minor.to_string(),
            _ => format!("{}.{:02}", minor / 100, minor % 100),
        };
        Money { text, currency: self.currency.clone(), minor }
    }
}

fn minor_units(text: &str, decimals: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(part) || text.ends_with('.') {
        return None;
    }
    let part = part.trim_end_matches('0');
    (part.len() <= decimals).then(|| format!("{whole}{part:0<decimals$}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_keeps_its_text_and_knows_its_cents() {
        let money = Money::read("24.2", "EUR").expect("an amount");
        assert_eq!(
            (money.text.as_str(), money.minor),
            ("24.2", 2420),
            "the amount keeps the text that was sent and counts its cents"
        );
        assert_eq!(Money::read("1500", "JPY").expect("an amount").minor, 1500);
        assert_eq!(money.with_minor(3605).text, "36.05");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for wrong in ["", "0", "0.00", "-1", "1,00", "1.001", "1.", ".5", "1e3", " 1", "9999999999999"] {
            assert_eq!(Money::read(wrong, "EUR"), Err(NoMoney::Amount), "{wrong:?}");
        }
        assert_eq!(Money::read("1", "eur"), Err(NoMoney::Currency));
        assert_eq!(Money::read("1", "XXX"), Err(NoMoney::Unsupported));
        assert_eq!(Money::read("1.5", "JPY"), Err(NoMoney::Amount));
    }
}
