//! What the ledger keeps of notifications: deliveries, chargebacks (told, but no object of the
//! API), and the key that signs.

use serde::{Deserialize, Serialize};

use crate::ledger::Money;

/// A notification on its way to a merchant, or told, or given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// From 1, in the order in which things happened.
    pub number: u64,
    /// `NotificationType`.
    pub what: String,
    /// The object that it is about.
    pub object_id: String,
    pub state: String,
    pub reason: Option<String>,
    pub seller_id: String,
    pub is_sandbox: bool,
    pub topic_arn: String,
    /// A UUID; the same at every try.
    pub message_id: String,
    /// The message in the envelope: what is told, in the words of the moment when it happened.
    pub message: String,
    /// UTC ms.
    pub written_at: i64,
    /// When it is tried next, UTC ms; none: not any more.
    pub due_at: Option<i64>,
    /// How often it was tried.
    pub tries: u32,
    /// How the last try ended.
    pub last: Option<Try>,
    /// Whether it was heard once; a later try of it may have failed.
    pub is_heard: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// UTC ms.
    pub at: i64,
    /// Where it went; empty when no address was left.
    pub url: String,
    /// HTTP, when there was an answer.
    pub status: Option<u16>,
    /// Why there was none.
    pub error: Option<String>,
}

/// Money that a buyer's bank takes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chargeback {
    /// `C` and twelve letters and digits.
    pub id: String,
    /// The order that was paid.
    pub order_id: String,
    /// The capture that is disputed.
    pub capture_id: String,
    /// The caller's id of that capture.
    pub reference_id: String,
    pub amount: Money,
    /// In words.
    pub reason: String,
    /// UTC ms.
    pub created_at: i64,
}

/// The key that signs, and its certificates.
#[derive(Clone, Serialize, Deserialize)]
pub struct Notary {
    /// The root that receivers must know, PEM.
    pub root: String,
    /// The certificate of the key, PEM.
    pub certificate: String,
    /// PKCS#8, base64. In clear: it is a game.
    pub key: String,
}

impl Delivery {
    /// Sorted as numbers are.
    pub fn key_of(number: u64) -> String {
        format!("{number:020}")
    }
}

impl Notary {
    /// There is one.
    pub const KEY: &'static str = "sns";
}
