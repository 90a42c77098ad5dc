//! Choices of a shop that carry a number: what becomes of money that is held, and of a payment that Amazon cannot decide.

use std::fmt;
use std::str::FromStr;

use payments::AutomaticAct;

/// Amazon keeps an authorization longer, but this is as long as Axerve's automatic operations wait.
const DAYS_MAX: u8 = 25;
/// What Amazon takes as the time for a decision, in minutes.
const MINUTES_MAX: u16 = 1440;
const MINUTES_STEP: u16 = 5;

/// `--automatic`: what happens by itself to money that is held, and after how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Automatic(pub Option<(AutomaticAct, u8)>);

/// `--when-undecided`: for how many minutes Amazon may decide after the buyer has gone; none: the payment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhenUndecided(pub Option<u16>);

impl FromStr for Automatic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "none, settle:DAYS or delete:DAYS, for example settle:7".to_owned();
        if text == "none" {
            return Ok(Automatic(None));
        }
        let (act, days) = text.split_once(':').ok_or_else(wrong)?;
        let act = match act {
            "settle" => AutomaticAct::Settle,
            "delete" => AutomaticAct::Delete,
            _ => return Err(wrong()),
        };
        let days: u32 = days.parse().map_err(|_| wrong())?;
        match u8::try_from(days) {
            Ok(days @ 1..=DAYS_MAX) => Ok(Automatic(Some((act, days)))),
            _ => Err(format!("1 to {DAYS_MAX} days; Axerve refuses more for Amazon Pay (1454)")),
        }
    }
}

impl FromStr for WhenUndecided {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "refuse" {
            return Ok(WhenUndecided(None));
        }
        let minutes = text.strip_prefix("wait:").ok_or("refuse, or wait:MINUTES, for example wait:30")?;
        match minutes.parse::<u16>() {
            Ok(minutes @ MINUTES_STEP..=MINUTES_MAX) if minutes.is_multiple_of(MINUTES_STEP) => {
                Ok(WhenUndecided(Some(minutes)))
            }
            _ => Err(format!(
                "{MINUTES_STEP} to {MINUTES_MAX} minutes, in steps of {MINUTES_STEP}: Amazon takes no others"
            )),
        }
    }
}

impl fmt::Display for Automatic {
    /// As it is given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("none"),
            Some((AutomaticAct::Settle, days)) => write!(f, "settle:{days}"),
            Some((AutomaticAct::Delete, days)) => write!(f, "delete:{days}"),
        }
    }
}

impl fmt::Display for WhenUndecided {
    /// As it is given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("refuse"),
            Some(minutes) => write!(f, "wait:{minutes}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_given_again() {
        for text in ["none", "settle:1", "settle:25", "delete:14"] {
            assert_eq!(text.parse::<Automatic>().expect("a choice").to_string(), text);
        }
        for text in ["refuse", "wait:5", "wait:30", "wait:1440"] {
            assert_eq!(text.parse::<WhenUndecided>().expect("a choice").to_string(), text);
        }
    }

    #[test]
    fn more_days_than_axerve_has_are_refused_with_its_code() {
        for text in ["settle:0", "settle:26", "delete:300"] {
            assert!(text.parse::<Automatic>().expect_err("too few or too many").contains("1454"), "{text}");
        }
        for text in ["", "settle", "settle:", "settle:x", "settle:-1", "refund:3"] {
            assert!(text.parse::<Automatic>().expect_err("no choice").starts_with("none, settle"), "{text}");
        }
    }

    #[test]
    fn amazon_decides_within_a_day_and_in_steps_of_five_minutes() {
        for text in ["wait:0", "wait:4", "wait:7", "wait:1445", "wait:x", "wait", "5"] {
            assert!(text.parse::<WhenUndecided>().is_err(), "{text}");
        }
    }
}
