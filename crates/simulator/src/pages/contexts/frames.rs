//! Contexts of the widgets' frames.

use askama::Template;

use crate::pages::address_form::AddressForm;
use crate::pages::countries::Country;
use crate::pages::texts::Texts;

/// What a frame's forms send back, and what its script tells.
#[derive(Debug, Clone, Default)]
pub struct FrameView {
    pub seller_id: String,
    pub client_id: String,
    /// The order reference, created by now; empty: it is about an agreement.
    pub order_reference: String,
    /// The agreement, created by now; empty: it is about an order reference.
    pub billing_agreement: String,
    pub is_agreement: bool,
    pub access_token: String,
    /// Origin of the page around it, checked.
    pub origin: String,
    /// As asked for.
    pub language: String,
    /// `sandbox` or `live`.
    pub environment: String,
    /// Whether this frame created the order reference or the agreement.
    pub created: bool,
    /// Whether the buyer chose just now.
    pub chosen: bool,
}

impl FrameView {
    /// Id of the order reference or the agreement; empty: there is none yet.
    #[must_use]
    pub fn id(&self) -> &str {
        if self.is_agreement { &self.billing_agreement } else { &self.order_reference }
    }

    /// The same, to be filled in.
    pub fn id_mut(&mut self) -> &mut String {
        if self.is_agreement { &mut self.billing_agreement } else { &mut self.order_reference }
    }
}

#[cfg(test)]
impl FrameView {
    pub(super) fn sample() -> FrameView {
        FrameView {
            seller_id: "A1PAGAMSELLER1".into(),
            client_id: "amzn1.application-oa2-client.1".into(),
            order_reference: "S02-0319513-4657042".into(),
            billing_agreement: String::new(),
            is_agreement: false,
            access_token: "Atza|sample".into(),
            origin: "https://shop.example".into(),
            language: "it-IT".into(),
            environment: "sandbox".into(),
            created: true,
            chosen: false,
        }
    }
}

#[derive(Debug, Clone)]
pub struct AddressView {
    pub id: String,
    pub name: String,
    /// As its country writes it.
    pub lines: Vec<String>,
    /// Whether the order ships there.
    pub chosen: bool,
}

/// `/widgets/address-book`
#[derive(Debug, Template)]
#[template(path = "address_book.html")]
pub struct AddressBookPage {
    pub t: &'static Texts,
    pub frame: FrameView,
    pub buyer_name: String,
    /// Id of the chosen address; empty: none.
    pub selected: String,
    /// `displayMode: 'Read'`.
    pub read_only: bool,
    pub addresses: Vec<AddressView>,
    pub countries: Vec<&'static Country>,
    pub form: AddressForm,
}

#[cfg(test)]
impl AddressBookPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> AddressBookPage {
        let address = |id: &str, name: &str, lines: &[&str], chosen| AddressView {
            id: id.into(),
            name: name.into(),
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            chosen,
        };
        let form = AddressForm::filled(|id| if id == "country" { "IT".into() } else { String::new() }, t);
        AddressBookPage {
            t,
            frame: FrameView::sample(),
            buyer_name: "Marco Rossi".into(),
            selected: "home".into(),
            read_only: false,
            addresses: vec![
                address("home", "Marco Rossi", &["Via Italia 1", "13900 Biella (BI)", "Italia"], true),
                address("berlin", "Marco Rossi", &["Hauptstraße 5", "10115 Berlin", "Deutschland"], false),
            ],
            countries: Country::sorted(t.language),
            form: form.check(t).err().unwrap_or_else(|| AddressForm::empty("IT", t)),
        }
    }
}

#[derive(Debug, Clone)]
pub struct CardView {
    pub slug: String,
    pub brand: String,
    /// Last four digits.
    pub tail: String,
    /// What it does, in words.
    pub behaviour: &'static str,
    /// Whether the order is paid with it.
    pub chosen: bool,
}

#[cfg(test)]
impl CardView {
    pub(super) fn samples(t: &'static Texts) -> Vec<CardView> {
        [("ok", "Visa", "1111", t.card_ok, true), ("invalid", "Visa", "3434", t.card_invalid, false)]
            .map(|(slug, brand, tail, behaviour, chosen)| CardView {
                slug: slug.into(),
                brand: brand.into(),
                tail: tail.into(),
                behaviour,
                chosen,
            })
            .into()
    }
}

/// `/widgets/wallet`
#[derive(Debug, Template)]
#[template(path = "wallet.html")]
pub struct WalletPage {
    pub t: &'static Texts,
    pub frame: FrameView,
    /// Slug of the chosen card; empty: none.
    pub selected: String,
    /// `displayMode: 'Read'`.
    pub read_only: bool,
    pub cards: Vec<CardView>,
}

#[cfg(test)]
impl WalletPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> WalletPage {
        let cards = CardView::samples(t);
        WalletPage { t, frame: FrameView::sample(), selected: "ok".into(), read_only: false, cards }
    }
}

/// A widget that cannot be shown.
#[derive(Debug, Template)]
#[template(path = "frame_error.html")]
pub struct FrameErrorPage {
    pub t: &'static Texts,
    /// `address-book`, `wallet`, `consent`.
    pub widget: &'static str,
    /// Origin of the page around it, well formed; empty: no page is told.
    pub origin: String,
    /// As asked for.
    pub order_reference: String,
    /// As asked for.
    pub billing_agreement: String,
    pub code: &'static str,
    /// For the developer, in English.
    pub message: String,
}

#[cfg(test)]
impl FrameErrorPage {
    /// A page to look at.
    #[must_use]
    pub fn sample(t: &'static Texts) -> FrameErrorPage {
        FrameErrorPage {
            t,
            widget: "wallet",
            origin: "https://shop.example".into(),
            order_reference: "S02-0319513-4657042".into(),
            billing_agreement: String::new(),
            code: "BuyerSessionExpired",
            message: "The access token is expired.".into(),
        }
    }
}
