//! A simulator on a port of its own with a clock that tests move, a connector to it, and hand-made
//! signed requests.

mod agreements;

use std::path::Path;
use std::sync::Arc;

use amazon::types::timestamp_text;
use amazon::{
    Account, Authorize, Confirm, Connector, Endpoints, Environment, Price, Retry, Secret, SetOrderReferenceDetails,
    Timeouts,
};
use simulator::{Random, Seed, SeedClient, SeedSeller, Settings, Simulator, World};
use testkit::clock::Wall;
use testkit::dice::Dice;

pub use agreements::charge;

pub const SELLER: &str = "A2EXAMPLESELLER";
pub const CLIENT: &str = "amzn1.application-oa2-client.0123456789abcdef";
pub const TOKEN: &str = "amzn.mws.0b5d3c8e-0000-4000-8000-000000000001";
pub const SCOPE: &str = "profile postal_code payments:widget payments:shipping_address payments:billing_address";
pub const START: i64 = 1_760_000_000_000;
pub const SANDBOX: &str = "/OffAmazonPayments_Sandbox/2013-01-01";
const KEY: &str = "AKIAEXAMPLEEXAMPLE00";
const SECRET: &str = "example/secret+key";

/// What a widget of the shop makes for Marco.
pub const NEW: simulator::NewOrder<'static> = simulator::NewOrder {
    seller_id: SELLER,
    client_id: CLIENT,
    is_sandbox: true,
    buyer_id: "marco",
    wants_address: true,
};

pub struct Bench {
    pub simulator: Simulator,
    pub connector: Connector,
    pub account: Account,
    pub base: url::Url,
    wall: Wall,
    http: reqwest::Client,
}

/// A hand-made request, right in every way until a test changes something.
pub struct Raw {
    pub path: &'static str,
    pub agent: &'static str,
    pub secret: &'static str,
    pub params: Vec<(String, String)>,
}

/// An answer as it came.
pub struct Reply {
    pub status: u16,
    pub body: String,
}

impl Reply {
    /// Text of the first element of this name; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        let inner = self.body.split_once(&format!("<{name}>")).map_or("", |(_, rest)| rest);
        inner.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
    }

    /// Texts of all elements of this name.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let inner = self.body.split(open.as_str()).skip(1);
        inner.map(|rest| rest.split(close.as_str()).next().expect("it ends")).collect()
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.text("Code"))
    }
}

pub fn seed() -> Seed {
    Seed::new(SeedSeller {
        id: SELLER.into(),
        name: "Bottega Esempio di Biella".into(),
        access_key: KEY.into(),
        secret_key: SECRET.into(),
        mws_token: TOKEN.into(),
        sandbox: Some(SeedClient {
            client_id: CLIENT.into(),
            allowed_origins: vec!["http://127.0.0.1:2420".into()],
            return_urls: vec!["http://127.0.0.1:2420/pagam/AmazonPay.aspx".into()],
            ipn_url: None,
        }),
        production: None,
    })
}

/// Numbers that do not repeat, the same in every run.
pub fn dice() -> Random {
    Dice::new(1, "simulator").random()
}

impl Bench {
    pub async fn new() -> Bench {
        Bench::with(None, false).await
    }

    pub async fn with(path: Option<&Path>, quotas: bool) -> Bench {
        let wall = Wall::at(START);
        let clock = wall.for_simulator();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = url::Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
        let settings = Settings { public_url: base.clone(), quotas };
        let simulator = Simulator::open(path, settings, Arc::clone(&clock), dice()).expect("a simulator");
        simulator.seed(&seed()).expect("seeded");
        let router = simulator.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let http = amazon::http_client(Timeouts { connect_ms: 3_000, call_ms: 60_000 }).expect("a client");
        let endpoints = Endpoints::at(base.clone(), Environment::Sandbox);
        let connector = Connector::new(http.clone(), endpoints, clock, Retry::never()).expect("a connector");
        let account = Account {
            seller_id: SELLER.into(),
            client_id: CLIENT.into(),
            access_key: KEY.into(),
            secret_key: SECRET.into(),
            mws_token: Some(TOKEN.into()),
        };
        Bench { simulator, connector, account, base, wall, http }
    }

    pub fn world(&self) -> &Arc<World> {
        self.simulator.world()
    }

    pub fn advance_ms(&self, ms: i64) {
        self.wall.move_ms(ms);
    }

    /// Marco's draft with address and card.
    pub fn draft(&self, card: &str) -> String {
        let id = self.world().new_order(&NEW).expect("an order").id;
        assert!(self.world().choose_address(&id, "marco", "a0001").expect("written"));
        assert!(self.world().choose_card(&id, "marco", card).expect("written"));
        id
    }

    /// Marco's confirmed order of 24.21 EUR.
    pub async fn open(&self, card: &str) -> String {
        let id = self.draft(card);
        self.set(&id).await;
        self.connector.confirm_order_reference(&self.account, &confirm(&id)).await.expect("confirmed");
        id
    }

