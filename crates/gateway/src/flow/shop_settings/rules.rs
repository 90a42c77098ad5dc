//! The rules that values of settings keep: pure checks, each with its own refusal.

use std::collections::HashSet;

use store::{Environment, Shop};
use url::Url;

use super::Refused;
use crate::address_pattern::is_address_pattern;
use crate::suggestion::nearest;

/// Amazon keeps an authorization for longer, but this is as long as Axerve's automatic operations
/// wait (1454).
const DAYS_MAX: u8 = 25;
/// What Amazon takes as the time for a decision, in minutes.
const MINUTES_MAX: u16 = 1440;
const MINUTES_STEP: u16 = 5;

/// Elements that Decrypt's answer may have or not. The gateway has a value for `PaymentMethod` and
/// `TOKEN`; the others are cards' or always there, and may stand in the settings of a shop that
/// comes from Axerve.
pub(super) const RESPONSE_FIELDS: [&str; 13] = [
    "PaymentMethod",
    "TOKEN",
    "Country",
    "CustomInfo",
    "Buyer",
    "TDLevel",
    "CVVPresent",
    "MaskedPAN",
    "ProductType",
    "TokenExpiryMonth",
    "TokenExpiryYear",
    "RiskResponseCode",
    "RiskResponseDescription",
];

/// Optional fields of a request that a shop may enable, as they are written at the wire.
pub(super) const REQUEST_FIELDS: [&str; 5] = ["buyerName", "buyerEmail", "languageId", "customInfo", "requestToken"];

pub(super) fn filled(setting: &'static str, text: &str) -> Result<(), Refused> {
    if text.trim().is_empty() { Err(Refused::Empty { setting }) } else { Ok(()) }
}

pub(super) fn url(setting: &'static str, url: &str) -> Result<(), Refused> {
    let owned = || url.to_owned();
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Ok(()),
        Ok(_) => Err(Refused::Scheme { setting, url: owned() }),
        Err(_) => Err(Refused::Url { setting, url: owned() }),
    }
}

pub(super) fn addresses(patterns: &[String]) -> Result<(), Refused> {
    if patterns.is_empty() {
        return Err(Refused::Empty { setting: "addresses" });
    }
    all(patterns, is_address_pattern, Refused::Address)
}

pub(super) fn payment_types(types: &[String]) -> Result<(), Refused> {
    if types.is_empty() {
        return Err(Refused::Empty { setting: "payment_types" });
    }
    all(types, wire::method::is_known, |name| Refused::PaymentType { name })?;
    once("payment_types", types)
}

pub(super) fn response_fields(names: &[String]) -> Result<(), Refused> {
    let is_known = |name: &str| RESPONSE_FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
    all(names, is_known, |name| Refused::ResponseField { name })?;
    once("response_fields", names)
}

pub(super) fn request_fields(names: &[String]) -> Result<(), Refused> {
    all(names, |name| REQUEST_FIELDS.contains(&name), |name| Refused::RequestField { name })?;
    once("request_fields", names)
}

pub(super) fn custom_keys(keys: &[String]) -> Result<(), Refused> {
    all(keys, is_custom_key, |name| Refused::CustomKey { setting: "custom_keys", name })?;
    once("custom_keys", keys)
}

pub(super) fn compulsory_fields(names: &[String]) -> Result<(), Refused> {
    let can_be_given = |name: &str| REQUEST_FIELDS.contains(&name) || is_custom_key(name);
    all(names, can_be_given, |name| Refused::CustomKey { setting: "compulsory_fields", name })?;
    once("compulsory_fields", names)
}

/// What must be sent may be sent: otherwise every Encrypt would be refused, with 1107 or 1108.
pub(super) fn compulsory_can_be_sent(shop: &Shop) -> Result<(), Refused> {
    let is_enabled = |field: &str| shop.request_fields.as_ref().is_none_or(|names| names.iter().any(|n| n == field));
    let is_allowed = |key: &str| {
        is_enabled("customInfo")
            && (shop.custom_keys.is_empty() || shop.custom_keys.iter().any(|name| name.eq_ignore_ascii_case(key)))
    };
    // Where any key may be sent, a slip in the name of a field would be a key that nobody sends.
    let is_slip = |name: &String| {
        shop.custom_keys.is_empty()
            && !REQUEST_FIELDS.contains(&name.as_str())
            && nearest(name, &REQUEST_FIELDS).is_some()
    };
    if let Some(name) = shop.compulsory_fields.iter().find(|name| is_slip(name)) {
        return Err(Refused::NearlyField { name: name.clone() });
    }
    let can_be_sent = |name: &str| (REQUEST_FIELDS.contains(&name) && is_enabled(name)) || is_allowed(name);
    all(&shop.compulsory_fields, can_be_sent, Refused::Compulsory)
}

pub(super) fn days(days: u32) -> Result<u8, Refused> {
    u8::try_from(days).ok().filter(|days| (1..=DAYS_MAX).contains(days)).ok_or(Refused::Days(days))
}

pub(super) fn minutes(minutes: u32) -> Result<u16, Refused> {
    let fits = |minutes: &u16| (MINUTES_STEP..=MINUTES_MAX).contains(minutes) && minutes.is_multiple_of(MINUTES_STEP);
    u16::try_from(minutes).ok().filter(fits).ok_or(Refused::Minutes(minutes))
}

pub(super) fn credential(environment: Environment, name: &str, text: &str) -> Result<(), Refused> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Refused::Credential { setting: format!("{environment}.{name}") }),
    }
}

/// As customInfo takes it: with a value behind it, it is one parameter.
fn is_custom_key(key: &str) -> bool {
    !key.contains('=') && wire::custom_info::validate(&format!("{key}=x"), &[]).is_ok()
}

fn all(names: &[String], rule: impl Fn(&str) -> bool, refused: impl Fn(String) -> Refused) -> Result<(), Refused> {
    names.iter().find(|name| !rule(name)).map_or(Ok(()), |name| Err(refused(name.clone())))
}

fn once(setting: &'static str, names: &[String]) -> Result<(), Refused> {
    let mut seen = HashSet::new();
    let repeated = names.iter().find(|name| !seen.insert(name.to_ascii_lowercase()));
    repeated.map_or(Ok(()), |name| Err(Refused::Repeated { setting, name: name.clone() }))
}
