//! The envelope of Amazon's notification service, and the text of it that is signed.

use serde::Deserialize;

use super::NotificationError;

/// What surrounds every message. Fields that are not signed, or not needed, are passed over; one given twice is
/// refused, because the signature would be of one and the message the other.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Envelope {
    #[serde(rename = "Type")]
    pub kind: String,
    pub message_id: String,
    pub topic_arn: String,
    pub subject: Option<String>,
    pub message: String,
    pub timestamp: String,
    /// Of a subscription.
    pub token: Option<String>,
    #[serde(rename = "SubscribeURL")]
    pub subscribe_url: Option<String>,
    pub signature_version: String,
    /// Base64.
    pub signature: String,
    #[serde(rename = "SigningCertURL")]
    pub signing_cert_url: String,
}

/// The kinds that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Notification,
    SubscriptionConfirmation,
}

impl Envelope {
    /// Reads the body of a request.
    pub(super) fn read(body: &[u8]) -> Result<Envelope, NotificationError> {
        let malformed = |why: &dyn std::fmt::Display| NotificationError::Malformed(format!("the envelope: {why}"));
        let envelope: Envelope = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
        // The message may have line breaks and comes first in the signed text. Were they taken in
        // the others, one signed text could be told apart in two ways.
        let lines = [
            Some(&envelope.kind),
            Some(&envelope.message_id),
            Some(&envelope.topic_arn),
            envelope.subject.as_ref(),
            Some(&envelope.timestamp),
            envelope.token.as_ref(),
            envelope.subscribe_url.as_ref(),
        ];
        if lines.into_iter().flatten().any(|line| line.contains('\n')) {
            return Err(malformed(&"a line break where none can be"));
        }
        Ok(envelope)
    }

    /// The account that the topic belongs to: `arn:aws:sns:<region>:<account>:<name>`.
    pub(super) fn topic_account(&self) -> &str {
        match self.topic_arn.split(':').collect::<Vec<_>>()[..] {
            ["arn", "aws" | "aws-cn", "sns", _, account, _] => account,
            _ => "",
        }
    }

    /// Which kind it is.
    pub(super) fn kind(&self) -> Result<Kind, NotificationError> {
        match self.kind.as_str() {
            "Notification" => Ok(Kind::Notification),
            "SubscriptionConfirmation" => Ok(Kind::SubscriptionConfirmation),
            _ => Err(NotificationError::Malformed("the envelope: its type is not known".to_owned())),
        }
    }

    /// The text that is signed: names and values by line, in the order of the names.
    pub(super) fn text_to_sign(&self, kind: Kind) -> String {
        let subscribe_url = self.subscribe_url.as_deref();
        let is_subscription = kind == Kind::SubscriptionConfirmation;
        let fields = [
            ("Message", Some(self.message.as_str())),
            ("MessageId", Some(self.message_id.as_str())),
            ("Subject", self.subject.as_deref().filter(|_| !is_subscription)),
            ("SubscribeURL", subscribe_url.filter(|_| is_subscription)),
            ("Timestamp", Some(self.timestamp.as_str())),
            ("Token", self.token.as_deref().filter(|_| is_subscription)),
            ("TopicArn", Some(self.topic_arn.as_str())),
            ("Type", Some(self.kind.as_str())),
        ];
        let lines = fields.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}\n{value}\n")));
        lines.collect()
    }
}
