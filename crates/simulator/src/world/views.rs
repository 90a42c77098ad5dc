//! What the pages are shown: plain values, copied out of the ledger.

use crate::ledger::{Authorization, Buyer, BuyerAddress, Capture, Client, OrderReference, Reason, Refund, State};

/// A merchant's client in one environment.
#[derive(Debug, Clone)]
pub struct ClientView {
    /// `amzn1.application-oa2-client.…`
    pub client_id: String,
    /// Its seller.
    pub seller_id: String,
    /// The seller's name.
    pub merchant: String,
    /// Sandbox, else production.
    pub is_sandbox: bool,
    /// Origins of pages that may show widgets.
    pub origins: Vec<String>,
    /// Where sign-in answers may go.
    pub return_urls: Vec<String>,
    /// Where notifications go.
    pub ipn_url: Option<String>,
}

/// A seller.
#[derive(Debug, Clone)]
pub struct SellerView {
    /// Seller id.
    pub id: String,
    /// Name of the shop.
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

/// A buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerView {
    /// Within this simulator.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Signs in with it.
    pub email: String,
    /// `it-IT`
    pub language: String,
}

/// An address of a buyer; empty texts are absent ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    /// Within the buyer's book; empty in a new one and in an order's destination.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Some may be empty.
    pub lines: [String; 3],
    /// Town.
    pub city: String,
    /// Province, region, state.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// ISO code.
    pub country: String,
    /// Telephone.
    pub phone: String,
}

/// A card of the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardView {
    /// Names the behaviour.
    pub slug: &'static str,
    /// Visa, Mastercard.
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
    /// Good.
    Valid {
        /// Whose.
        buyer: BuyerView,
        /// For which client.
        client_id: String,
        /// In which environment.
        is_sandbox: bool,
        /// For what; names parted by spaces.
        scope: String,
    },
}

/// An order reference.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// `S02-…`
    pub id: String,
    /// Whose shop.
    pub seller_id: String,
    /// Whose order.
    pub buyer_id: String,
    /// Sandbox, else production.
    pub is_sandbox: bool,
    /// Draft, Open, …
    pub state: &'static str,
    /// Empty: none.
    pub reason: &'static str,
    /// With its currency, `24.21 EUR`; empty: not set.
    pub total: String,
    /// Empty: not set.
    pub seller_order_id: String,
    /// UTC ms.
    pub created_at: i64,
    /// Id of the chosen address.
    pub address: Option<String>,
    /// Slug of the chosen card.
    pub card: Option<String>,
    /// Whether the address book may still change it.
    pub address_may_change: bool,
    /// Whether the wallet may still change it.
    pub card_may_change: bool,
    /// Three hours a draft.
    pub is_stale: bool,
}

/// An authorization, a capture or a refund.
#[derive(Debug, Clone)]
pub struct MovementView {
    /// `Authorization`, `Capture`, `Refund`.
    pub what: &'static str,
    /// Amazon's id.
    pub id: String,
    /// The caller's.
    pub reference_id: String,
    /// Open, Closed, …
    pub state: &'static str,
    /// Empty: none.
    pub reason: &'static str,
    /// With its currency.
    pub amount: String,
    /// UTC ms.
    pub created_at: i64,
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

impl OrderView {
    pub(super) fn of(order: &OrderReference) -> OrderView {
        let total = order.attributes.total.as_ref();
        OrderView {
            id: order.id.clone(),
            seller_id: order.seller_id.clone(),
            buyer_id: order.buyer_id.clone(),
            is_sandbox: order.is_sandbox,
            state: order.standing.state.as_str(),
            reason: order.standing.reason.map_or("", Reason::as_str),
            total: total.map_or(String::new(), |total| format!("{} {}", total.text, total.currency)),
            seller_order_id: order.attributes.seller_order_id.clone().unwrap_or_default(),
            created_at: order.created_at,
            address: order.address_id.clone(),
            card: order.card.clone(),
            address_may_change: order.is_draft(),
            card_may_change: order.is_draft() || order.standing.state == State::Suspended,
            is_stale: order.standing.is(State::Canceled, Reason::Stale),
        }
    }
}

macro_rules! movement {
    ($kind:ident) => {
        impl From<&$kind> for MovementView {
            fn from(object: &$kind) -> MovementView {
                MovementView {
                    what: stringify!($kind),
                    id: object.id.clone(),
                    reference_id: object.reference_id.clone(),
                    state: object.standing.state.as_str(),
                    reason: object.standing.reason.map_or("", Reason::as_str),
                    amount: format!("{} {}", object.amount.text, object.amount.currency),
                    created_at: object.created_at,
                }
            }
        }
    };
}

movement!(Authorization);
movement!(Capture);
movement!(Refund);
