//! What a buyer reads when a payment was refused. Only a decline speaks of the card; everybody
//! else's trouble is told in one neutral sentence.

use pagam::{Cause, Code, Widget};

/// What is said, and how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RefusalText {
    pub title: &'static str,
    pub text: &'static str,
}

/// What to say of trouble that is not the buyer's.
pub(super) const TRY_LATER: RefusalText = RefusalText {
    title: "Please try again later",
    text: "The payment service cannot take this payment at the moment. It is not your card, and nothing was charged. \
        Please try again later.",
};

impl RefusalText {
    pub(super) fn of(code: Code) -> RefusalText {
        let again = |text| RefusalText { title: "Please choose again", text };
        match (code, Cause::for_code(code), Widget::for_code(code)) {
            (Code::AMAZON_PLAN_NOT_SET, ..) => {
                again("Please choose how to pay, perhaps with another card. Nothing was charged.")
            }
            (_, _, Some(Widget::Wallet)) => {
                again("That card was declined and nothing was charged. Please choose another one.")
            }
            (_, _, Some(Widget::AddressBook)) => again("Please choose where we should ship to. Nothing was charged."),
            (Code::ALREADY_PROCESSED | Code::PARAMETERS_ERROR, ..) => {
                again("Amazon no longer knows what you chose, and nothing was charged. Please choose once more.")
            }
            (Code::NOT_FOUND, ..) => {
                RefusalText { title: "Not paid", text: "No payment has arrived: nothing was charged." }
            }
            (_, Cause::Buyer, _) => {
                RefusalText { title: "Not paid", text: "You left the payment: nothing was charged." }
            }
            (_, Cause::Declined, _) => {
                again("Amazon did not take that payment and nothing was charged. Please choose once more.")
            }
            _ => TRY_LATER,
        }
    }
}

/// Whether the buyer goes back to where he chose: to mend it, or to try once more with the same.
pub(super) fn leads_back(code: Code) -> bool {
    let is_stale = matches!(code, Code::ALREADY_PROCESSED | Code::PARAMETERS_ERROR);
    is_stale || Widget::for_code(code).is_some() || Cause::for_code(code).may_pass()
}

/// Whether what was chosen can be charged again: as it is, or after the buyer has mended it.
pub(super) fn keeps_choice(code: Code) -> bool {
    Widget::for_code(code).is_some() || Cause::for_code(code).may_pass()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_decline_blames_the_card() {
        for code in [212, 150, 9999, 403, 415, 65, 1111, 1169, 1107, 1165] {
            let said = RefusalText::of(Code(code));
            assert_eq!(said, TRY_LATER, "{code}");
            assert!(said.text.contains("not your card") && said.text.contains("try again later"));
        }
        assert!(RefusalText::of(Code::AMAZON_METHOD_NOT_ALLOWED).text.contains("card was declined"));
        assert!(RefusalText::of(Code::DENIED).text.contains("Amazon did not take"));
    }
}
