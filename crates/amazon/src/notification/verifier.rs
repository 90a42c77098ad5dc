//! From the bytes of a request to a message that Amazon wrote.

use std::sync::Arc;

use url::Url;

use super::certificate::Certificates;
use super::envelope::{Envelope, Kind};
use super::{Notification, NotificationError, Trust, signature};
use crate::Clock;

/// Tells what Amazon wrote from what anybody else did. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    http: reqwest::Client,
    trust: Arc<Trust>,
    certificates: Arc<Certificates>,
    clock: Clock,
}

/// What Amazon wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Genuine {
    /// Something happened.
    Notification(Box<Notification>),
    /// Notifications will come, once [`Verifier::confirm`] was called. Amazon Pay confirms its own
    /// topics by itself; this is for topics that a merchant made.
    Subscription(Subscription),
}

/// An invitation to take the messages of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The topic, `arn:aws:sns:…`.
    pub topic_arn: String,
    /// The notification service's id of the invitation.
    pub message_id: String,
    /// Visiting it accepts; it is an address of the notification service.
    subscribe_url: Url,
}

impl Verifier {
    /// A verifier that fetches certificates with `http` ([`crate::http_client`] makes one) and judges them by `clock`.
    #[must_use]
    pub fn new(http: reqwest::Client, trust: Trust, clock: Clock) -> Verifier {
        let certificates = Arc::new(Certificates::new(http.clone()));
        Verifier { http, trust: Arc::new(trust), certificates, clock }
    }

    /// Reads and verifies the body of a request. The order is from cheap to dear: nothing is fetched for what is
    /// malformed or names a certificate that is not Amazon's, and what is inside is read last.
    ///
    /// # Errors
    /// Each of [`NotificationError`] but [`NotificationError::NotConfirmed`].
    pub async fn verify(&self, body: &[u8]) -> Result<Genuine, NotificationError> {
        let envelope = Envelope::read(body)?;
        let kind = envelope.kind()?;
        if !self.trust.is_topic_account(envelope.topic_account()) {
            return Err(NotificationError::ForeignTopic(envelope.topic_arn));
        }
        let certificate_url = self.trust.certificate_url(&envelope.signing_cert_url)?;
        let key = self.certificates.key_at(&certificate_url, &self.trust, (self.clock)()).await?;
        signature::check(&key, &envelope.signature_version, &envelope.text_to_sign(kind), &envelope.signature)?;
        match kind {
            Kind::Notification => Ok(Genuine::Notification(Box::new(Notification::read(&envelope)?))),
            Kind::SubscriptionConfirmation => Ok(Genuine::Subscription(self.subscription(envelope)?)),
        }
    }

    /// Accepts an invitation. May be repeated.
    ///
    /// # Errors
    /// [`NotificationError::NotConfirmed`] when the notification service does not answer, or not well.
    pub async fn confirm(&self, subscription: &Subscription) -> Result<(), NotificationError> {
        let not_confirmed = |why: &dyn std::fmt::Display| NotificationError::NotConfirmed(why.to_string());
        let answer = self.http.get(subscription.subscribe_url.clone()).send().await;
        let status = answer.map_err(|error| not_confirmed(&error.without_url()))?.status();
        if status.is_success() { Ok(()) } else { Err(not_confirmed(&status)) }
    }

    fn subscription(&self, envelope: Envelope) -> Result<Subscription, NotificationError> {
        let missing = || NotificationError::Malformed("the envelope: a subscription without an address".to_owned());
        let subscribe_url = self.trust.service_url(&envelope.subscribe_url.ok_or_else(missing)?)?;
        Ok(Subscription { topic_arn: envelope.topic_arn, message_id: envelope.message_id, subscribe_url })
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("is_amazon", &self.trust.is_amazon()).finish_non_exhaustive()
    }
}
