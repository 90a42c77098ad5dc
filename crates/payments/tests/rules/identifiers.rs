//! Identifiers and amounts: what is taken, what is refused.

use payments::{AttemptId, AuthorizationId, Currency, Money, MoneyError, PaymentId, ShopLogin, ShopTransactionId};
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_shops_identifier_is_taken_exactly_when_it_keeps_amazons_rule(text in "[A-Za-z0-9_\\- *à]{0,40}") {
        let keeps = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        prop_assert_eq!(ShopTransactionId::new(text.clone()).is_ok(), keeps);
        prop_assert_eq!(AttemptId::new(text).is_ok(), keeps);
    }

    #[test]
    fn any_text_is_taken_or_refused_without_panic(text in any::<String>()) {
        for taken in [ShopLogin::new(text.clone()).is_ok(), PaymentId::new(text.clone()).is_ok()] {
            prop_assert!(!taken || !text.is_empty());
        }
        prop_assert_eq!(Currency::new(&text).is_ok(), text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()));
    }

    #[test]
    fn sums_are_exact_or_refused(a in any::<i64>(), b in any::<i64>()) {
        let sum = Money::new(a, Currency::EUR).plus(Money::new(b, Currency::EUR));
        match a.checked_add(b) {
            Some(minor) => prop_assert_eq!(sum, Ok(Money::new(minor, Currency::EUR))),
            None => prop_assert_eq!(sum, Err(MoneyError::Overflow)),
        }
    }
}

#[test]
fn lengths_count_characters_up_to_their_limit() {
    assert!(ShopLogin::new("è".repeat(30)).is_ok());
    assert!(ShopLogin::new("è".repeat(31)).is_err());
    assert!(AuthorizationId::new("S02-0319513-4657042-A063411").is_ok());
}

#[test]
fn amounts_of_two_currencies_are_not_added() {
    let dollars = Currency::new("USD").map(|currency| Money::new(1, currency)).expect("a code");
    assert_eq!(Money::new(1, Currency::EUR).plus(dollars), Err(MoneyError::CurrencyMismatch));
}
