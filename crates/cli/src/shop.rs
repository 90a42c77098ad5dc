//! `pagam shop`: the shops that the gateway serves, until the Back Office does it in a browser.

mod choices;
mod settings;
mod shown;

use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use gateway::shop_settings::{self, Refused, Wish};
use payments::UtcMs;
use serde_json::json;
use store::{ApiKeyHash, AuditRow, Shop, Step, Store};

use self::settings::{AmazonSettings, Settings};
use crate::author::author;
use crate::clock::now_ms;
use crate::database::{Database, StoreKeys};
use crate::environment;
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
  pagam shop set GESPAY00001 --notify-movements true
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
/// An unknown shop, one that exists already, a setting that breaks a rule, or a database that
/// cannot be used.
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
    let key = api_key();
    let wish = Wish { api_key: Some(ApiKeyHash::of(&key)), ..args.settings.wish() };
    let shop = shop_settings::new_shop(&args.login)?;
    changed(&store, shop, &wish, "pagam shop add").await?;
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
    let wish = Wish { amazon: args.amazon.wish()?, ..args.settings.wish() };
    if changed(&store, known(&store, &args.login).await?, &wish, "pagam shop set").await?.is_none() {
        bail!("nothing to change: pagam shop set --help shows what can be");
    }
    eprintln!("{} is changed; a running gateway sees it within two seconds.", args.login);
    Ok(())
}

async fn rotate_key(args: RotateArgs) -> Result<()> {
    let store = args.store.open().await?;
    let key = api_key();
    let wish = Wish { api_key: Some(ApiKeyHash::of(&key)), ..Wish::default() };
    changed(&store, known(&store, &args.login).await?, &wish, "pagam shop rotate-key").await?;
    tell_key(&args.login, &key, args.json);
    if let Some(dir) = args.store.database.folder()
        && keep_api_key(dir, &args.login, &key)?
    {
        eprintln!("The demo shop uses it from the next start of pagam up.");
    }
    Ok(())
}

/// Has the gateway's rules decide about a wish.
async fn changed(store: &Store, shop: Shop, wish: &Wish, program: &str) -> Result<Option<AuditRow>> {
    shop_settings::change(store, shop, wish, &author(program), UtcMs(now_ms())).await.map_err(hinted)
}

async fn known(store: &Store, login: &str) -> Result<Shop> {
    shop_settings::read(store, login).await.map_err(hinted)
}

/// A refusal with what to do about it. What breaks a rule stays as it is: it is wrong usage.
fn hinted(refused: Refused) -> anyhow::Error {
    let hint = match refused {
        Refused::Stale { .. } => {
            "nothing was written; look again with pagam shop list, and repeat what is still wanted"
        }
        Refused::Exists(_) => "pagam shop set changes it",
        Refused::Unknown(_) => "pagam shop list shows them",
        Refused::Store(error) => return error.into(),
        rule => return rule.into(),
    };
    anyhow!("{refused}; {hint}")
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
        StoreConfig::keys_of(&environment::variables())
    }

    /// The steps of its schema.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn steps(&self) -> Result<Vec<Step>> {
        self.database.steps().await
    }
}

#[cfg(test)]
mod tests {
    use payments::ShopLogin;
    use store::Author;

    use super::*;

    #[test]
    fn a_stale_change_names_who_was_first_and_says_to_look_again() {
        let shop = ShopLogin::new("GESPAY00001").expect("a login");
        let author = Author::new("marco", "pagam shop set");
        let row = AuditRow { shop: shop.clone(), version: 3, at: UtcMs(0), author, changes: serde_json::Map::new() };
        let told = hinted(Refused::Stale { shop, by: Some(Box::new(row)) }).to_string();
        assert!(told.contains("by marco (pagam shop set, 1970-01-01T00:00:00Z)"), "{told}");
        assert!(told.contains("nothing was written; look again with pagam shop list"), "{told}");
    }
}
