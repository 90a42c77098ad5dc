//! Settings of a shop: the one place where a change is checked, written and recorded.
//!
//! The command line comes here, and whatever else changes shops later: a [`Wish`] is applied to the
//! shop as it was read, every value in it is held against the rules (in `wish`), and the result is
//! written under the version that was read, together with the row of the audit. Of two people who
//! read the same version the second is refused.

mod rules;
#[cfg(test)]
mod tests;
mod wish;

use jiff::Timestamp;
use payments::{ShopLogin, UtcMs};
use store::{ApplyError, AuditRow, Author, Shop, Store};

pub use wish::{AccountWish, Wish};

use crate::suggestion::{did_you_mean, suggestion};

/// Why settings stay as they are. The texts are for the person who asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    #[error("{0:?} cannot be the code of a shop: 1 to 30 letters, digits, - and _")]
    Login(String),
    #[error("there is no shop {0}")]
    Unknown(String),
    #[error("the shop {0} exists already")]
    Exists(ShopLogin),
    #[error("{setting} must not be empty")]
    Empty { setting: &'static str },
    #[error("{setting}: {name:?} is named twice")]
    Repeated { setting: &'static str, name: String },
    #[error("{setting}: {url:?} is not a valid URL; https://shop.example/ok is one")]
    Url { setting: &'static str, url: String },
    #[error("{setting}: {url:?} must begin with http:// or https://")]
    Scheme { setting: &'static str, url: String },
    #[error("addresses: {0:?} is not one of 203.0.113.7, 10.1.*.*, a CIDR network, IPv6, or * for any")]
    Address(String),
    #[error("payment_types: {name:?} is not a payment method of the service{}", suggestion(name, wire::method::ALL))]
    PaymentType { name: String },
    #[error("response_fields: {name:?} is not an optional element of Decrypt: {}", told(name, &rules::RESPONSE_FIELDS))]
    ResponseField { name: String },
    #[error("request_fields: {name:?} is not an optional field of Encrypt: {}", told(name, &rules::REQUEST_FIELDS))]
    RequestField { name: String },
    #[error("{setting}: {name:?} cannot be a key of customInfo: letters, digits, spaces, - . and _")]
    CustomKey { setting: &'static str, name: String },
    #[error("compulsory_fields: {0:?} is not among the request_fields and custom_keys that the shop may send")]
    Compulsory(String),
    #[error(
        "compulsory_fields: {name:?} is no field of Encrypt{}; a key of customInfo that is called so stands in custom_keys first",
        did_you_mean(name, &rules::REQUEST_FIELDS)
    )]
    NearlyField { name: String },
    #[error("automatic: {0} days; money is settled or deleted by itself after 1 to 25 (more is 1454 at Axerve)")]
    Days(u32),
    #[error("decision_minutes: {0}; Amazon takes 5 to 1440 minutes, in steps of 5")]
    Minutes(u32),
    #[error("{setting}: one word of letters, digits and signs, without spaces")]
    Credential { setting: String },
    #[error("{shop} was changed meanwhile{}", by.as_deref().map(changer).unwrap_or_default())]
    Stale { shop: ShopLogin, by: Option<Box<AuditRow>> },
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A shop that is not kept yet, under its code as a name.
///
/// # Errors
/// [`Refused::Login`].
pub fn new_shop(login: &str) -> Result<Shop, Refused> {
    let is_plain = login.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let login = ShopLogin::new(login).ok().filter(|_| is_plain).ok_or_else(|| Refused::Login(login.to_owned()))?;
    let name = login.to_string();
    Ok(Shop::new(login, name))
}

/// A shop's settings, to be shown, and to be given back to [`change`].
///
/// # Errors
/// [`Refused::Unknown`], [`Refused::Store`].
pub async fn read(store: &Store, login: &str) -> Result<Shop, Refused> {
    let unknown = || Refused::Unknown(login.to_owned());
    let known = ShopLogin::new(login).map_err(|_| unknown())?;
    store.shop(&known).await?.ok_or_else(unknown)
}

/// Changes the settings of a shop as it was read, or makes a shop that is new. Answers what was
/// changed; none when the shop is as wished already.
///
/// # Errors
/// [`Refused::Stale`] and who it was when somebody else has changed the shop since it was read,
/// [`Refused::Exists`] for a new shop whose code is taken, [`Refused::Store`]; the others name the
/// rule that the wish breaks.
pub async fn change(
    store: &Store,
    mut shop: Shop,
    wish: &Wish,
    author: &Author,
    now: UtcMs,
) -> Result<Option<AuditRow>, Refused> {
    wish.write_into(&mut shop)?;
    match store.put_shop(&shop, author, now).await {
        Ok(changed) => Ok(changed),
        // Of the two only the first: settings claim no order.
        Err(ApplyError::Taken | ApplyError::OrderTaken) => Err(Refused::Exists(shop.login)),
        Err(ApplyError::Stale) => {
            let by = store.audit(Some(&shop.login), 1).await?.pop().map(Box::new);
            Err(Refused::Stale { shop: shop.login, by })
        }
        Err(ApplyError::Store(error)) => Err(error.into()),
    }
}

/// The names that are known, and which of them was probably meant.
fn told(wrong: &str, known: &[&str]) -> String {
    format!("{}{}", known.join(", "), did_you_mean(wrong, known))
}

fn changer(row: &AuditRow) -> String {
    let at = Timestamp::from_millisecond(row.at.0).map_or_else(|_| row.at.0.to_string(), |at| at.to_string());
    format!(" by {} ({}, {at})", row.author.who, row.author.program)
}
