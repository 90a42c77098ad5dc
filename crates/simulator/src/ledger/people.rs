//! Merchants, developers, clients and buyers, and what lets one act for another.

use serde::{Deserialize, Serialize};

use super::domain::PaymentDomain;
use super::object::Place;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Seller {
    /// `A…`
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub payment_domain: PaymentDomain,
}

/// An account that signs calls: the gateway.
#[derive(Clone, Serialize, Deserialize)]
pub struct Developer {
    /// `dddd-dddd-dddd`
    pub id: String,
    pub name: String,
    /// `AKIA…`
    pub access_key: String,
    /// The other half.
    pub secret_key: String,
}

/// A seller's permission for a developer.
#[derive(Clone, Serialize, Deserialize)]
pub struct Permission {
    pub seller_id: String,
    pub developer_id: String,
    /// As the seller typed it.
    pub developer_name: String,
    /// `amzn.mws.…`
    pub token: String,
}

/// A client of Login with Amazon, in one environment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Client {
    /// `amzn1.application-oa2-client.…`
    pub client_id: String,
    pub is_sandbox: bool,
    pub seller_id: String,
    /// Origins of pages that may show widgets.
    pub origins: Vec<String>,
    /// Where sign-in answers may go.
    pub return_urls: Vec<String>,
    pub ipn_url: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Buyer {
    /// Within the simulator: `marco`.
    pub id: String,
    pub name: String,
    pub email: String,
    /// In clear: it is a game.
    pub password: String,
    /// `it-IT`
    pub language: String,
    /// Where the cards' statements go.
    pub billing: Place,
}

/// An entry of a buyer's address book.
#[derive(Clone, Serialize, Deserialize)]
pub struct BuyerAddress {
    pub buyer_id: String,
    /// Within the book.
    pub id: String,
    pub place: Place,
}

/// A browser that is signed in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub buyer_id: String,
    /// UTC ms.
    pub opened_at: i64,
}

/// What a buyer agreed to tell a client.
#[derive(Clone, Serialize, Deserialize)]
pub struct Consent {
    pub buyer_id: String,
    pub client_id: String,
    pub is_sandbox: bool,
    /// Every scope agreed to so far.
    pub scopes: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    /// `Atza|…`
    pub token: String,
    pub buyer_id: String,
    pub client_id: String,
    pub is_sandbox: bool,
    /// For what; names parted by spaces.
    pub scope: String,
    /// UTC ms.
    pub issued_at: i64,
}

impl Permission {
    /// Of a seller for a developer.
    pub fn key_of(seller_id: &str, developer_id: &str) -> String {
        format!("{seller_id}/{developer_id}")
    }
}

impl Client {
    /// Of a client in an environment.
    pub fn key_of(client_id: &str, is_sandbox: bool) -> String {
        format!("{client_id}/{}", if is_sandbox { "sandbox" } else { "live" })
    }
}

impl BuyerAddress {
    /// Of an entry in a book.
    pub fn key_of(buyer_id: &str, id: &str) -> String {
        format!("{buyer_id}/{id}")
    }
}

impl Consent {
    /// Of a buyer for a client in an environment.
    pub fn key_of(buyer_id: &str, client_id: &str, is_sandbox: bool) -> String {
        format!("{buyer_id}/{}", Client::key_of(client_id, is_sandbox))
    }
}

impl Token {
    /// How long a token lives: 60 minutes.
    pub const LIFE_MS: i64 = 60 * 60 * 1000;

    /// Milliseconds that are left, zero when it is over.
    pub fn left_ms(&self, now: i64) -> i64 {
        (self.issued_at + Token::LIFE_MS - now).max(0)
    }

    /// Whether a scope was granted.
    pub fn allows(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|name| name == scope)
    }
}
