//! Currencies: Banca d'Italia's UIC codes on the wire, ISO 4217 codes everywhere else.

/// A currency that the service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    uic: &'static str,
    iso: &'static str,
    exponent: u32,
    minimum: i64,
    maximum: i64,
}

/// For currencies without a known maximum: what nine characters of amount can say at most.
const NO_MAXIMUM: i64 = 999_999_999;

/// UIC code, ISO code, decimals after ISO 4217, smallest and largest amount in minor units (from the official client).
const CURRENCIES: &[Currency] = &[
    currency("242", "EUR", 2, 1, 700_000_000),
    currency("1", "USD", 2, 1, 700_000_000),
    currency("2", "GBP", 2, 1, 700_000_000),
    currency("3", "CHF", 2, 1, 700_000_000),
    currency("7", "DKK", 2, 1, 700_000_000),
    currency("8", "NOK", 2, 1, 700_000_000),
    currency("9", "SEK", 2, 1, 700_000_000),
    currency("12", "CAD", 2, 1, 700_000_000),
    currency("18", "ITL", 2, 1, NO_MAXIMUM),
    currency("26", "PKR", 2, 100, 1_000_000_000),
    currency("29", "CLP", 0, 1, NO_MAXIMUM),
    currency("31", "INR", 2, 1, 700_000_000),
    currency("40", "COP", 2, 1, NO_MAXIMUM),
    currency("55", "MYR", 2, 1, 700_000_000),
    currency("62", "ISK", 0, 1, 7_000_000),
    currency("66", "PHP", 2, 1, 700_000_000),
    currency("71", "JPY", 0, 1, 7_000_000),
    currency("73", "THB", 2, 1, 700_000_000),
    currency("74", "BOB", 2, 1, NO_MAXIMUM),
    currency("75", "SAR", 2, 1, 700_000_000),
    currency("77", "CRC", 2, 1, NO_MAXIMUM),
    currency("78", "GTQ", 2, 1, NO_MAXIMUM),
    currency("81", "NGN", 2, 1, 700_000_000),
    currency("82", "ZAR", 2, 1, 700_000_000),
    currency("101", "PYG", 0, 1, NO_MAXIMUM),
    currency("103", "HKD", 2, 1, 700_000_000),
    currency("109", "AUD", 2, 1, 700_000_000),
    currency("113", "NZD", 2, 1, 700_000_000),
    currency("116", "DOP", 2, 1, NO_MAXIMUM),
    currency("118", "HNL", 2, 1, NO_MAXIMUM),
    currency("119", "KRW", 0, 1, 7_000_000),
    currency("120", "NIO", 2, 1, NO_MAXIMUM),
    currency("123", "IDR", 2, 10_000, 20_000_000_000),
    currency("124", "SGD", 2, 1, 700_000_000),
    currency("143", "TWD", 2, 1, 700_000_000),
    currency("144", "CNY", 2, 1, 40_000_000),
    currency("145", "VND", 0, 100, 200_000_000),
    currency("153", "HUF", 2, 1, 700_000_000),
    currency("187", "AED", 2, 1, 700_000_000),
    currency("189", "QAR", 2, 1, NO_MAXIMUM),
    currency("201", "PEN", 2, 1, NO_MAXIMUM),
    currency("203", "ILS", 2, 1, 700_000_000),
    currency("216", "ARS", 2, 1, NO_MAXIMUM),
    currency("222", "MXN", 2, 1, NO_MAXIMUM),
    currency("223", "CZK", 2, 1, 700_000_000),
    currency("229", "HRK", 2, 1, 700_000_000),
    currency("234", "BRL", 2, 1, 700_000_000),
    currency("237", "PLN", 2, 1, 700_000_000),
    currency("241", "UAH", 2, 1, 700_000_000),
    currency("244", "RUB", 2, 1, 700_000_000),
    currency("262", "BGN", 2, 1, 700_000_000),
    currency("267", "TRY", 2, 1, 700_000_000),
    currency("270", "RON", 2, 1, 700_000_000),
];

const fn currency(uic: &'static str, iso: &'static str, exponent: u32, minimum: i64, maximum: i64) -> Currency {
    Currency { uic, iso, exponent, minimum, maximum }
}

impl Currency {
    /// The euro, UIC code 242.
    pub const EUR: Currency = CURRENCIES[0];

    /// Every currency that the service names.
    pub fn all() -> impl Iterator<Item = Currency> {
        CURRENCIES.iter().copied()
    }

    /// The currency of a `uicCode`.
    #[must_use]
    pub fn by_uic(uic: &str) -> Option<Currency> {
        CURRENCIES.iter().find(|currency| currency.uic == uic).copied()
    }

    /// The currency of an ISO 4217 code.
    #[must_use]
    pub fn by_iso(iso: &str) -> Option<Currency> {
        CURRENCIES.iter().find(|currency| currency.iso == iso).copied()
    }

    /// The UIC code.
    #[must_use]
    pub fn uic(self) -> &'static str {
        self.uic
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn iso(self) -> &'static str {
        self.iso
    }

    /// Digits after the dot.
    #[must_use]
    pub fn exponent(self) -> u32 {
        self.exponent
    }

    /// The smallest amount, in minor units.
    #[must_use]
    pub fn minimum(self) -> i64 {
        self.minimum
    }

    /// The largest amount, in minor units.
    #[must_use]
    pub fn maximum(self) -> i64 {
        self.maximum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_the_euro_is_242() {
        for currency in CURRENCIES {
            assert_eq!(Currency::by_uic(currency.uic), Some(*currency));
            assert_eq!(Currency::by_iso(currency.iso), Some(*currency));
        }
        assert_eq!(Currency::by_uic("242"), Some(Currency::EUR));
        assert_eq!(Currency::by_uic("978"), None);
    }
}
