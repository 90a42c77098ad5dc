//! Amazon for the tests: the simulator behind a gate that can lose, break, refuse or hold single calls.

mod page;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use gateway::Settings;
use simulator::{Seed, SeedSeller, Simulator};
use store::Shop;
use testkit::gate::{Call, Gate, Policy};
use testkit::ledger::{Ledger, OrderReference};
use testkit::seed::seller;
use tokio::net::TcpListener;
use tower::ServiceExt;
use url::Url;

use crate::house::{House, random, server, settings};
use crate::pages::amazon_shop;

pub use testkit::gate::Fault;
pub use testkit::seed::{ACCESS_KEY, CLIENT, MWS_TOKEN, SECRET_KEY, SELLER};

const MARCO: &str = "marco.rossi@example.it";
const PUBLIC: &str = "https://pay.example";

/// The simulator and its gate, on the clock of the house; Marco is signed in.
pub struct AmazonSide {
    pub simulator: Simulator,
    /// Marco's access token for the shop's client.
    pub token: String,
    /// Amazon as anybody else reaches it, through the same gate.
    pub connector: amazon::Connector,
    router: Router,
    gate: Arc<Gate<Script>>,
}

/// Which call meets which fault: what the test has said of the next calls of an operation, or of all.
#[derive(Default)]
struct Script {
    faults: Mutex<VecDeque<(&'static str, Fault)>>,
    outage: Mutex<Option<Fault>>,
    heard: Mutex<Vec<String>>,
}

impl Policy for Script {
    fn meet(gate: &Arc<Gate<Script>>, call: &mut Call) -> Fault {
        let Some(action) = call.action() else { return Fault::Passed };
        let fault = gate.policy.fault(&action);
        gate.policy.heard.lock().expect("whole").push(action);
        fault.unwrap_or(Fault::Passed)
    }

    async fn ticks(&self, _: u64) {
        unreachable!("no test of this clock asks for a call that comes later by itself");
    }
}

impl Script {
    fn fault(&self, action: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().expect("whole");
        match faults.iter().position(|(of, _)| *of == action) {
            Some(at) => faults.remove(at).map(|(_, fault)| fault),
            None => *self.outage.lock().expect("whole"),
        }
    }
}

/// A house whose Amazon is the simulator.
pub async fn house_with_amazon() -> (House, AmazonSide) {
    house_with(amazon_shop()).await
}

pub async fn house_with(shop: Shop) -> (House, AmazonSide) {
    house_in(settings(), shop).await
}

/// The same with other settings, of which only where Amazon is is not taken.
pub async fn house_in(settings: Settings, shop: Shop) -> (House, AmazonSide) {
    house_on(server(), settings, shop).await
}

/// The same on the store at an address.
pub async fn house_on(store: Option<String>, settings: Settings, shop: Shop) -> (House, AmazonSide) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = Url::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("an address");
    let settings =
        Settings { amazon: amazon::Endpoints::at(address.clone(), amazon::Environment::Sandbox), ..settings };
    let house = House::on(store, settings, shop).await;
    let now = house.clock();
    let clock: simulator::Clock = Arc::new(move || now().0);
    let setup = simulator::Settings { public_url: address, quotas: false };
    let simulator = Simulator::open(None, setup, clock, random()).expect("a simulator in memory");
    simulator.seed(&Seed::new(seller(&house.gateway.settings().public_url))).expect("sown");
    let (router, gate) = (simulator.router(), Gate::new(simulator.router(), Script::default()));
    gate.serve(listener);
    let token = sign_in(&router, MARCO).await;
    house.sign_in(&token);
    let http = amazon::http_client(amazon::Timeouts::default()).expect("a client");
    let (endpoints, now) = (house.gateway.settings().amazon.clone(), house.clock());
    let now = Arc::new(move || now().0);
    let connector = amazon::Connector::new(http, endpoints, now, amazon::Retry::never()).expect("a connector");
    (house, AmazonSide { simulator, token, connector, router, gate })
}

/// Signs a buyer in as a browser would, and allows the shop what it asks for.
async fn sign_in(amazon: &Router, email: &str) -> String {
    let back = form(&[
        ("client_id", CLIENT),
        ("redirect_uri", &format!("{PUBLIC}/pagam/AmazonPay.aspx")),
        ("scope", "profile postal_code payments:widget payments:shipping_address payments:billing_address"),
        ("response_type", "token"),
        ("state", "x.y"),
        ("sandbox", "true"),
    ]);
    let back = format!("/ap/oa?{back}");
    let who = form(&[("return", &back), ("email", email), ("password", "amazon")]);
    let signed_in = submit(amazon, "/ap/signin", &who, "").await;
    let cookie = signed_in.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok()).expect("a session");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let allowed = submit(amazon, "/ap/consent", &form(&[("return", &back), ("decision", "allow")]), &cookie).await;
    value_of(&location(&allowed).replace('#', "?"), "access_token")
}

