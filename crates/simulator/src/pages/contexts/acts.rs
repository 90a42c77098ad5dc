//! Contexts of what a seller does by hand on an order's page: the form that leads to the question,
//! and the question.

use askama::Template;

use crate::pages::page::Place;
#[cfg(test)]
use crate::pages::texts::Language;
use crate::pages::texts::Texts;

/// A form of the order's page. It does nothing but lead to the question.
#[derive(Debug, Clone)]
pub struct ActForm {
    /// Last part of the path: `capture`, `refund`, `chargeback`, `close`, `cancel`.
    pub path: &'static str,
    pub heading: &'static str,
    /// Name of the field that says what it is done to; empty: the order itself.
    pub field: &'static str,
    /// Amazon's id of that.
    pub id: String,
    /// Offered in the form, without its currency; empty: no amount is asked for.
    pub amount: String,
    pub currency: String,
    /// To choose from; none: in the merchant's own words, or no reason at all.
    pub reasons: &'static [&'static str],
    /// Whether the merchant may give a reason in words.
    pub has_words: bool,
    pub button: &'static str,
    /// Whether something is lost by it.
    pub is_grave: bool,
}

#[cfg(test)]
impl ActForm {
    pub(super) fn samples() -> Vec<ActForm> {
        let capture = ActForm {
            path: "capture",
            heading: "Capture",
            field: "authorization",
            id: "S02-0319513-4657042-A000001".into(),
            amount: "24.21".into(),
            currency: "EUR".into(),
            reasons: &[],
            has_words: false,
            button: "Capture…",
            is_grave: false,
        };
        let chargeback = ActForm {
            path: "chargeback",
            field: "capture",
            amount: String::new(),
            reasons: &["Unauthorized Transaction Chargeback"],
            is_grave: true,
            ..capture.clone()
        };
        let cancel = ActForm { path: "cancel", field: "", has_words: true, reasons: &[], ..chargeback.clone() };
        vec![capture, chargeback, cancel]
    }
}

/// `/sellercentral/orders/{id}/{act}`: asks before anything is done.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub struct AskPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub order_id: String,
    pub question: String,
    /// What it means when it is done.
    pub meaning: &'static str,
    /// What it is about, name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Where the answer goes; the path that asked.
    pub action: String,
    /// What the answer carries, name and value.
    pub fields: Vec<(&'static str, String)>,
    pub button: String,
    pub is_grave: bool,
}

#[cfg(test)]
impl AskPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> AskPage {
        AskPage {
            t: Language::English.texts(),
            place: Place::Orders,
            order_id: "S02-0319513-4657042".into(),
            question: "Refund 5.00 EUR?".into(),
            meaning: "The buyer gets the money back.",
            facts: vec![("Capture", "S02-0319513-4657042-C000001".into())],
            action: "/sellercentral/orders/S02-0319513-4657042/refund".into(),
            fields: vec![("capture", "S02-0319513-4657042-C000001".into()), ("amount", "5.00".into())],
            button: "Refund 5.00 EUR".into(),
            is_grave: true,
        }
    }
}
