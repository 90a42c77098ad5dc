//! What a payment through the page and a charge from the server have in common: how much, under which identifier, for
//! whom. Checked before anything is sent.

use wire::{Code, Lang, custom_info};

use crate::invalid::{characters, length};
use crate::{Amount, Invalid};

const TRANSACTION_MAX: usize = 50;
const AMAZON_TRANSACTION_MAX: usize = 32;
const BUYER_MAX: usize = 50;

/// One try to be paid.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Order {
    pub amount: Amount,
    pub shop_transaction_id: String,
    pub buyer_name: Option<String>,
    pub buyer_email: Option<String>,
    pub language: Option<Lang>,
    pub custom: Vec<(String, String)>,
}

impl Order {
    pub(crate) fn new(amount: Amount, shop_transaction_id: String) -> Order {
        Order { amount, shop_transaction_id, buyer_name: None, buyer_email: None, language: None, custom: Vec::new() }
    }

    pub(crate) fn set_buyer(&mut self, name: String, email: String) {
        self.buyer_name = Some(name).filter(|name| !name.is_empty());
        self.buyer_email = Some(email).filter(|email| !email.is_empty());
    }

    pub(crate) fn uic(&self) -> Option<String> {
        Some(self.amount.currency().uic().to_owned())
    }

    pub(crate) fn language_id(&self) -> Option<String> {
        self.language.map(|language| language.id().to_owned())
    }

    /// The custom information as it is sent.
    pub(crate) fn custom_text(&self) -> Option<String> {
        let custom: Vec<String> = self.custom.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Some(custom.join(custom_info::SEPARATOR)).filter(|text| !text.is_empty())
    }

    /// Checks what the gateway would check, with the field and the reason.
    pub(crate) fn check(&self, may_be_amazon_pay: bool) -> Result<(), Invalid> {
        check_amount(self.amount)?;
        match may_be_amazon_pay {
            true => check_amazon_transaction(&self.shop_transaction_id)?,
            false => check_transaction(&self.shop_transaction_id)?,
        }
        let buyer = [("buyer_name", &self.buyer_name), ("buyer_email", &self.buyer_email)];
        for (field, value) in buyer.into_iter().filter_map(|(field, value)| Some((field, value.as_deref()?))) {
            length(field, value, BUYER_MAX)?;
            characters(field, value)?;
        }
        for (key, value) in &self.custom {
            characters("custom key", key)?;
            characters("custom value", value)?;
        }
        Ok(())
    }
}

/// Above zero, and within what the service takes.
pub(crate) fn check_amount(amount: Amount) -> Result<(), Invalid> {
    let text = amount.to_decimal();
    let refuse = |reason| Invalid::Amount { text: text.clone(), reason };
    match wire::amount::parse(&text, amount.currency()) {
        Ok(_) => Ok(()),
        Err(_) if amount.minor() == 0 => Err(refuse("it must be above zero")),
        Err(Code::AMOUNT_TOO_SMALL) => Err(refuse("it is below the currency's smallest amount")),
        Err(_) => Err(refuse("it is above what the service takes")),
    }
}

const ID: &str = "shop_transaction_id";

fn check_transaction(id: &str) -> Result<(), Invalid> {
    not_empty(id)?;
    length(ID, id, TRANSACTION_MAX)?;
    match id.chars().find(|c| c.is_whitespace()) {
        Some(found) => Err(Invalid::Character { field: ID, found: found.to_string() }),
        None => characters(ID, id),
    }
}

fn check_amazon_transaction(id: &str) -> Result<(), Invalid> {
    not_empty(id)?;
    length(ID, id, AMAZON_TRANSACTION_MAX)?;
    match id.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        Some(found) => Err(Invalid::Character { field: ID, found: found.to_string() }),
        None if id.contains("--") => Err(Invalid::Character { field: ID, found: "--".to_owned() }),
        None => Ok(()),
    }
}

fn not_empty(id: &str) -> Result<(), Invalid> {
    if id.trim().is_empty() { Err(Invalid::Empty { field: ID }) } else { Ok(()) }
}
