//! Amounts and instants as Amazon writes them.

use amazon::Price;
use amazon::types::timestamp_ms;
use payments::{Currency, Money, UtcMs};

/// An amount as Amazon writes it.
pub(super) fn price_of(amount: Money) -> Price {
    let currency = wire::Currency::by_iso(amount.currency.as_str()).unwrap_or(wire::Currency::EUR);
    Price::new(wire::amount::format(amount.minor, currency), amount.currency.as_str())
}

/// The same the other way; nothing when it is not an amount of a known currency.
pub(crate) fn money_of(price: &Price) -> Option<Money> {
    let currency = wire::Currency::by_iso(&price.currency_code)?;
    let minor = price.minor_units(currency.exponent())?;
    Some(Money::new(minor, Currency::new(currency.iso()).ok()?))
}

/// An instant, when Amazon says one.
pub(super) fn instant(text: Option<&str>) -> Option<UtcMs> {
    text.and_then(timestamp_ms).map(UtcMs)
}
