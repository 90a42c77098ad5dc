//! Contexts of the buyer's own pages: front door, sign-in, consent, refusal, challenge.

use askama::Template;

use super::frames::CardView;
use crate::pages::page::Place;
#[cfg(test)]
use crate::pages::texts::Language;
use crate::pages::texts::Texts;

#[derive(Debug, Clone)]
pub struct BuyerView {
    pub name: String,
    pub email: String,
}

#[cfg(test)]
impl BuyerView {
    fn samples() -> Vec<BuyerView> {
        [("Marco Rossi", "marco.rossi@example.it"), ("Anna Schmidt", "anna.schmidt@example.de")]
            .map(|(name, email)| BuyerView { name: name.into(), email: email.into() })
            .into()
    }
}

/// An address that programs use.
#[derive(Debug, Clone)]
pub struct DoorView {
    pub what: &'static str,
    pub path: &'static str,
}

/// `/`
#[derive(Debug, Template)]
#[template(path = "index.html")]
pub struct IndexPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    /// Where the simulator is reached.
    pub address: String,
    pub buyers: Vec<BuyerView>,
    pub password: String,
    pub cards: Vec<CardView>,
    pub doors: Vec<DoorView>,
}

#[cfg(test)]
impl IndexPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> IndexPage {
        let t = Language::English.texts();
        IndexPage {
            t,
            place: Place::Elsewhere,
            address: "http://127.0.0.1:2421".into(),
            buyers: BuyerView::samples(),
            password: "amazon".into(),
            cards: CardView::samples(t),
            doors: vec![DoorView { what: "MWS", path: "/OffAmazonPayments_Sandbox/2013-01-01" }],
        }
    }
}

/// `/ap/oa` and `/account` for a buyer who is not signed in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub t: &'static Texts,
    pub action: &'static str,
    /// Whose shop it is; empty: it is the buyer's own page.
    pub merchant: String,
    /// Our own `/ap/oa?…`; empty: the form knows the way.
    pub back: String,
    pub email: String,
    /// Whether the pair was wrong.
    pub wrong: bool,
    pub buyers: Vec<BuyerView>,
    pub password: String,
}

#[cfg(test)]
impl SignInPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> SignInPage {
        SignInPage {
            t,
            action: "/ap/signin",
            merchant: "Bottega Biella".into(),
            back: "/ap/oa?client_id=amzn1.application-oa2-client.1".into(),
            email: "marco.rossi@example.it".into(),
            wrong: true,
            buyers: BuyerView::samples(),
            password: "amazon".into(),
        }
    }
}

/// `/ap/oa` for a buyer who has not allowed this client yet.
#[derive(Debug, Template)]
#[template(path = "consent.html")]
pub struct ConsentPage {
    pub t: &'static Texts,
    pub merchant: String,
    /// Our own `/ap/oa?…`.
    pub back: String,
    pub buyer_name: String,
    /// What is asked for, in words.
    pub scopes: Vec<&'static str>,
}

#[cfg(test)]
impl ConsentPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> ConsentPage {
        ConsentPage {
            t,
            merchant: "Bottega Biella".into(),
            back: "/ap/oa?client_id=amzn1.application-oa2-client.1".into(),
            buyer_name: "Marco Rossi".into(),
            scopes: vec![t.scope_profile, t.scope_postal_code, t.scope_widget, t.scope_shipping, t.scope_billing],
        }
    }
}

/// A request that cannot go on.
#[derive(Debug, Template)]
#[template(path = "refusal.html")]
pub struct RefusalPage {
    pub t: &'static Texts,
    /// What happened, in the buyer's words.
    pub heading: &'static str,
    /// What the buyer can do.
    pub advice: &'static str,
    /// HTTP status.
    pub status: u16,
    pub code: String,
    /// For the developer, in English.
    pub reason: String,
    pub facts: Vec<(String, String)>,
    /// An address to go on at, and what it is.
    pub way_on: Option<(String, &'static str)>,
}

#[cfg(test)]
impl RefusalPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> RefusalPage {
        RefusalPage {
            t,
            heading: t.refused,
            advice: t.refused_advice,
            status: 400,
            code: "invalid_request".into(),
            reason: "The return address is not among the allowed return URLs of the client.".into(),
            facts: vec![("redirect_uri".into(), "https://shop.example/amazon/return-which-is-rather-long".into())],
            way_on: Some(("/sellercentral/clients".into(), "Allowed origins and return URLs")),
        }
    }
}

/// The end of a sign-in in its own window.
#[derive(Debug, Template)]
#[template(path = "popup.html")]
pub struct PopupPage {
    pub t: &'static Texts,
    /// The opener's origin, checked.
    pub origin: String,
    /// JSON.
    pub answer: String,
}

#[cfg(test)]
impl PopupPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> PopupPage {
        let answer = "{\"access_token\":\"Atza|sample\"}".into();
        PopupPage { t, origin: "https://shop.example".into(), answer }
    }
}

/// `/confirmation` for a card that asks.
#[derive(Debug, Template)]
#[template(path = "challenge.html")]
pub struct ChallengePage {
    pub t: &'static Texts,
    /// Name of the field that holds the id: `order_reference`, `billing_agreement`.
    pub field: &'static str,
    /// What the id is one of.
    pub label: &'static str,
    /// The order reference or the agreement.
    pub id: String,
    pub seller_id: String,
    /// With its currency; empty: unknown.
    pub amount: String,
    /// Brand and last digits; empty: unknown.
    pub card: String,
}

#[cfg(test)]
impl ChallengePage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> ChallengePage {
        ChallengePage {
            t,
            field: "order_reference",
            label: t.order,
            id: "S02-0319513-4657042".into(),
            seller_id: "A1PAGAMSELLER1".into(),
            amount: "24.21 EUR".into(),
            card: "Visa …1111".into(),
        }
    }
}
