//! The error codes of the gateway with their texts.
//!
//! The table (`codes/codes.tsv`) holds every code published for the service. English texts are the
//! published ones and part of the protocol; Italian texts are known from recordings or translated
//! for Pagam. Nobody should match on a text.

use std::fmt;
use std::sync::LazyLock;

use crate::Lang;

const TABLE: &str = include_str!("codes/codes.tsv");

/// An error code; 0 is success.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub u32);

/// What a code speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Nothing is wrong.
    Success,
    /// A field of the request is missing or not acceptable.
    Request,
    /// The caller is not let in.
    Authentication,
    /// The payment page cannot be shown.
    Page,
    /// The buyer gave up.
    Buyer,
    /// The operation does not fit the transaction.
    Operation,
    /// Amazon Pay wants the buyer to choose again.
    AmazonPay,
    /// Refused by issuer or circuit.
    Issuer,
    /// A risk rule spoke.
    Risk,
    /// Concerning tokens.
    Token,
    /// The function is not available.
    Feature,
    /// An unexpected failure.
    System,
    /// Methods and interfaces that Pagam does not speak.
    Other,
}

struct Row {
    code: u32,
    category: Category,
    english: &'static str,
    italian: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows: Vec<Row> = TABLE.lines().skip(1).filter_map(row).collect();
    rows.sort_by_key(|row| row.code);
    rows
});

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        impl Code {
            $($(#[$doc])* pub const $name: Code = Code($code);)*
        }
    };
}

codes! {
    /// Transaction correctly processed.
    OK = 0;
    /// The amount to settle is above the authorized one.
    SETTLE_ABOVE_AUTHORIZED = 58;
    /// The authorization has expired.
    AUTHORIZATION_EXPIRED = 64;
    /// Another currency than that of the transaction.
    CURRENCY_DIFFERS = 65;
    /// The settlement has been booked before.
    ALREADY_BOOKED = 66;
    /// Generic refusal by the issuer.
    DENIED = 74;
    /// The merchant's account is refused; with Amazon Pay its key, its token or the clock.
    MERCHANT_CONFIGURATION = 150;
    /// The bank's system does not answer; with Amazon Pay, Amazon cannot be reached or is
    /// throttling.
    BANK_UNAVAILABLE = 212;
    /// Technical error at the issuer.
    ISSUER_TECHNICAL = 403;
    /// Technical error towards the circuit.
    CIRCUIT_UNREACHABLE = 415;
    /// A parameter's value is not acceptable.
    PARAMETER_INVALID = 1105;
    /// A key of the custom information is repeated.
    PARAMETER_REPEATED = 1106;
    /// A parameter that is not enabled for the shop.
    PARAMETER_UNEXPECTED = 1107;
    /// A compulsory parameter is missing.
    PARAMETER_COMPULSORY = 1108;
    /// A parameter that the operation needs is missing.
    PARAMETER_MISSING = 1109;
    /// The custom information has no parameter name before `=`.
    PARAMETER_NAME_MISSING = 1102;
    /// The custom information ends with a separator.
    PARAMETER_SEPARATOR_LAST = 1103;
    /// The custom information has an invalid name.
    PARAMETER_NAME_INVALID = 1104;
    /// The custom information is not in its syntax.
    PARAMETER_SYNTAX = 1101;
    /// `uicCode` is missing.
    CURRENCY_MISSING = 1110;
    /// `uicCode` is unknown.
    CURRENCY_INVALID = 1111;
    /// `amount` is missing.
    AMOUNT_MISSING = 1112;
    /// `amount` is not a number.
    AMOUNT_NOT_NUMERIC = 1113;
    /// `amount` has decimals that the currency does not have.
    AMOUNT_DECIMALS = 1114;
    /// `shopTransactionId` is missing.
    TRANSACTION_MISSING = 1115;
    /// `shopTransactionId` is longer than 50.
    TRANSACTION_TOO_LONG = 1116;
    /// `languageId` is not 1 to 5.
    LANGUAGE_INVALID = 1117;
    /// `buyerEmail` is malformed.
    EMAIL_INVALID = 1127;
    /// All parameters together are too long.
    PARAMETERS_TOO_LONG = 1128;
    /// One value is too long.
    PARAMETER_TOO_LONG = 1129;
    /// The page was called without `a`.
    PAGE_A_MISSING = 1130;
    /// The shop is unknown.
    SHOP_UNKNOWN = 1131;
    /// The shop is not active.
    SHOP_INACTIVE = 1132;
    /// The page was called without `b`.
    PAGE_B_MISSING = 1133;
    /// The page was called with an empty `b`.
    PAGE_B_EMPTY = 1134;
    /// `b` does not come from Encrypt.
    PAGE_B_FOREIGN = 1136;
    /// The transaction has been processed before.
    ALREADY_PROCESSED = 1137;
    /// The buyer cancelled.
    CANCELLED = 1140;
    /// `b` is not acceptable.
    PAGE_B_INVALID = 1141;
    /// The caller's address is not on the shop's list.
    IP_REFUSED = 1142;
    /// The buyer left.
    ABANDONED = 1143;
    /// The amount is below the minimum.
    AMOUNT_TOO_SMALL = 1146;
    /// The amount is above the maximum.
    AMOUNT_TOO_BIG = 1147;
    /// The parameters do not fit each other.
    PARAMETERS_ERROR = 1151;
    /// `transKey` is missing.
    TRANSACTION_KEY_MISSING = 1154;
    /// The token wanted has a wrong length.
    TOKEN_LENGTH = 1160;
    /// The token wanted has a wrong number of digits.
    TOKEN_DIGITS = 1161;
    /// The token wanted has characters that are not allowed.
    TOKEN_CHARACTERS = 1162;
    /// The token wanted stands for another card.
    TOKEN_TAKEN = 1163;
    /// The token has expired.
    TOKEN_EXPIRED = 1164;
    /// The token is unknown.
    TOKEN_UNKNOWN = 1165;
    /// The API key is wrong.
    API_KEY_WRONG = 1169;
    /// The payment method is unknown or not enabled.
    METHOD_INVALID = 1403;
    /// This way to authenticate is not enabled for the shop.
    AUTHENTICATION_NOT_ALLOWED = 1404;
    /// No such transaction.
    NOT_FOUND = 2011;
    /// More than one such transaction.
    AMBIGUOUS = 2012;
    /// The amount to refund is above what is left of the settled one.
    REFUND_ABOVE_BALANCE = 2014;
    /// `bankTransactionId` is no number.
    BANK_TRANSACTION_INVALID = 2015;
    /// Neither identifier was given.
    IDENTIFIERS_MISSING = 2016;
    /// The transaction is not in a state to be deleted.
    NOT_DELETABLE = 2017;
    /// The transaction is not in a state to be refunded.
    NOT_REFUNDABLE = 2018;
    /// The transaction is not in a state to be settled.
    NOT_SETTLEABLE = 2019;
    /// The operation is not offered.
    NOT_ALLOWED = 4100;
    /// The visit to the page is over.
    SESSION_EXPIRED = 4800;
    /// `shopTransactionId` is not acceptable for the method, or used.
    TRANSACTION_INVALID = 4801;
    /// Amount or currency differ from those first seen.
    AMOUNT_CHANGED = 4802;
    /// Amazon Pay: choose another payment method.
    AMAZON_METHOD_NOT_ALLOWED = 5001;
    /// Amazon Pay: choose a payment method.
    AMAZON_PLAN_NOT_SET = 5002;
    /// Amazon Pay: choose an address.
    AMAZON_ADDRESS_NOT_SET = 5003;
    /// Cards: the buyer must be authenticated first.
    VERIFY_BY_VISA = 8006;
    /// The function is switched off.
    DISABLED = 8008;
    /// No authorization to settle.
    AUTHORIZATION_NOT_FOUND = 8012;
    /// No settlement to refund.
    SETTLEMENT_NOT_FOUND = 8013;
    /// Unexpected failure.
    SYSTEM = 9999;
}

