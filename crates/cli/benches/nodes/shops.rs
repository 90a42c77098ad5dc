//! The shops: one hot, many others, one that settles by itself, two whose notices are watched, and the demo shop.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use demo_shop::DemoShop;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use pagam_cli::buyer::Purchase;
use pagam_cli::clock::now_ms;
use payments::{Language, ShopLogin, UtcMs};
use store::{ApiKeyHash, Author, Environment, Shop, Store};
use url::Url;

use crate::amazon::Amazon;
use crate::callers::Merchant;
use crate::doors::Door;

/// The shop at the place 0 of the merchants.
pub const HOT: usize = 0;
/// Merchants, the hot one included.
pub const MERCHANTS: u64 = 64;
/// Tokens of the hot shop, and of each other: a token is charged about as often wherever half of
/// all charges are the hot shop's.
const TOKENS_HOT: usize = 126;
const TOKENS: usize = 2;
/// Merchants whose buyers walk the pages at the same time; each has several.
const SIGNING_UP: usize = 2;

/// A shop that keeps authorization and settlement apart.
pub const APART: &str = "APART";
/// The demo shop's login.
pub const DEMO: &str = "DEMO";

/// What all shops have in common.
pub struct Shops {
    key: String,
    account: store::AmazonAccount,
    gateway: Url,
    demo: Url,
}

impl Shops {
    /// Puts the merchants, and the shop that settles by itself, into the store.
    pub async fn open(store: &Store, amazon: &Amazon, gateway: Url, demo: Door) -> Result<Shops> {
        let shops = Shops { key: pagam_cli::up::api_key(), account: amazon.account(), gateway, demo: demo.url.clone() };
        for number in 0..MERCHANTS {
            shops.put(store, &merchant(number), None).await?;
        }
        let apart = Shop { capture_now: false, ..shops.shop(APART, None)? };
        keep(store, apart).await?;
        shops.put(store, DEMO, Some(demo.url.join("/notice")?)).await?;
        let client = shops.client(DEMO)?;
        let settings = demo_shop::Settings {
            public_url: demo.url.clone(),
            client,
            shop_login: DEMO.into(),
            counter_password: demo_shop::Password::new(pagam_cli::up::api_key()),
            amazon: None,
        };
        demo.serve(DemoShop::open(None, settings, Arc::new(now_ms))?.router());
        Ok(shops)
    }

    /// Puts a shop into the store.
    pub async fn put(&self, store: &Store, login: &str, notices: Option<Url>) -> Result<()> {
        keep(store, self.shop(login, notices)?).await
    }

    /// The merchants with their tokens.
    pub async fn merchants(&self) -> Result<Arc<[Merchant]>> {
        let merchant = async |number: u64| {
            let tokens = if number == 0 { TOKENS_HOT } else { TOKENS };
            self.merchant(&merchant(number), tokens).await
        };
        let merchants: Vec<_> = stream::iter(0..MERCHANTS).map(merchant).buffered(SIGNING_UP).try_collect().await?;
        Ok(merchants.into())
    }

    /// A merchant with so many tokens.
    pub async fn merchant(&self, login: &str, tokens: usize) -> Result<Merchant> {
        Merchant::with_tokens(&self.client(login)?, &self.key, &self.purchase(), tokens).await
    }

    /// A client of a shop.
    pub fn client(&self, login: &str) -> Result<pagam::Client> {
        Ok(pagam::Client::builder(login).api_key(&self.key).base_url(self.gateway.as_str()).build()?)
    }

    /// What buyers buy at the demo shop.
    pub fn purchase(&self) -> Purchase {
        Purchase {
            shop: self.demo.clone(),
            amount: "3.50".into(),
            buyer: "marco".into(),
            password: "amazon".into(),
            card: "ok".into(),
            address: None,
        }
    }

    fn shop(&self, login: &str, notices: Option<Url>) -> Result<Shop> {
        let back = |path: &str| self.demo.join(path).map(String::from);
        let mut shop = Shop::new(ShopLogin::new(login)?, login);
        shop.language = Language::English;
        shop.api_key = Some(ApiKeyHash::of(&self.key));
        shop.positive_url = back("/result/positive")?;
        shop.negative_url = back("/result/negative")?;
        shop.notice_url = notices.map(String::from);
        shop.amazon = BTreeMap::from([(Environment::Sandbox, self.account.clone())]);
        Ok(shop)
    }
}

/// Keeps a shop in place of what is kept of it.
async fn keep(store: &Store, shop: Shop) -> Result<()> {
    let version = store.shop(&shop.login).await?.map_or(0, |kept| kept.version);
    store.put_shop(&Shop { version, ..shop }, &Author::new("nodes", "bench"), UtcMs(now_ms())).await?;
    Ok(())
}

fn merchant(number: u64) -> String {
    format!("SHOP{number:02}")
}
