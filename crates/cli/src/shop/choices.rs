//! Choices of a shop that carry a number, as they are written on the command line: what becomes of
//! money that is held, and of a payment that Amazon cannot decide. Which numbers are allowed is the
//! gateway's to say.

use std::fmt;
use std::str::FromStr;

use payments::AutomaticAct;

/// `--automatic`: what happens by itself to money that is held, and after how many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Automatic(pub Option<(AutomaticAct, u32)>);

/// `--when-undecided`: for how many minutes Amazon may decide after the buyer has gone; none: the payment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhenUndecided(pub Option<u32>);

impl FromStr for Automatic {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "none, settle:DAYS or delete:DAYS, for example settle:7";
        if text == "none" {
            return Ok(Automatic(None));
        }
        let (act, days) = text.split_once(':').ok_or(wrong)?;
        let act = match act {
            "settle" => AutomaticAct::Settle,
            "delete" => AutomaticAct::Delete,
            _ => return Err(wrong),
        };
        Ok(Automatic(Some((act, days.parse().map_err(|_| wrong)?))))
    }
}

impl FromStr for WhenUndecided {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "refuse, or wait:MINUTES, for example wait:30";
        if text == "refuse" {
            return Ok(WhenUndecided(None));
        }
        let minutes = text.strip_prefix("wait:").ok_or(wrong)?;
        Ok(WhenUndecided(Some(minutes.parse().map_err(|_| wrong)?)))
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
    fn what_is_no_choice_is_told_with_an_example() {
        for text in ["", "settle", "settle:", "settle:x", "settle:-1", "refund:3"] {
            assert!(text.parse::<Automatic>().expect_err("no choice").ends_with("settle:7"), "{text}");
        }
        for text in ["wait:x", "wait", "5", ""] {
            assert!(text.parse::<WhenUndecided>().expect_err("no choice").ends_with("wait:30"), "{text}");
        }
    }
}
