//! An amount as a buyer reads it in his language: `24,21 €`, `€24.21`, `1 234,50 €`.

use payments::{Language, Money};

/// Whole and decimal digits grouped as the language does, with the currency's sign or code.
///
/// Signs that several currencies share are written as codes, so that nobody pays in the wrong dollars.
pub(crate) fn localized(amount: Money, language: Language) -> String {
    let (group, point) = match language {
        Language::English => (",", "."),
        Language::Italian | Language::Spanish | Language::German => (".", ","),
        Language::French => ("\u{202f}", ","),
    };
    let code = amount.currency.as_str();
    let exponent = wire::Currency::by_iso(code).map_or(2, wire::Currency::exponent);
    let number = number(amount.minor, exponent, group, point);
    let sign = match code {
        "EUR" => "€",
        "GBP" => "£",
        other => other,
    };
    match language {
        Language::English if sign.chars().count() == 1 => format!("{sign}{number}"),
        Language::English => format!("{sign}\u{a0}{number}"),
        Language::Italian | Language::Spanish | Language::French | Language::German => format!("{number}\u{a0}{sign}"),
    }
}

fn number(minor: i64, exponent: u32, group: &str, point: &str) -> String {
    let width = usize::try_from(exponent).unwrap_or(0);
    let digits = format!("{:0>width$}", minor.unsigned_abs(), width = width + 1);
    let (whole, decimals) = digits.split_at(digits.len() - width);
    let mut text = String::from(if minor < 0 { "-" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push_str(group);
        }
        text.push(digit);
    }
    if !decimals.is_empty() {
        text.push_str(point);
        text.push_str(decimals);
    }
    text
}

#[cfg(test)]
mod tests {
    use payments::Currency;

    use super::*;

    fn shown(minor: i64, currency: &str, language: Language) -> String {
        localized(Money::new(minor, Currency::new(currency).expect("a code")), language)
    }

    #[test]
    fn every_language_writes_amounts_its_own_way() {
        assert_eq!(shown(2_421, "EUR", Language::English), "€24.21");
        assert_eq!(shown(2_421, "EUR", Language::Italian), "24,21\u{a0}€");
        assert_eq!(shown(123_450, "EUR", Language::German), "1.234,50\u{a0}€");
        assert_eq!(shown(123_456_789, "GBP", Language::French), "1\u{202f}234\u{202f}567,89\u{a0}£");
        assert_eq!(shown(5, "EUR", Language::Spanish), "0,05\u{a0}€");
    }

    #[test]
    fn shared_signs_are_codes_and_currencies_without_decimals_have_none() {
        assert_eq!(shown(999, "USD", Language::English), "USD\u{a0}9.99");
        assert_eq!(shown(1_500, "JPY", Language::English), "JPY\u{a0}1,500");
    }
}