async fn submit(amazon: &Router, path: &str, body: &str, cookie: &str) -> Response {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
        .body(Body::from(body.to_owned()));
    amazon.clone().oneshot(request.expect("a request")).await.into_response()
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn location(response: &Response) -> String {
    let to = response.headers().get("location").and_then(|to| to.to_str().ok());
    to.unwrap_or_else(|| panic!("no redirect: {}", response.status())).to_owned()
}

fn value_of(address: &str, name: &str) -> String {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let value =
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    value.unwrap_or_else(|| panic!("no {name} in {address}"))
}

impl AmazonSide {
    /// The next calls of this operation end so, one after the other.
    pub fn will(&self, action: &'static str, faults: &[Fault]) {
        let mut queue = self.gate.policy.faults.lock().expect("whole");
        queue.extend(faults.iter().map(|fault| (action, *fault)));
    }

    /// Every call ends so until Amazon heals.
    pub fn always(&self, fault: Fault) {
        *self.gate.policy.outage.lock().expect("whole") = Some(fault);
    }

    /// From now on everything works.
    pub fn heal(&self) {
        self.gate.policy.faults.lock().expect("whole").clear();
        *self.gate.policy.outage.lock().expect("whole") = None;
    }

    pub async fn holds_one(&self) {
        self.gate.holds_one().await;
    }

    pub fn let_through(&self) {
        self.gate.let_through();
    }

    /// How often Amazon was asked anything.
    pub fn calls(&self) -> usize {
        self.gate.policy.heard.lock().expect("whole").len()
    }

    pub fn times(&self, action: &str) -> usize {
        self.gate.policy.heard.lock().expect("whole").iter().filter(|heard| *heard == action).count()
    }

    /// Another seller of the same developer.
    pub fn seed_seller(&self, id: &str, mws_token: &str) {
        let known = seller(&Url::parse(PUBLIC).expect("an address"));
        let seller = SeedSeller { id: id.into(), mws_token: mws_token.into(), sandbox: None, ..known };
        self.simulator.seed(&Seed::new(seller)).expect("sown");
    }

    /// What a buyer does in the widgets: an order reference with the first address and this card.
    pub async fn choose(&self, card: &str) -> String {
        let order = self.draft("address-book").await;
        self.choose_address(&order);
        self.choose_card(&order, card);
        order
    }

    /// The order reference that this widget makes when it is opened first.
    pub async fn draft(&self, widget: &str) -> String {
        let query = form(&[
            ("seller_id", SELLER),
            ("client_id", CLIENT),
            ("access_token", &self.token),
            ("origin", PUBLIC),
            ("language", "en"),
            ("environment", "sandbox"),
        ]);
        let request = Request::get(format!("/widgets/{widget}?{query}")).body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.into_response();
        value_of(&location(&response), "order_reference")
    }

    pub fn choose_address(&self, order: &str) {
        let world = self.simulator.world();
        let address = world.addresses("marco").into_iter().next().expect("an address book");
        assert!(world.choose_address(order, "marco", &address.id).expect("an answer"));
    }

    pub fn choose_card(&self, order: &str, card: &str) {
        assert!(self.simulator.world().choose_card(order, "marco", card).expect("an answer"), "{card}");
    }

    /// The access token of another buyer, for the same client.
    pub async fn sign_in_as(&self, email: &str) -> String {
        sign_in(&self.router, email).await
    }

    /// Marco signs in once more: his token has run out.
    pub async fn signed_in_again(self, house: &House) -> AmazonSide {
        let token = self.sign_in_as(MARCO).await;
        house.sign_in(&token);
        AmazonSide { token, ..self }
    }

    /// What auditors see.
    pub fn ledger(&self) -> Ledger {
        Ledger::read(&self.simulator.ledger().expect("the ledger"))
    }

    /// The auditor's view of one order reference.
    pub fn order(&self, id: &str) -> OrderReference {
        self.ledger().order(id).clone()
    }

    pub fn authorizations(&self, id: &str) -> usize {
        self.order(id).charges.len()
    }

    /// Money taken or promised in the whole ledger, as authorizations that were not declined or voided.
    pub fn charges(&self) -> usize {
        self.ledger().charges().filter(|charge| charge.holds_money() && !charge.is_pending()).count()
    }
}
