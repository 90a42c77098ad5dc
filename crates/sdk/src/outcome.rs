//! What became of a payment.

use std::fmt;

use wire::{Code, Currency, Verdict, custom_info, decrypt, pagam};

use crate::{Amount, Token};

/// Three ways, and no fourth: match on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use = "whether the payment was made is the point"]
pub enum Status {
    /// `OK`: authorized. The only status on which goods may leave.
    Paid,
    /// `KO`: no money. The same identifier cannot be tried again.
    Refused {
        /// Why. For Amazon Pay often 1143: the buyer left.
        code: Code,
    },
    /// `XX`: not final. Do nothing; another notice will come.
    Pending,
}

/// A widget on the shop's own page, or a step of the gateway's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Widget {
    /// Where the buyer chooses how to pay.
    Wallet,
    /// Where the buyer chooses where to ship to.
    AddressBook,
}

/// How a payment went: what Decrypt read from a notice, or what a charge was answered.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// Of the payment.
    pub status: Status,
    /// The shop's own identifier.
    pub shop_transaction_id: String,
    /// The gateway's number; `None` when nothing was tried.
    pub bank_transaction_id: Option<String>,
    /// `None` unless authorized.
    pub authorization_code: Option<String>,
    /// `None` when the gateway's amount or currency could not be read; [`Outcome::check`] then never succeeds.
    pub amount: Option<Amount>,
    /// Circuit or wallet, such as `AMAZONPAY`; `None` when the shop has not switched it on.
    pub payment_method: Option<String>,
    /// The buyer's name as the shop sent it.
    pub buyer_name: Option<String>,
    /// The buyer's e-mail address as the shop sent it.
    pub buyer_email: Option<String>,
    /// The shop's own information, keys in upper case.
    pub custom: Vec<(String, String)>,
    /// For later charges, when one was asked for.
    pub token: Option<Token>,
    /// Of a risk rule of the gateway, with its text.
    pub alert: Option<(String, String)>,
    /// The gateway's text, in the shop's language. Never match on it.
    pub description: String,
}

/// What the shop's own records say of the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected<'e> {
    /// To be paid, with its currency.
    pub amount: Amount,
    /// The identifier it was sent under.
    pub shop_transaction_id: &'e str,
}

/// How an outcome differs from what the shop expected. Act on none of them; let a person look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Another order's.
    #[error("it is about {found:?}, not {expected:?}")]
    ShopTransaction {
        /// The shop's record.
        expected: String,
        /// The gateway's.
        found: String,
    },
    /// Another currency.
    #[error("the currency is {found}, not {expected}")]
    Currency {
        /// The shop's record, ISO 4217.
        expected: &'static str,
        /// The gateway's, ISO 4217.
        found: &'static str,
    },
    /// Another amount.
    #[error("the amount is {found}, not {expected}")]
    Amount {
        /// The shop's record, as text.
        expected: String,
        /// The gateway's, as text.
        found: String,
    },
    /// The gateway's amount or currency could not be read.
    #[error("the amount cannot be read")]
    Unreadable,
}

impl Outcome {
    /// Compares identifier, currency and amount with the shop's own record.
    ///
    /// # Errors
    /// [`Mismatch`]: the first difference.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), Mismatch> {
        expected.compare(&self.shop_transaction_id, self.amount)
    }

    pub(crate) fn read(from: decrypt::Outcome) -> Outcome {
        let custom = from.custom_info.unwrap_or_default();
        Outcome {
            status: Status::of(from.result, from.error_code),
            shop_transaction_id: from.shop_transaction_id,
            bank_transaction_id: given(from.bank_transaction_id),
            authorization_code: given(from.authorization_code),
            amount: read_amount(&from.amount, &from.currency),
            payment_method: from.payment_method.and_then(given),
            buyer_name: from.buyer_name.and_then(given),
            buyer_email: from.buyer_email.and_then(given),
            custom: custom_info::parse(&custom).into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            token: from.token.and_then(Token::given),
            alert: alert(from.alert_code, from.alert_description),
            description: from.error_description,
        }
    }

    pub(crate) fn charged(from: pagam::Outcome) -> Outcome {
        Outcome {
            status: Status::of(from.result, from.error_code),
            shop_transaction_id: from.shop_transaction_id,
            bank_transaction_id: given(from.bank_transaction_id),
            authorization_code: given(from.authorization_code),
            amount: read_amount(&from.amount, &from.currency),
            payment_method: given(from.payment_method),
            buyer_name: given(from.buyer_name),
            buyer_email: given(from.buyer_email),
            custom: from.custom_info,
            token: Token::given(from.token),
            alert: alert(from.alert_code, from.alert_description),
            description: from.error_description,
        }
    }
}

