//! `GET /health` for proxies, `GET /metrics` for monitors on this machine.
//!
//! The status of health is that of this process alone: 200 as long as it serves. Whether the store
//! answers stands in the body and is for monitors: all gateways share the store, and none is worse
//! than another when it is away. Encrypt and Decrypt go on then.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Gateway;
use crate::counters::EXPOSITION_TYPE;
use crate::http::client_address::client_address;

/// Less than a proxy waits: it should not take a gateway for dead because the store is.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) fn router(gateway: Gateway) -> Router {
    Router::new().route("/health", get(tell)).route("/metrics", get(count)).with_state(gateway)
}

/// How a shop's day goes is not for everybody: only callers on this machine are answered.
async fn count(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if !client_address(peer, &headers, &gateway.settings().trusted_proxies).is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [(header::CONTENT_TYPE, EXPOSITION_TYPE), (header::CACHE_CONTROL, "no-store")];
    (headers, gateway.counters().exposition()).into_response()
}

async fn tell(State(gateway): State<Gateway>) -> Response {
    let answers = tokio::time::timeout(PATIENCE, gateway.store().seal_keys()).await.is_ok_and(|keys| keys.is_ok());
    let store = if answers { "answers" } else { "silent" };
    let body = format!(r#"{{"version":"{}","store":"{store}"}}"#, env!("CARGO_PKG_VERSION"));
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
