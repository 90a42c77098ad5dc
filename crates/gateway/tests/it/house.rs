//! A gateway on an empty store, its clock in the test's hand; calls go through the whole router.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use gateway::{Clock, Doors, Gateway, Random, Settings};
use payments::{
    Answer, Approval, AttemptId, Authorization, AuthorizationId, BankTransactionId, Captured, Change, Currency,
    Instrument, Language, Money, Order, OrderReferenceId, Payment, PaymentId, Recurring, SellerId, ShopLogin,
    ShopTransactionId, Terms, UtcMs, Witness,
};
use store::{Author, Environment, Shop, Store};
use testkit::clock::Wall;
use testkit::dice::Dice;
use tower::ServiceExt;
use url::Url;
use wire::path::{CRYPT_DECRYPT, S2S};
use wire::{decrypt, encrypt, read_trx};

pub use testkit::clock::START;
pub use testkit::seed::{KEY, SHOP, login, shop};

pub struct House {
    pub gateway: Gateway,
    pub store: Store,
    /// Of the store, when it is not in memory.
    address: Option<String>,
    pub doors: Doors,
    wall: Wall,
    leaves_work: Arc<AtomicBool>,
    /// The access token that the buyer's browser holds.
    token: Arc<Mutex<Option<String>>>,
}

/// A whole answer.
pub struct Answered {
    pub status: u16,
    pub content_type: String,
    pub retry_after: Option<String>,
    pub text: String,
}

pub fn settings() -> Settings {
    let nobody = Url::parse("http://127.0.0.1:9").expect("an address");
    let amazon = amazon::Endpoints::at(nobody, amazon::Environment::Sandbox);
    let public = Url::parse("https://pay.example").expect("an address");
    Settings {
        amazon_retry: amazon::Retry { delays_ms: vec![1, 1] },
        trusted_proxies: vec!["10.9.0.0/16".parse().expect("a network")],
        ..Settings::new(public, Environment::Sandbox, amazon)
    }
}

/// A schema of its own for each house, on the PostgreSQL server that the environment names; without
/// one, houses keep their store in memory.
pub fn server() -> Option<String> {
    static HOUSES: AtomicU64 = AtomicU64::new(0);
    let server = std::env::var("PAGAM_TEST_DOORS_ON").ok()?;
    let number = HOUSES.fetch_add(1, Ordering::Relaxed);
    Some(format!("{server} options='-c search_path=doors_{}_{number}'", std::process::id()))
}

/// Bytes that differ at each call, the same in every run.
pub fn random() -> Random {
    Dice::new(1, "house").random()
}

/// Keeps a shop in place of what is kept of it.
pub async fn keep(store: &Store, shop: &Shop) {
    let kept = store.shop(&shop.login).await.expect("the store answers");
    let shop = Shop { version: kept.map_or(0, |kept| kept.version), ..shop.clone() };
    store.put_shop(&shop, &Author::new("test", "test"), START).await.expect("the shop is kept");
}

impl House {
    pub async fn new() -> House {
        House::with(settings(), shop()).await
    }

    pub async fn with_shop(shop: Shop) -> House {
        House::with(settings(), shop).await
    }

    pub async fn with(settings: Settings, shop: Shop) -> House {
        House::on(server(), settings, shop).await
    }

    /// On the store at an address; without one, on a store in memory.
    pub async fn on(address: Option<String>, settings: Settings, shop: Shop) -> House {
        let store = match &address {
            Some(address) => Store::connect(address).await.expect("a store on the server"),
            None => Store::open_in_memory().expect("a store in memory"),
        };
        keep(&store, &shop).await;
        let wall = Wall::at(START.0);
        let gateway = Gateway::new(settings, store.clone(), wall.for_gateway(), random()).await.expect("a gateway");
        let (leaves_work, token) = (Arc::default(), Arc::default());
        House { doors: gateway.doors(), gateway, store, address, wall, leaves_work, token }
    }

    /// Keeps a shop in place of what is kept of it.
    pub async fn keep(&self, shop: &Shop) {
        keep(&self.store, shop).await;
    }

    /// Another process on the same store, after this one is gone.
    pub async fn restarted(&self) -> House {
        let (store, wall) = (self.store.clone(), self.wall.clone());
        let settings = self.gateway.settings().clone();
        let gateway = Gateway::new(settings, store.clone(), wall.for_gateway(), random()).await.expect("a gateway");
        let (leaves_work, token) = (Arc::clone(&self.leaves_work), Arc::clone(&self.token));
        House { doors: gateway.doors(), gateway, store, address: self.address.clone(), wall, leaves_work, token }
    }

