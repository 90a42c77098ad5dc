//! The name that makes repeating a settlement or a refund safe.

use std::fmt;

use crate::Invalid;
use crate::invalid::length;

const LENGTH_MAX: usize = 20;

/// Read aloud without mistakes: no I, L, O, U. Five bits of a random byte choose one.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The shop's own name (`settlementID`) for one settlement or one refund: an idempotency key.
///
/// The same settlement or refund under the same name is done once by a Pagam gateway, however often
/// it is sent. So:
///
/// 1. make a name, at random or from what the money moves for (`parcel-7`);
/// 2. **write it into the shop's database before sending**, with the amount and the transaction;
/// 3. after a crash, or an [uncertain](crate::Error::is_uncertain) end, send the same again under
///    the same name.
///
/// Two refunds of one transaction are two names. The same name with another amount is refused
/// (1105). Axerve takes the name and documents nothing of the kind: there, ask
/// [`Client::read_trx`](crate::Client::read_trx) before anything is sent again.
///
/// ```
/// use pagam::SettlementId;
///
/// let parcel = SettlementId::new("parcel-7")?;
/// assert_eq!(parcel.as_str(), "parcel-7");
/// assert!(SettlementId::new("a name of more than 20").is_err());
///
/// let random = SettlementId::generate();
/// assert_eq!(SettlementId::new(random.as_str())?, random, "it can be read back from the shop's database");
/// # Ok::<(), pagam::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SettlementId(String);

impl SettlementId {
    /// Takes a name: 1 to 20 of `[A-Za-z0-9_-]`. (One that is cut off or changed on the way would
    /// be another name.)
    ///
    /// # Errors
    /// [`Invalid::Empty`], [`Invalid::TooLong`], [`Invalid::Character`].
    pub fn new(text: impl Into<String>) -> Result<SettlementId, Invalid> {
        let (field, text) = ("settlement_id", text.into());
        if text.is_empty() {
            return Err(Invalid::Empty { field });
        }
        length(field, &text, LENGTH_MAX)?;
        match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
            Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
            None => Ok(SettlementId(text)),
        }
    }

    /// Makes a new name: 20 letters and digits with 100 random bits, never the same twice.
    ///
    /// # Panics
    /// When the operating system has no randomness.
    #[must_use]
    pub fn generate() -> SettlementId {
        let mut bytes = [0; LENGTH_MAX];
        let dice = rustls::crypto::aws_lc_rs::default_provider().secure_random;
        dice.fill(&mut bytes).expect("the operating system has randomness");
        SettlementId(bytes.into_iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SettlementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_that_would_not_arrive_whole_are_refused() {
        for wrong in ["", " ", "a b", "è", &"x".repeat(21)] {
            assert!(SettlementId::new(wrong).is_err(), "{wrong}");
        }
        assert!(SettlementId::new("x".repeat(20)).is_ok());
    }

    #[test]
    fn generated_names_are_valid_and_differ() {
        let names: BTreeSet<String> = (0..1_000).map(|_| SettlementId::generate().to_string()).collect();
        assert_eq!(names.len(), 1_000);
        assert!(names.iter().all(|name| name.len() == 20 && SettlementId::new(name.as_str()).is_ok()));
    }
}
