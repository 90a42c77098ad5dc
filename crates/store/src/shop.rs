//! A shop's settings, its Amazon credentials among them.

use std::collections::BTreeMap;
use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use payments::{AutomaticAct, Language, ShopLogin};

use crate::word::Word as _;

/// A merchant account at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shop {
    /// Its name at the gateway (`shopLogin`).
    pub login: ShopLogin,
    /// Of the settings as they were read; 0 for a shop that is not kept yet.
    pub version: i64,
    pub name: String,
    /// An inactive shop is refused everywhere.
    pub active: bool,
    /// Of the texts of answers, and of the page when the shop asks for none.
    pub language: Language,
    /// Where a buyer who paid returns to; `a` and `b` are added.
    pub positive_url: String,
    /// Where a buyer who did not pay returns to; `a` and `b` are added.
    pub negative_url: String,
    /// The server-to-server address that notices go to; none for no notices.
    pub notice_url: Option<String>,
    pub api_key: Option<ApiKeyHash>,
    /// Patterns of the IP addresses that may call; none when calls are not limited to addresses.
    pub addresses: Option<Vec<String>>,
    /// Enabled payment methods, in the order of the page.
    pub payment_types: Vec<String>,
    /// Whether money is captured together with the authorization (M.O.T.O. unified).
    pub capture_now: bool,
    /// What happens to held money by itself, and after how many days (1 to 25); none: it waits for
    /// the shop. Without effect when money is captured together with the authorization.
    pub automatic: Option<(AutomaticAct, u8)>,
    /// How many minutes Amazon may take when it cannot decide while the buyer waits (5 to 1440, in
    /// fives); none: then the payment is refused.
    pub decision_minutes: Option<u16>,
    /// Whether a notice tells the shop that a settlement or refund was accepted and declined later.
    pub notify_movements: bool,
    pub web_service: bool,
    /// Optional elements of Decrypt's answer that are switched on.
    pub response_fields: Vec<String>,
    /// Keys that `customInfo` may have; empty for any.
    pub custom_keys: Vec<String>,
    /// Optional fields that an Encrypt may have (`buyerName`, `languageId`, …); none: all of them.
    pub request_fields: Option<Vec<String>>,
    /// Optional fields, or keys of the custom information, that an Encrypt must have.
    pub compulsory_fields: Vec<String>,
    /// Amazon's credentials for the shop, apart for tests and for money.
    pub amazon: BTreeMap<Environment, AmazonAccount>,
}

/// Which of Amazon's two worlds credentials are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Environment {
    /// No money moves.
    Sandbox,
    /// Money moves.
    Production,
}

/// A seller's credentials at Amazon. `Debug` shows no secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AmazonAccount {
    pub seller_id: String,
    pub client_id: String,
    /// Of the developer who signs.
    pub access_key: String,
    /// Secret: signs.
    pub secret_key: String,
    /// Secret: the seller's permission for the developer; empty when the seller signs for itself.
    pub mws_token: String,
    /// Whether the page asks for a shipping address.
    pub show_address_widget: bool,
}

/// SHA-256 of an API key. A fast digest is right: keys are 256 random bits, there is nothing to guess.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyHash([u8; 32]);

impl Shop {
    /// An active shop that takes Amazon Pay, captures at once, and has neither addresses, key nor credentials yet.
    #[must_use]
    pub fn new(login: ShopLogin, name: impl Into<String>) -> Shop {
        Shop {
            login,
            version: 0,
            name: name.into(),
            active: true,
            language: Language::Italian,
            positive_url: String::new(),
            negative_url: String::new(),
            notice_url: None,
            api_key: None,
            addresses: None,
            payment_types: vec!["AMAZONPAY".to_owned()],
            capture_now: true,
            automatic: None,
            decision_minutes: None,
            notify_movements: false,
            web_service: true,
            response_fields: Vec::new(),
            custom_keys: Vec::new(),
            request_fields: None,
            compulsory_fields: Vec::new(),
            amazon: BTreeMap::new(),
        }
    }
}

impl ApiKeyHash {
    #[must_use]
    pub fn of(key: &str) -> ApiKeyHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, key.as_bytes()).as_ref());
        ApiKeyHash(hash)
    }

    /// Whether this is the hash of the key; takes the same time for every wrong one.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        verify_slices_are_equal(&self.0, &ApiKeyHash::of(key).0).is_ok()
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> ApiKeyHash {
        ApiKeyHash(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Debug for ApiKeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl fmt::Debug for AmazonAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmazonAccount")
            .field("seller_id", &self.seller_id)
            .field("client_id", &self.client_id)
            .field("access_key", &self.access_key)
            .field("secret_key", &format_args!("[secret]"))
            .field("mws_token", &format_args!("[secret]"))
            .field("show_address_widget", &self.show_address_widget)
            .finish()
    }
}
