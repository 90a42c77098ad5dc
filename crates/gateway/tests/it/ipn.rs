//! Amazon's notifications: taken when Amazon wrote them about a shop of this gateway, refused
//! otherwise, harmless always.

use std::sync::{Arc, Mutex, OnceLock};

use amazon::notification::Trust;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use gateway::{Capacity, Clock, Gateway, Places, Settings};
use serde_json::{Value, json};
use simulator::{Manner, NewOrder, Seed, SeedClient, SeedSeller, SignatureVersion, Simulator};
use store::{Environment, Store};
use testkit::seed::{CLIENT, seller};
use tokio::net::TcpListener;
use url::Url;

use crate::authority::{Authority, Service, envelope};
use crate::house::{Answered, House, START, post, random, settings};
use crate::pages::amazon_shop;

pub const PATH: &str = "/pagam/AmazonPayNotification.aspx";
pub const TYPE: &str = "text/plain; charset=UTF-8";
const YEAR_MS: i64 = 366 * 24 * 3_600_000;

/// A gateway whose notification service is a server of the test.
struct Bench {
    house: House,
    amazon: Amazon,
    service: Service,
}

/// What the notification service's server shows, and which addresses were asked for.
#[derive(Clone)]
pub struct Amazon {
    pub base: Url,
    shown: Arc<Mutex<(StatusCode, String)>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Amazon {
    pub async fn serving(pem: &str) -> Amazon {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = Url::parse(&format!("http://{}/", listener.local_addr().expect("bound"))).expect("a URL");
        let shown = Arc::new(Mutex::new((StatusCode::OK, pem.to_owned())));
        let amazon = Amazon { base, shown, asked: Arc::default() };
        let router = Router::new().fallback(show).with_state(amazon.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        amazon
    }

    fn show(&self, status: StatusCode, text: &str) {
        *self.shown.lock().expect("whole") = (status, text.to_owned());
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("whole").clone()
    }

    pub fn at(&self, path: &str) -> String {
        self.base.join(path).expect("an address").into()
    }
}

async fn show(State(amazon): State<Amazon>, uri: Uri) -> (StatusCode, String) {
    amazon.asked.lock().expect("whole").push(uri.to_string());
    amazon.shown.lock().expect("whole").clone()
}

impl Bench {
    /// With the certificate of `name`, good for a year around now.
    async fn with(name: &str) -> Bench {
        let authority = Authority::new();
        let service = authority.service(name, 2026, 2027);
        let amazon = Amazon::serving(&service.pem).await;
        let notification_trust = Trust::stand_in(amazon.base.clone(), &authority.pem()).expect("a trust");
        let mut shop = amazon_shop();
        let account = shop.amazon.get_mut(&Environment::Sandbox).expect("an account");
        account.seller_id = "A2EXAMPLESELLER".into();
        let house = House::with(Settings { notification_trust, ..settings() }, shop).await;
        Bench { house, amazon, service }
    }

    async fn new() -> Bench {
        Bench::with("sns.amazonaws.com").await
    }

    fn envelope(&self) -> Value {
        envelope(&self.amazon.at("SimpleNotificationService-0.pem"))
    }

    /// An envelope whose message was changed, before it was signed.
    fn telling(&self, field: &str, value: Value) -> Value {
        let mut envelope = self.envelope();
        let mut message: Value = serde_json::from_str(envelope["Message"].as_str().expect("a text")).expect("JSON");
        message[field] = value;
        envelope["Message"] = json!(message.to_string());
        envelope
    }

    async fn send(&self, envelope: Value) -> u16 {
        self.send_text(self.service.signed(envelope)).await.status
    }

    async fn send_text(&self, body: impl Into<String>) -> Answered {
        self.house.send(post(PATH, TYPE, body.into())).await
    }
}

#[tokio::test]
async fn a_genuine_notification_is_taken_with_an_empty_answer_and_changes_nothing_by_itself() {
    let bench = Bench::new().await;
    let payment = bench.house.authorizing(&crate::house::login(), "order-1").await;
    let commits = bench.house.store.commits();
    bench.house.leaves_work();
    let answered = bench.send_text(bench.service.signed(bench.envelope())).await;
    assert_eq!((answered.status, answered.text.as_str()), (200, ""));
    let after = bench.house.store.payment(&payment.shop, &payment.id).await.expect("the store answers");
    assert_eq!((after, bench.house.store.commits()), (Some(payment), commits));
}

#[tokio::test]
async fn a_repeat_and_a_sample_do_no_harm() {
    let bench = Bench::new().await;
    for _ in 0..3 {
        assert_eq!(bench.send(bench.envelope()).await, 200);
        assert_eq!(bench.send(bench.telling("IsSample", json!(true))).await, 200);
    }
    assert_eq!(bench.amazon.asked(), ["/SimpleNotificationService-0.pem"], "the certificate is fetched once");
}

#[tokio::test]
async fn a_topic_of_a_solution_provider_tells_about_the_merchant_in_the_message() {
    let bench = Bench::new().await;
    let mut envelope = bench.envelope();
    envelope["TopicArn"] = json!("arn:aws:sns:eu-west-1:291180941288:A1G8446IYHA4MRA2PROVIDER");
    assert_eq!(bench.send(envelope).await, 200);
}

#[tokio::test]
async fn a_letter_changed_in_any_signed_field_is_refused() {
    let bench = Bench::new().await;
    let genuine = bench.service.signed(bench.envelope());
    for field in ["Message", "MessageId", "Timestamp", "TopicArn", "Signature"] {
        let mut changed: Value = serde_json::from_str(&genuine).expect("JSON");
        let value = changed[field].as_str().expect("a text").to_owned();
        let middle = value.len() / 2;
        let other = if &value[middle..=middle] == "0" { "1" } else { "0" };
        changed[field] = json!(format!("{}{other}{}", &value[..middle], &value[middle + 1..]));
        assert_eq!(bench.send_text(changed.to_string()).await.status, 403, "{field}");
    }
    let mut odd: Value = serde_json::from_str(&genuine).expect("JSON");
    odd["SignatureVersion"] = json!("1");
    assert_eq!(bench.send_text(odd.to_string()).await.status, 403, "the other version");
    assert_eq!(bench.send_text(genuine).await.status, 200);
}

#[tokio::test]
async fn a_certificate_from_elsewhere_or_a_topic_of_somebody_else_is_refused_unfetched() {
    let bench = Bench::new().await;
    for url in ["https://sns.eu-west-1.amazonaws.com/x.pem", "http://127.0.0.1:9/x.pem", &bench.amazon.at("x.html")] {
        assert_eq!(bench.send(envelope(url)).await, 403, "{url}");
    }
    let mut foreign = bench.envelope();
    foreign["TopicArn"] = json!("arn:aws:sns:eu-west-1:111122223333:A1G8446IYHA4MRA2EXAMPLESELLER");
    assert_eq!(bench.send(foreign).await, 403);
    assert!(bench.amazon.asked().is_empty());
}

#[tokio::test]
async fn an_expired_certificate_and_one_of_another_name_or_root_are_refused() {
    let bench = Bench::new().await;
    bench.house.advance_ms(YEAR_MS);
    assert_eq!(bench.send(bench.envelope()).await, 403);
    let bench = Bench::with("evil.example").await;
    assert_eq!(bench.send(bench.envelope()).await, 403);
    let bench = Bench::new().await;
    let other = Authority::new().service("sns.amazonaws.com", 2026, 2027);
    bench.amazon.show(StatusCode::OK, &other.pem);
    assert_eq!(bench.send_text(other.signed(bench.envelope())).await.status, 403);
}

#[tokio::test]
async fn another_environment_and_a_seller_of_no_shop_are_refused() {
    let bench = Bench::new().await;
    assert_eq!(bench.send(bench.telling("ReleaseEnvironment", json!("Live"))).await, 403);
    assert_eq!(bench.send(bench.telling("SellerId", json!("A2STRANGER"))).await, 403);
    assert_eq!(bench.send(bench.telling("ReleaseEnvironment", json!("Moon"))).await, 400);
    assert_eq!(bench.send(bench.telling("NotificationData", json!("<html/>"))).await, 400);
}

#[tokio::test]
async fn while_the_certificate_cannot_be_fetched_amazon_is_asked_to_repeat() {
    let bench = Bench::new().await;
    let pem = bench.service.pem.clone();
    bench.amazon.show(StatusCode::INTERNAL_SERVER_ERROR, "down");
    assert_eq!(bench.send(bench.envelope()).await, 503);
    bench.amazon.show(StatusCode::OK, &pem);
    assert_eq!(bench.send(bench.envelope()).await, 200);
    bench.amazon.show(StatusCode::INTERNAL_SERVER_ERROR, "down again");
    assert_eq!(bench.send(bench.envelope()).await, 200, "it is kept");
}

#[tokio::test]
async fn a_subscription_is_confirmed_once_it_can_be_and_not_again() {
    let bench = Bench::new().await;
    assert_eq!(bench.send(bench.envelope()).await, 200);
    let mut invitation = bench.envelope();
    invitation["Type"] = json!("SubscriptionConfirmation");
    invitation["Token"] = json!("0123abcd");
    invitation["SubscribeURL"] = json!(bench.amazon.at("?Action=ConfirmSubscription"));
    bench.amazon.show(StatusCode::BAD_GATEWAY, "");
    assert_eq!(bench.send(invitation.clone()).await, 503);
    bench.amazon.show(StatusCode::OK, "<done/>");
    assert_eq!(bench.send(invitation.clone()).await, 200);
    assert_eq!(bench.send(invitation.clone()).await, 200);
    let visits = bench.amazon.asked().iter().filter(|path| path.contains("ConfirmSubscription")).count();
    assert_eq!(visits, 2);
    invitation["SubscribeURL"] = json!("https://evil.example/?Action=ConfirmSubscription");
    assert_eq!(bench.send(invitation).await, 403);
}

#[tokio::test]
async fn what_is_no_envelope_is_refused() {
    let bench = Bench::new().await;
    let unsigned = bench.envelope().to_string();
    for body in ["", "{}", "[]", "null", "{\"Type\":\"Notification\"}", "<xml/>", &unsigned, &unsigned[..100]] {
        assert_eq!(bench.send_text(body).await.status, 400, "{body}");
    }
    assert_eq!(bench.send_text("[".repeat(100_000)).await.status, 400);
    assert_eq!(bench.send_text(format!("\"{}\"", "x".repeat(300_000))).await.status, 413);
}

#[tokio::test]
async fn where_money_moves_nobody_may_stand_in_for_amazon() {
    let authority = Authority::new();
    let trust = Trust::stand_in(Url::parse("http://127.0.0.1:9/").expect("a URL"), &authority.pem()).expect("a trust");
    let at = Url::parse("https://pay.example").expect("an address");
    let endpoints = amazon::Endpoints::europe(amazon::Environment::Live);
    let honest = Settings::new(at, Environment::Production, endpoints);
    let open = async |settings: Settings| {
        let store = Store::open_in_memory().expect("a store in memory");
        Gateway::new(settings, store, Arc::new(|| START), random()).await
    };
    assert!(open(honest.clone()).await.is_ok());
    let fooled = Settings { notification_trust: trust, ..honest };
    assert!(matches!(open(fooled).await.err(), Some(gateway::Error::Trust)));
}

/// A simulator on a port, its clock in the house's hand once there is a house, that tells a gateway on another port.
async fn house_and_simulator() -> (House, Simulator) {
    let (at_gateway, at_simulator) = (listener().await, listener().await);
    let url = |listener: &TcpListener| Url::parse(&format!("http://{}/", listener.local_addr().expect("bound")));
    let simulator_url = url(&at_simulator).expect("a URL");
    let later: Arc<OnceLock<Clock>> = Arc::default();
    let own = Arc::clone(&later);
    let now: simulator::Clock = Arc::new(move || own.get().map_or(START.0, |clock| clock().0));
    let setup = simulator::Settings { public_url: simulator_url.clone(), quotas: false };
    let simulator = Simulator::open(None, setup, now, random()).expect("a simulator in memory");
    let ipn_url = url(&at_gateway).expect("a URL").join(PATH).expect("an address");
    let client = SeedClient { client_id: CLIENT.into(), ipn_url: Some(ipn_url.into()), ..SeedClient::default() };
    let seller = SeedSeller { sandbox: Some(client), ..seller(&simulator_url) };
    simulator.seed(&Seed::new(seller)).expect("sown");
    let root = simulator.world().notification_root().expect("a root");
    let notification_trust = Trust::stand_in(simulator_url, &root).expect("a trust");
    let house = House::with(Settings { notification_trust, ..settings() }, amazon_shop()).await;
    later.get_or_init(|| house.clock());
    let (to_gateway, to_simulator) = (house.doors.clone(), simulator.router());
    tokio::spawn(async move {
        gateway::serve(at_gateway, to_gateway, None, Places::new(Capacity::default()), std::future::pending()).await
    });
    tokio::spawn(async move { axum::serve(at_simulator, to_simulator).await });
    (house, simulator)
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

/// An order reference that nobody confirms is cancelled by itself, and that is told.
fn something_happens(house: &House, simulator: &Simulator) {
    let new = NewOrder {
        seller_id: "A2SELLER",
        client_id: "amzn1.application-oa2-client.test",
        is_sandbox: true,
        buyer_id: "marco",
        wants_address: false,
    };
    let id = simulator.world().new_order(&new).expect("an order").id;
    house.advance_ms(4 * 3_600_000);
    assert_eq!(simulator.world().order(&id).expect("read").expect("there").state, "Canceled");
}

#[tokio::test]
async fn what_the_simulator_tells_is_taken_in_both_signature_versions_and_in_any_disorder() {
    for signature in [SignatureVersion::One, SignatureVersion::Two] {
        let (house, simulator) = house_and_simulator().await;
        simulator.notify_in(Manner { signature, ..Manner::default() });
        for _ in 0..8 {
            something_happens(&house, &simulator);
        }
        assert!(simulator.deliver_notifications_in_disorder(&random()).await >= 8);
        let told = simulator.world().notifications(100).0;
        let statuses: Vec<Option<u16>> = told.iter().map(|one| one.status).collect();
        assert_eq!(statuses, vec![Some(200); 8], "{signature:?}");
    }
}
