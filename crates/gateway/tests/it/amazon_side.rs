//! Amazon for the tests: the simulator behind a gate that can lose, break, refuse or hold single calls.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use gateway::Settings;
use serde_json::Value;
use simulator::{Seed, SeedClient, SeedSeller, Simulator};
use store::Shop;
use testkit::ledger::{Ledger, OrderReference};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower::ServiceExt;
use url::Url;

use crate::house::{House, SHOP, random, server, settings};
use crate::pages::{Page, amazon_shop};

pub const SELLER: &str = "A2SELLER";
pub const CLIENT: &str = "amzn1.application-oa2-client.test";
pub const SECRET_KEY: &str = "the-secret";
const MARCO: &str = "marco.rossi@example.it";
const PUBLIC: &str = "https://pay.example";

/// What happens to one call of an operation.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It never reaches Amazon, and nobody knows.
    Broken,
    /// Amazon does it, and the answer is lost.
    Lost,
    /// Amazon refuses it with this code.
    Refused(&'static str),
    /// Amazon's front end turns it away.
    Throttled,
    /// Amazon answers what nobody can read.
    Garbage,
    /// It is done with this simulation of the sandbox in its note.
    Simulated(&'static str),
    /// It waits at the gate until it is let through.
    Held,
    /// It waits at the gate until it is let through, and is then refused with this code.
    HeldAndRefused(&'static str),
    /// Amazon does it, and its answer waits at the gate until it is let through.
    Late,
    /// None: it goes through, and the next one fares otherwise.
    Passed,
}

/// The simulator and its gate, on the clock of the house; Marco is signed in.
pub struct AmazonSide {
    pub simulator: Simulator,
    /// Marco's access token for the shop's client.
    pub token: String,
    /// Amazon as anybody else reaches it, through the same gate.
    pub connector: amazon::Connector,
    gate: Arc<Gate>,
}

struct Gate {
    router: Router,
    faults: Mutex<VecDeque<(&'static str, Fault)>>,
    outage: Mutex<Option<Fault>>,
    heard: Mutex<Vec<String>>,
    arrived: Notify,
    released: Notify,
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
    simulator.seed(&seed()).expect("sown");
    let gate = Arc::new(Gate {
        router: simulator.router(),
        faults: Mutex::default(),
        outage: Mutex::default(),
        heard: Mutex::default(),
        arrived: Notify::new(),
        released: Notify::new(),
    });
    let service = Router::new().fallback(pass).with_state(Arc::clone(&gate));
    tokio::spawn(async move { axum::serve(listener, service).await });
    let token = sign_in(&gate.router, MARCO).await;
    house.sign_in(&token);
    let http = amazon::http_client(amazon::Timeouts::default()).expect("a client");
    let (endpoints, now) = (house.gateway.settings().amazon.clone(), house.clock());
    let now = Arc::new(move || now().0);
    let connector = amazon::Connector::new(http, endpoints, now, amazon::Retry::never()).expect("a connector");
    (house, AmazonSide { simulator, token, connector, gate })
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

fn seed() -> Seed {
    Seed::new(seller(SELLER, "amzn.mws.test"))
}

/// A seller who lets the gateway's developer act for him with this token.
fn seller(id: &str, mws_token: &str) -> SeedSeller {
    SeedSeller {
        id: id.into(),
        name: "Bottega".into(),
        access_key: "AKIATEST".into(),
        secret_key: SECRET_KEY.into(),
        mws_token: mws_token.into(),
        sandbox: Some(SeedClient {
            client_id: CLIENT.into(),
            allowed_origins: vec![PUBLIC.into()],
            return_urls: vec![
                format!("{PUBLIC}/pagam/AmazonPay.aspx"),
                format!("{PUBLIC}/pagam/Mobile/AmazonPay.aspx"),
            ],
            ipn_url: None,
        }),
        production: None,
    }
}

async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, 1 << 20).await.expect("a body");
    let action = match parts.method {
        Method::POST => {
            form_urlencoded::parse(&bytes).find(|(key, _)| key == "Action").map(|(_, value)| value.into_owned())
        }
        _ => None,
    };
    let fault = action.as_deref().and_then(|action| gate.fault(action));
    let simulated = match &fault {
        Some(Fault::Simulated(simulation)) => with_simulation(&parts, &bytes, simulation),
        _ => bytes,
    };
    gate.heard.lock().expect("whole").extend(action);
    let forward = |bytes: Bytes| gate.router.clone().oneshot(Request::from_parts(parts, Body::from(bytes)));
    answer(&gate, fault, || forward(simulated)).await
}

/// Answers a request as its fault has it; `forward` lets Amazon do it.
async fn answer<F, R>(gate: &Gate, fault: Option<Fault>, forward: F) -> Response
where
    F: FnOnce() -> R,
    R: Future<Output = Result<Response, Infallible>>,
{
    match fault {
        None | Some(Fault::Simulated(_) | Fault::Passed) => forward().await.into_response(),
        Some(Fault::Held) => {
            gate.arrived.notify_one();
            gate.released.notified().await;
            forward().await.into_response()
        }
        Some(Fault::HeldAndRefused(code)) => {
            gate.arrived.notify_one();
            gate.released.notified().await;
            refused(StatusCode::BAD_REQUEST, code)
        }
        Some(Fault::Late) => {
            let done = forward().await.into_response();
            gate.arrived.notify_one();
            gate.released.notified().await;
            done
        }
        Some(Fault::Lost) => {
            drop(forward().await);
            broken()
        }
        Some(Fault::Broken) => broken(),
        Some(Fault::Garbage) => "<html><body>Back soon".into_response(),
        Some(Fault::Refused(code)) => refused(StatusCode::BAD_REQUEST, code),
        Some(Fault::Throttled) => refused(StatusCode::SERVICE_UNAVAILABLE, "RequestThrottled"),
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>");
    let namespace = amazon::types::NAMESPACE;
    let body = format!("<ErrorResponse xmlns=\"{namespace}\">{error}<RequestId>1</RequestId></ErrorResponse>");
    (status, [("content-type", "text/xml")], body).into_response()
}

/// An answer that breaks off before anything of it can be read.
fn broken() -> Response {
    let stream = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Body::from_stream(stream).into_response()
}

/// The same request with a note that simulates, signed anew.
fn with_simulation(parts: &Parts, bytes: &[u8], simulation: &str) -> Bytes {
    let mut params: Vec<(String, String)> = form_urlencoded::parse(bytes).into_owned().collect();
    let action = params.iter().find(|(key, _)| key == "Action").map(|(_, action)| action.clone()).expect("a call");
    let of = if action.starts_with("Authorize") { "Authorization" } else { action.as_str() };
    params.retain(|(key, _)| key != "Signature");
    params.push((format!("Seller{of}Note"), format!("{{\"SandboxSimulation\":{simulation}}}")));
    let host = parts.headers.get("host").and_then(|host| host.to_str().ok()).expect("a host");
    let signature = amazon::signature::sign_v2("POST", host, parts.uri.path(), &params, &SECRET_KEY.to_owned().into());
    params.push(("Signature".to_owned(), signature));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish().into()
}

impl Gate {
    fn fault(&self, action: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().expect("whole");
        match faults.iter().position(|(of, _)| *of == action) {
            Some(at) => faults.remove(at).map(|(_, fault)| fault),
            None => self.outage.lock().expect("whole").clone(),
        }
    }
}

impl AmazonSide {
    /// The next calls of this operation end so, one after the other.
    pub fn will(&self, action: &'static str, faults: &[Fault]) {
        let mut queue = self.gate.faults.lock().expect("whole");
        queue.extend(faults.iter().map(|fault| (action, fault.clone())));
    }

    /// Every call ends so until Amazon heals.
    pub fn always(&self, fault: Fault) {
        *self.gate.outage.lock().expect("whole") = Some(fault);
    }

    /// From now on everything works.
    pub fn heal(&self) {
        self.gate.faults.lock().expect("whole").clear();
        *self.gate.outage.lock().expect("whole") = None;
    }

    pub async fn holds_one(&self) {
        self.gate.arrived.notified().await;
    }

    pub fn let_through(&self) {
        self.gate.released.notify_one();
    }

    /// How often Amazon was asked anything.
    pub fn calls(&self) -> usize {
        self.gate.heard.lock().expect("whole").len()
    }

    pub fn times(&self, action: &str) -> usize {
        self.gate.heard.lock().expect("whole").iter().filter(|heard| *heard == action).count()
    }

    /// Another seller of the same developer.
    pub fn seed_seller(&self, id: &str, mws_token: &str) {
        let seller = SeedSeller { sandbox: None, ..seller(id, mws_token) };
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
        let response = self.gate.router.clone().oneshot(request).await.into_response();
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
        sign_in(&self.gate.router, email).await
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

impl House {
    /// Opens the page for an order; gives the `a` and `p` of its pages.
    pub async fn open(&self, id: &str) -> (String, payments::PaymentId) {
        let (string, payment) = self.sealed(id, &["AMAZONPAY"]);
        let page = self.enter(&string).await;
        assert_eq!(page.status, 303, "{}", page.text);
        (format!("a={SHOP}&p={payment}"), payment)
    }

    /// Presses pay.
    pub async fn press(&self, names: &str, order: &str) -> Value {
        self.press_with(self.token().as_deref(), &format!("{names}&order_reference={order}")).await
    }

    /// Presses pay in a browser with this access token, or with none.
    pub async fn press_with(&self, token: Option<&str>, form: &str) -> Value {
        let page = self.post_signed_in("/pagam/AmazonPay.aspx/confirm", form, token).await;
        serde_json::from_str(&page.text).unwrap_or_else(|error| panic!("{error}: {}", page.text))
    }

    pub async fn post_signed_in(&self, address: &str, form: &str, token: Option<&str>) -> Page {
        let request = axum::http::Request::post(address)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("cookie", cookie(token))
            .header("accept-language", "en");
        self.browse(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    /// The page with the wallet, for a browser with this access token.
    pub async fn wallet(&self, names: &str, token: &str) -> Page {
        self.get_signed_in(&format!("/pagam/AmazonPay.aspx?{names}"), token).await
    }

    pub async fn get_signed_in(&self, address: &str, token: &str) -> Page {
        let request =
            axum::http::Request::get(address).header("cookie", cookie(Some(token))).header("accept-language", "en");
        self.browse(request.body(Body::empty()).expect("a request")).await
    }

    /// Comes back from Amazon's confirmation.
    pub async fn come_back(&self, names: &str, status: &str) -> Page {
        self.get(&format!("/pagam/AmazonPay.aspx/result?{names}&AuthenticationStatus={status}")).await
    }

    /// Presses pay and comes back well.
    pub async fn pay(&self, names: &str, order: &str) -> Page {
        let pressed = self.press(names, order).await;
        assert_eq!(pressed["ok"], true, "{pressed}");
        self.come_back(names, "Success").await
    }
}

/// As Amazon's script keeps a token.
fn cookie(token: Option<&str>) -> String {
    let encoded = |token: &str| form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
    token.map_or("other=1".to_owned(), |token| format!("amazon_Login_accessToken={}", encoded(token)))
}
