//! What a callPagamS2S must keep before anything is tried: pure checks, each with its code.

use super::Request;
use crate::field::{self, Permitted};
use crate::{Code, Purchase, method};

/// Longest order reference; the documentation says 18, and Amazon's own have 19.
const ORDER_REFERENCE_MAX: usize = 25;
/// Longest token.
const TOKEN_MAX: usize = 25;
/// Before the buyer's address when no mail is wanted. The gateway sends none in any case.
const NO_MAIL: &str = ":NOSEND:";

/// A request that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    /// What is to be paid, and by whom.
    pub purchase: Purchase,
    /// What is charged.
    pub source: Source,
}

/// What is charged.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// An order reference that the widgets of the shop's page made: Amazon's id, of which only the alphabet is certain.
    OrderReference(String),
    /// The token of an agreement, of which only the alphabet is certain.
    Token(String),
}

impl std::fmt::Debug for Source {
    /// Without the token: who has it can charge.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::OrderReference(id) => f.debug_tuple("OrderReference").field(id).finish(),
            Source::Token(_) => f.debug_tuple("Token").finish_non_exhaustive(),
        }
    }
}

/// Checks a request: currency, amount, identifier, then the other fields in schema order, and at last what is charged.
///
/// # Errors
/// The code of the first rule that is not kept. Of the source: [`Code::METHOD_INVALID`] for a method that is not
/// Amazon Pay or not enabled, and for a card; [`Code::PARAMETERS_ERROR`] for two sources, or a reference without its
/// method; [`Code::TRANSACTION_KEY_MISSING`] for the method without its reference; [`Code::PARAMETER_MISSING`] for
/// none; [`Code::TOKEN_UNKNOWN`] for a text that no token can be.
pub fn validate(request: &Request, permitted: Permitted<'_>) -> Result<Valid, Code> {
    let (currency, amount_minor) = field::money(request.uic_code.as_deref(), request.amount.as_deref())?;
    let shop_transaction_id = field::transaction(request.shop_transaction_id.as_deref())?;
    let source = source(request, permitted.methods);
    match &source {
        Ok(_) => field::for_amazon_pay(&shop_transaction_id, amount_minor, currency)?,
        Err(_) => field::without_forbidden(&shop_transaction_id)?,
    }
    permitted.check(&given(request), request.custom_info.as_deref())?;
    let buyer_name = field::buyer_name(request.buyer_name.as_deref())?;
    let buyer_email = field::email(without_wish(request.buyer_email.as_deref()))?;
    let language = field::language(request.language_id.as_deref())?;
    let custom_info = field::custom(request.custom_info.as_deref(), permitted.custom_keys)?;
    field::token_wish(request.request_token.as_deref())?;
    let source = source?;
    let purchase =
        Purchase { currency, amount_minor, shop_transaction_id, language, buyer_name, buyer_email, custom_info };
    Ok(Valid { purchase, source })
}

/// The buyer's address without the wish for no mail.
pub(super) fn without_wish(address: Option<&str>) -> Option<&str> {
    address.map(|text| text.strip_prefix(NO_MAIL).unwrap_or(text).trim())
}

/// Names of the optional fields of the shop's list that a request has. What is charged is no parameter of it.
fn given(request: &Request) -> Vec<&'static str> {
    [
        ("buyerName", request.buyer_name.is_some()),
        ("buyerEmail", request.buyer_email.is_some()),
        ("languageId", request.language_id.is_some()),
        ("customInfo", request.custom_info.is_some()),
        ("requestToken", request.request_token.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_given)| is_given.then_some(name))
    .collect()
}

/// Exactly one thing to charge, and one that Amazon Pay has.
fn source(request: &Request, enabled: &[String]) -> Result<Source, Code> {
    let named = &request.payment_types;
    let is_amazon_pay = !named.is_empty() && named.iter().all(|name| name == method::AMAZON_PAY);
    let is_enabled = enabled.is_empty() || enabled.iter().any(|name| name == method::AMAZON_PAY);
    if request.has_card || !is_enabled || !(named.is_empty() || is_amazon_pay) {
        return Err(Code::METHOD_INVALID);
    }
    match (&request.trans_key, &request.token_value, &request.pares) {
        (Some(reference), None, None) if is_amazon_pay => order_reference(reference),
        (None, Some(token), None) => self::token(token),
        // The second step of authenticating a card.
        (Some(_), None, Some(_)) if !is_amazon_pay => Err(Code::METHOD_INVALID),
        (None, None, None) if is_amazon_pay => Err(Code::TRANSACTION_KEY_MISSING),
        (None, None, None) => Err(Code::PARAMETER_MISSING),
        _ => Err(Code::PARAMETERS_ERROR),
    }
}

fn order_reference(text: &str) -> Result<Source, Code> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    match text.len() <= ORDER_REFERENCE_MAX && text.bytes().all(allowed) {
        true => Ok(Source::OrderReference(text.to_owned())),
        false => Err(Code::PARAMETERS_ERROR),
    }
}

