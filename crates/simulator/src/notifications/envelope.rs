//! The two wrappings of a document: Amazon Pay's message, and the notification service's envelope
//! with its signature. Written apart from the reader in the connector, so that a mistake of one is
//! no mistake of the other.

use serde::Serialize;

use super::bodies::Told;
use super::notary::Signer;
use super::{Delivery, SignatureVersion};
use amazon::types::timestamp_text;

/// Accounts at AWS: that of Amazon Pay, and that of its chargebacks.
const ACCOUNT: &str = "291180941288";
const CHARGEBACK_ACCOUNT: &str = "598607868003";
/// Marketplace id (in topics) and number (in messages): those of the European sandbox, and the only
/// live ones that were recorded.
const SANDBOX: (&str, &str) = ("A1G8446IYHA4MR", "136311");
const LIVE: (&str, &str) = ("AGWSWK15IEJJ7", "623680");

pub struct Message<'t> {
    /// What tells a repeat from news.
    pub reference_id: String,
    /// UTC ms.
    pub written_at: i64,
    pub told: &'t Told,
}

/// In the order of the recordings.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageOut<'m> {
    release_environment: &'static str,
    #[serde(rename = "MarketplaceID")]
    marketplace_id: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_type: Option<&'static str>,
    notification_type: &'m str,
    seller_id: &'m str,
    notification_reference_id: &'m str,
    timestamp: String,
    notification_data: &'m str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EnvelopeOut<'d> {
    #[serde(rename = "Type")]
    kind: &'static str,
    message_id: &'d str,
    topic_arn: &'d str,
    message: &'d str,
    timestamp: String,
    signature_version: &'static str,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    #[serde(rename = "UnsubscribeURL")]
    unsubscribe_url: String,
}

impl Message<'_> {
    pub fn write(&self) -> String {
        let (environment, (_, marketplace_id)) = match self.told.is_sandbox {
            true => ("Sandbox", SANDBOX),
            false => ("Live", LIVE),
        };
        let out = MessageOut {
            release_environment: environment,
            marketplace_id,
            version: "2013-01-01",
            event_type: self.told.event,
            notification_type: self.told.kind,
            seller_id: &self.told.seller_id,
            notification_reference_id: &self.reference_id,
            timestamp: timestamp_text(self.written_at),
            notification_data: &self.told.document,
        };
        serde_json::to_string(&out).expect("texts are JSON")
    }
}

/// The merchant's own topic, as for merchants who entered an address themselves.
pub fn topic_arn(told: &Told) -> String {
    let account = if told.is_chargeback { CHARGEBACK_ACCOUNT } else { ACCOUNT };
    let (marketplace, _) = if told.is_sandbox { SANDBOX } else { LIVE };
    format!("arn:aws:sns:eu-west-1:{account}:{marketplace}{}", told.seller_id)
}

/// The subscription of the merchant's address to his topic.
pub fn subscription_arn(delivery: &Delivery) -> String {
    format!("{}:00000000-0000-4000-8000-000000000000", delivery.topic_arn)
}

/// The body of the request.
pub fn write(delivery: &Delivery, signer: &Signer, version: SignatureVersion, simulator: &url::Url) -> String {
    let timestamp = timestamp_text(delivery.written_at);
    let signed = format!(
        "Message\n{}\nMessageId\n{}\nTimestamp\n{timestamp}\nTopicArn\n{}\nType\nNotification\n",
        delivery.message, delivery.message_id, delivery.topic_arn
    );
    let at = |path: &str, query: Option<&str>| {
        let mut url = simulator.clone();
        url.set_path(path);
        url.set_query(query);
        url.to_string()
    };
    let unsubscribe = format!("Action=Unsubscribe&SubscriptionArn={}", subscription_arn(delivery));
    let out = EnvelopeOut {
        kind: "Notification",
        message_id: &delivery.message_id,
        topic_arn: &delivery.topic_arn,
        message: &delivery.message,
        signature: signer.sign(version, &signed),
        timestamp,
        signature_version: version.as_str(),
        signing_cert_url: at(signer.path(), None),
        unsubscribe_url: at("/", Some(&unsubscribe)),
    };
    serde_json::to_string_pretty(&out).expect("texts are JSON")
}
