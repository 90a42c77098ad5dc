//! How a hurdle is told to the buyer: a sentence in his language, the widget to look at again, its name in an address.

use super::texts::Texts;
use crate::rail::Hurdle;

const NAMED: [(Hurdle, &str); 12] = [
    (Hurdle::CardNotAllowed, "card-not-allowed"),
    (Hurdle::CardMissing, "card-missing"),
    (Hurdle::AddressMissing, "address-missing"),
    (Hurdle::ConsentMissing, "consent-missing"),
    (Hurdle::BuyerIsSeller, "buyer-is-seller"),
    (Hurdle::Declined, "declined"),
    (Hurdle::Unfinished, "unfinished"),
    (Hurdle::ChoiceExpired, "choice-expired"),
    (Hurdle::AmazonSilent, "amazon-silent"),
    (Hurdle::AccountRefused, "account-refused"),
    (Hurdle::CurrencyDiffers, "currency-differs"),
    (Hurdle::NotPossible, "not-possible"),
];

/// The widget that the buyer must use again.
pub(super) fn widget(hurdle: Hurdle) -> Option<&'static str> {
    match hurdle {
        Hurdle::AddressMissing => Some("address"),
        Hurdle::ConsentMissing => Some("consent"),
        Hurdle::BuyerIsSeller | Hurdle::CurrencyDiffers | Hurdle::NotPossible => None,
        _ => Some("wallet"),
    }
}

pub(super) fn sentence(hurdle: Hurdle, texts: &Texts) -> &'static str {
    let wallet = &texts.wallet;
    match hurdle {
        Hurdle::CardNotAllowed => wallet.card_not_allowed,
        Hurdle::CardMissing => wallet.card_missing,
        Hurdle::AddressMissing => wallet.address_missing,
        Hurdle::ConsentMissing => wallet.consent_missing,
        Hurdle::BuyerIsSeller => wallet.buyer_is_seller,
        Hurdle::Declined => wallet.declined,
        Hurdle::Unfinished => wallet.unfinished,
        Hurdle::ChoiceExpired => wallet.choice_expired,
        // The buyer can do the same about both: try again later.
        Hurdle::AmazonSilent | Hurdle::AccountRefused => wallet.amazon_silent,
        Hurdle::CurrencyDiffers | Hurdle::NotPossible => wallet.not_possible,
    }
}

/// How an address of the wallet page carries it.
pub(super) fn name(hurdle: Hurdle) -> &'static str {
    NAMED.into_iter().find(|(known, _)| *known == hurdle).map_or("", |(_, name)| name)
}

pub(super) fn named(name: &str) -> Option<Hurdle> {
    NAMED.into_iter().find(|(_, known)| *known == name).map(|(hurdle, _)| hurdle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hurdle_has_a_name_of_its_own() {
        for (hurdle, its_name) in NAMED {
            assert_eq!(
                (named(its_name), name(hurdle)),
                (Some(hurdle), its_name),
                "a hurdle and its name lead to each other"
            );
        }
        assert_eq!(named("nothing"), None);
    }
}