impl Code {
    /// All published codes in ascending order.
    pub fn all() -> impl Iterator<Item = Code> {
        ROWS.iter().map(|row| Code(row.code))
    }

    /// The text in a language: Italian where there is one, English else; empty for a code that is not published.
    #[must_use]
    pub fn text(self, lang: Lang) -> &'static str {
        match (self.row(), lang) {
            (None, _) => "",
            (Some(row), Lang::Italian) if !row.italian.is_empty() => row.italian,
            (Some(row), _) => row.english,
        }
    }

    /// What the code speaks of.
    #[must_use]
    pub fn category(self) -> Category {
        self.row().map_or(Category::Other, |row| row.category)
    }

    /// Whether the code is published.
    #[must_use]
    pub fn is_known(self) -> bool {
        self.row().is_some()
    }

    fn row(self) -> Option<&'static Row> {
        let at = ROWS.binary_search_by_key(&self.0, |row| row.code).ok()?;
        ROWS.get(at)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.text(Lang::English))
    }
}

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let code = columns.next()?.parse().ok()?;
    let category = category(columns.next()?);
    Some(Row { code, category, english: columns.next()?, italian: columns.next().unwrap_or_default() })
}

fn category(name: &str) -> Category {
    match name {
        "success" => Category::Success,
        "request-validation" | "card-validation" => Category::Request,
        "authentication" => Category::Authentication,
        "page-access" | "page-internal" => Category::Page,
        "buyer-cancel" => Category::Buyer,
        "operation" => Category::Operation,
        "amazon-pay" => Category::AmazonPay,
        "issuer" => Category::Issuer,
        "risk-alert" => Category::Risk,
        "token" => Category::Token,
        "feature" => Category::Feature,
        "system" => Category::System,
        _ => Category::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        assert_eq!(Code::all().count(), TABLE.lines().count() - 1);
        assert!(Code::all().count() >= 450);
    }

    #[test]
    fn known_texts_are_word_for_word() {
        assert_eq!(Code::IP_REFUSED.text(Lang::Italian), "Chiamata non accettata: indirizzo IP non valido");
        assert_eq!(Code::ABANDONED.text(Lang::Italian), "Transazione abbandonata dal compratore");
        assert_eq!(Code::DENIED.text(Lang::German), "Authorization denied");
        assert_eq!(Code(7).text(Lang::English), "");
    }

    #[test]
    fn codes_that_amazon_pay_meets_are_translated() {
        for code in [Code::AMAZON_METHOD_NOT_ALLOWED, Code::TRANSACTION_INVALID, Code::ALREADY_PROCESSED, Code::SYSTEM]
        {
            assert_ne!(code.text(Lang::Italian), code.text(Lang::English), "{code}");
        }
    }
}
