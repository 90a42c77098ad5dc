//! What the pages are shown: plain values, copied out of the ledger.

mod contracts;

use crate::ledger::{Buyer, BuyerAddress, Client};

pub use contracts::{AgreementView, ChoiceView, MovementView, OrderView};

/// A merchant's client in one environment.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// `amzn1.application-oa2-client.…`
    pub client_id: String,
    pub seller_id: String,
    pub merchant: String,
    pub is_sandbox: bool,
    /// Origins of pages that may show widgets.
    pub origins: Vec<String>,
    /// Where sign-in answers may go.
    pub return_urls: Vec<String>,
    pub ipn_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct SellerView {
    pub id: String,
    pub name: String,
    /// Key id with which its developer signs; empty when no known developer may act for it.
    pub access_key: String,
    /// Who may act for it.
    pub permissions: Vec<PermissionView>,
}

/// A developer that may act for a seller.
#[derive(Clone)]
pub struct PermissionView {
    /// As typed in.
    pub developer_name: String,
    /// `dddd-dddd-dddd`
    pub developer_id: String,
    /// `amzn.mws.…`
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerView {
    pub id: String,
    pub name: String,
    pub email: String,
    /// `it-IT`
    pub language: String,
}

/// An address of a buyer; empty texts are absent ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    /// Within the buyer's book; empty in a new one and in an order's destination.
    pub id: String,
    pub name: String,
    /// Some may be empty.
    pub lines: [String; 3],
    pub city: String,
    pub state: String,
    pub postal_code: String,
    /// ISO code.
    pub country: String,
    pub phone: String,
}

/// A card of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardView {
    /// Names the behaviour.
    pub slug: &'static str,
    pub brand: &'static str,
    /// Last four digits.
    pub tail: &'static str,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ticket {
    /// Never given.
    Unknown,
    /// Older than an hour.
    Expired,
    Valid {
        buyer: BuyerView,
        client_id: String,
        is_sandbox: bool,
        /// For what; names parted by spaces.
        scope: String,
    },
}

impl std::fmt::Debug for PermissionView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PermissionView").field("developer_id", &self.developer_id).finish_non_exhaustive()
    }
}

impl BuyerView {
    pub(super) fn of(buyer: &Buyer) -> BuyerView {
        BuyerView {
            id: buyer.id.clone(),
            name: buyer.name.clone(),
            email: buyer.email.clone(),
            language: buyer.language.clone(),
        }
    }
}

impl CardView {
    /// Brand and last digits of the card with this slug, `Visa …1111`; empty: there is none.
    pub(crate) fn name_of(slug: Option<&str>) -> String {
        let card = super::CARDS.iter().find(|card| Some(card.slug) == slug);
        card.map_or(String::new(), |card| format!("{} …{}", card.brand, card.tail))
    }
}

impl AddressView {
    pub(super) fn of(address: &BuyerAddress) -> AddressView {
        AddressView { id: address.id.clone(), ..AddressView::of_place(&address.place) }
    }

    pub(super) fn of_place(place: &crate::ledger::Place) -> AddressView {
        let place = place.clone();
        AddressView {
            id: String::new(),
            name: place.name,
            lines: place.lines,
            city: place.city,
            state: place.state,
            postal_code: place.postal_code,
            country: place.country,
            phone: place.phone,
        }
    }
}

impl ClientView {
    pub(super) fn of(client: &Client, merchant: &str) -> ClientView {
        let client = client.clone();
        ClientView {
            client_id: client.client_id,
            seller_id: client.seller_id,
            merchant: merchant.to_owned(),
            is_sandbox: client.is_sandbox,
            origins: client.origins,
            return_urls: client.return_urls,
            ipn_url: client.ipn_url,
        }
    }
}
