//! Limits and lifetimes, each as documented for the interface or, where two documents differ, the
//! stricter one.

use super::object::{Money, Reason};

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A draft must be confirmed within 3 hours, an agreement too.
pub const DRAFT_MS: i64 = 3 * 60 * MINUTE_MS;
/// An order reference lives 180 days.
pub const ORDER_MS: i64 = 180 * DAY_MS;
/// `ExpectImmediateAuthorization`: closed when no authorization comes within 60 minutes.
pub const IMMEDIATE_MS: i64 = 60 * MINUTE_MS;
/// An asynchronous authorization is decided after half a minute, a pending capture and a refund are
/// settled after as long.
pub const ASYNCHRONOUS_MS: i64 = 30 * 1000;
/// Authorizations of an order reference.
pub const AUTHORIZATIONS_MOST: usize = 10;
pub const REFUNDS_MOST: usize = 10;
/// An agreement may be charged 500.00 in a calendar month; in a currency without cents 50,000.
pub const AGREEMENT_MONTH_MINOR: i64 = 50_000;
/// 150,000.00 of any currency with cents.
pub const SINGLE_AMOUNT_MINOR: i64 = 15_000_000;

/// How long an authorization may be captured.
pub fn authorization_ms(is_sandbox: bool) -> i64 {
    if is_sandbox { 2 * DAY_MS } else { 30 * DAY_MS }
}

/// What may be charged, or refunded, in all: the amount and the lesser of 15 % and 75.
pub fn allowance(amount: &Money) -> i64 {
    amount.minor + (amount.minor * 15 / 100).min(7_500)
}

/// What an agreement may be charged in a calendar month, written as Amazon writes it: `500`.
pub fn period_limit(currency: &str) -> Money {
    let full = Money { text: String::new(), currency: currency.to_owned(), minor: 0 }.with_minor(AGREEMENT_MONTH_MINOR);
    Money { text: full.text.trim_end_matches(".00").to_owned(), ..full }
}

/// Minutes of a simulation string.
pub fn minutes(minutes: i64) -> i64 {
    minutes * MINUTE_MS
}

/// Reasons for which a declined authorization leaves the order reference open.
pub fn leaves_order_open(reason: Reason) -> bool {
    matches!(reason, Reason::ProcessingFailure | Reason::TransactionTimedOut)
}