    /// Another gateway with the same shop and the same Amazon, whose store no longer answers any question about money.
    pub async fn without_store(&self) -> House {
        static FILES: AtomicU64 = AtomicU64::new(0);
        let name = format!("pagam-away-{}-{}.db", std::process::id(), FILES.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let store = Store::open(&path).expect("a store in a file");
        let shop = self.store.shop(&login()).await.expect("the store answers").expect("the shop of the house");
        keep(&store, &shop).await;
        let wall = self.wall.clone();
        let settings = self.gateway.settings().clone();
        let gateway = Gateway::new(settings, store.clone(), wall.for_gateway(), random()).await.expect("a gateway");
        let broken = rusqlite::Connection::open(&path).expect("the same file");
        broken
            .execute_batch(
                "PRAGMA foreign_keys = OFF; DROP TABLE payments; DROP TABLE agreements; DROP TABLE number_blocks",
            )
            .expect("the tables of money are gone");
        std::fs::remove_file(&path).expect("the file is there");
        let (leaves_work, token) = (Arc::new(AtomicBool::new(true)), Arc::clone(&self.token));
        House { doors: gateway.doors(), gateway, store, address: None, wall, leaves_work, token }
    }

    /// This test ends with an attempt unresolved or a notice due: that is what it shows.
    pub fn leaves_work(&self) {
        self.leaves_work.store(true, Ordering::Relaxed);
    }

    /// The buyer has signed in: from now on his browser sends this token along.
    pub fn sign_in(&self, token: &str) {
        *self.token.lock().expect("whole") = Some(token.to_owned());
    }

    pub fn token(&self) -> Option<String> {
        self.token.lock().expect("whole").clone()
    }

    pub fn clock(&self) -> Clock {
        self.wall.for_gateway()
    }

    pub fn now(&self) -> UtcMs {
        UtcMs(self.wall.now_ms())
    }

    pub fn advance_ms(&self, ms: i64) {
        self.wall.move_ms(ms);
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answered {
        if request.extensions().get::<ConnectInfo<SocketAddr>>().is_none() {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 4711))));
        }
        whole(self.doors.clone().oneshot(request).await.expect("the router always answers")).await
    }

    /// A SOAP 1.1 message to a path.
    pub async fn soap(&self, path: &str, message: impl Into<Body>) -> Answered {
        self.send(post(path, "text/xml; charset=utf-8", message)).await
    }

    pub async fn encrypt(&self, request: &encrypt::Request) -> encrypt::Response {
        let answered = self.soap(CRYPT_DECRYPT, request.write()).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        encrypt::Response::read(&answered.text).expect("an answer")
    }

    pub async fn decrypt(&self, request: &decrypt::Request) -> decrypt::Response {
        let answered = self.soap(CRYPT_DECRYPT, request.write()).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        decrypt::Response::read(&answered.text).expect("an answer")
    }

    pub async fn read_trx(&self, request: &read_trx::Request) -> read_trx::Response {
        let answered = self.soap(S2S, request.write()).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        read_trx::Response::read(&answered.text).expect("an answer")
    }

    /// A payment whose attempt is recorded and not answered.
    pub async fn authorizing(&self, shop: &ShopLogin, id: &str) -> Payment {
        let order = order(id);
        let payment = PaymentId::new(id.replace('-', "x")).expect("letters and digits");
        let opened = self.commit(Payment::open(shop.clone(), payment, order, self.now())).await;
        let confirmed = self.commit(opened.confirm(reference(), self.now()).expect("open")).await;
        let number = self.store.next_number(shop).await.expect("a number");
        let seller = SellerId::new(format!("A2{shop}{number}")).expect("an identifier");
        let terms = Terms { seller, ..terms(number) };
        self.commit(confirmed.authorize(terms, self.now()).expect("confirmed")).await
    }

    pub async fn paid(&self, shop: &ShopLogin, id: &str) -> Payment {
        let payment = self.authorizing(shop, id).await;
        let authorization = Authorization {
            id: AuthorizationId::new("S02-0319513-4657042-A063411").expect("an identifier"),
            made_order: None,
            authorized_at: self.now(),
        };
        let captured = Captured::Yes { id: None, amount: payment.order.amount };
        let approval = Approval { authorization, captured, automatic: None };
        self.answered(payment, Answer::Approved(approval)).await
    }

    pub async fn answered(&self, payment: Payment, answer: Answer) -> Payment {
        let attempt = payment.attempt_in_flight().expect("an attempt is under way").id.clone();
        self.commit(payment.answered(&attempt, answer, Witness::Caller, self.now()).expect("its answer")).await
    }

    pub async fn commit(&self, change: Change) -> Payment {
        let payment = change.payment().clone();
        self.store.apply(change).await.expect("the change is committed");
        payment
    }
}

