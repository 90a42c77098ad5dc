//! Contexts of Seller Central.

use askama::Template;

use super::ActForm;
use crate::pages::page::Place;
#[cfg(test)]
use crate::pages::texts::Language;
use crate::pages::texts::Texts;

/// A seller on the first page.
#[derive(Debug, Clone)]
pub struct SellerView {
    pub id: String,
    pub name: String,
    /// Of the developer keys; empty: none.
    pub access_key: String,
    pub clients: usize,
    /// How many developers are authorized.
    pub permissions: usize,
    pub agreements: usize,
    /// How many order references.
    pub orders: usize,
}

/// `/sellercentral/`
#[derive(Debug, Template)]
#[template(path = "sellercentral.html")]
pub struct SellerCentralPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub sellers: Vec<SellerView>,
}

#[cfg(test)]
impl SellerCentralPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> SellerCentralPage {
        let seller = SellerView {
            id: "A1PAGAMSELLER1".into(),
            name: "Bottega Biella".into(),
            access_key: "AKIAPAGAMSIMULATOR01".into(),
            clients: 2,
            permissions: 1,
            agreements: 3,
            orders: 12,
        };
        SellerCentralPage { t: Language::English.texts(), place: Place::Account, sellers: vec![seller] }
    }
}

/// A client in one environment, with what was written in its form.
#[derive(Debug, Clone, Default)]
pub struct ClientView {
    /// For ids of this page.
    pub key: String,
    pub client_id: String,
    pub seller_id: String,
    pub seller_name: String,
    pub environment: &'static str,
    /// In words.
    pub environment_label: &'static str,
    /// One a line.
    pub origins: String,
    /// What is wrong with them; empty: nothing.
    pub origins_fault: String,
    /// One a line.
    pub returns: String,
    /// What is wrong with them; empty: nothing.
    pub returns_fault: String,
    /// May be empty.
    pub ipn_url: String,
    /// What is wrong with it; empty: nothing.
    pub ipn_fault: String,
}

impl ClientView {
    /// Whether any part needs a second look.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        [&self.origins_fault, &self.returns_fault, &self.ipn_fault].iter().any(|fault| !fault.is_empty())
    }
}

/// `/sellercentral/clients`
#[derive(Debug, Template)]
#[template(path = "clients.html")]
pub struct ClientsPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    /// Whether a form was saved just now.
    pub saved: bool,
    /// Every client, sandbox and production apart.
    pub clients: Vec<ClientView>,
}

#[cfg(test)]
impl ClientsPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> ClientsPage {
        let sandbox = ClientView {
            key: "client-0".into(),
            client_id: "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef".into(),
            seller_id: "A1PAGAMSELLER1".into(),
            seller_name: "Bottega Biella".into(),
            environment: "sandbox",
            environment_label: "sandbox",
            origins: "http://127.0.0.1:2420".into(),
            returns: "http://127.0.0.1:2420/pagam/AmazonPay.aspx".into(),
            ..ClientView::default()
        };
        let production = ClientView {
            key: "client-1".into(),
            environment: "live",
            environment_label: "production",
            origins: "shop.example".into(),
            origins_fault: "shop.example is not an origin. Write https://host or https://host:port.".into(),
            ..sandbox.clone()
        };
        let t = Language::English.texts();
        ClientsPage { t, place: Place::Clients, saved: true, clients: vec![sandbox, production] }
    }
}

/// A developer who may call for the seller.
#[derive(Debug, Clone)]
pub struct PermissionView {
    /// As typed in.
    pub developer_name: String,
    /// `dddd-dddd-dddd`.
    pub developer_id: String,
    /// The MWS token; Seller Central shows it to its owner.
    pub token: String,
}

/// A seller's permissions and the form of a new one.
#[derive(Debug, Clone)]
pub struct SellerPermissions {
    pub id: String,
    pub name: String,
    pub permissions: Vec<PermissionView>,
    pub form_name: String,
    pub form_id: String,
    /// What is wrong with it; empty: nothing.
    pub fault: String,
}

/// `/sellercentral/permissions`
#[derive(Debug, Template)]
#[template(path = "permissions.html")]
pub struct PermissionsPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    /// What was done just now; empty: nothing.
    pub said: &'static str,
    pub sellers: Vec<SellerPermissions>,
}

