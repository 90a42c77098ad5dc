//! `pagam shop`: the shops that the gateway serves, until the Back Office does it in a browser.

mod choices;
mod settings;
mod shown;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use payments::ShopLogin;
use serde_json::json;
use store::{ApiKeyHash, Shop, Step, Store};

use self::settings::{AmazonSettings, Settings};
use crate::database::{Database, StoreKeys};
use crate::serve::StoreConfig;
use crate::up::{api_key, keep_api_key};

/// What can be done with shops.
#[derive(Debug, Subcommand)]
pub enum ShopCommand {
    /// Add a shop and print its API key
    #[command(after_help = "Example:
  pagam shop add GESPAY00002 --name Bottega --positive-url https://shop.example/ok --negative-url https://shop.example/ko")]
    Add(Box<AddArgs>),
    /// List the shops
    List(ListArgs),
    /// Change a shop
    #[command(after_help = "Examples:
  pagam shop set GESPAY00001 --notice-url https://shop.example/s2s --response-fields TOKEN,PaymentMethod
  pagam shop set GESPAY00001 --capture-now false --automatic settle:7
  pagam shop set GESPAY00001 --when-undecided wait:30
  pagam shop set GESPAY00001 --environment sandbox --seller-id A… --client-id amzn1.… --show-address-widget true
  pagam shop set GESPAY00001 --addresses 203.0.113.7,10.1.*.*,2001:db8::/32")]
    Set(Box<SetArgs>),
    /// Give a shop a new API key and print it; the old one stops
    RotateKey(RotateArgs),
}

/// Which database.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// The gateway's database: a SQLite file, or an address like postgres://user@host/name
    #[arg(long, default_value = ".pagam/gateway.db", env = "PAGAM_STORE__DATABASE", hide_env_values = true)]
    database: Database,
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

/// Runs one of them.
///
/// # Errors
/// An unknown shop, one that is there already, or a database that cannot be used.
pub async fn run(command: ShopCommand) -> Result<()> {
    match command {
        ShopCommand::Add(args) => add(*args).await,
        ShopCommand::List(args) => list(args).await,
        ShopCommand::Set(args) => set(*args).await,
        ShopCommand::RotateKey(args) => rotate_key(args).await,
    }
}

async fn add(args: AddArgs) -> Result<()> {
    let store = args.store.open_or_make().await?;
    let login = ShopLogin::new(&args.login)?;
    if !args.login.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        bail!("a shop's code has letters, digits, - and _ only");
    }
    if store.shop(&login).await?.is_some() {
        bail!("{login} is there already; change it with: pagam shop set {login}");
    }
    let key = api_key();
    let mut shop = Shop::new(login, args.login.as_str());
    shop.api_key = Some(ApiKeyHash::of(&key));
    args.settings.apply(&mut shop)?;
    store.put_shop(&shop).await?;
    tell_key(&args.login, &key, args.json);
    eprintln!("Before it can be paid it needs its addresses and its account at Amazon: pagam shop set {}", args.login);
    Ok(())
}

async fn list(args: ListArgs) -> Result<()> {
    let shops = args.store.open().await?.shops().await?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&shops.iter().map(shown::as_json).collect::<Vec<_>>())?);
        return Ok(());
    }
    for shop in &shops {
        print!("{}", shown::text(shop));
    }
    Ok(())
}

async fn set(args: SetArgs) -> Result<()> {
    let store = args.store.open().await?;
    let mut shop = known(&store, &args.login).await?;
    let before = shop.clone();
    args.settings.apply(&mut shop)?;
    args.amazon.apply(&mut shop)?;
    if shop == before {
        bail!("nothing to change: pagam shop set --help shows what can be");
    }
    store.put_shop(&shop).await?;
    eprintln!("{} is changed; a running gateway sees it within two seconds.", args.login);
    Ok(())
}

async fn rotate_key(args: RotateArgs) -> Result<()> {
    let store = args.store.open().await?;
    let mut shop = known(&store, &args.login).await?;
    let key = api_key();
    shop.api_key = Some(ApiKeyHash::of(&key));
    store.put_shop(&shop).await?;
    tell_key(&args.login, &key, args.json);
    if let Some(dir) = args.store.database.folder()
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

impl StoreArgs {
    /// The database, which must be there.
    ///
    /// # Errors
    /// When it is not, or cannot be used.
    pub async fn open(&self) -> Result<Store> {
        self.database.open(&self.keys()?).await
    }

    /// The database; a file that is not there is made.
    ///
    /// # Errors
    /// When it cannot be used.
    pub async fn open_or_make(&self) -> Result<Store> {
        self.database.open_or_make(&self.keys()?).await
    }

    /// Brings its schema up to date.
    ///
    /// # Errors
    /// As [`StoreArgs::open_or_make`].
    pub async fn migrate(&self, contract: bool) -> Result<()> {
        self.database.migrate(contract).await
    }

    /// The keys for the secrets in it, from the environment.
    ///
    /// # Errors
    /// One of them is no key.
    pub fn keys(&self) -> Result<StoreKeys> {
        StoreConfig::keys_of(&std::env::vars().collect())
    }

    /// The steps of its schema.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn steps(&self) -> Result<Vec<Step>> {
        self.database.steps().await
    }
}

async fn known(store: &Store, login: &str) -> Result<Shop> {
    let found = store.shop(&ShopLogin::new(login)?).await?;
    found.with_context(|| format!("there is no shop {login}; pagam shop list shows them"))
}
