//! Reads an operation's own parameters, with Amazon's lengths and forms.

use amazon::ErrorCode;

use super::call::Call;
use crate::ledger::{Money, NoMoney, SINGLE_AMOUNT_MINOR};
use crate::refusal::Refusal;

/// What every call has and no operation asks for; `SellerId` and `MWSAuthToken` say who, not what.
const COMMON: &[&str] = &[
    "AWSAccessKeyId",
    "Action",
    "SellerId",
    "MWSAuthToken",
    "SignatureMethod",
    "SignatureVersion",
    "Timestamp",
    "Version",
    "Signature",
];

impl Call<'_> {
    /// A parameter of at most `most` characters; empty and absent are the same.
    pub fn optional(&self, name: &str, most: usize) -> Result<Option<&str>, Refusal> {
        let value = self
            .params
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str());
        match value {
            Some(value) if value.chars().count() > most => {
                Err(constraint(name, &format!("Member must have at most {most} characters")))
            }
            value => Ok(value),
        }
    }

    pub fn text(&self, name: &str, most: usize) -> Result<Option<String>, Refusal> {
        Ok(self.optional(name, most)?.map(str::to_owned))
    }

    /// A parameter that must be there.
    pub fn required(&self, name: &str, most: usize) -> Result<&str, Refusal> {
        self.optional(name, most)?.ok_or_else(|| missing(name))
    }

    /// `true` or `false`.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.optional(name, 5)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(constraint(name, "Member must be true or false")),
        }
    }

    /// A reference id: 1 to 32 letters, digits, `-` and `_`.
    pub fn reference_id(&self, name: &str) -> Result<&str, Refusal> {
        let id = self.required(name, 32)?;
        match id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            true => Ok(id),
            false => Err(constraint(name, "Member must be made of letters, digits, - and _")),
        }
    }

    /// An amount with its currency, when either is there.
    pub fn optional_money(&self, name: &str) -> Result<Option<Money>, Refusal> {
        let (amount, currency) = (format!("{name}.Amount"), format!("{name}.CurrencyCode"));
        if self.optional(&amount, 32)?.is_none() && self.optional(&currency, 32)?.is_none() {
            return Ok(None);
        }
        let money =
            Money::read(self.required(&amount, 32)?, self.required(&currency, 32)?).map_err(|wrong| match wrong {
                NoMoney::Amount => constraint(&amount, "Member must be a decimal above zero in units of the currency"),
                NoMoney::Currency => constraint(&currency, "Member must be a currency of three capital letters"),
                NoMoney::Unsupported => {
                    Refusal::new(ErrorCode::CurrencyUnsupported, "The presentment currency is not taken here.")
                }
            })?;
        match money.minor > SINGLE_AMOUNT_MINOR && money.currency != "JPY" {
            true => Err(constraint(&amount, "Member must be at most 150000")),
            false => Ok(Some(money)),
        }
    }

    /// An amount with its currency.
    pub fn money(&self, name: &str) -> Result<Money, Refusal> {
        self.optional_money(name)?.ok_or_else(|| missing(name))
    }

    /// Everything the caller asks for, in one text: what tells a repeated request from another one.
    pub fn business(&self) -> String {
        let mut own: Vec<&(String, String)> =
            self.params.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())).collect();
        own.sort();
        form_urlencoded::Serializer::new(String::new()).extend_pairs(own.iter().map(|pair| (&pair.0, &pair.1))).finish()
    }
}

/// A parameter that does not satisfy a rule.
pub fn constraint(name: &str, rule: &str) -> Refusal {
    Refusal::invalid(format!(
        "1 validation error detected: Value at '{}' failed to satisfy constraint: {rule}",
        lowered(name)
    ))
}

/// A parameter that is not there.
pub fn missing(name: &str) -> Refusal {
    Refusal::invalid(format!(
        "1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must not be null",
        lowered(name)
    ))
}

/// Members are named with a small first letter in these messages.
fn lowered(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or(String::new(), |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}
