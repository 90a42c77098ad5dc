//! What the SDK refuses before anything is sent, and why.

use wire::{Code, Lang};

/// Characters that the vendor lists as forbidden in values. Blanks are on that list too, but its own examples have
/// them and the service takes them.
const FORBIDDEN: &str = "&§()*<>,;:/[]?=%~°";

/// Why a call was refused here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// The client's own settings.
    #[error("{setting}: {reason}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// An amount that is none.
    #[error("amount {text:?}: {reason}")]
    Amount {
        /// As given.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A field that is empty and must not be.
    #[error("{field} is empty")]
    Empty {
        /// Which field.
        field: &'static str,
    },
    /// A field that is too long.
    #[error("{field} has {length} characters, {max} are allowed")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// How long it is, in characters.
        length: usize,
        /// How long it may be.
        max: usize,
    },
    /// A character that the service does not take.
    #[error("{field} has a forbidden character: {found:?}")]
    Character {
        /// Which field.
        field: &'static str,
        /// The character, or the sequence.
        found: String,
    },
    /// A value that breaks a rule of the gateway; it would have answered with this code.
    #[error("the gateway would refuse this with {code}: {text}", text = code.text(Lang::English))]
    Rule {
        /// The gateway's code.
        code: Code,
    },
    /// The address that was called is no notice.
    #[error("not a notice: {reason}")]
    Notice {
        /// What is missing or wrong.
        reason: &'static str,
    },
    /// A notice that speaks of another shop (`a`).
    #[error("the notice is for shop {shop:?}, not for this one")]
    OtherShop {
        /// The shop it names.
        shop: String,
    },
}

/// The text without the characters that the vendor forbids in values, each run of them replaced by one blank.
///
/// For names and free texts that a buyer typed. Never use it on identifiers: two of them could become one.
///
/// ```
/// assert_eq!(pagam::without_forbidden("Rossi & Figli (Srl)"), "Rossi Figli Srl");
/// ```
#[must_use]
pub fn without_forbidden(text: &str) -> String {
    let replaced = text.replace("*P1*", " ").replace("--", " ").replace(is_forbidden, " ");
    replaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses forbidden characters and sequences.
pub(crate) fn characters(field: &'static str, text: &str) -> Result<(), Invalid> {
    if text.contains("--") {
        return Err(Invalid::Character { field, found: "--".to_owned() });
    }
    match text.chars().find(|c| is_forbidden(*c)) {
        Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
        None => Ok(()),
    }
}

/// Refuses texts longer than `max` characters.
pub(crate) fn length(field: &'static str, text: &str, max: usize) -> Result<(), Invalid> {
    match text.chars().count() {
        length if length > max => Err(Invalid::TooLong { field, length, max }),
        _ => Ok(()),
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || FORBIDDEN.contains(c)
}
