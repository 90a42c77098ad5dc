//! What `pagam shop add` and `pagam shop set` can change, as options of the command line.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use payments::Language;
use store::{Environment, Shop};

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
    /// Capture with the authorization (M.O.T.O. unified) or later
    #[arg(long)]
    capture_now: Option<bool>,
    /// What happens by itself to money that is not captured at once: none, settle:DAYS or delete:DAYS, 1 to 25 days (more is
    /// 1454 at Axerve)
    #[arg(long)]
    automatic: Option<Automatic>,
    /// When Amazon cannot decide while the buyer waits: refuse, or wait:MINUTES, 5 to 1440 in fives (the shop is told XX, and the
    /// outcome later)
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
    /// Addresses that may call for the shop: 203.0.113.7, 10.1.*.*, a CIDR, IPv6, or *; an empty text takes the list away
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
    /// Changes what was given.
    ///
    /// # Errors
    /// An address that is none, a file that cannot be read.
    pub(super) fn apply(&self, shop: &mut Shop) -> Result<()> {
        let text = |to: &mut String, from: &Option<String>| {
            if let Some(from) = from {
                to.clone_from(from);
            }
        };
        text(&mut shop.name, &self.name);
        for (to, from) in [(&mut shop.positive_url, &self.positive_url), (&mut shop.negative_url, &self.negative_url)] {
            if let Some(url) = from {
                check_url(url)?;
                to.clone_from(url);
            }
        }
        if let Some(url) = &self.notice_url {
            shop.notice_url = if url.is_empty() { None } else { Some(check_url(url)?) };
        }
        if let Some(addresses) = &self.addresses {
            let list = named(addresses);
            if let Some(wrong) = list.iter().find(|pattern| !gateway::is_address_pattern(pattern)) {
                bail!("{wrong:?} is no address: 203.0.113.7, 10.1.*.*, a CIDR, IPv6, or *");
            }
            shop.addresses = (!list.is_empty()).then_some(list);
        }
        if let Some(types) = &self.payment_types {
            if let Some(unknown) = types.iter().find(|name| !wire::method::is_known(name)) {
                bail!("{unknown:?} is no payment method of the service, such as AMAZONPAY");
            }
            shop.payment_types.clone_from(types);
        }
        let lists = [
            (&mut shop.response_fields, &self.response_fields),
            (&mut shop.custom_keys, &self.custom_keys),
            (&mut shop.compulsory_fields, &self.compulsory_fields),
        ];
        for (to, from) in lists {
            if let Some(names) = from {
                *to = named(names);
            }
        }
        if let Some(names) = &self.request_fields {
            shop.request_fields = (names.as_slice() != ["all"]).then(|| named(names));
        }
        shop.capture_now = self.capture_now.unwrap_or(shop.capture_now);
        shop.automatic = self.automatic.map_or(shop.automatic, |Automatic(chosen)| chosen);
        shop.decision_minutes = self.when_undecided.map_or(shop.decision_minutes, |WhenUndecided(chosen)| chosen);
        shop.active = self.active.unwrap_or(shop.active);
        shop.web_service = self.web_service.unwrap_or(shop.web_service);
        shop.language = self.language.map_or(shop.language, Language::from);
        Ok(())
    }
}

impl AmazonSettings {
    /// Changes what was given.
    ///
    /// # Errors
    /// An address that is none, a file that cannot be read.
    pub(super) fn apply(&self, shop: &mut Shop) -> Result<()> {
        let nothing = self.seller_id.is_none()
            && self.client_id.is_none()
            && self.access_key.is_none()
            && self.secret_key_file.is_none()
            && self.mws_token_file.is_none()
            && self.show_address_widget.is_none();
        if nothing {
            return Ok(());
        }
        let environment = match self.environment {
            Where::Sandbox => Environment::Sandbox,
            Where::Production => Environment::Production,
        };
        let account = shop.amazon.entry(environment).or_default();
        for (to, from) in [
            (&mut account.seller_id, &self.seller_id),
            (&mut account.client_id, &self.client_id),
            (&mut account.access_key, &self.access_key),
        ] {
            if let Some(from) = from {
                to.clone_from(from);
            }
        }
        if let Some(path) = &self.secret_key_file {
            account.secret_key = secret(path)?;
        }
        if let Some(path) = &self.mws_token_file {
            account.mws_token = secret(path)?;
        }
        account.show_address_widget = self.show_address_widget.unwrap_or(account.show_address_widget);
        Ok(())
    }
}

/// What a list names; an empty text names nothing.
fn named(names: &[String]) -> Vec<String> {
    names.iter().filter(|name| !name.is_empty()).cloned().collect()
}

fn secret(path: &std::path::Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match text.trim() {
        "" => bail!("{} is empty", path.display()),
        secret => Ok(secret.to_owned()),
    }
}

fn check_url(url: &str) -> Result<String> {
    let parsed = url::Url::parse(url).with_context(|| format!("{url:?} is no address"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        bail!("{url:?} is neither http nor https");
    }
    Ok(url.to_owned())
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
