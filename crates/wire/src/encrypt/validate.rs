//! What an Encrypt must keep before anything is sealed: pure checks, each with its code.

use super::Request;
use crate::{Code, Currency, Lang, amount, custom_info, method};

/// Longest `shopTransactionId` in general.
const TRANSACTION_MAX: usize = 50;
/// Longest `shopTransactionId` that Amazon takes as a reference.
const AMAZON_TRANSACTION_MAX: usize = 32;
/// Longest name and e-mail address of a buyer.
const BUYER_MAX: usize = 50;
/// Amazon takes no single payment above this in the currencies of Europe and the dollar, in minor units.
const AMAZON_AMOUNT_MAX: i64 = 15_000_000;

/// What the shop may send.
#[derive(Debug, Clone, Copy, Default)]
pub struct Permitted<'s> {
    /// Methods enabled for the shop; empty: any known one.
    pub methods: &'s [String],
    /// Keys of the custom information; empty: any.
    pub custom_keys: &'s [String],
}

/// A request that keeps the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valid {
    /// To be paid in.
    pub currency: Currency,
    /// To be paid, in minor units, above zero.
    pub amount_minor: i64,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// Of the page; the shop's own when absent.
    pub language: Option<Lang>,
    /// May be empty.
    pub buyer_name: String,
    /// May be empty.
    pub buyer_email: String,
    /// Keys in upper case; may be empty.
    pub custom_info: String,
    /// Methods asked for, as sent; empty: those of the shop.
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

/// Whether Amazon Pay is the only method that the request leaves to the buyer, so that its rules hold at Encrypt.
#[must_use]
pub fn is_amazon_pay_only(request: &Request) -> bool {
    match request.payment_types.as_slice() {
        [] => request.amazon_pay_billing_agreement_description.is_some(),
        [only] => only == method::AMAZON_PAY,
        _ => false,
    }
}

/// Checks a request: currency, amount, identifier, then the other fields in schema order.
///
/// Amazon Pay's rule for the identifier is checked when it is the only method; otherwise when the buyer picks it.
///
/// # Errors
/// The code of the first rule that is not kept.
pub fn validate(request: &Request, permitted: Permitted<'_>) -> Result<Valid, Code> {
    let uic = request.uic_code.as_deref().ok_or(Code::CURRENCY_MISSING)?;
    let currency = Currency::by_uic(uic).ok_or(Code::CURRENCY_INVALID)?;
    let amount_text = request.amount.as_deref().ok_or(Code::AMOUNT_MISSING)?;
    let amount_minor = amount::parse(amount_text, currency)?;
    let shop_transaction_id = transaction(request.shop_transaction_id.as_deref())?;
    match is_amazon_pay_only(request) {
        true => for_amazon_pay(&shop_transaction_id, amount_minor, currency)?,
        false => without_forbidden(&shop_transaction_id)?,
    }
    let buyer_name = text(request.buyer_name.as_deref(), BUYER_MAX)?;
    let buyer_email = email(request.buyer_email.as_deref())?;
    let language = match request.language_id.as_deref() {
        Some(id) => Some(Lang::by_id(id).ok_or(Code::LANGUAGE_INVALID)?),
        None => None,
    };
    let custom_info = match request.custom_info.as_deref() {
        Some(text) => {
            custom_info::validate(text, permitted.custom_keys)?;
            custom_info::normalize(text)
        }
        None => String::new(),
    };
    for method in &request.payment_types {
        let enabled = permitted.methods.is_empty() || permitted.methods.contains(method);
        if !method::is_known(method) || !enabled {
            return Err(Code::METHOD_INVALID);
        }
    }
    Ok(Valid {
        currency,
        amount_minor,
        shop_transaction_id,
        language,
        buyer_name,
        buyer_email,
        custom_info,
        payment_types: request.payment_types.clone(),
        recurring: recurring(request.amazon_pay_billing_agreement_description.as_deref())?,
    })
}

/// Amazon Pay's own rules, for the moment when the method is known.
///
/// # Errors
/// [`Code::TRANSACTION_INVALID`] unless the identifier is at most 32 of `[A-Za-z0-9_-]`, [`Code::AMOUNT_TOO_BIG`] above
/// Amazon's largest single payment.
pub fn for_amazon_pay(shop_transaction_id: &str, amount_minor: i64, currency: Currency) -> Result<(), Code> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if shop_transaction_id.len() > AMAZON_TRANSACTION_MAX || !shop_transaction_id.bytes().all(allowed) {
        return Err(Code::TRANSACTION_INVALID);
    }
    match matches!(currency.iso(), "EUR" | "GBP" | "USD") && amount_minor > AMAZON_AMOUNT_MAX {
        true => Err(Code::AMOUNT_TOO_BIG),
        false => Ok(()),
    }
}

fn transaction(id: Option<&str>) -> Result<String, Code> {
    let id = id.ok_or(Code::TRANSACTION_MISSING)?;
    if id.chars().count() > TRANSACTION_MAX {
        return Err(Code::TRANSACTION_TOO_LONG);
    }
    Ok(id.to_owned())
}

/// The vendor's list of characters that break its older string format.
fn without_forbidden(id: &str) -> Result<(), Code> {
    let forbidden = |c: char| c.is_control() || "& §()*<>,;:/[]?=%~°".contains(c);
    match id.contains(forbidden) || id.contains("--") {
        true => Err(Code::PARAMETER_INVALID),
        false => Ok(()),
    }
}

fn text(value: Option<&str>, max: usize) -> Result<String, Code> {
    let value = value.unwrap_or_default();
    if value.chars().count() > max {
        return Err(Code::PARAMETER_TOO_LONG);
    }
    match value.contains(custom_info::SEPARATOR) || value.contains(char::is_control) {
        true => Err(Code::PARAMETER_INVALID),
        false => Ok(value.to_owned()),
    }
}

fn email(value: Option<&str>) -> Result<String, Code> {
    let address = text(value, BUYER_MAX)?;
    if address.is_empty() {
        return Ok(address);
    }
    let plausible = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    });
    let wrong = address.contains(char::is_whitespace) || address.matches('@').count() != 1;
    if plausible && !wrong { Ok(address) } else { Err(Code::EMAIL_INVALID) }
}

fn recurring(value: Option<&str>) -> Result<Option<Recurring>, Code> {
    match value.map(str::to_ascii_lowercase).as_deref() {
        None | Some("") => Ok(None),
        Some("paynowandrecurring") => Ok(Some(Recurring::PayNow)),
        Some("onlyrecurring") => Ok(Some(Recurring::Only)),
        Some(_) => Err(Code::PARAMETER_INVALID),
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
        assert_eq!((recurring("sometimes"), recurring("OnlyRecurring")), (Some(Code::PARAMETER_INVALID), None));
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
        assert_eq!((elsewhere(&long), elsewhere("a b")), (None, Some(Code::PARAMETER_INVALID)));
    }
}
