//! Login with Amazon: where a buyer signs in, and whose a token is.

use serde::Deserialize;

/// What Amazon says about an access token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenInfo {
    /// The client id that the token was given to. Compare it, with [`TokenInfo::is_for`].
    pub aud: String,
    /// The buyer, differing per client: `amzn1.account.…`.
    pub user_id: String,
    /// The application of the client.
    pub app_id: String,
    /// Seconds left.
    pub exp: i64,
}

impl TokenInfo {
    /// Whether the token was given to this client. A token of another site must never be taken: whoever holds
    /// one could pay here as its buyer.
    #[must_use]
    pub fn is_for(&self, client_id: &str) -> bool {
        !client_id.is_empty() && self.aud == client_id
    }
}

/// Who signed in.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Profile {
    /// The buyer, differing per client.
    pub user_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Postcode, when the scope was granted.
    pub postal_code: Option<String>,
}

impl std::fmt::Debug for Profile {
    /// Nothing personal: values like this end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile").finish_non_exhaustive()
    }
}