#[cfg(test)]
impl PermissionsPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> PermissionsPage {
        let permission = PermissionView {
            developer_name: "Gestpay".into(),
            developer_id: "5535-2867-1582".into(),
            token: "amzn.mws.00000000-0000-4000-8000-000000000000".into(),
        };
        let seller = SellerPermissions {
            id: "A1PAGAMSELLER1".into(),
            name: "Bottega Biella".into(),
            permissions: vec![permission],
            form_name: String::new(),
            form_id: "5535".into(),
            fault: "A developer id has twelve digits.".into(),
        };
        let t = Language::English.texts();
        PermissionsPage { t, place: Place::Permissions, said: "Revoked.", sellers: vec![seller] }
    }
}

/// An order reference in the list.
#[derive(Debug, Clone, Default)]
pub struct OrderView {
    pub id: String,
    pub state: String,
    /// Colour of the state: empty, `good`, `bad`, `waiting`.
    pub tone: &'static str,
    /// Why it is in that state; empty: no reason.
    pub reason: String,
    /// With its currency; empty: not set.
    pub total: String,
    /// The merchant's number; empty: not set.
    pub seller_order_id: String,
    /// `sandbox` or `production`.
    pub environment_label: &'static str,
    /// UTC.
    pub created: String,
}

#[cfg(test)]
impl OrderView {
    pub(super) fn sample() -> OrderView {
        OrderView {
            id: "S02-0319513-4657042".into(),
            state: "Closed".into(),
            tone: "good",
            reason: "MaxAmountCharged".into(),
            total: "24.21 EUR".into(),
            seller_order_id: "ORDER-2026-0001".into(),
            environment_label: "sandbox",
            created: "2026-03-01 10:12:44".into(),
        }
    }
}

/// `/sellercentral/orders`
#[derive(Debug, Template)]
#[template(path = "orders.html")]
pub struct OrdersPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub orders: Vec<OrderView>,
    /// How many older ones are not shown.
    pub hidden: usize,
}

#[cfg(test)]
impl OrdersPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> OrdersPage {
        let t = Language::English.texts();
        OrdersPage { t, place: Place::Orders, orders: vec![OrderView::sample()], hidden: 3 }
    }
}

/// An authorization or a capture.
#[derive(Debug, Clone)]
pub struct MovementView {
    /// `Authorization`, `Capture`.
    pub what: &'static str,
    pub id: String,
    pub reference_id: String,
    pub state: String,
    /// Colour of the state.
    pub tone: &'static str,
    /// Why; empty: no reason.
    pub reason: String,
    /// Made in Seller Central, not by a call.
    pub by_hand: bool,
    /// With its currency.
    pub amount: String,
}

/// `/sellercentral/orders/{id}`
#[derive(Debug, Template)]
#[template(path = "order.html")]
pub struct OrderPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    /// The order itself.
    pub order: OrderView,
    /// The agreement it was made from; empty: none.
    pub agreement: String,
    /// More about it, name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Lines of the address; empty: none.
    pub address: Vec<String>,
    /// What happened to the money.
    pub movements: Vec<MovementView>,
    /// What was done just now; empty: nothing.
    pub said: &'static str,
    /// What the seller may do by hand now.
    pub acts: Vec<ActForm>,
}

#[cfg(test)]
impl OrderPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> OrderPage {
        let movement = MovementView {
            what: "Authorization",
            id: "S02-0319513-4657042-A000001".into(),
            reference_id: "attempt-1".into(),
            state: "Declined".into(),
            tone: "bad",
            reason: "AmazonRejected".into(),
            by_hand: true,
            amount: "24.21 EUR".into(),
        };
        OrderPage {
            t: Language::English.texts(),
            place: Place::Orders,
            order: OrderView::sample(),
            agreement: "C02-5533845-8537141".into(),
            facts: vec![("Total", "24.21 EUR".into()), ("Buyer", "Marco Rossi".into())],
            address: vec!["Marco Rossi".into(), "Via Italia 1".into(), "13900 Biella (BI)".into()],
            movements: vec![movement],
            said: "Captured.",
            acts: ActForm::samples(),
        }
    }
}
