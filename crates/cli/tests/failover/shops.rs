//! The two shops. The demo shop sends its buyers to the page. The other one charges tokens by
//! callPagamS2S, and only listens for notices.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{OriginalUri, State};
use pagam::{Client, Notice, Recurring, Token};
use pagam_cli::buyer::{Purchase, subscribe};
use pagam_cli::clock::now_ms;
use payments::{ShopLogin, UtcMs};
use store::{ApiKeyHash, Author, Environment, Shop, Store};
use testkit::seed::account;
use tokio::net::TcpListener;
use url::Url;

use crate::audit::Heard;

/// Sends buyers to the page.
pub const BOTTEGA: &str = "GESPAY00001";
/// Charges tokens.
pub const ABBONAMENTI: &str = "GESPAY00002";
/// What opens the counter of the demo shop.
pub const COUNTER_PASSWORD: &str = "a-password-for-the-counter";
const KEY: &str = "a-key-of-256-random-bits-that-nobody-guesses";
/// Agreements that are charged by turns: Amazon lets each be charged 500.00 a month.
const TOKENS: usize = 8;

/// A place for a server of this process.
pub struct Door {
    listener: TcpListener,
    pub address: Url,
}

/// The shop that charges tokens.
#[derive(Clone)]
pub struct Abbonamenti {
    pub client: Client,
    pub tokens: Vec<Token>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Door {
    pub async fn open() -> Door {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = Url::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("an address");
        Door { listener, address }
    }

    fn serve(self, router: Router) {
        tokio::spawn(async move { axum::serve(self.listener, router).await });
    }
}

/// Puts both into the gateway's database, and makes its schema.
pub async fn enrol(database: &str, bottega: &Url, abbonamenti: &Url) {
    let store = Store::connect(database).await.expect("the primary takes it");
    for (login, address) in [(BOTTEGA, bottega), (ABBONAMENTI, abbonamenti)] {
        let page = |path: &str| address.join(path).expect("an address").to_string();
        let mut shop = Shop::new(ShopLogin::new(login).expect("a code"), login);
        shop.api_key = Some(ApiKeyHash::of(KEY));
        shop.positive_url = page("/result/positive");
        shop.negative_url = page("/result/negative");
        shop.notice_url = Some(page("/notice"));
        shop.amazon.insert(Environment::Sandbox, account());
        store.put_shop(&shop, &Author::new("failover", "test"), UtcMs(0)).await.expect("kept");
    }
}

/// Opens the demo shop. It is not to ask by itself what became of its orders: the notices have to tell it.
pub fn open_bottega(door: Door, gateway: &Url) {
    let settings = demo_shop::Settings {
        public_url: door.address.clone(),
        client: client(BOTTEGA, gateway),
        shop_login: BOTTEGA.to_owned(),
        counter_password: demo_shop::Password::new(COUNTER_PASSWORD),
        amazon: None,
    };
    let shop = demo_shop::DemoShop::open(None, settings, Arc::new(now_ms)).expect("in memory");
    door.serve(shop.router());
}

/// Opens the other one, and has buyers allow it to charge them.
pub async fn open_abbonamenti(door: Door, gateway: &Url) -> Abbonamenti {
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let hear = async |State(heard): State<Arc<Mutex<Vec<String>>>>, OriginalUri(uri): OriginalUri| {
        heard.lock().expect("whole").push(uri.query().unwrap_or_default().to_owned());
    };
    let listens = Router::new().route("/notice", axum::routing::get(hear)).with_state(Arc::clone(&heard));
    let purchase = purchase(&door.address, "1.00", "ok");
    door.serve(listens);
    let client = client(ABBONAMENTI, gateway);
    let mut tokens = Vec::new();
    for _ in 0..TOKENS {
        let allowed = subscribe(&purchase, &client, Recurring::OnlyRecurring).await.expect("a buyer allows it");
        tokens.push(allowed.outcome.token.expect("a token"));
    }
    Abbonamenti { client, tokens, heard }
}

/// What a buyer does.
pub fn purchase(shop: &Url, amount: &str, card: &str) -> Purchase {
    Purchase {
        shop: shop.clone(),
        amount: amount.to_owned(),
        buyer: "marco".into(),
        password: "amazon".into(),
        card: card.to_owned(),
        address: None,
    }
}

impl Abbonamenti {
    /// All notices that came, as Decrypt reads them.
    pub async fn heard(&self) -> Vec<Heard> {
        let queries = self.heard.lock().expect("whole").clone();
        let mut heard = Vec::new();
        for query in queries {
            let notice = Notice::parse(&query).expect("a notice");
            let outcome = self.client.outcome_of(&notice).await.expect("Decrypt answers in calm");
            heard.push(Heard { id: outcome.shop_transaction_id, verdict: outcome.status.into() });
        }
        heard
    }
}

fn client(login: &str, gateway: &Url) -> Client {
    Client::builder(login).api_key(KEY).base_url(gateway.as_str()).build().expect("a client")
}
