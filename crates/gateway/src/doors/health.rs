//! `GET /health`: for proxies and monitors.
//!
//! The status is that of this process alone: 200 as long as it serves. Whether the store answers stands in the body and is for
//! whoever watches: all gateways share the store, and none is worse than another when it is away. Encrypt and Decrypt go on then.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::Gateway;

/// Less than a proxy waits: it should not take a gateway for dead because the store is.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) fn router(gateway: Gateway) -> Router {
    Router::new().route("/health", get(tell)).with_state(gateway)
}

async fn tell(State(gateway): State<Gateway>) -> Response {
    let answers = tokio::time::timeout(PATIENCE, gateway.store().seal_keys()).await.is_ok_and(|keys| keys.is_ok());
    let store = if answers { "answers" } else { "silent" };
    let body = format!(r#"{{"version":"{}","store":"{store}"}}"#, env!("CARGO_PKG_VERSION"));
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}