/// A test that leaves an attempt unresolved, an agreement half closed or a notice due fails unless it said so.
impl Drop for House {
    fn drop(&mut self) {
        if std::thread::panicking() || self.leaves_work.load(Ordering::Relaxed) {
            return;
        }
        let (gateway, address, clock) = (self.gateway.clone(), self.address.clone(), self.clock());
        let wall = self.wall.clone();
        // The test's own runtime cannot be waited for in here, and connections to a server live in it.
        let looked = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let Some(address) = address else { return left_undone(&gateway, &wall).await };
                let store = Store::connect(&address).await.expect("a store on the server");
                let beside = Gateway::new(gateway.settings().clone(), store, clock, random()).await;
                left_undone(&beside.expect("a gateway"), &wall).await
            })
        });
        let left = looked.join().expect("it looks");
        assert!(left.is_empty(), "the test leaves work behind: {left:?}");
    }
}

async fn left_undone(gateway: &Gateway, wall: &Wall) -> Vec<String> {
    let store = gateway.store();
    let unresolved = store.unresolved_due(UtcMs(i64::MAX), 100).await.expect("the store answers");
    let mut left: Vec<String> = unresolved.iter().map(|payment| format!("{payment:?}")).collect();
    left.extend(
        store
            .closing_agreements(UtcMs(i64::MAX), 100)
            .await
            .expect("the store answers")
            .iter()
            .map(|it| format!("{it:?}")),
    );
    let shops = store.shops().await.expect("the store answers");
    if shops.iter().all(|shop| shop.notice_url.is_none()) {
        // No call is made: a shop without an address is owed nothing, also for an answer that was not heard.
        wall.move_ms(gateway.settings().answer_patience_ms);
        gateway.notices().deliver_due().await.expect("the store answers");
    }
    let due = gateway.notices().next_due().await.expect("the store answers");
    left.extend(due.map(|due| format!("a notice, due at {due:?}")));
    left
}

pub fn reference() -> Instrument {
    Instrument::OrderReference(OrderReferenceId::new("S02-0319513-4657042").expect("an identifier"))
}

/// The order is always the same one; so that it is each time another merchant's, the number is in
/// the seller's name too.
pub fn terms(number: BankTransactionId) -> Terms {
    Terms {
        name: AttemptId::new(format!("attempt-{number}")).expect("a name"),
        seller: SellerId::new(format!("A2SELLER{number}")).expect("an identifier"),
        instrument: reference(),
        capture_now: true,
        number,
        token: None,
    }
}

pub fn order(id: &str) -> Order {
    Order {
        shop_transaction_id: ShopTransactionId::new(id).expect("an identifier"),
        amount: Money::new(2421, Currency::EUR),
        language: Language::English,
        buyer_name: "Mario Rossi".into(),
        buyer_email: "mario.rossi@example.it".into(),
        custom_info: "CART=1234".into(),
        recurring: Recurring::No,
    }
}

pub fn encrypt_request() -> encrypt::Request {
    let some = |text: &str| Some(text.to_owned());
    encrypt::Request {
        shop_login: some(SHOP),
        uic_code: some("242"),
        amount: some("24.21"),
        shop_transaction_id: some("order-1"),
        apikey: some(KEY),
        payment_types: vec!["AMAZONPAY".to_owned()],
        ..encrypt::Request::default()
    }
}

pub fn post(path: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(path).header("content-type", content_type);
    request.body(body.into()).expect("a request")
}

pub fn from(address: &str, mut request: Request<Body>) -> Request<Body> {
    let address: IpAddr = address.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((address, 4711))));
    request
}

pub async fn whole(response: Response<Body>) -> Answered {
    let status = response.status().as_u16();
    let content_type = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let content_type = content_type.to_owned();
    let retry_after = response.headers().get("retry-after").and_then(|after| after.to_str().ok()).map(str::to_owned);
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    Answered { status, content_type, retry_after, text: String::from_utf8(bytes.into()).expect("text") }
}