impl fmt::Debug for Outcome {
    /// Without what tells who the buyer is, and without the token: values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("status", &self.status)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("bank_transaction_id", &self.bank_transaction_id)
            .field("amount", &self.amount)
            .field("payment_method", &self.payment_method)
            .finish_non_exhaustive()
    }
}

impl Status {
    /// Whether goods may leave.
    #[must_use]
    pub fn is_paid(self) -> bool {
        matches!(self, Status::Paid)
    }

    /// What to show the buyer again, when choosing otherwise may help: the wallet after 5001 and 5002, the address book
    /// after 5003. The next try needs a new identifier.
    ///
    /// ```
    /// use pagam::{Code, Status, Widget};
    ///
    /// let refused = Status::Refused { code: Code::AMAZON_METHOD_NOT_ALLOWED };
    /// assert_eq!(refused.widget(), Some(Widget::Wallet));
    /// assert_eq!(Status::Refused { code: Code::DENIED }.widget(), None);
    /// ```
    #[must_use]
    pub fn widget(self) -> Option<Widget> {
        match self {
            Status::Refused { code } => Widget::for_code(code),
            Status::Paid | Status::Pending => None,
        }
    }

    /// (That `OK` comes with code 0 was seen to when the answer was read: a contradiction is no answer.)
    pub(crate) fn of(verdict: Verdict, code: Code) -> Status {
        match verdict {
            Verdict::Ok => Status::Paid,
            Verdict::Ko => Status::Refused { code },
            Verdict::Xx => Status::Pending,
        }
    }
}

impl Widget {
    /// The widget that mends a refusal, when one does.
    #[must_use]
    pub fn for_code(code: Code) -> Option<Widget> {
        match code {
            Code::AMAZON_METHOD_NOT_ALLOWED | Code::AMAZON_PLAN_NOT_SET => Some(Widget::Wallet),
            Code::AMAZON_ADDRESS_NOT_SET => Some(Widget::AddressBook),
            _ => None,
        }
    }
}

impl Expected<'_> {
    pub(crate) fn compare(&self, shop_transaction_id: &str, found: Option<Amount>) -> Result<(), Mismatch> {
        if shop_transaction_id != self.shop_transaction_id {
            return Err(Mismatch::ShopTransaction {
                expected: self.shop_transaction_id.to_owned(),
                found: shop_transaction_id.to_owned(),
            });
        }
        let found = found.ok_or(Mismatch::Unreadable)?;
        let (currency, expected) = (found.currency(), self.amount.currency());
        if currency != expected {
            return Err(Mismatch::Currency { expected: expected.iso(), found: currency.iso() });
        }
        match found == self.amount {
            true => Ok(()),
            false => Err(Mismatch::Amount { expected: self.amount.to_string(), found: found.to_string() }),
        }
    }
}

pub(crate) fn read_amount(amount: &str, uic: &str) -> Option<Amount> {
    Amount::parse(amount, Currency::by_uic(uic)?).ok()
}

/// Some pages of the documentation say 0 where the service leaves the code empty.
fn alert(code: String, description: String) -> Option<(String, String)> {
    given(code).filter(|code| code != "0").map(|code| (code, description))
}

pub(crate) fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
