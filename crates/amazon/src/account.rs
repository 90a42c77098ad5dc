//! For whom a call is made, and in which of Amazon's two environments.

use crate::Secret;

/// A merchant's account, as the gateway needs it to act for him.
///
/// The key pair is the gateway's own; `mws_token` is what lets it act for `seller_id` (none when a merchant
/// calls for himself).
#[derive(Debug, Clone)]
pub struct Account {
    /// Amazon's name of the merchant, `A…`.
    pub seller_id: String,
    /// Login with Amazon: `amzn1.application-oa2-client.…`; tokens must be for this one.
    pub client_id: String,
    /// The key of the signer, `AKIA…`.
    pub access_key: String,
    /// The other half of the key; it only ever signs.
    pub secret_key: Secret,
    /// `amzn.mws.…`, given by the merchant to the gateway's developer id.
    pub mws_token: Option<Secret>,
}

/// Where money is real and where it is not. Amazon keeps them apart by the path alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// No money moves.
    Sandbox,
    /// Money moves.
    Live,
}

impl Environment {
    /// As answers spell it (`ReleaseEnvironment`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Environment::Sandbox => "Sandbox",
            Environment::Live => "Live",
        }
    }

    /// The environment that an identifier of Amazon belongs to, read off its first letter.
    ///
    /// `P` (order reference and what hangs on it) and `B` (billing agreement) are live, `S` and `C` are of the
    /// sandbox; any other letter says nothing. Amazon answers 500 to an object sent to the other environment,
    /// which would read as "may have happened": so it is checked before the call.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Environment> {
        match id.as_bytes().first()? {
            b'P' | b'B' => Some(Environment::Live),
            b'S' | b'C' => Some(Environment::Sandbox),
            _ => None,
        }
    }

    /// Whether an identifier may be used here: it is of this environment or does not say.
    #[must_use]
    pub fn fits(self, id: &str) -> bool {
        Environment::of_id(id).is_none_or(|of_id| of_id == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_names_the_environment() {
        assert!(Environment::Sandbox.fits("S02-0319513-4657042"));
        assert!(Environment::Sandbox.fits("C02-5533845-8537141"));
        assert!(!Environment::Sandbox.fits("P02-0319513-4657042-A031776"));
        assert!(Environment::Live.fits("P02-0319513-4657042"));
        assert!(!Environment::Live.fits("C02-5533845-8537141"));
        assert!(Environment::Live.fits("unknown") && Environment::Live.fits(""));
    }

    #[test]
    fn debug_of_an_account_shows_no_secret() {
        let account = Account {
            seller_id: "A2EXAMPLESELLER".into(),
            client_id: "amzn1.application-oa2-client.1".into(),
            access_key: "AKIAEXAMPLE".into(),
            secret_key: "very secret".into(),
            mws_token: Some("amzn.mws.1".into()),
        };
        let shown = format!("{account:?}");
        assert!(!shown.contains("very secret") && !shown.contains("amzn.mws.1"), "{shown}");
    }
}
