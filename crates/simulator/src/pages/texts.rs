//! What the buyer reads, in five languages. The sign-in, the frames, the challenge and the account
//! page take it; Seller Central and the index speak English, because their readers are developers.
//! It never holds anything that a merchant sent.

mod account;
mod de;
mod en;
mod es;
mod fr;
mod it;

pub use account::AccountTexts;

/// A language that the buyer's pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `en`, and whatever is not known.
    English,
    /// `it`.
    Italian,
    /// `es`.
    Spanish,
    /// `fr`.
    French,
    /// `de`.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] =
        [Language::English, Language::Italian, Language::Spanish, Language::French, Language::German];

    /// From `language` or `ui_locales` (`it`, `it-IT`, `it_IT`, a list of them); English when none
    /// is known.
    #[must_use]
    pub fn of(tags: &str) -> Language {
        tags.split([' ', ',']).find_map(Language::known).unwrap_or(Language::English)
    }

    fn known(tag: &str) -> Option<Language> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Language::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// For `lang` attributes and our own queries.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Italian => "it",
            Language::Spanish => "es",
            Language::French => "fr",
            Language::German => "de",
        }
    }

    /// The texts.
    #[must_use]
    pub const fn texts(self) -> &'static Texts {
        match self {
            Language::English => &en::TEXTS,
            Language::Italian => &it::TEXTS,
            Language::Spanish => &es::TEXTS,
            Language::French => &fr::TEXTS,
            Language::German => &de::TEXTS,
        }
    }
}

/// Every sentence of the buyer's pages.
#[derive(Debug)]
pub struct Texts {
    /// For `lang` attributes and our own queries.
    pub lang: &'static str,
    /// The language itself.
    pub language: Language,
    /// Ribbon: what this is.
    pub ribbon_what: &'static str,
    /// Ribbon: what it is not.
    pub ribbon_not: &'static str,
    /// Link for keyboards.
    pub skip: &'static str,

    /// Title and heading of the sign-in page.
    pub sign_in: &'static str,
    /// Before the merchant's name.
    pub sign_in_for: &'static str,
    /// Label.
    pub email: &'static str,
    /// Label.
    pub password: &'static str,
    /// Shown when the pair is wrong.
    pub wrong_password: &'static str,
    /// Heading of the list of demo buyers.
    pub demo_buyers: &'static str,
    /// Says that the password is shown because nothing is real here.
    pub demo_password: &'static str,

    /// Heading of the consent page.
    pub consent: &'static str,
    /// Before the list of what is shared; follows the merchant's name.
    pub consent_wants: &'static str,
    /// Scope `profile`.
    pub scope_profile: &'static str,
    /// Scope `profile:user_id`.
    pub scope_user_id: &'static str,
    /// Scope `postal_code`.
    pub scope_postal_code: &'static str,
    /// Scope `payments:widget`.
    pub scope_widget: &'static str,
    /// Scope `payments:shipping_address`.
    pub scope_shipping: &'static str,
    /// Scope `payments:billing_address`.
    pub scope_billing: &'static str,
    /// Button.
    pub allow: &'static str,
    /// Button.
    pub deny: &'static str,
    /// Before the buyer's name.
    pub signed_in_as: &'static str,
    /// Button that changes the buyer.
    pub other_account: &'static str,
    /// The popup says that it is done.
    pub done_close: &'static str,

    /// Heading of a refused sign-in.
    pub refused: &'static str,
    /// The buyer's way out of it.
    pub refused_advice: &'static str,
    /// Label before the code of an error.
    pub error_code: &'static str,

