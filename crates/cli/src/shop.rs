//! `pagam shop`: the shops that the gateway serves, until the Back Office does it in a browser.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use payments::{Language, ShopLogin};
use serde_json::{Value, json};
use store::{ApiKeyHash, Environment, Shop, Store};

use crate::up::{api_key, keep_api_key};

/// What can be done with shops.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Add a shop and print its API key
    #[command(after_help = "Example:
  pagam shop add GESPAY00002 --name Bottega --positive-url https://shop.example/ok --negative-url https://shop.example/ko")]
    Add(AddArgs),
    /// List the shops
    List(ListArgs),
    /// Change a shop
    #[command(after_help = "Examples:
  pagam shop set GESPAY00001 --capture-now false --notice-url https://shop.example/s2s
  pagam shop set GESPAY00001 --environment sandbox --seller-id A… --client-id amzn1.… --show-address-widget true
  pagam shop set GESPAY00001 --addresses 203.0.113.7,10.1.*.*,2001:db8::/32")]
    Set(Box<SetArgs>),
    /// Give a shop a new API key and print it; the old one stops
    RotateKey(RotateArgs),
}

/// Which database.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// The gateway's database
    #[arg(long = "store", default_value = ".pagam/gateway.db", env = "PAGAM_STORE__PATH")]
    path: PathBuf,
}

/// `pagam shop add`
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The shop's code, for example GESPAY00002
    login: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

/// `pagam shop list`
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `pagam shop set`
#[derive(Debug, Args)]
pub struct SetArgs {
    /// The shop's code
    login: String,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    amazon: AmazonSettings,
}

/// `pagam shop rotate-key`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// The shop's code
    login: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

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
#[expect(missing_docs, reason = "the names say it")]
pub enum Tongue {
    Italian,
    English,
    Spanish,
    French,
    German,
}

/// The two environments.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Where {
    Sandbox,
    Production,
}

/// Runs one of them.
///
/// # Errors
/// An unknown shop, one that is there already, or a database that cannot be used.
pub async fn run(command: ShopCommand) -> Result<()> {
    match command {
        ShopCommand::Add(args) => add(args).await,
        ShopCommand::List(args) => list(args).await,
        ShopCommand::Set(args) => set(*args).await,
        ShopCommand::RotateKey(args) => rotate_key(args).await,
    }
}

async fn add(args: AddArgs) -> Result<()> {
    let store = open(&args.store, true)?;
    let login = ShopLogin::new(&args.login)?;
    if store.shop(&login).await?.is_some() {
        bail!("{login} is there already; change it with: pagam shop set {login}");
    }
    let key = api_key();
    let mut shop = Shop::new(login, args.settings.name.clone().unwrap_or_else(|| args.login.clone()));
    shop.api_key = Some(ApiKeyHash::of(&key));
    args.settings.apply(&mut shop)?;
    store.put_shop(&shop).await?;
    tell_key(&args.login, &key, args.json);
    Ok(())
}

async fn list(args: ListArgs) -> Result<()> {
    let shops = open(&args.store, false)?.shops().await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&shops.iter().map(shown).collect::<Vec<_>>())?);
        return Ok(());
    }
    for shop in &shops {
        let state = if shop.active { "active" } else { "inactive" };
        let key = if shop.api_key.is_some() { "API key" } else { "no API key" };
        let addresses = shop.addresses.as_ref().map_or_else(|| "any address".to_owned(), |list| list.join(" "));
        let amazon: Vec<String> =
            shop.amazon.iter().map(|(at, account)| format!("{at:?} {}", account.seller_id)).collect();
        println!("{}  {}  {state}, {key}, {addresses}", shop.login, shop.name);
        println!("    Amazon    {}", if amazon.is_empty() { "no account".to_owned() } else { amazon.join(", ") });
        println!("    positive  {}\n    negative  {}", shop.positive_url, shop.negative_url);
        println!("    notice    {}", shop.notice_url.as_deref().unwrap_or("none"));
    }
    Ok(())
}

async fn set(args: SetArgs) -> Result<()> {
    let store = open(&args.store, false)?;
    let mut shop = known(&store, &args.login).await?;
    args.settings.apply(&mut shop)?;
    args.amazon.apply(&mut shop)?;
    store.put_shop(&shop).await?;
    eprintln!("{} is changed; a running gateway sees it within two seconds.", args.login);
    Ok(())
}

async fn rotate_key(args: RotateArgs) -> Result<()> {
    let store = open(&args.store, false)?;
    let mut shop = known(&store, &args.login).await?;
    let key = api_key();
    shop.api_key = Some(ApiKeyHash::of(&key));
    store.put_shop(&shop).await?;
    tell_key(&args.login, &key, args.json);
    if let Some(dir) = args.store.path.parent()
        && keep_api_key(dir, &args.login, &key)?
    {
        eprintln!("The demo shop uses it from the next start of pagam up.");
    }
    Ok(())
}

fn tell_key(login: &str, key: &str, as_json: bool) {
    match as_json {
        true => println!("{}", json!({"shop_login": login, "api_key": key})),
        false => println!("{login}\nAPI key {key}\nIt is shown this once: the gateway keeps only its hash."),
    }
}

/// A shop without its secrets.
fn shown(shop: &Shop) -> Value {
    let accounts: Vec<Value> = shop
        .amazon
        .iter()
        .map(|(environment, account)| {
            json!({"environment": format!("{environment:?}").to_lowercase(), "seller_id": account.seller_id,
                   "client_id": account.client_id, "access_key": account.access_key,
                   "show_address_widget": account.show_address_widget})
        })
        .collect();
    json!({"login": shop.login, "name": shop.name, "active": shop.active, "api_key": shop.api_key.is_some(),
           "addresses": shop.addresses, "positive_url": shop.positive_url, "negative_url": shop.negative_url,
           "notice_url": shop.notice_url, "payment_types": shop.payment_types, "capture_now": shop.capture_now,
           "web_service": shop.web_service, "amazon": accounts})
}

fn open(args: &StoreArgs, create: bool) -> Result<Store> {
    if !create && !args.path.exists() {
        bail!("there is no database at {}; name it with --store", args.path.display());
    }
    Store::open(&args.path).with_context(|| format!("cannot open {}", args.path.display()))
}

async fn known(store: &Store, login: &str) -> Result<Shop> {
    let found = store.shop(&ShopLogin::new(login)?).await?;
    found.with_context(|| format!("there is no shop {login}; pagam shop list shows them"))
}

impl Settings {
    fn apply(&self, shop: &mut Shop) -> Result<()> {
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
            let list: Vec<String> = addresses.iter().filter(|address| !address.is_empty()).cloned().collect();
            shop.addresses = (!list.is_empty()).then_some(list);
        }
        if let Some(types) = &self.payment_types {
            shop.payment_types.clone_from(types);
        }
        shop.capture_now = self.capture_now.unwrap_or(shop.capture_now);
        shop.active = self.active.unwrap_or(shop.active);
        shop.web_service = self.web_service.unwrap_or(shop.web_service);
        shop.language = self.language.map_or(shop.language, Language::from);
        Ok(())
    }
}

impl AmazonSettings {
    fn apply(&self, shop: &mut Shop) -> Result<()> {
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

fn secret(path: &std::path::Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
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