    pub async fn set(&self, id: &str) -> amazon::OrderReferenceDetails {
        let request = SetOrderReferenceDetails {
            order_reference_id: id.into(),
            amount: Price::new("24.21", "EUR"),
            seller_order_id: Some(format!("shop-{}", &id[4..11])),
            ..SetOrderReferenceDetails::default()
        };
        self.connector.set_order_reference_details(&self.account, &request).await.expect("set")
    }

    pub async fn authorize(&self, request: &Authorize) -> Result<amazon::AuthorizationDetails, amazon::Error> {
        self.connector.authorize(&self.account, request).await
    }

    pub async fn details(&self, id: &str) -> amazon::OrderReferenceDetails {
        self.connector.get_order_reference_details(&self.account, id, None).await.expect("details")
    }

    /// State and reason of an order reference.
    pub async fn state(&self, id: &str) -> (String, String) {
        let status = self.details(id).await.order_reference_status;
        (status.state.to_string(), status.reason_code.map_or(String::new(), |reason| reason.to_string()))
    }

    /// A request by hand.
    pub fn raw(&self, action: &str, own: &[(&str, &str)]) -> Raw {
        let at = timestamp_text(self.wall.now_ms());
        let common = [
            ("AWSAccessKeyId", KEY),
            ("Action", action),
            ("SellerId", SELLER),
            ("MWSAuthToken", TOKEN),
            ("SignatureMethod", "HmacSHA256"),
            ("SignatureVersion", "2"),
            ("Timestamp", at.as_str()),
            ("Version", "2013-01-01"),
        ];
        let params = common.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Raw { path: SANDBOX, agent: "Tests/1.0 (Language=Rust)", secret: SECRET, params: params.collect() }
    }

    /// A page, or a file.
    pub async fn page(&self, path: &str) -> Reply {
        let response = self.http.get(self.base.join(path).expect("an address")).send().await.expect("an answer");
        let status = response.status().as_u16();
        Reply { status, body: response.text().await.expect("text") }
    }

    pub async fn send(&self, raw: Raw) -> Reply {
        self.try_send(raw).await.expect("an answer")
    }

    /// The same when it may be that no answer comes.
    pub async fn try_send(&self, raw: Raw) -> Option<Reply> {
        let host = format!("127.0.0.1:{}", self.base.port().expect("a port"));
        let mut params = raw.params;
        let signature = amazon::signature::sign_v2("POST", &host, raw.path, &params, &Secret::from(raw.secret));
        params.push(("Signature".into(), signature));
        self.try_post(raw.path, raw.agent, &params).await
    }

    pub async fn post(&self, path: &str, agent: &str, params: &[(String, String)]) -> Reply {
        self.try_post(path, agent, params).await.expect("an answer")
    }

    async fn try_post(&self, path: &str, agent: &str, params: &[(String, String)]) -> Option<Reply> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        let request = self.http.post(self.base.join(path).expect("an address")).header("User-Agent", agent);
        let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        Some(Reply { status, body: response.text().await.ok()? })
    }

    pub async fn get(&self, path: &str, token: &str) -> (u16, serde_json::Value) {
        let request = self.http.get(self.base.join(path).expect("an address")).header("x-amz-access-token", token);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// What the auditors see of one order reference or agreement.
    pub async fn audited(&self, id: &str) -> serde_json::Value {
        let (status, ledger) = self.get("/_simulator/ledger", "").await;
        assert_eq!(status, 200);
        let kind = if id.starts_with('C') { "billing_agreements" } else { "order_references" };
        let all = ledger[kind].as_array().expect("a list");
        all.iter().find(|one| one["id"] == id).expect("it is there").clone()
    }

    /// A request by hand and its answer.
    pub async fn call(&self, action: &str, own: &[(&str, &str)]) -> Reply {
        self.send(self.raw(action, own)).await
    }

    /// The same, which must succeed.
    pub async fn done(&self, action: &str, own: &[(&str, &str)]) -> Reply {
        let reply = self.call(action, own).await;
        assert_eq!(reply.status, 200, "{action}: {}", reply.body);
        reply
    }
}

impl Raw {
    /// Another value for a parameter; none: without it.
    pub fn but(mut self, name: &str, value: Option<&str>) -> Raw {
        self.params.retain(|(known, _)| known != name);
        self.params.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        self
    }
}

pub fn confirm(id: &str) -> Confirm {
    Confirm { order_reference_id: id.into(), ..Confirm::default() }
}

pub fn with_return(id: &str) -> Confirm {
    let address = |name: &str| Some(format!("http://127.0.0.1:2420/result?{name}"));
    Confirm { success_url: address("well"), failure_url: address("badly"), ..confirm(id) }
}

/// A synchronous request for the whole order.
pub fn authorize(id: &str, reference: &str) -> Authorize {
    Authorize {
        order_reference_id: id.into(),
        authorization_reference_id: reference.into(),
        amount: Price::new("24.21", "EUR"),
        ..Authorize::default()
    }
}
