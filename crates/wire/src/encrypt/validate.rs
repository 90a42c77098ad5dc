//! What an Encrypt must keep before anything is sealed: pure checks, each with its code.

use super::Request;
use crate::field::{self, Permitted};
use crate::{Code, Purchase, method};

/// Longest `payPalBillingAgreementDescription`.
const PAY_PAL_MAX: usize = 127;

/// A request that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    /// What is to be paid, and by whom.
    pub purchase: Purchase,
    /// Methods asked for, each once, in the order sent; empty: those of the shop.
    pub payment_types: Vec<String>,
    /// Whether an agreement for later charges is asked for.
    pub recurring: Option<Recurring>,
}

/// `amazonPayBillingAgreementDescription`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recurring {
    /// `paynowandrecurring`
    PayNow,
    /// `onlyrecurring`
    Only,
}

impl Recurring {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Recurring::PayNow => "paynowandrecurring",
            Recurring::Only => "onlyrecurring",
        }
    }
}

/// Checks a request: currency, amount, identifier, then the other fields in schema order.
///
/// Amazon Pay's own rules take the place of the general one for the identifier when it is the only method: named
/// alone, the only one of the shop when none is named, or implied by the wish for an agreement. Otherwise they wait
/// until the buyer picks it.
///
/// # Errors
/// The code of the first rule that is not kept.
pub fn validate(request: &Request, permitted: Permitted<'_>) -> Result<Valid, Code> {
    let (currency, amount_minor) = field::money(request.uic_code.as_deref(), request.amount.as_deref())?;
    let shop_transaction_id = field::transaction(request.shop_transaction_id.as_deref())?;
    match is_amazon_pay_only(request, permitted.methods) {
        true => field::for_amazon_pay(&shop_transaction_id, amount_minor, currency)?,
        false => field::without_forbidden(&shop_transaction_id)?,
    }
    permitted.check(&given(request), request.custom_info.as_deref())?;
    let buyer_name = field::buyer_name(request.buyer_name.as_deref())?;
    let buyer_email = field::email(request.buyer_email.as_deref())?;
    let language = field::language(request.language_id.as_deref())?;
    let custom_info = field::custom(request.custom_info.as_deref(), permitted.custom_keys)?;
    field::token_wish(request.request_token.as_deref())?;
    let payment_types = methods(request, permitted.methods)?;
    let recurring = recurring(request.amazon_pay_billing_agreement_description.as_deref())?;
    if recurring.is_some() {
        only_amazon_pay_recurs(&payment_types, permitted.methods)?;
    }
    let purchase =
        Purchase { currency, amount_minor, shop_transaction_id, language, buyer_name, buyer_email, custom_info };
    Ok(Valid { purchase, payment_types, recurring })
}

/// Names of the optional fields that a request has. The choice of the method is no parameter of the shop's list.
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

/// Whether a request leaves the buyer nothing but Amazon Pay.
fn is_amazon_pay_only(request: &Request, enabled: &[String]) -> bool {
    let choice = if request.payment_types.is_empty() { enabled } else { &request.payment_types };
    let implied = request.payment_types.is_empty() && request.amazon_pay_billing_agreement_description.is_some();
    implied || (!choice.is_empty() && choice.iter().all(|name| name == method::AMAZON_PAY))
}

/// The methods asked for. The description of an agreement with PayPal asks for PayPal and nothing else.
fn methods(request: &Request, enabled: &[String]) -> Result<Vec<String>, Code> {
    let agreement = field::text(request.pay_pal_billing_agreement_description.as_deref(), PAY_PAL_MAX)?;
    let implied = (!agreement.is_empty()).then(|| method::PAY_PAL.to_owned());
    let mut methods: Vec<String> = Vec::new();
    for name in request.payment_types.iter().chain(&implied) {
        let is_enabled = enabled.is_empty() || enabled.contains(name);
        if !method::is_known(name) || !is_enabled {
            return Err(Code::METHOD_INVALID);
        }
        if !methods.contains(name) {
            methods.push(name.clone());
        }
    }
    match implied.is_some() && methods.len() > 1 {
        true => Err(Code::PARAMETERS_ERROR),
        false => Ok(methods),
    }
}

