//! The door for Amazon's notifications. A notification is never believed: it only makes the janitor look sooner.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;

use crate::Gateway;

const BODY_BYTES_MAX: usize = 256 * 1024;
const LOGGED_MAX: usize = 64;

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
    tracing::info!(
        kind = beginning(&envelope.kind),
        about = beginning(&message.notification_type),
        message = beginning(&envelope.message_id),
        reference = beginning(&message.notification_reference_id),
        "Amazon sent a notification; the janitor will ask"
    );
    gateway.wake_janitor();
    StatusCode::OK
}

/// Anybody may send a notification: as much of it as a genuine one has.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(LOGGED_MAX).map_or(text, |(end, _)| &text[..end])
}

fn read(body: &[u8]) -> Option<(Envelope, Message)> {
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    let message = serde_json::from_str(&envelope.message).ok()?;
    Some((envelope, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_of_what_was_sent_goes_into_the_log() {
        assert_eq!(beginning("Capture"), "Capture");
        assert_eq!(beginning(&"è".repeat(5_000)), "è".repeat(LOGGED_MAX));
    }
}
