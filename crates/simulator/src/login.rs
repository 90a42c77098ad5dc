//! Login with Amazon as servers meet it: whose a token is, and who that is. The pages are
//! elsewhere.

use std::sync::Arc;

use aws_lc_rs::digest;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use http::header::{AUTHORIZATION, CACHE_CONTROL};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::World;
use crate::ledger::{Buyer, Token};

/// `tokeninfo` and `profile`, of both environments: a token knows its own.
pub fn router(world: Arc<World>) -> Router {
    Router::new().route("/auth/o2/tokeninfo", get(tokeninfo)).route("/user/profile", get(profile)).with_state(world)
}

async fn tokeninfo(State(world): State<Arc<World>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let token = match sent(query.as_deref(), &headers) {
        Some(token) => token,
        None => return refused(StatusCode::BAD_REQUEST, "invalid_request", "There is no access token in the request."),
    };
    let Some((token, buyer)) = world.living_token(&token) else { return invalid_token() };
    let body = json!({
        "aud": token.client_id,
        "user_id": user_id(&buyer, &token.client_id),
        "iss": "https://www.amazon.com",
        "exp": token.left_ms(world.now()) / 1000,
        "app_id": app_id(&token.client_id),
        "iat": token.issued_at / 1000,
    });
    answered(StatusCode::OK, body)
}

async fn profile(State(world): State<Arc<World>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let token = match sent(query.as_deref(), &headers) {
        Some(token) => token,
        None => return refused(StatusCode::BAD_REQUEST, "invalid_request", "There is no access token in the request."),
    };
    let Some((token, buyer)) = world.living_token(&token) else { return invalid_token() };
    if !token.allows("profile") && !token.allows("profile:user_id") {
        return refused(
            StatusCode::UNAUTHORIZED,
            "insufficient_scope",
            "The access token was given without the scope profile.",
        );
    }
    answered(StatusCode::OK, profile_of(&buyer, &token))
}

fn profile_of(buyer: &Buyer, token: &Token) -> serde_json::Value {
    let mut profile = json!({ "user_id": user_id(buyer, &token.client_id) });
    if token.allows("profile") {
        profile["name"] = json!(buyer.name);
        profile["email"] = json!(buyer.email);
    }
    if token.allows("postal_code") && !buyer.billing.postal_code.is_empty() {
        profile["postal_code"] = json!(buyer.billing.postal_code);
    }
    profile
}

/// In the header of its own, as a bearer, or in the query.
fn sent(query: Option<&str>, headers: &HeaderMap) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    let in_query = || {
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        pairs.find(|(name, _)| name == "access_token").map(|(_, value)| value.into_owned())
    };
    header("x-amz-access-token").or(bearer).map(str::to_owned).or_else(in_query).filter(|token| !token.is_empty())
}

/// The same buyer has another id for every client.
fn user_id(buyer: &Buyer, client_id: &str) -> String {
    let hash = digest::digest(&digest::SHA256, format!("{client_id}\n{}", buyer.id).as_bytes());
    format!("amzn1.account.A{}", &BASE32_NOPAD.encode(hash.as_ref())[..27])
}

fn app_id(client_id: &str) -> String {
    let hash = digest::digest(&digest::SHA256, client_id.as_bytes());
    format!("amzn1.application.{}", HEXLOWER.encode(&hash.as_ref()[..16]))
}

fn invalid_token() -> Response {
    let why = "The access token is expired, revoked, malformed or not known.";
    refused(StatusCode::BAD_REQUEST, "invalid_token", why)
}

fn refused(status: StatusCode, code: &str, why: &str) -> Response {
    answered(status, json!({ "error": code, "error_description": why }))
}

fn answered(status: StatusCode, body: serde_json::Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
