//! Why no money moved, as the number that a shop reads: every refusal becomes a code here and nowhere else.

use payments::{Language, Reason, Refusal};
use wire::movement::Kind;
use wire::{Code, Lang};

use crate::flow::charging::NotCharged;
use crate::flow::settlement::NotMoved;
use crate::rail::Hurdle;

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
        Reason::Unreachable => Code::BANK_UNAVAILABLE,
        Reason::AccountRefused => Code::MERCHANT_CONFIGURATION,
        Reason::CurrencyDiffers => Code::CURRENCY_DIFFERS,
        Reason::ChargedBefore => Code::TRANSACTION_INVALID,
    }
}

/// The code of a charge that was not attempted.
pub(crate) fn code_of_not_charged(why: &NotCharged) -> Code {
    match why {
        NotCharged::Hurdle(hurdle) => match hurdle {
            Hurdle::CardNotAllowed | Hurdle::Declined => Code::AMAZON_METHOD_NOT_ALLOWED,
            Hurdle::CardMissing | Hurdle::ConsentMissing | Hurdle::Unfinished => Code::AMAZON_PLAN_NOT_SET,
            Hurdle::AddressMissing => Code::AMAZON_ADDRESS_NOT_SET,
            Hurdle::BuyerIsSeller => Code::DENIED,
            Hurdle::ChoiceExpired => Code::ALREADY_PROCESSED,
            Hurdle::AmazonSilent => Code::BANK_UNAVAILABLE,
            Hurdle::AccountRefused => Code::MERCHANT_CONFIGURATION,
            Hurdle::CurrencyDiffers => Code::CURRENCY_INVALID,
            Hurdle::NotPossible => Code::SYSTEM,
        },
        NotCharged::OrderUnknown => Code::PARAMETERS_ERROR,
        NotCharged::OrderUnusable => Code::ALREADY_PROCESSED,
        NotCharged::Taken => Code::TRANSACTION_INVALID,
        NotCharged::TurnedAway => Code::BANK_UNAVAILABLE,
        NotCharged::OtherAmount => Code::AMOUNT_CHANGED,
        NotCharged::OtherCurrency => Code::CURRENCY_DIFFERS,
        NotCharged::TokenUnknown => Code::TOKEN_UNKNOWN,
    }
}

/// The code of a settlement, a deletion or a refund that was not made.
pub(crate) fn code_of_not_moved(kind: Kind, why: &NotMoved) -> Code {
    match (why, kind) {
        (NotMoved::Refused(refusal), kind) => code_of_refusal(kind, *refusal),
        (NotMoved::OtherAmount, _) => Code::PARAMETER_INVALID,
        (NotMoved::Declined, Kind::Refund) => Code::NOT_REFUNDABLE,
        (NotMoved::Declined, Kind::Settle | Kind::Delete) => Code::DENIED,
        (NotMoved::Ended, _) => Code::AUTHORIZATION_EXPIRED,
    }
}

fn code_of_refusal(kind: Kind, refusal: Refusal) -> Code {
    match refusal {
        Refusal::AboveAuthorized => Code::SETTLE_ABOVE_AUTHORIZED,
        Refusal::AboveSettled => Code::REFUND_ABOVE_BALANCE,
        Refusal::OtherCurrency => Code::CURRENCY_DIFFERS,
        Refusal::Expired => Code::AUTHORIZATION_EXPIRED,
        Refusal::Final
        | Refusal::InFlight
        | Refusal::NothingAsked
        | Refusal::OtherOrderReference
        | Refusal::OtherAttempt
        | Refusal::NoMoreAttempts
        | Refusal::NotHeld
        | Refusal::NotSettled
        | Refusal::NoMoreRefunds
        | Refusal::ChargedBack
        | Refusal::HasBegun
        | Refusal::TooManyMoves => match kind {
            Kind::Settle => Code::NOT_SETTLEABLE,
            Kind::Delete => Code::NOT_DELETABLE,
            Kind::Refund => Code::NOT_REFUNDABLE,
        },
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