fn token(text: &str) -> Result<Source, Code> {
    match text.len() <= TOKEN_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        true => Ok(Source::Token(text.to_owned())),
        false => Err(Code::TOKEN_UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            uic_code: Some("242".into()),
            amount: Some("24.21".into()),
            shop_transaction_id: Some("order-1".into()),
            trans_key: Some("S02-1234567-7654321".into()),
            payment_types: vec![method::AMAZON_PAY.into()],
            ..Request::default()
        }
    }

    fn refused(change: impl FnOnce(&mut Request)) -> Option<Code> {
        let mut request = request();
        change(&mut request);
        validate(&request, Permitted::default()).err()
    }

    #[test]
    fn an_order_reference_needs_its_method_and_a_token_does_not() {
        let valid = validate(&request(), Permitted::default()).expect("valid");
        assert_eq!(valid.source, Source::OrderReference("S02-1234567-7654321".into()));
        for payment_types in [Vec::new(), vec![method::AMAZON_PAY.to_owned()]] {
            let token_value = Some("7Q2M9X4K1B8V3Z6T".into());
            let request = Request { trans_key: None, token_value, payment_types, ..request() };
            let valid = validate(&request, Permitted::default()).expect("valid");
            assert_eq!(valid.source, Source::Token("7Q2M9X4K1B8V3Z6T".into()));
        }
        assert_eq!(refused(|r| r.payment_types.clear()), Some(Code::PARAMETERS_ERROR));
    }

    #[test]
    fn exactly_one_thing_is_charged() {
        assert_eq!(refused(|r| r.token_value = Some("7Q2M9X4K1B8V3Z6T".into())), Some(Code::PARAMETERS_ERROR));
        assert_eq!(refused(|r| r.pares = Some("eJx".into())), Some(Code::PARAMETERS_ERROR));
        assert_eq!(refused(|r| r.trans_key = None), Some(Code::TRANSACTION_KEY_MISSING));
        let nothing = |r: &mut Request| (r.trans_key, r.payment_types) = (None, Vec::new());
        assert_eq!(refused(nothing), Some(Code::PARAMETER_MISSING));
    }

    #[test]
    fn cards_and_other_methods_are_not_taken() {
        assert_eq!(refused(|r| r.has_card = true), Some(Code::METHOD_INVALID));
        assert_eq!(refused(|r| r.payment_types.push("PAYPAL".into())), Some(Code::METHOD_INVALID));
        let second_step = |r: &mut Request| (r.pares, r.payment_types) = (Some("eJx".into()), Vec::new());
        assert_eq!(refused(second_step), Some(Code::METHOD_INVALID));
        let cards_only = ["CREDITCARD".to_owned()];
        let permitted = Permitted { methods: &cards_only, ..Permitted::default() };
        assert_eq!(validate(&request(), permitted).err(), Some(Code::METHOD_INVALID));
    }

    #[test]
    fn what_can_be_no_reference_and_no_token_is_refused() {
        assert_eq!(refused(|r| r.trans_key = Some("S02/../x".into())), Some(Code::PARAMETERS_ERROR));
        assert_eq!(refused(|r| r.trans_key = Some("S".repeat(26))), Some(Code::PARAMETERS_ERROR));
        let token = |text: &str| refused(|r| (r.trans_key, r.token_value) = (None, Some(text.into())));
        assert_eq!(
            (token("a b"), token(&"7".repeat(26))),
            (Some(Code::TOKEN_UNKNOWN), Some(Code::TOKEN_UNKNOWN)),
            "a token that cannot be one is an unknown token"
        );
        assert_eq!(token(&"7".repeat(25)), None);
    }

    #[test]
    fn fields_are_checked_in_the_order_of_the_schema_before_the_source() {
        let bad = |r: &mut Request| {
            r.has_card = true;
            r.language_id = Some("9".into());
        };
        assert_eq!(refused(bad), Some(Code::LANGUAGE_INVALID));
        assert_eq!(refused(|r| r.amount = Some("0".into())), Some(Code::AMOUNT_TOO_SMALL));
        assert_eq!(refused(|r| r.shop_transaction_id = Some("a b".into())), Some(Code::TRANSACTION_INVALID));
        assert_eq!(refused(|r| r.shop_transaction_id = Some("x".repeat(33))), Some(Code::TRANSACTION_INVALID));
        assert_eq!(refused(|r| r.custom_info = Some("A".into())), Some(Code::PARAMETER_SYNTAX));
        let switched_off: [String; 0] = [];
        let permitted = Permitted { fields: Some(&switched_off), ..Permitted::default() };
        let named = Request { buyer_name: Some("Marco".into()), ..request() };
        assert_eq!(validate(&named, permitted).err(), Some(Code::PARAMETER_UNEXPECTED));
        assert_eq!(validate(&request(), permitted).err(), None, "what is charged is no parameter");
    }

    #[test]
    fn the_wish_for_no_mail_is_no_part_of_the_address() {
        let silent = Request { buyer_email: Some(":NOSEND:anna@example.it".into()), ..request() };
        assert_eq!(validate(&silent, Permitted::default()).expect("valid").purchase.buyer_email, "anna@example.it");
    }

    #[test]
    fn no_token_is_in_the_debug_text() {
        assert_eq!(format!("{:?}", Source::Token("7Q2M9X4K1B8V3Z6T".into())), "Token(..)");
    }
}
