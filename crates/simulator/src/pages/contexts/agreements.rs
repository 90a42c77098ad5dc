//! Contexts of agreements: the consent widget, Seller Central's list and page, and the buyer's own
//! account page.

use askama::Template;

use super::account::OrderView;
use super::frames::{CardView, FrameView};
use crate::pages::page::Place;
#[cfg(test)]
use crate::pages::texts::Language;
use crate::pages::texts::Texts;

/// `/widgets/consent`
#[derive(Debug, Template)]
#[template(path = "consent_frame.html")]
pub struct ConsentFramePage {
    pub t: &'static Texts,
    pub frame: FrameView,
    pub merchant: String,
    /// What may be charged in a month, with its currency.
    pub limit: String,
    pub has_consent: bool,
    /// Whether it stays as it is.
    pub read_only: bool,
}

#[cfg(test)]
impl ConsentFramePage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> ConsentFramePage {
        ConsentFramePage {
            t,
            frame: FrameView {
                order_reference: String::new(),
                billing_agreement: "C02-5533845-8537141".into(),
                is_agreement: true,
                ..FrameView::sample()
            },
            merchant: "Bottega Biella".into(),
            limit: "500.00 EUR".into(),
            has_consent: true,
            read_only: false,
        }
    }
}

/// A billing agreement in the list.
#[derive(Debug, Clone, Default)]
pub struct AgreementView {
    pub id: String,
    pub state: String,
    /// Colour of the state: empty, `good`, `bad`, `waiting`.
    pub tone: &'static str,
    /// Why it is in that state; empty: no reason.
    pub reason: String,
    /// What may still be charged this month, with its currency.
    pub left: String,
    /// The merchant's number; empty: not set.
    pub seller_agreement_id: String,
    /// `sandbox` or `production`.
    pub environment_label: &'static str,
    /// UTC.
    pub created: String,
}

#[cfg(test)]
impl AgreementView {
    fn sample() -> AgreementView {
        AgreementView {
            id: "C02-5533845-8537141".into(),
            state: "Suspended".into(),
            tone: "waiting",
            reason: "InvalidPaymentMethod".into(),
            left: "475.79 EUR".into(),
            seller_agreement_id: "SUBSCRIPTION-1".into(),
            environment_label: "sandbox",
            created: "2026-03-01 10:12:44".into(),
        }
    }
}

/// `/sellercentral/agreements`
#[derive(Debug, Template)]
#[template(path = "agreements.html")]
pub struct AgreementsPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub agreements: Vec<AgreementView>,
    /// How many older ones are not shown.
    pub hidden: usize,
}

#[cfg(test)]
impl AgreementsPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> AgreementsPage {
        let t = Language::English.texts();
        AgreementsPage { t, place: Place::Agreements, agreements: vec![AgreementView::sample()], hidden: 2 }
    }
}

/// `/sellercentral/agreements/{id}`
#[derive(Debug, Template)]
#[template(path = "agreement.html")]
pub struct AgreementPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub agreement: AgreementView,
    /// More about it, name and value.
    pub facts: Vec<(&'static str, String)>,
    /// The order references made from it, newest first.
    pub orders: Vec<OrderView>,
}

#[cfg(test)]
impl AgreementPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> AgreementPage {
        AgreementPage {
            t: Language::English.texts(),
            place: Place::Agreements,
            agreement: AgreementView::sample(),
            facts: vec![("Left this month", "475.79 EUR of 500.00 EUR".into())],
            orders: vec![OrderView::sample()],
        }
    }
}

/// An agreement or an order of a buyer.
#[derive(Debug, Clone, Default)]
pub struct OwnView {
    pub id: String,
    /// With whom.
    pub merchant: String,
    /// Its state, in the buyer's language.
    pub state: &'static str,
    /// Colour of the state.
    pub tone: &'static str,
    /// More about it, name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Slug of the chosen card; empty: none.
    pub card: String,
    /// Whether the buyer may choose another card.
    pub card_may_change: bool,
    /// Whether it waits for another card.
    pub is_suspended: bool,
    /// Whether the buyer may end it.
    pub may_end: bool,
}

/// `/account`
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    pub t: &'static Texts,
    pub buyer_name: String,
    /// What was done just now; empty: nothing.
    pub said: &'static str,
    /// Whether that is good news.
    pub is_good: bool,
    pub agreements: Vec<OwnView>,
    pub orders: Vec<OwnView>,
    pub cards: Vec<CardView>,
}

#[cfg(test)]
impl AccountPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> AccountPage {
        let own = |id: &str, is_suspended| OwnView {
            id: id.into(),
            merchant: "Bottega Biella".into(),
            state: t.account.state("Suspended"),
            tone: "waiting",
            facts: vec![(t.amount, "24.21 EUR".into())],
            card: "ok".into(),
            card_may_change: true,
            is_suspended,
            may_end: true,
        };
        AccountPage {
            t,
            buyer_name: "Marco Rossi".into(),
            said: t.account.changed,
            is_good: true,
            agreements: vec![own("C02-5533845-8537141", false)],
            orders: vec![OwnView { may_end: false, ..own("S02-0319513-4657042", true) }],
            cards: CardView::samples(t),
        }
    }
}
