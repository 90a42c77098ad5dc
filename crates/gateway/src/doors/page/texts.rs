//! The buyer's texts in five languages. One struct, so that a language that lacks a sentence does not compile.
//!
//! `{shop}` and `{amount}` are filled by [`fill`]; nothing else is. Sentences say what happened to the money first.

mod de;
mod en;
mod es;
mod fr;
mod it;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use payments::{Language, Reason};

/// A whole message: what happened, what it means, what to do now.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) advice: &'static str,
}

/// Everything that the page says in one language.
#[derive(Debug)]
pub(crate) struct Texts {
    pub(crate) lang: &'static str,
    pub(crate) locale: &'static str,
    pub(crate) frame: Frame,
    pub(crate) methods: Methods,
    pub(crate) wallet: Wallet,
    pub(crate) agreement: Agreement,
    pub(crate) messages: Messages,
    pub(crate) reasons: Reasons,
    pub(crate) home: Home,
}

/// What stands around every page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) title: &'static str,
    pub(crate) title_alone: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) to: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) now: &'static str,
    pub(crate) order: &'static str,
    pub(crate) steps: &'static str,
    pub(crate) step_sign_in: &'static str,
    pub(crate) step_choose: &'static str,
    pub(crate) step_done: &'static str,
    pub(crate) sandbox: &'static str,
    pub(crate) footer: &'static str,
    pub(crate) code: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) back: &'static str,
    pub(crate) cancel: &'static str,
}

/// The list of methods.
#[derive(Debug)]
pub(crate) struct Methods {
    pub(crate) title: &'static str,
    pub(crate) amazon: &'static str,
    pub(crate) elsewhere: &'static str,
}

/// Signing in, address and card.
#[derive(Debug)]
pub(crate) struct Wallet {
    pub(crate) title: &'static str,
    pub(crate) title_with_address: &'static str,
    pub(crate) lead: &'static str,
    pub(crate) lead_with_address: &'static str,
    pub(crate) address: &'static str,
    pub(crate) card: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) choose_first: &'static str,
    pub(crate) working: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) loading: &'static str,
    pub(crate) widget_failed: &'static str,
    pub(crate) arriving_title: &'static str,
    pub(crate) arriving: &'static str,
    pub(crate) leaving_title: &'static str,
    pub(crate) leaving: &'static str,
    pub(crate) sign_in: &'static str,
    pub(crate) sign_out: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) card_missing: &'static str,
    pub(crate) card_not_allowed: &'static str,
    pub(crate) address_missing: &'static str,
    pub(crate) consent_missing: &'static str,
    pub(crate) buyer_is_seller: &'static str,
    pub(crate) unfinished: &'static str,
    pub(crate) choice_expired: &'static str,
    pub(crate) too_fast: &'static str,
    pub(crate) start_again: &'static str,
    pub(crate) amazon_silent: &'static str,
    pub(crate) not_possible: &'static str,
    pub(crate) moved: &'static str,
}

/// The permission to charge future payments: what it means, and how a payment with one is told.
#[derive(Debug)]
pub(crate) struct Agreement {
    pub(crate) heading: &'static str,
    pub(crate) terms: &'static str,
    pub(crate) terms_only: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) agree: &'static str,
    pub(crate) tick_first: &'static str,
    pub(crate) paid: Words,
    pub(crate) agreed: Words,
}

/// Pages that say one thing.
#[derive(Debug)]
pub(crate) struct Messages {
    pub(crate) link: Words,
    pub(crate) shop_unknown: Words,
    pub(crate) shop_closed: Words,
    pub(crate) expired: Words,
    pub(crate) taken: Words,
    pub(crate) used: Words,
    pub(crate) differs: Words,
    pub(crate) paid: Words,
    pub(crate) refused: Words,
    pub(crate) abandoned: Words,
    pub(crate) method: Words,
    pub(crate) foreign: Words,
    pub(crate) system: Words,
    pub(crate) amazon_silent: Words,
    pub(crate) too_fast: Words,
    /// A sign-in that this browser window did not begin, or has used before.
    pub(crate) not_asked: Words,
    pub(crate) signed_out: Words,
    pub(crate) denied: Words,
    pub(crate) waiting: Words,
    pub(crate) pending: Words,
}

/// What stands at the gateway's own address.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) words: Words,
    pub(crate) developers: &'static str,
}

/// Why a payment was refused, as a buyer understands it.
#[derive(Debug)]
pub(crate) struct Reasons {
    pub(crate) declined: &'static str,
    pub(crate) rejected: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) timed_out: &'static str,
    pub(crate) authentication: &'static str,
    pub(crate) unusable: &'static str,
    pub(crate) not_done: &'static str,
}

impl Reasons {
    /// The sentence for a reason; giving up has a message of its own and needs none.
    pub(crate) fn of(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Abandoned => "",
            Reason::PaymentMethodDeclined => self.declined,
            Reason::Rejected => self.rejected,
            Reason::ProcessingFailure => self.failed,
            Reason::TimedOut => self.timed_out,
            Reason::AuthenticationFailed => self.authentication,
            Reason::OrderReferenceUnusable => self.unusable,
            Reason::NotDone
            | Reason::AgreementOver
            | Reason::LimitExceeded
            | Reason::Unreachable
            | Reason::AccountRefused
            | Reason::CurrencyDiffers
            | Reason::ChargedBefore => self.not_done,
        }
    }
}

pub(crate) const ALL: [Language; 5] =
    [Language::Italian, Language::English, Language::Spanish, Language::French, Language::German];

/// The texts of a language.
pub(crate) fn of(language: Language) -> &'static Texts {
    match language {
        Language::Italian => &it::TEXTS,
        Language::English => &en::TEXTS,
        Language::Spanish => &es::TEXTS,
        Language::French => &fr::TEXTS,
        Language::German => &de::TEXTS,
    }
}

/// The first of the browser's languages that we have, English when there is none: for pages that belong to no payment.
pub(crate) fn of_browser(headers: &HeaderMap) -> Language {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let known = |tag: &str| {
        let primary = tag.trim().get(..2).unwrap_or_default().to_ascii_lowercase();
        ALL.into_iter().find(|language| of(*language).lang == primary)
    };
    wanted.split(',').find_map(known).unwrap_or(Language::English)
}

/// Puts the shop's name and the amount into a text.
pub(crate) fn fill(text: &str, shop: &str, amount: &str) -> String {
    let mut filled = String::with_capacity(text.len() + shop.len() + amount.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let (value, name) = if rest.starts_with("{shop}") { (shop, "{shop}") } else { (amount, "{amount}") };
        filled.push_str(value);
        rest = rest.strip_prefix(name).unwrap_or_default();
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        let of = |value: &'static str| {
            of_browser(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(value))]))
        };
        assert_eq!(of("pt-BR,de-AT;q=0.8,en;q=0.5"), Language::German);
        assert_eq!(of("IT"), Language::Italian);
        assert_eq!(of(", x"), Language::English);
        assert_eq!(of_browser(&HeaderMap::new()), Language::English);
    }

    #[test]
    fn a_shop_named_like_a_placeholder_is_not_filled_again() {
        assert_eq!(fill("Pay {amount} to {shop}.", "{amount}", "1 €"), "Pay 1 € to {amount}.");
    }
}
