//! Identifiers as types: two texts side by side in a signature would be a bug.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is not an identifier of the kind named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is empty, too long, or has a character that is not allowed")]
pub struct Invalid(pub &'static str);

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $max:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a text that keeps the rules of this kind of identifier.
            ///
            /// # Errors
            /// [`Invalid`] when it is empty, longer than allowed, or has another character.
            pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
                let text = text.into();
                let allowed: fn(char) -> bool = $allowed;
                let fits = !text.is_empty() && text.chars().count() <= $max && text.chars().all(allowed);
                if fits { Ok($name(text)) } else { Err(Invalid(stringify!($name))) }
            }

            /// The identifier as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                $name::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

fn name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn printable(c: char) -> bool {
    !c.is_control()
}

text_id!(
    /// A merchant account at the gateway (`shopLogin`), at most 30 characters.
    ShopLogin, 30, printable
);
text_id!(
    /// One visit to the payment page: born with the sealed string, known to the gateway and the
    /// buyer's address bar only.
    PaymentId, 32, |c| c.is_ascii_alphanumeric()
);
text_id!(
    /// The shop's name for the payment (`shopTransactionId`): at most 32 of `[A-Za-z0-9_-]`, Amazon Pay's rule.
    ///
    /// ```
    /// # use payments::ShopTransactionId;
    /// assert!(ShopTransactionId::new("ORDER_2026-11").is_ok());
    /// assert!(ShopTransactionId::new("ORDER 1").is_err());
    /// ```
    ShopTransactionId, 32, name_character
);
text_id!(
    /// What Amazon deduplicates an authorization on (`AuthorizationReferenceId`), at most 32 of `[A-Za-z0-9_-]`.
    AttemptId, 32, name_character
);
text_id!(
    /// Amazon's order reference, for example `S02-0319513-4657042`.
    OrderReferenceId, 32, name_character
);
text_id!(
    /// Amazon's authorization, for example `S02-0319513-4657042-A063411`.
    AuthorizationId, 40, name_character
);
text_id!(
    /// Amazon's capture or refund, for example `S02-0319513-4657042-C063411`.
    MovementId, 40, name_character
);
text_id!(
    /// The merchant's account at Amazon, at most 64: shops may share one.
    SellerId, 64, printable
);
text_id!(
    /// Amazon's billing agreement, for example `C02-5533845-8537141`.
    BillingAgreementId, 32, name_character
);
text_id!(
    /// What a shop charges an agreement by (`TOKEN`, `tokenValue`), at most 25 of `[A-Z0-9]`; sixteen when made here.
    Token, 25, |c| c.is_ascii_uppercase() || c.is_ascii_digit()
);
text_id!(
    /// The shop's name for a settlement or a refund (`settlementID`), at most 20.
    SettlementId, 20, printable
);
text_id!(
    /// Amazon's chargeback, at most 64.
    ChargebackId, 64, printable
);

/// The gateway's number for a payment (`bankTransactionId`): from 1, increasing within a shop, with gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BankTransactionId(pub i64);

impl fmt::Display for BankTransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UtcMs(pub i64);

impl UtcMs {
    /// The instant so many milliseconds later (earlier when negative), kept within what an `i64` holds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> UtcMs {
        UtcMs(self.0.saturating_add(ms))
    }
}
