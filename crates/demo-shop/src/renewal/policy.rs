//! What follows when a month could not be charged. Everything that a shop may want to decide otherwise is here.

use pagam::{Category, Code};

const HOUR_MS: i64 = 60 * 60_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What passes by itself is tried again so many hours after the first, second, third refusal; then it is no longer
/// taken for passing.
const PASSING_AGAIN_HOURS: [i64; 3] = [1, 6, 24];

/// A card is tried again so many days after the month's first refusal, and the subscription stops after the last.
const CARD_AGAIN_DAYS: [i64; 2] = [3, 7];

/// The refusals of one month's renewal, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusals {
    /// Of the last one.
    pub code: Code,
    /// How many there were.
    pub count: usize,
    /// When the first one was; UTC milliseconds.
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
    /// Nobody's for long: a technical failure, or a charge that never arrived.
    Passing,
    /// The buyer's, who must choose another card.
    Card,
    /// Amazon's limit for a month.
    Limit,
    /// The buyer's wish: there is no permission any more.
    NoPermission,
}

impl Refusals {
    /// What is done about them.
    #[must_use]
    pub fn next(self, now_ms: i64) -> Next {
        match Trouble::of(self.code) {
            Trouble::NoPermission => Next::Ended,
            Trouble::Limit => Next::LeaveOut,
            Trouble::Card => self.ask_for_card(now_ms),
            Trouble::Passing => match PASSING_AGAIN_HOURS.get(self.count.saturating_sub(1)) {
                Some(hours) => Next::Again { at_ms: now_ms + hours * HOUR_MS },
                None => self.ask_for_card(now_ms),
            },
        }
    }

    fn ask_for_card(self, now_ms: i64) -> Next {
        let days = CARD_AGAIN_DAYS.into_iter().map(|days| self.since_ms + days * DAY_MS);
        days.into_iter().find(|at_ms| *at_ms > now_ms).map_or(Next::Stop, |at_ms| Next::AskForCard { at_ms })
    }
}

impl Trouble {
    fn of(code: Code) -> Trouble {
        match code {
            Code::TOKEN_EXPIRED | Code::TOKEN_UNKNOWN => Trouble::NoPermission,
            Code::AMOUNT_TOO_BIG => Trouble::Limit,
            Code::ISSUER_TECHNICAL | Code::CIRCUIT_UNREACHABLE => Trouble::Passing,
            code if matches!(code.category(), Category::AmazonPay | Category::Issuer) => Trouble::Card,
            _ => Trouble::Passing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: i64 = 1_795_000_000_000;

    fn next(code: Code, count: usize, after_ms: i64) -> Next {
        Refusals { code, count, since_ms: FIRST }.next(FIRST + after_ms)
    }

    #[test]
    fn passing_trouble_is_tried_again_soon_and_then_no_longer_believed_to_pass() {
        for code in [Code::ISSUER_TECHNICAL, Code::CIRCUIT_UNREACHABLE, Code::SYSTEM, Code::NOT_FOUND] {
            assert_eq!(next(code, 1, 0), Next::Again { at_ms: FIRST + HOUR_MS });
            assert_eq!(next(code, 2, HOUR_MS), Next::Again { at_ms: FIRST + 7 * HOUR_MS });
            assert_eq!(next(code, 3, 7 * HOUR_MS), Next::Again { at_ms: FIRST + 31 * HOUR_MS });
            assert_eq!(next(code, 4, 31 * HOUR_MS), Next::AskForCard { at_ms: FIRST + 3 * DAY_MS });
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
