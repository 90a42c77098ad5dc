//! Rules for single fields that Encrypt and callPagamS2S share: pure checks, each with its code.

use crate::{Code, Currency, Lang, amount, custom_info};

/// Longest `shopTransactionId` in general.
const TRANSACTION_MAX: usize = 50;
/// Longest `shopTransactionId` that Amazon takes as a reference.
const AMAZON_TRANSACTION_MAX: usize = 32;
/// Longest name and e-mail address of a buyer.
const BUYER_MAX: usize = 50;
/// Longest token, asked for by name.
const TOKEN_MAX: usize = 25;
/// Before the name of a token that is wanted even when the payment is refused.
const FORCED: &str = ":FORCED:";
/// Amazon takes no single payment above this in the currencies of Europe and the dollar, in minor units.
const AMAZON_AMOUNT_MAX: i64 = 15_000_000;

/// What the shop may send.
#[derive(Debug, Clone, Copy, Default)]
pub struct Permitted<'s> {
    /// Methods enabled for the shop; empty: any known one.
    pub methods: &'s [String],
    /// Keys of the custom information; empty: any.
    pub custom_keys: &'s [String],
    /// Optional fields that may be sent, by their names on the wire; none: all of them.
    pub fields: Option<&'s [String]>,
    /// Optional fields, or keys of the custom information, that must be sent.
    pub compulsory: &'s [String],
}

impl Permitted<'_> {
    /// Fields & Parameters of the shop: nothing that is switched off, everything that is compulsory.
    pub(crate) fn check(self, given: &[&str], custom: Option<&str>) -> Result<(), Code> {
        let is_enabled = |name: &str| self.fields.is_none_or(|fields| fields.iter().any(|field| field == name));
        if given.iter().any(|name| !is_enabled(name)) {
            return Err(Code::PARAMETER_UNEXPECTED);
        }
        let custom = custom_info::parse(custom.unwrap_or_default());
        let is_given = |name: &String| {
            given.contains(&name.as_str())
                || custom.iter().any(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty())
        };
        match self.compulsory.iter().all(is_given) {
            true => Ok(()),
            false => Err(Code::PARAMETER_COMPULSORY),
        }
    }
}

/// Currency and amount, in minor units.
pub(crate) fn money(uic: Option<&str>, amount: Option<&str>) -> Result<(Currency, i64), Code> {
    let currency = Currency::by_uic(uic.ok_or(Code::CURRENCY_MISSING)?).ok_or(Code::CURRENCY_INVALID)?;
    Ok((currency, amount::parse(amount.ok_or(Code::AMOUNT_MISSING)?, currency)?))
}

/// The shop's identifier, as any method takes it.
pub(crate) fn transaction(id: Option<&str>) -> Result<String, Code> {
    let id = id.ok_or(Code::TRANSACTION_MISSING)?;
    if id.chars().count() > TRANSACTION_MAX {
        return Err(Code::TRANSACTION_TOO_LONG);
    }
    Ok(id.to_owned())
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

/// The vendor's list of characters that break its older string format.
pub(crate) fn without_forbidden(id: &str) -> Result<(), Code> {
    let forbidden = |c: char| c.is_control() || "& §()*<>,;:/[]?=%~°".contains(c);
    match id.contains(forbidden) || id.contains("--") {
        true => Err(Code::PARAMETER_INVALID),
        false => Ok(()),
    }
}

pub(crate) fn buyer_name(value: Option<&str>) -> Result<String, Code> {
    text(value, BUYER_MAX)
}

pub(crate) fn text(value: Option<&str>, max: usize) -> Result<String, Code> {
    let value = value.unwrap_or_default();
    if value.chars().count() > max {
        return Err(Code::PARAMETER_TOO_LONG);
    }
    match value.contains(custom_info::SEPARATOR) || value.contains(char::is_control) {
        true => Err(Code::PARAMETER_INVALID),
        false => Ok(value.to_owned()),
    }
}

pub(crate) fn email(value: Option<&str>) -> Result<String, Code> {
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

pub(crate) fn language(id: Option<&str>) -> Result<Option<Lang>, Code> {
    id.map(|id| Lang::by_id(id).ok_or(Code::LANGUAGE_INVALID)).transpose()
}

/// The custom information, keys in upper case.
pub(crate) fn custom(value: Option<&str>, allowed: &[String]) -> Result<String, Code> {
    let value = value.unwrap_or_default();
    if !value.is_empty() {
        custom_info::validate(value, allowed)?;
    }
    Ok(custom_info::normalize(value))
}

/// `requestToken`. Amazon Pay gives no token for this field, so it is only checked.
pub(crate) fn token_wish(value: Option<&str>) -> Result<(), Code> {
    let Some(value) = value else { return Ok(()) };
    match value.strip_prefix(FORCED).unwrap_or(value) {
        name if name.is_empty() || name.len() > TOKEN_MAX => Err(Code::TOKEN_LENGTH),
        name if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Err(Code::TOKEN_CHARACTERS),
        _ => Ok(()),
    }
}
