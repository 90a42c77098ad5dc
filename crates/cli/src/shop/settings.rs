//! What `pagam shop add` and `pagam shop set` can change, as options of the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use gateway::shop_settings::{AccountWish, Wish};
use payments::Language;
use store::Environment;

use super::choices::{Automatic, WhenUndecided};

/// What a shop is told by; what is not given stays as it is.
#[derive(Debug, Args)]
pub struct Settings {
    /// The name that buyers see
    #[arg(long)]
    name: Option<String>,
    /// Where buyers go after a payment
    #[arg(long)]
    positive_url: Option<String>,
    /// Where buyers go after a refusal
    #[arg(long)]
    negative_url: Option<String>,
    /// The server-to-server address; an empty text takes it away
    #[arg(long)]
    notice_url: Option<String>,
    /// Also call it when a settlement or refund that was accepted is declined later
    #[arg(long)]
    notify_movements: Option<bool>,
    /// Capture with the authorization (M.O.T.O. unified) or later
    #[arg(long)]
    capture_now: Option<bool>,
    /// What happens by itself to money that is not captured at once: none, settle:DAYS or
    /// delete:DAYS, 1 to 25 days (more is 1454 at Axerve)
    #[arg(long)]
    automatic: Option<Automatic>,
    /// When Amazon cannot decide while the buyer waits: refuse, or wait:MINUTES, 5 to 1440 in fives
    /// (the shop is told XX, and the outcome later)
    #[arg(long)]
    when_undecided: Option<WhenUndecided>,
    /// Whether the shop is active
    #[arg(long)]
    active: Option<bool>,
    /// Whether the shop may call WSs2s
    #[arg(long)]
    web_service: Option<bool>,
    /// Language of error texts and of the page when Encrypt names none
    #[arg(long, value_enum)]
    language: Option<Tongue>,
    /// Addresses that may call for the shop: 203.0.113.7, 10.1.*.*, a CIDR, IPv6, or *; an empty
    /// text takes the list away
    #[arg(long, value_delimiter = ',')]
    addresses: Option<Vec<String>>,
    /// Payment methods in the order of the page
    #[arg(long, value_delimiter = ',')]
    payment_types: Option<Vec<String>>,
    /// Optional elements that Decrypt shows: PaymentMethod, TOKEN; an empty text takes them away
    #[arg(long, value_delimiter = ',')]
    response_fields: Option<Vec<String>>,
    /// Keys that customInfo may have; an empty text allows any
    #[arg(long, value_delimiter = ',')]
    custom_keys: Option<Vec<String>>,
    /// Optional fields that Encrypt may have, such as buyerName,languageId; `all` allows every one
    #[arg(long, value_delimiter = ',')]
    request_fields: Option<Vec<String>>,
    /// Optional fields, or keys of customInfo, that Encrypt must have; an empty text asks for none
    #[arg(long, value_delimiter = ',')]
    compulsory_fields: Option<Vec<String>>,
}

/// The account at Amazon of one environment.
#[derive(Debug, Args)]
pub struct AmazonSettings {
    /// Which of the two accounts the options below change
    #[arg(long, value_enum, default_value = "sandbox")]
    environment: Where,
    /// The merchant's id at Amazon
    #[arg(long)]
    seller_id: Option<String>,
    /// Login with Amazon client id
    #[arg(long)]
    client_id: Option<String>,
    /// Access key id
    #[arg(long)]
    access_key: Option<String>,
    /// A file that holds the secret key
    #[arg(long)]
    secret_key_file: Option<PathBuf>,
    /// A file that holds the MWS token
    #[arg(long)]
    mws_token_file: Option<PathBuf>,
    /// Show the address book on the page
    #[arg(long)]
    show_address_widget: Option<bool>,
}

/// The five languages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Tongue {
    Italian,
    English,
    Spanish,
    French,
    German,
}

/// The two environments.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Where {
    Sandbox,
    Production,
}

impl Settings {
    /// What was given.
    pub(super) fn wish(&self) -> Wish {
        Wish {
            name: self.name.clone(),
            active: self.active,
            language: self.language.map(Language::from),
            positive_url: self.positive_url.clone(),
            negative_url: self.negative_url.clone(),
            notice_url: self.notice_url.clone().map(|url| Some(url).filter(|url| !url.is_empty())),
            notify_movements: self.notify_movements,
            addresses: self.addresses.as_deref().map(named).map(|list| Some(list).filter(|list| !list.is_empty())),
            payment_types: self.payment_types.as_deref().map(named),
            capture_now: self.capture_now,
            automatic: self.automatic.map(|Automatic(chosen)| chosen),
            decision_minutes: self.when_undecided.map(|WhenUndecided(chosen)| chosen),
            web_service: self.web_service,
            response_fields: self.response_fields.as_deref().map(named),
            custom_keys: self.custom_keys.as_deref().map(named),
            request_fields: self.request_fields.as_ref().map(|list| (*list != ["all"]).then(|| named(list))),
            compulsory_fields: self.compulsory_fields.as_deref().map(named),
            ..Wish::default()
        }
    }
}

impl AmazonSettings {
    /// What was given; none when nothing was.
    ///
    /// # Errors
    /// A file that cannot be read, or is empty.
    pub(super) fn wish(&self) -> Result<BTreeMap<Environment, AccountWish>> {
        let wish = AccountWish {
            seller_id: self.seller_id.clone(),
            client_id: self.client_id.clone(),
            access_key: self.access_key.clone(),
            secret_key: self.secret_key_file.as_deref().map(secret).transpose()?,
            mws_token: self.mws_token_file.as_deref().map(secret).transpose()?,
            show_address_widget: self.show_address_widget,
        };
        let environment = match self.environment {
            Where::Sandbox => Environment::Sandbox,
            Where::Production => Environment::Production,
        };
        Ok((wish != AccountWish::default()).then_some((environment, wish)).into_iter().collect())
    }
}

/// What a list names; an empty text names nothing.
fn named(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !name.is_empty()).cloned().collect()
}

fn secret(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match text.trim() {
        "" => bail!("{} is empty", path.display()),
        secret => Ok(secret.to_owned()),
    }
}

impl From<Tongue> for Language {
    fn from(tongue: Tongue) -> Language {
        match tongue {
            Tongue::Italian => Language::Italian,
            Tongue::English => Language::English,
            Tongue::Spanish => Language::Spanish,
            Tongue::French => Language::French,
            Tongue::German => Language::German,
        }
    }
}