/// An agreement is Amazon Pay's: it must be among the methods asked for, and of the shop when none is.
fn only_amazon_pay_recurs(asked_for: &[String], enabled: &[String]) -> Result<(), Code> {
    let is_in = |methods: &[String]| methods.is_empty() || methods.iter().any(|name| name == method::AMAZON_PAY);
    match (is_in(asked_for), is_in(enabled)) {
        (false, _) => Err(Code::PARAMETERS_ERROR),
        (true, false) => Err(Code::METHOD_INVALID),
        (true, true) => Ok(()),
    }
}

fn recurring(value: Option<&str>) -> Result<Option<Recurring>, Code> {
    let Some(text) = value.filter(|text| !text.is_empty()) else { return Ok(None) };
    let known = [Recurring::PayNow, Recurring::Only].into_iter().find(|way| text.eq_ignore_ascii_case(way.as_str()));
    known.map(Some).ok_or(Code::PARAMETER_INVALID)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            uic_code: Some("242".into()),
            amount: Some("24.21".into()),
            shop_transaction_id: Some("order-1".into()),
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
    fn the_first_missing_field_is_named() {
        assert_eq!(validate(&Request::default(), Permitted::default()).err(), Some(Code::CURRENCY_MISSING));
        assert_eq!(refused(|r| r.amount = None), Some(Code::AMOUNT_MISSING));
        assert_eq!(refused(|r| r.shop_transaction_id = None), Some(Code::TRANSACTION_MISSING));
    }

    #[test]
    fn each_field_has_its_code() {
        assert_eq!(refused(|_| {}), None);
        assert_eq!(refused(|r| r.uic_code = Some("978".into())), Some(Code::CURRENCY_INVALID));
        assert_eq!(refused(|r| r.language_id = Some("6".into())), Some(Code::LANGUAGE_INVALID));
        assert_eq!(refused(|r| r.buyer_email = Some("a@b".into())), Some(Code::EMAIL_INVALID));
        assert_eq!(refused(|r| r.buyer_name = Some("x".repeat(51))), Some(Code::PARAMETER_TOO_LONG));
        assert_eq!(refused(|r| r.buyer_name = Some("a*P1*b".into())), Some(Code::PARAMETER_INVALID));
        assert_eq!(refused(|r| r.payment_types = vec!["BARTER".into()]), Some(Code::METHOD_INVALID));
        let recurring = |text: &str| refused(|r| r.amazon_pay_billing_agreement_description = Some(text.into()));
        assert_eq!(
            (recurring("sometimes"), recurring("OnlyRecurring")),
            (Some(Code::PARAMETER_INVALID), None),
            "an unknown word is refused, and a known one is taken in any letter case"
        );
        let token = |text: &str| refused(|r| r.request_token = Some(text.into()));
        assert_eq!(
            (token("MASKEDPAN"), token(":FORCED:MASKEDPAN"), token(&"7".repeat(25))),
            (None, None, None),
            "a masked card, a forced one and the longest token are taken"
        );
        assert_eq!(
            (token(&"7".repeat(26)), token("a-b")),
            (Some(Code::TOKEN_LENGTH), Some(Code::TOKEN_CHARACTERS)),
            "a token too long and one with odd characters have codes of their own"
        );
    }

    #[test]
    fn wishes_that_exclude_each_other_are_refused() {
        let pay_pal = |r: &mut Request| r.pay_pal_billing_agreement_description = Some("a box a month".into());
        assert_eq!(refused(pay_pal), Some(Code::PARAMETERS_ERROR));
        assert_eq!(
            refused(|r| {
                r.payment_types = vec!["CREDITCARD".into()];
                r.amazon_pay_billing_agreement_description = Some("onlyrecurring".into());
            }),
            Some(Code::PARAMETERS_ERROR)
        );
        let agreement = Some("paynowandrecurring".into());
        let recurring = Request { amazon_pay_billing_agreement_description: agreement, ..request() };
        let implied = Request { payment_types: Vec::new(), ..recurring };
        let cards_only = ["CREDITCARD".to_owned()];
        let permitted = Permitted { methods: &cards_only, ..Permitted::default() };
        assert_eq!(validate(&implied, permitted).err(), Some(Code::METHOD_INVALID));
        let mut alone = Request { payment_types: Vec::new(), ..request() };
        pay_pal(&mut alone);
        let valid = |permitted| validate(&alone, permitted).map(|valid| valid.payment_types);
        assert_eq!(valid(Permitted::default()), Ok(vec![method::PAY_PAL.to_owned()]));
        let amazon_only = [method::AMAZON_PAY.to_owned()];
        assert_eq!(valid(Permitted { methods: &amazon_only, ..Permitted::default() }), Err(Code::METHOD_INVALID));
    }

    #[test]
    fn a_method_asked_for_twice_is_one_method() {
        let mut request = request();
        request.payment_types.push(method::AMAZON_PAY.into());
        let valid = validate(&request, Permitted::default()).expect("valid");
        assert_eq!(valid.payment_types, [method::AMAZON_PAY]);
    }

    #[test]
    fn amazon_pays_identifier_is_checked_when_it_is_the_only_method() {
        let long = "x".repeat(33);
        assert_eq!(refused(|r| r.shop_transaction_id = Some(long.clone())), Some(Code::TRANSACTION_INVALID));
        assert_eq!(refused(|r| r.shop_transaction_id = Some("a b".into())), Some(Code::TRANSACTION_INVALID));
        assert_eq!(refused(|r| r.shop_transaction_id = Some("a--b_C".into())), None);
        let elsewhere = |id: &str| {
            refused(|r| {
                r.payment_types.push("CREDITCARD".into());
                r.shop_transaction_id = Some(id.into());
            })
        };
        assert_eq!(
            (elsewhere(&long), elsewhere("a b")),
            (None, Some(Code::PARAMETER_INVALID)),
            "with other methods the identifier may be longer, but holds no blank"
        );
        let nothing_named = Request { payment_types: Vec::new(), shop_transaction_id: Some(long), ..request() };
        let amazon_only = [method::AMAZON_PAY.to_owned()];
        let permitted = Permitted { methods: &amazon_only, ..Permitted::default() };
        assert_eq!(validate(&nothing_named, permitted).err(), Some(Code::TRANSACTION_INVALID));
        assert_eq!(validate(&nothing_named, Permitted::default()).err(), None);
    }

    #[test]
    fn the_shops_own_parameters_are_held_to_its_list() {
        let mut request = request();
        request.buyer_name = Some("Marco".into());
        request.custom_info = Some("colour=".into());
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let check = |fields: Option<&[&str]>, compulsory: &[&str]| {
            let fields = fields.map(names);
            let compulsory = names(compulsory);
            let permitted = Permitted { fields: fields.as_deref(), compulsory: &compulsory, ..Permitted::default() };
            validate(&request, permitted).err()
        };
        assert_eq!(check(None, &[]), None);
        assert_eq!(check(Some(&["buyerName", "customInfo"]), &["buyerName"]), None);
        assert_eq!(check(Some(&["customInfo"]), &[]), Some(Code::PARAMETER_UNEXPECTED));
        assert_eq!(check(Some(&[]), &[]), Some(Code::PARAMETER_UNEXPECTED));
        assert_eq!(check(None, &["buyerEmail"]), Some(Code::PARAMETER_COMPULSORY));
        assert_eq!(check(None, &["COLOUR"]), Some(Code::PARAMETER_COMPULSORY), "an empty value is none");
    }
}
