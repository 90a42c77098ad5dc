//! Login with Amazon over HTTP: the address to sign in at, whose a token is, who the buyer is.

use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Connector;
use super::exchange::receive;
use super::retry::Ended;
use super::verdict::refusal_of;
use crate::calls::Repeat;
use crate::{Environment, Error, ErrorCode, Failure, Profile, TokenInfo};

/// What the payment page needs: who it is, and the widgets with both addresses.
const SCOPES: &str = "profile postal_code payments:widget payments:shipping_address payments:billing_address";

/// The longest token that Amazon gives.
const LONGEST_TOKEN_BYTES: usize = 2048;

/// How Login with Amazon refuses.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    error_description: Option<String>,
}

impl Connector {
    /// Where the buyer's browser signs in; it comes back to `redirect_uri` with a token and
    /// `state`.
    #[must_use]
    pub fn sign_in_url(&self, client_id: &str, redirect_uri: &str, state: &str) -> Url {
        let mut url = self.endpoints.sign_in.clone();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("client_id", client_id)
            .append_pair("scope", SCOPES)
            .append_pair("response_type", "token")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        if self.endpoints.environment == Environment::Sandbox {
            query.append_pair("sandbox", "true");
        }
        drop(query);
        url
    }

    /// What Amazon says about a token. Compare [`TokenInfo::is_for`] before believing anything of
    /// it.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`ErrorCode::InvalidToken`] when it is expired, revoked or
    /// malformed; else as for any call (it changes nothing, so [`Error::Unknown`] only means that
    /// there is no answer).
    pub async fn token_info(&self, access_token: &str) -> Result<TokenInfo, Error> {
        let token = well_formed(access_token)?;
        let mut url = self.endpoints.profile_api.clone();
        url.set_path("/auth/o2/tokeninfo");
        url.query_pairs_mut().append_pair("access_token", token);
        self.ask("tokeninfo", || self.http.get(url.clone())).await
    }

    /// Who the buyer is.
    ///
    /// # Errors
    /// As [`Connector::token_info`]; [`ErrorCode::InsufficientScope`] when the token does not allow
    /// it.
    pub async fn profile(&self, access_token: &str) -> Result<Profile, Error> {
        let token = well_formed(access_token)?;
        let mut value = HeaderValue::from_str(token).map_err(|_| invalid_token())?;
        value.set_sensitive(true);
        let mut url = self.endpoints.profile_api.clone();
        url.set_path("/user/profile");
        self.ask("profile", || self.http.get(url.clone()).header("x-amz-access-token", value.clone())).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        action: &str,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<T, Error> {
        self.repeatedly(action, Repeat::Reads, || ask_once(action, request())).await
    }
}

async fn ask_once<T: DeserializeOwned>(action: &str, request: reqwest::RequestBuilder) -> Result<T, Ended> {
    let received = receive(request).await?;
    tracing::info!(action, http_status = received.status, "Login with Amazon answered");
    let unknown = |why: &str| Ended::for_now(Error::Unknown(received.failure(None, why)));
    if received.status == 200 {
        return serde_json::from_slice(&received.body).map_err(|_| unknown("the answer is not what was asked for"));
    }
    let refusal: Refusal = serde_json::from_slice(&received.body).map_err(|_| unknown("the answer names no error"))?;
    let (code, sentence) = (ErrorCode::from(refusal.error.as_str()), refusal.error_description.unwrap_or_default());
    Err(refusal_of(&received, code, sentence, Repeat::Reads))
}

/// The token, when it can be one: it comes from a cookie and goes into a request.
fn well_formed(token: &str) -> Result<&str, Error> {
    let can_be = !token.is_empty() && token.len() <= LONGEST_TOKEN_BYTES && token.bytes().all(|b| b.is_ascii_graphic());
    if can_be { Ok(token) } else { Err(invalid_token()) }
}

fn invalid_token() -> Error {
    let failure = Failure::here("the access token is not one that Amazon gives");
    Error::refused(Failure { code: Some(ErrorCode::InvalidToken), ..failure })
}
