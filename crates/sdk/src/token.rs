//! The permission to charge again.

use std::fmt;

use zeroize::Zeroizing;

use crate::Invalid;
use crate::invalid::length;

const TOKEN_MAX: usize = 25;

/// Stands for a buyer's permission to be charged again (an agreement with Amazon Pay). It comes in the outcome of a
/// [recurring](crate::PaymentBuilder::recurring) payment; keep it as you would keep a password.
///
/// ```
/// let token = pagam::Token::new("7Q2M9X4K1B8V3Z6T")?;
/// assert_eq!(token.as_str(), "7Q2M9X4K1B8V3Z6T");
/// assert_eq!(format!("{token:?}"), "Token(…6T)");
/// assert!(pagam::Token::new("").is_err());
/// # Ok::<(), pagam::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Takes a token that the gateway once gave: 1 to 25 of `[A-Za-z0-9-]`.
    ///
    /// # Errors
    /// [`Invalid::Empty`], [`Invalid::TooLong`], [`Invalid::Character`].
    pub fn new(text: impl Into<String>) -> Result<Token, Invalid> {
        let (field, text) = ("token", Zeroizing::new(text.into()));
        if text.is_empty() {
            return Err(Invalid::Empty { field });
        }
        length(field, &text, TOKEN_MAX)?;
        match text.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
            Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
            None => Ok(Token(text)),
        }
    }

    /// As the gateway gave it, whatever it looks like.
    pub(crate) fn given(text: String) -> Option<Token> {
        Some(Token(Zeroizing::new(text))).filter(|token| !token.0.is_empty())
    }

    /// The token itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    /// The last two characters only, enough to tell two apart in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.chars().count();
        let end: String = self.0.chars().skip(length.saturating_sub(2)).filter(|_| length > 8).collect();
        write!(f, "Token(…{end})")
    }
}