    /// Heading of the address book.
    pub ship_to: &'static str,
    /// Opens the form of a new address.
    pub new_address: &'static str,
    /// Above a form that has faults.
    pub mend_fields: &'static str,
    /// Label.
    pub country: &'static str,
    /// Label.
    pub name: &'static str,
    /// Label.
    pub line1: &'static str,
    /// Label.
    pub line2: &'static str,
    /// Label.
    pub line3: &'static str,
    /// Label.
    pub city: &'static str,
    /// Label.
    pub state: &'static str,
    /// Label.
    pub postal_code: &'static str,
    /// Label.
    pub phone: &'static str,
    /// After the label of a field that may stay empty.
    pub optional: &'static str,
    /// Hint of the address lines.
    pub line_hint: &'static str,
    /// Button.
    pub save_address: &'static str,
    /// No address yet.
    pub no_address: &'static str,
    /// Spoken with the chosen entry.
    pub chosen: &'static str,

    /// Fault: empty.
    pub fault_missing: &'static str,
    /// Fault: too long.
    pub fault_too_long: &'static str,
    /// Fault: no address line at all.
    pub fault_no_line: &'static str,
    /// Fault: not a postal code of that country; an example follows.
    pub fault_postal_code: &'static str,
    /// Fault: not a province or state of that country; an example follows.
    pub fault_state: &'static str,
    /// Fault: the country is not offered.
    pub fault_country: &'static str,
    /// Fault: not a telephone number.
    pub fault_phone: &'static str,

    /// Heading of the wallet.
    pub pay_with: &'static str,
    /// Says why the cards are named by what they do.
    pub wallet_note: &'static str,
    /// Before the last digits.
    pub ending_in: &'static str,
    /// Behaviour: pays.
    pub card_ok: &'static str,
    /// Behaviour: soft decline.
    pub card_invalid: &'static str,
    /// Behaviour: hard decline.
    pub card_rejected: &'static str,
    /// Behaviour: times out.
    pub card_timeout: &'static str,
    /// Behaviour: constraint.
    pub card_notallowed: &'static str,
    /// Behaviour: slow.
    pub card_slow: &'static str,
    /// Behaviour: answer lost.
    pub card_lost: &'static str,
    /// Behaviour: authentication.
    pub card_challenge: &'static str,
    /// Behaviour: a review, then pays.
    pub card_review: &'static str,
    /// Behaviour: a review, then a soft decline.
    pub card_reviewdeclined: &'static str,
    /// Behaviour: the capture is pending.
    pub card_latecapture: &'static str,

    /// Label of a billing agreement.
    pub agreement: &'static str,
    /// Heading of the consent to future payments.
    pub agree_title: &'static str,
    /// What is consented to; `{merchant}` stands for the shop.
    pub agree_to: &'static str,
    /// Before the limit of a month.
    pub agree_limit: &'static str,
    /// Says how it ends.
    pub agree_end: &'static str,
    /// The account page.
    pub account: &'static AccountTexts,

    /// Heading of a widget that cannot be shown.
    pub widget_refused: &'static str,
    /// Advice in it.
    pub widget_refused_advice: &'static str,

    /// Heading of the challenge.
    pub challenge: &'static str,
    /// What the challenge asks.
    pub challenge_ask: &'static str,
    /// Label.
    pub order: &'static str,
    /// Label.
    pub amount: &'static str,
    /// Label.
    pub card: &'static str,
    /// Button.
    pub challenge_pass: &'static str,
    /// Button.
    pub challenge_fail: &'static str,
    /// Button.
    pub challenge_abandon: &'static str,
    /// Under the buttons.
    pub challenge_note: &'static str,
    /// Heading when there is nothing to confirm.
    pub challenge_none: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_a_region_is_its_language_and_an_unknown_one_is_english() {
        assert_eq!(Language::of("it-IT"), Language::Italian);
        assert_eq!(Language::of("de_AT"), Language::German);
        assert_eq!(Language::of("nl-NL fr-FR"), Language::French);
        assert_eq!(Language::of("nl"), Language::English);
        assert_eq!(Language::of(""), Language::English);
    }

    #[test]
    fn the_ribbon_says_in_every_language_that_this_is_not_amazon() {
        for language in Language::ALL {
            assert!(language.texts().ribbon_not.contains("Amazon"), "{language:?}");
        }
    }
}
