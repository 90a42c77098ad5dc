//! Parameters by name: written with [`Params`], read back and held to their limits with [`Given`].

use crate::{Price, Secret};

/// The largest single amount, in whole units of euro, pound or dollar.
const LARGEST_AMOUNT: i64 = 150_000;

/// How long Amazon may think about an authorization that nobody waits for.
const LONGEST_WAIT_MINUTES: u32 = 1440;

/// A parameter that Amazon would refuse. The text is in the form of its `InvalidParameterValue`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadParameter {
    /// It must be there.
    #[error("1 validation error detected: Value null at '{0}' failed to satisfy constraint: Member must not be null")]
    Missing(String),
    /// It must be there once.
    #[error("1 validation error detected: '{0}' failed to satisfy constraint: Member must be given once")]
    Repeated(String),
    /// It is not of the form that it must have.
    #[error("1 validation error detected: Value at '{name}' failed to satisfy constraint: {constraint}")]
    Invalid {
        /// Its name, as Amazon's messages spell it.
        name: String,
        /// What it must be.
        constraint: String,
    },
    /// Both names of the buyer's token; Amazon has a code of its own for it, `AmbiguousToken`.
    #[error("Both AddressConsentToken and AccessToken are given")]
    BothTokens,
}

/// Parameters being written.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(super) fn boolean(self, name: &str, value: bool) -> Self {
        self.text(name, if value { "true" } else { "false" })
    }

    pub(super) fn optional_boolean(self, name: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.boolean(name, value),
            None => self,
        }
    }

    pub(super) fn price(self, name: &str, price: &Price) -> Self {
        self.text(&format!("{name}.Amount"), &price.amount).text(&format!("{name}.CurrencyCode"), &price.currency_code)
    }

    pub(super) fn optional_price(self, name: &str, price: Option<&Price>) -> Self {
        match price {
            Some(price) => self.price(name, price),
            None => self,
        }
    }

    pub(super) fn done(self) -> Vec<(String, String)> {
        self.0
    }
}

/// Parameters being read. An empty value counts as absent.
pub(super) struct Given<'p>(pub(super) &'p [(String, String)]);

impl Given<'_> {
    pub(super) fn optional(&self, name: &str, longest: usize) -> Result<Option<String>, BadParameter> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let first = values.next();
        if values.next().is_some() {
            return Err(BadParameter::Repeated(spelled(name)));
        }
        let Some(value) = first.filter(|value| !value.is_empty()) else { return Ok(None) };
        if value.chars().count() > longest {
            return Err(invalid(name, format!("Member must have length less than or equal to {longest}")));
        }
        Ok(Some(value.clone()))
    }

    pub(super) fn required(&self, name: &str, longest: usize) -> Result<String, BadParameter> {
        self.optional(name, longest)?.ok_or_else(|| BadParameter::Missing(spelled(name)))
    }

    /// An id that Amazon chose. Its form is not looked at: what it names is for Amazon to say.
    pub(super) fn id(&self, name: &str) -> Result<String, BadParameter> {
        self.required(name, 64)
    }

    /// The buyer's token, under its present name or its older one, `AddressConsentToken`.
    pub(super) fn access_token(&self) -> Result<Option<Secret>, BadParameter> {
        match (self.optional("AccessToken", 2048)?, self.optional("AddressConsentToken", 2048)?) {
            (Some(_), Some(_)) => Err(BadParameter::BothTokens),
            (newer, older) => Ok(newer.or(older).map(Secret::from)),
        }
    }

    /// `TransactionTimeout` in minutes, 1440 when it is absent.
    pub(super) fn timeout_minutes(&self) -> Result<u32, BadParameter> {
        let Some(text) = self.optional("TransactionTimeout", 4)? else { return Ok(LONGEST_WAIT_MINUTES) };
        text.parse()
            .ok()
            .filter(|minutes| *minutes <= LONGEST_WAIT_MINUTES && minutes % 5 == 0)
            .ok_or_else(|| invalid("TransactionTimeout", "Member must be 0 to 1440 in multiples of 5".to_owned()))
    }

    /// An id that the caller chose: `[A-Za-z0-9_-]{1,32}`.
    pub(super) fn reference(&self, name: &str) -> Result<String, BadParameter> {
        let value = self.required(name, 32)?;
        match value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            true => Ok(value),
            false => Err(invalid(name, "Member must satisfy regular expression pattern: [A-Za-z0-9_-]+".to_owned())),
        }
    }

    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, BadParameter> {
        match self.optional(name, 5)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(invalid(name, "Member must be true or false".to_owned())),
        }
    }

    /// A price above zero, in a currency of three letters, up to the largest single amount.
    pub(super) fn price(&self, name: &str) -> Result<Price, BadParameter> {
        let (amount_name, currency_name) = (format!("{name}.Amount"), format!("{name}.CurrencyCode"));
        let amount = self.required(&amount_name, 20)?;
        let currency = self.required(&currency_name, 3)?;
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(invalid(&currency_name, "Member must be an ISO 4217 code".to_owned()));
        }
        let price = Price::new(amount, currency);
        match price.minor_units(2) {
            Some(units) if (1..=LARGEST_AMOUNT * 100).contains(&units) => Ok(price),
            _ => Err(invalid(&amount_name, format!("Member must be a decimal above 0 and at most {LARGEST_AMOUNT}"))),
        }
    }

    pub(super) fn optional_price(&self, name: &str) -> Result<Option<Price>, BadParameter> {
        let prefix = format!("{name}.");
        match self.0.iter().any(|(given, _)| given.starts_with(&prefix)) {
            true => self.price(name).map(Some),
            false => Ok(None),
        }
    }
}

pub(super) fn invalid(name: &str, constraint: String) -> BadParameter {
    BadParameter::Invalid { name: spelled(name), constraint }
}

/// `OrderReferenceAttributes.OrderTotal` → `orderReferenceAttributes.orderTotal`, as in Amazon's messages.
fn spelled(name: &str) -> String {
    let lower = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('.').map(lower).collect::<Vec<_>>().join(".")
}
