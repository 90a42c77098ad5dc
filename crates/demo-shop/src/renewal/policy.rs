//! What follows when a month could not be charged. Everything that a shop may want to decide otherwise is here.

use pagam::{Cause, Code};

const HOUR_MS: i64 = 60 * 60_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Trouble that is not the buyer's is tried again so many hours after the first, second, third try
/// of the month, then over and over after the last. It never counts as a failure, asks for no card
/// and ends no permission.
const PASSING_AGAIN_HOURS: [i64; 3] = [1, 6, 24];

/// A card is tried again so many days after it was first declined for the month, and the
/// subscription stops after the last.
const CARD_AGAIN_DAYS: [i64; 2] = [3, 7];

/// A month's renewal that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    /// How often the month was tried.
    pub tries: usize,
    /// When the card was first declined for it, or now; UTC milliseconds.
    pub since_ms: i64,
}

/// What is done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is charged again then, and the buyer has nothing to do.
    Again {
        /// UTC milliseconds.
        at_ms: i64,
    },
    /// The buyer is asked for another card, and charged again then.
    AskForCard {
        /// UTC milliseconds.
        at_ms: i64,
    },
    /// This month is left out, and the buyer is told why.
    LeaveOut,
    /// The subscription is over, and so is the permission: the shop gives it back.
    Stop,
    /// The buyer has ended the permission at Amazon: the subscription is over.
    Ended,
}

/// Whose trouble a refusal is.
enum Trouble {
    /// Not the buyer's: Amazon, the shop's account there, the gateway, or a charge that never
    /// arrived.
    Passing,
    /// The buyer's, who must choose another card.
    Card,
    /// Amazon's limit for a month.
    Limit,
    /// The buyer's wish: there is no permission any more.
    NoPermission,
}

impl Refusal {
    /// What is done about it.
    #[must_use]
    pub fn next(self, now_ms: i64) -> Next {
        match Trouble::of(self.code) {
            Trouble::NoPermission => Next::Ended,
            Trouble::Limit => Next::LeaveOut,
            Trouble::Card => self.ask_for_card(now_ms),
            Trouble::Passing => {
                let last = PASSING_AGAIN_HOURS.len() - 1;
                let hours = PASSING_AGAIN_HOURS[self.tries.saturating_sub(1).min(last)];
                Next::Again { at_ms: now_ms + hours * HOUR_MS }
            }
        }
    }

    fn ask_for_card(self, now_ms: i64) -> Next {
        let days = CARD_AGAIN_DAYS.into_iter().map(|days| self.since_ms + days * DAY_MS);
        days.into_iter().find(|at_ms| *at_ms > now_ms).map_or(Next::Stop, |at_ms| Next::AskForCard { at_ms })
    }
}

impl Trouble {
    fn of(code: Code) -> Trouble {
        match (code, Cause::for_code(code)) {
            (Code::AMOUNT_TOO_BIG, _) => Trouble::Limit,
            (_, Cause::Permission) => Trouble::NoPermission,
            (_, Cause::Declined) => Trouble::Card,
            (_, Cause::Unavailable | Cause::Account | Cause::Gateway | Cause::Currency) => Trouble::Passing,
            (_, Cause::Buyer | Cause::Request) => Trouble::Passing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: i64 = 1_795_000_000_000;

    fn next(code: Code, tries: usize, after_ms: i64) -> Next {
        Refusal { code, tries, since_ms: FIRST }.next(FIRST + after_ms)
    }

    #[test]
    fn trouble_that_is_not_the_buyers_is_tried_again_for_ever() {
        for code in [
            Code::BANK_UNAVAILABLE,
            Code::MERCHANT_CONFIGURATION,
            Code::ISSUER_TECHNICAL,
            Code::CIRCUIT_UNREACHABLE,
            Code::SYSTEM,
            Code::NOT_FOUND,
            Code::CURRENCY_DIFFERS,
        ] {
            assert_eq!(next(code, 1, 0), Next::Again { at_ms: FIRST + HOUR_MS });
            assert_eq!(next(code, 2, HOUR_MS), Next::Again { at_ms: FIRST + 7 * HOUR_MS });
            for (tries, days) in [(3, 1), (30, 28)] {
                assert_eq!(next(code, tries, days * DAY_MS), Next::Again { at_ms: FIRST + (days + 1) * DAY_MS });
            }
        }
    }

    #[test]
    fn a_declined_card_has_three_and_seven_days() {
        for code in [Code::AMAZON_METHOD_NOT_ALLOWED, Code::AMAZON_PLAN_NOT_SET, Code::DENIED] {
            assert_eq!(next(code, 1, 0), Next::AskForCard { at_ms: FIRST + 3 * DAY_MS });
            assert_eq!(next(code, 2, DAY_MS), Next::AskForCard { at_ms: FIRST + 3 * DAY_MS });
            assert_eq!(next(code, 3, 3 * DAY_MS), Next::AskForCard { at_ms: FIRST + 7 * DAY_MS });
            assert_eq!(next(code, 4, 7 * DAY_MS), Next::Stop);
        }
    }

    #[test]
    fn a_limit_costs_a_month_and_an_ended_permission_everything() {
        assert_eq!(next(Code::AMOUNT_TOO_BIG, 1, 0), Next::LeaveOut);
        assert_eq!(next(Code::TOKEN_UNKNOWN, 1, 0), Next::Ended);
        assert_eq!(next(Code::TOKEN_EXPIRED, 1, 0), Next::Ended);
    }
}
