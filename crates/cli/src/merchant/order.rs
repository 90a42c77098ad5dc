//! How much, for whom, and which transaction: what several verbs ask on the command line.

use clap::Args;
use gateway::suggestion::{did_you_mean, suggestion};
use pagam::{Amount, Currency, Invalid, Lang, Lookup};

/// An amount of money.
#[derive(Debug, Args)]
pub struct Money {
    /// How much, with a dot: 24.21
    #[arg(long)]
    amount: String,
    /// ISO 4217
    #[arg(long, default_value = "EUR", value_parser = currency)]
    currency: Currency,
}

/// Which transaction: by the shop's identifier or by the gateway's number.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The shop's identifier (shopTransactionId)
    order: Option<String>,
    /// The gateway's number (bankTransactionId), instead of the identifier
    #[arg(long, value_name = "NUMBER")]
    bank: Option<String>,
}

/// Who buys, and what the shop wants to have back.
#[derive(Debug, Args)]
pub struct Buyer {
    /// The buyer's name
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub buyer_name: String,
    /// The buyer's e-mail address
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    pub buyer_email: String,
    /// it, en, es, fr or de [default: the shop's]
    #[arg(long, value_parser = language)]
    pub language: Option<Lang>,
    /// KEY=value that comes back with the outcome; may be repeated
    #[arg(long = "custom", value_name = "KEY=VALUE", value_parser = pair)]
    pub custom: Vec<(String, String)>,
}

impl Money {
    /// The amount.
    ///
    /// # Errors
    /// [`Invalid::Amount`] when it is none of the currency.
    pub fn amount(&self) -> Result<Amount, Invalid> {
        Amount::parse(&self.amount, self.currency)
    }
}

impl Which {
    pub fn lookup(&self) -> Lookup<'_> {
        match &self.bank {
            Some(number) => Lookup::Bank(number),
            None => Lookup::ShopTransaction(self.order.as_deref().unwrap_or_default()),
        }
    }
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.lookup() {
            Lookup::ShopTransaction(id) => f.write_str(id),
            Lookup::Bank(number) => write!(f, "bank transaction {number}"),
        }
    }
}

fn currency(text: &str) -> Result<Currency, String> {
    let known: Vec<&str> = Currency::all().map(Currency::iso).collect();
    Currency::by_iso(&text.to_ascii_uppercase())
        .ok_or_else(|| format!("not a currency of the service, by ISO 4217{}", suggestion(text, &known)))
}

fn language(text: &str) -> Result<Lang, String> {
    let found = Lang::ALL.into_iter().find(|lang| lang.iso().eq_ignore_ascii_case(text));
    let known = Lang::ALL.map(Lang::iso);
    found.ok_or_else(|| format!("it, en, es, fr or de{}", did_you_mean(text, &known)))
}

/// A payment method by its name at the service.
pub fn method(text: &str) -> Result<String, String> {
    match wire::method::is_known(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("not a payment method of the service{}", suggestion(text, wire::method::ALL))),
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=value is expected")?;
    Ok((key.to_owned(), value.to_owned()))
}
