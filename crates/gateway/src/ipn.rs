//! The door for Amazon's notifications. A notification is never believed: it only makes the janitor look sooner.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;

use crate::Gateway;

const BODY_BYTES_MAX: usize = 256 * 1024;

/// The envelope that Amazon's notification service puts around every message; other fields are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    #[serde(rename = "Type")]
    kind: String,
    message_id: String,
    message: String,
}

/// What is in [`Envelope::message`], itself JSON.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    notification_type: String,
    notification_reference_id: String,
}

pub(crate) fn router(gateway: Gateway) -> Router {
    Router::new()
        .route("/pagam/amazonpaynotification.aspx", post(receive))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(gateway)
}

async fn receive(State(gateway): State<Gateway>, body: Bytes) -> StatusCode {
    let Some((envelope, message)) = read(&body) else { return StatusCode::BAD_REQUEST };
    let (kind, about) = (envelope.kind, message.notification_type);
    tracing::info!(
        kind,
        about,
        message = envelope.message_id,
        reference = message.notification_reference_id,
        "Amazon sent a notification; the janitor will ask"
    );
    gateway.wake_janitor();
    StatusCode::OK
}

fn read(body: &[u8]) -> Option<(Envelope, Message)> {
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    let message = serde_json::from_str(&envelope.message).ok()?;
    Some((envelope, message))
}
