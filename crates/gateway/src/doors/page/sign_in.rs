//! Login with Amazon: whether the buyer is signed in for this shop, and where to if not.
//!
//! The browser holds the token in Amazon's own cookie, because the widgets look for it there. It is
//! asked about at Amazon each time and never stored: a token made for another site must not be
//! taken. Pressing pay sends it to Amazon once more, with what it is to pay with.

use amazon::{Error, ErrorCode, Secret};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;

use crate::Gateway;
use crate::sampled::sampled;

const TOKEN_COOKIE: &str = "amazon_Login_accessToken";
const TOKEN_BYTES_MAX: usize = 2048;

/// Whether the buyer is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignedIn {
    Yes,
    /// The token is over, or belongs to another site.
    No,
    /// Amazon did not say.
    Unknown,
}

/// Asks Amazon about the browser's token.
pub(crate) async fn signed_in(gateway: &Gateway, client_id: &str, token: &Secret) -> SignedIn {
    match gateway.connector().token_info(token.expose()).await {
        Ok(info) if info.is_for(client_id) => SignedIn::Yes,
        Ok(info) => {
            sampled!(warn, aud = info.aud, client_id, "The buyer's token was given to another client");
            SignedIn::No
        }
        Err(Error::Refused(failure)) if is_about_the_token(failure.code.as_ref()) => SignedIn::No,
        Err(error) => {
            sampled!(warn, %error, "Amazon did not say whose the buyer's token is");
            SignedIn::Unknown
        }
    }
}

fn is_about_the_token(code: Option<&ErrorCode>) -> bool {
    matches!(code, Some(ErrorCode::InvalidToken | ErrorCode::InvalidRequest | ErrorCode::InsufficientScope))
}

/// The token in the cookie, which is percent-encoded because of its bar.
pub(super) fn token(headers: &HeaderMap) -> Option<Secret> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.into_iter().find(|(name, _)| *name == TOKEN_COOKIE)?.1;
    let encoded = format!("t={}", value.replace('+', "%2B"));
    let (_, token) = form_urlencoded::parse(encoded.as_bytes()).next()?;
    (!token.is_empty() && token.len() <= TOKEN_BYTES_MAX).then(|| Secret::new(token.into_owned()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_token_is_read_as_the_browser_encoded_it() {
        let of = |cookie: &'static str| {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookie))]);
            token(&headers).map(|token| token.expose().to_owned())
        };
        assert_eq!(of("x=1; amazon_Login_accessToken=Atza%7CIwE+B; y=2").as_deref(), Some("Atza|IwE+B"));
        assert_eq!(of("amazon_Login_accessToken="), None);
        assert_eq!(of("other=Atza%7CIwE"), None);
    }
}
