//! The door for Amazon's notifications. Only what Amazon wrote, about a shop of this gateway and in
//! its environment, gets through; what it leads to is decided in `act`. Repeats do no harm, so each
//! answer but 200 may ask for one.

mod act;
mod recent;

use std::sync::Arc;

use amazon::Notification;
use amazon::notification::{Genuine, NotificationError, Subscription, Verifier};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;

use crate::Gateway;
use crate::sampled::sampled;
use recent::Recent;

const BODY_BYTES_MAX: usize = 256 * 1024;
const LOGGED_MAX: usize = 120;

/// What the door needs; a clone is the same door.
#[derive(Clone)]
struct Door {
    gateway: Gateway,
    recent: Arc<Recent>,
}

/// Why a notification is not taken.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    NotGenuine(#[from] NotificationError),
    #[error("it is of the environment {0}, and this gateway is not")]
    OtherEnvironment(&'static str),
    #[error("no shop here is of the seller {0}")]
    UnknownSeller(String),
    #[error("the store does not answer: {0}")]
    Store(#[from] store::Error),
    #[error(transparent)]
    NotNow(#[from] act::NotNow),
}

pub(crate) fn router(gateway: Gateway) -> Router {
    Router::new()
        .route("/pagam/amazonpaynotification.aspx", post(receive))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Door { gateway, recent: Arc::default() })
}

/// 200 is what Amazon stops at. Anything else it repeats, once an hour and for two weeks.
async fn receive(State(door): State<Door>, body: Bytes) -> StatusCode {
    match door.take(&body).await {
        Ok(()) => StatusCode::OK,
        Err(refusal) => {
            let status = refusal.status();
            let why = refusal.to_string();
            sampled!(warn, status = status.as_u16(), why = beginning(&why), "Notification from Amazon not accepted");
            status
        }
    }
}

impl Door {
    async fn take(&self, body: &[u8]) -> Result<(), Refusal> {
        let verifier = self.gateway.verifier();
        match verifier.verify(body).await? {
            Genuine::Notification(notification) => self.notified(&notification).await,
            Genuine::Subscription(subscription) => self.subscribe(verifier, &subscription).await,
        }
    }

    async fn notified(&self, notification: &Notification) -> Result<(), Refusal> {
        let settings = self.gateway.settings();
        if notification.environment != settings.amazon.environment {
            return Err(Refusal::OtherEnvironment(notification.environment.as_str()));
        }
        let name = format!("{} {}", notification.seller_id, notification.reference_id);
        if self.recent.has(&name) {
            return Ok(());
        }
        let shops = self.gateway.store().shops_of_seller(settings.environment, &notification.seller_id).await?;
        if shops.is_empty() {
            return Err(Refusal::UnknownSeller(notification.seller_id.clone()));
        }
        tracing::info!(
            seller_id = notification.seller_id,
            reference_id = notification.reference_id,
            message_id = notification.message_id,
            order_reference_id = notification.about.order_reference_id().unwrap_or_default(),
            is_sample = notification.is_sample,
            "Amazon sent a notification"
        );
        act::act(&self.gateway, &shops, notification).await?;
        // All samples have one name, and whoever sends one wants to see that it came.
        if !notification.is_sample {
            self.recent.remember(name);
        }
        Ok(())
    }

    async fn subscribe(&self, verifier: &Verifier, subscription: &Subscription) -> Result<(), Refusal> {
        if self.recent.has(&subscription.message_id) {
            return Ok(());
        }
        verifier.confirm(subscription).await?;
        tracing::info!(topic = subscription.topic_arn, "Amazon's topic was subscribed to");
        self.recent.remember(subscription.message_id.clone());
        Ok(())
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Refusal::NotGenuine(NotificationError::Malformed(_)) => StatusCode::BAD_REQUEST,
            Refusal::NotGenuine(error) if error.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::NotGenuine(_) | Refusal::OtherEnvironment(_) | Refusal::UnknownSeller(_) => StatusCode::FORBIDDEN,
            Refusal::Store(_) | Refusal::NotNow(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Anybody may send a notification: as much of it as tells what is wrong.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(LOGGED_MAX).map_or(text, |(end, _)| &text[..end])
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
