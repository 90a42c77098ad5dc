//! What Amazon tells by itself (IPN): messages of its notification service, verified, and what each is about.
//!
//! [`Verifier::verify`] is the only way to a [`Notification`] from the wire: whoever has one knows that Amazon wrote
//! it. That is all it says. Notifications come late, twice and out of order, so a notification is a reason to ask
//! Amazon about an object, never a reason to believe that the object still stands as it was told.

mod about;
mod certificate;
mod envelope;
mod message;
mod signature;
#[cfg(test)]
mod tests;
mod trust;
mod verifier;

use crate::Environment;

pub use about::{About, AgreementNews, Chargeback};
pub use trust::{BadTrust, Trust};
pub use verifier::{Genuine, Subscription, Verifier};

/// A message that Amazon wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Amazon's id of what is told; the same when it is told again. Not always a UUID: on the topic of a solution
    /// provider his seller id follows it. All sample messages share one.
    pub reference_id: String,
    /// The notification service's id of this message.
    pub message_id: String,
    /// The merchant that it is about. The topic may belong to another, a solution provider.
    pub seller_id: String,
    /// Where it happened.
    pub environment: Environment,
    /// Sent by hand from Seller Central to try the address: its objects do not exist.
    pub is_sample: bool,
    /// Which object it is about, and how that stood.
    pub about: About,
}

/// Why what was sent is not taken. Only [`NotificationError::CertificateNotFetched`] and
/// [`NotificationError::NotConfirmed`] may be otherwise when it is sent again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotificationError {
    /// Not the envelope, the message or the document that it should be.
    #[error("malformed: {0}")]
    Malformed(String),
    /// The certificate, or the address of a subscription, is not at Amazon's notification service.
    #[error("{0:?} is no address of Amazon's notification service")]
    ForeignAddress(String),
    /// The topic is not Amazon Pay's. Anybody can make one, and Amazon signs for anybody.
    #[error("{0:?} is no topic of Amazon Pay")]
    ForeignTopic(String),
    /// The certificate could not be had now. Passing: the message may be genuine.
    #[error("the certificate could not be fetched: {0}")]
    CertificateNotFetched(String),
    /// The certificate does not lead to a trusted root, is not valid now, or is another's.
    #[error("the certificate is not trusted: {0}")]
    CertificateNotTrusted(String),
    /// Neither version 1 nor 2.
    #[error("signature version {0:?} is not known")]
    UnknownSignatureVersion(String),
    /// The signature is not of this text by this certificate.
    #[error("the signature is not of this message")]
    Forged,
    /// The address of a subscription did not answer well. Passing.
    #[error("the subscription could not be confirmed: {0}")]
    NotConfirmed(String),
}

impl NotificationError {
    /// Whether the same message may be taken later: whoever sent it should send it again.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            NotificationError::CertificateNotFetched(_) | NotificationError::NotConfirmed(_) => true,
            NotificationError::Malformed(_)
            | NotificationError::ForeignAddress(_)
            | NotificationError::ForeignTopic(_)
            | NotificationError::CertificateNotTrusted(_)
            | NotificationError::UnknownSignatureVersion(_)
            | NotificationError::Forged => false,
        }
    }
}
