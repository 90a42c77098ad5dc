//! Why no money moved, as the number that a shop reads.

use payments::{Language, Reason};
use wire::{Code, Lang};

/// The code that tells a shop this reason.
///
/// The numbers for the buyer giving up and for a declined payment method are Axerve's; the others are the closest of
/// its list, where it names none for Amazon Pay.
#[must_use]
pub fn code_of(reason: Reason) -> Code {
    match reason {
        Reason::Abandoned => Code::ABANDONED,
        Reason::PaymentMethodDeclined => Code::AMAZON_METHOD_NOT_ALLOWED,
        Reason::Rejected | Reason::AuthenticationFailed => Code::DENIED,
        Reason::ProcessingFailure => Code::ISSUER_TECHNICAL,
        Reason::TimedOut => Code::CIRCUIT_UNREACHABLE,
        Reason::OrderReferenceUnusable => Code::ALREADY_PROCESSED,
        Reason::NotDone => Code::SYSTEM,
        Reason::AgreementOver => Code::TOKEN_UNKNOWN,
        Reason::LimitExceeded => Code::AMOUNT_TOO_BIG,
    }
}

/// The same language in the wire's words.
pub(crate) fn lang_of(language: Language) -> Lang {
    match language {
        Language::Italian => Lang::Italian,
        Language::English => Lang::English,
        Language::Spanish => Lang::Spanish,
        Language::French => Lang::French,
        Language::German => Lang::German,
    }
}

/// The same language in the payments' words.
pub(crate) fn language_of(lang: Lang) -> Language {
    match lang {
        Lang::Italian => Language::Italian,
        Lang::English => Language::English,
        Lang::Spanish => Language::Spanish,
        Lang::French => Language::French,
        Lang::German => Language::German,
    }
}
