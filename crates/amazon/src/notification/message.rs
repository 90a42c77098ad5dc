//! The message inside the envelope, itself JSON: whose it is, of which kind, and a document as text.

use serde::Deserialize;

use super::envelope::Envelope;
use super::{About, Notification, NotificationError};
use crate::Environment;

/// What is read of it. Its own timestamp is not: older recordings have it wrong by half a day.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    notification_reference_id: String,
    notification_type: String,
    seller_id: String,
    release_environment: String,
    notification_data: String,
    #[serde(default)]
    is_sample: bool,
    event_type: Option<String>,
}

impl Notification {
    /// Reads what an envelope holds. Whether Amazon wrote it is not asked here.
    pub(super) fn read(envelope: &Envelope) -> Result<Notification, NotificationError> {
        let malformed = |why: String| NotificationError::Malformed(format!("the message: {why}"));
        let message: Message = serde_json::from_str(&envelope.message).map_err(|error| malformed(error.to_string()))?;
        let environment = [Environment::Sandbox, Environment::Live]
            .into_iter()
            .find(|environment| environment.as_str() == message.release_environment)
            .ok_or_else(|| malformed("its environment is neither Sandbox nor Live".to_owned()))?;
        let mut about = About::read(&message.notification_type, &message.notification_data)
            .map_err(|error| malformed(error.to_string()))?;
        if let About::BillingAgreement(news) = &mut about {
            news.event = message.event_type;
        }
        Ok(Notification {
            reference_id: message.notification_reference_id,
            message_id: envelope.message_id.clone(),
            seller_id: message.seller_id,
            environment,
            is_sample: message.is_sample,
            about,
        })
    }
}
