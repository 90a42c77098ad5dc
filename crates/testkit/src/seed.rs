//! The seller, the client and the shop that most tests stand on: Bottega, on both sides.

use payments::{Language, ShopLogin};
use simulator::{NewOrder, SeedClient, SeedSeller};
use store::{AmazonAccount, ApiKeyHash, Environment, Shop};
use url::Url;

/// The seller at Amazon.
pub const SELLER: &str = "A2SELLER";
/// His client of Login with Amazon.
pub const CLIENT: &str = "amzn1.application-oa2-client.test";
/// The gateway's developer, with his secret.
pub const ACCESS_KEY: &str = "AKIATEST";
pub const SECRET_KEY: &str = "the-secret";
/// The seller's permission for the developer.
pub const MWS_TOKEN: &str = "amzn.mws.test";
/// The buyer who buys: Marco.
pub const BUYER: &str = "marco";
/// The shop's login at the gateway.
pub const SHOP: &str = "GESPAY00001";
/// The key that it proves itself with.
pub const KEY: &str = "the-key-of-the-shop";

/// The seller whose pages are those of a gateway that buyers see at this address. He is told nothing: set `ipn_url`.
pub fn seller(public: &Url) -> SeedSeller {
    SeedSeller {
        id: SELLER.into(),
        name: "Bottega".into(),
        access_key: ACCESS_KEY.into(),
        secret_key: SECRET_KEY.into(),
        mws_token: MWS_TOKEN.into(),
        sandbox: Some(client(public)),
        production: None,
    }
}

/// His client, which lets the gateway show widgets and take sign-ins, on the desktop page and on the mobile one.
pub fn client(public: &Url) -> SeedClient {
    let page = |path: &str| public.join(path).expect("an address").to_string();
    SeedClient {
        client_id: CLIENT.into(),
        allowed_origins: vec![public.origin().ascii_serialization()],
        return_urls: vec![page("/pagam/AmazonPay.aspx"), page("/pagam/Mobile/AmazonPay.aspx")],
        ipn_url: None,
    }
}

/// The same account as the gateway keeps it.
pub fn account() -> AmazonAccount {
    AmazonAccount {
        seller_id: SELLER.into(),
        client_id: CLIENT.into(),
        access_key: ACCESS_KEY.into(),
        secret_key: SECRET_KEY.into(),
        mws_token: MWS_TOKEN.into(),
        show_address_widget: true,
    }
}

/// What a widget makes for Marco: a draft that asks for an address.
pub fn draft() -> NewOrder<'static> {
    NewOrder { seller_id: SELLER, client_id: CLIENT, is_sandbox: true, buyer_id: BUYER, wants_address: true }
}

/// The shop's name at the gateway.
pub fn login() -> ShopLogin {
    ShopLogin::new(SHOP).expect("a login")
}

/// A shop that proves itself with [`KEY`], reads its texts in English and has no account at Amazon yet.
pub fn shop() -> Shop {
    Shop {
        api_key: Some(ApiKeyHash::of(KEY)),
        language: Language::English,
        positive_url: "https://shop.example/ok".into(),
        negative_url: "https://shop.example/ko".into(),
        ..Shop::new(login(), "Bottega")
    }
}

/// The same with its account in the sandbox.
pub fn amazon_shop() -> Shop {
    let mut shop = shop();
    shop.amazon.insert(Environment::Sandbox, account());
    shop
}
