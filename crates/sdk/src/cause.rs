//! Whose trouble a refusal is: what a shop tells the buyer, and whether it tries again by itself.

use wire::{Category, Code};

use crate::{Refusal, Status};

/// Technical failures on the way to the issuer or to Amazon; nothing is wrong with the card.
const UNAVAILABLE: [u32; 22] =
    [212, 403, 406, 409, 412, 413, 415, 418, 430, 431, 468, 490, 491, 492, 494, 600, 613, 614, 615, 810, 1987, 1999];

/// The merchant is not set up as the issuer or Amazon expects it.
const ACCOUNT: [u32; 4] = [150, 458, 811, 951];

/// Why nothing was done, sorted by who can do something about it.
///
/// Only [`Cause::Declined`] says anything about the buyer's card. Do not send a buyer to another
/// card, and do not count a failed renewal, for any other.
///
/// | cause | codes, for example | what now |
/// |---|---|---|
/// | [`Unavailable`](Cause::Unavailable) | 212, 403, 415 | try again later; the buyer has nothing to mend |
/// | [`Account`](Cause::Account) | 150 | the merchant mends the account at Amazon, then as above |
/// | [`Gateway`](Cause::Gateway) | 9999 | try again later |
/// | [`Currency`](Cause::Currency) | 1111, 65 | another method of payment, or the currency of the agreement |
/// | [`Permission`](Cause::Permission) | 1164, 1165 | the token is over: ask the buyer for a new permission |
/// | [`Buyer`](Cause::Buyer) | 1140, 1143 | the buyer left; offer to pay again |
/// | [`Declined`](Cause::Declined) | 74, 5001 to 5003 | see [`Widget::for_code`](crate::Widget::for_code) |
/// | [`Request`](Cause::Request) | 1107, 1169, 2019 | mend the call; repeating it does not help |
///
/// ```
/// use pagam::{Cause, Code, Status};
///
/// let refused = Status::Refused { code: Code::BANK_UNAVAILABLE };
/// assert_eq!(refused.cause(), Some(Cause::Unavailable));
/// assert!(Cause::Unavailable.may_pass());
/// assert_eq!(Cause::for_code(Code::DENIED), Cause::Declined);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Amazon, or the issuer behind it, cannot be reached, is throttling, or could not decide.
    Unavailable,
    /// Amazon refuses the merchant: its account, key, token or clock.
    Account,
    /// The gateway's own trouble.
    Gateway,
    /// Amazon Pay cannot take the currency, or it differs from that of the agreement or of the
    /// transaction.
    Currency,
    /// The token has expired, is unknown, or its agreement was ended.
    Permission,
    /// The buyer cancelled or left.
    Buyer,
    /// Amazon or the issuer declined the payment, or the buyer has yet to choose a card or an
    /// address.
    Declined,
    /// The call is wrong, the caller is not let in, or the transaction is not in a state for it.
    /// Also every code that is not published.
    Request,
}

impl Cause {
    /// The cause that a code tells of; not meant for [`Code::OK`].
    #[must_use]
    pub fn for_code(code: Code) -> Cause {
        match code {
            Code(number) if UNAVAILABLE.contains(&number) => Cause::Unavailable,
            Code(number) if ACCOUNT.contains(&number) => Cause::Account,
            Code::CURRENCY_DIFFERS | Code::CURRENCY_INVALID => Cause::Currency,
            Code::TOKEN_EXPIRED | Code::TOKEN_UNKNOWN => Cause::Permission,
            Code::NOT_ALLOWED => Cause::Request,
            code => match code.category() {
                Category::System => Cause::Gateway,
                Category::Buyer => Cause::Buyer,
                Category::AmazonPay | Category::Issuer | Category::Risk => Cause::Declined,
                _ => Cause::Request,
            },
        }
    }

    /// Whether the same may succeed later without the buyer or the calling code changing anything.
    #[must_use]
    pub fn may_pass(self) -> bool {
        match self {
            Cause::Unavailable | Cause::Account | Cause::Gateway => true,
            Cause::Currency | Cause::Permission | Cause::Buyer | Cause::Declined | Cause::Request => false,
        }
    }
}

impl Status {
    /// Whose trouble a refusal is; `None` unless it is one.
    #[must_use]
    pub fn cause(self) -> Option<Cause> {
        match self {
            Status::Refused { code } => Some(Cause::for_code(code)),
            Status::Paid | Status::Pending => None,
        }
    }
}

impl Refusal {
    /// Whose trouble it is.
    #[must_use]
    pub fn cause(&self) -> Cause {
        Cause::for_code(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_declines_speak_of_the_buyers_card() {
        for (code, cause) in [
            (212, Cause::Unavailable),
            (403, Cause::Unavailable),
            (415, Cause::Unavailable),
            (150, Cause::Account),
            (9999, Cause::Gateway),
            (65, Cause::Currency),
            (1111, Cause::Currency),
            (1164, Cause::Permission),
            (1165, Cause::Permission),
            (1143, Cause::Buyer),
            (74, Cause::Declined),
            (5001, Cause::Declined),
            (1169, Cause::Request),
            (2019, Cause::Request),
            (1147, Cause::Request),
            (4100, Cause::Request),
            (123_456, Cause::Request),
        ] {
            assert_eq!(Cause::for_code(Code(code)), cause, "{code}");
        }
    }

    #[test]
    fn every_code_of_a_technical_failure_is_published_as_one() {
        let text = |code: &u32| Code(*code).text(wire::Lang::English).to_lowercase();
        for code in &UNAVAILABLE {
            assert!(text(code).contains("technical error") || text(code).contains("not available"), "{code}");
        }
        for code in &ACCOUNT {
            assert!(text(code).contains("merchant configuration"), "{code}");
        }
    }
}
