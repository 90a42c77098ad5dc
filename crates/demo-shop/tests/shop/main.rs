//! The shop from outside: its routes, and a gateway on loopback that says what each test wants.

mod books;
mod counter;
mod door;
mod gateway;
mod handler;
mod own_page;
mod pages;
mod pending;
mod silence;
mod subscriptions;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use gateway::{Gateway, SHOP};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use pagam_demo_shop::{Amazon, DemoShop, Password, Settings};
use tower::ServiceExt;

/// What opens the counter.
const PASSWORD: &str = "k7q2m-xw4vn";

/// The shop, its gateway, and one visitor, who is the owner too.
struct World {
    gateway: Gateway,
    shop: DemoShop,
    router: Router,
    now: Arc<AtomicI64>,
    cookie: String,
}

/// An answer, read.
#[derive(Debug)]
struct Seen {
    status: StatusCode,
    location: String,
    headers: http::HeaderMap,
    body: String,
}

impl World {
    async fn open() -> World {
        World::open_at(None).await
    }

    async fn open_at(path: Option<&Path>) -> World {
        World::with(path, Gateway::default(), Arc::new(AtomicI64::new(1_795_000_000_000))).await
    }

    /// Without an account at Amazon.
    async fn without_amazon() -> World {
        let mut world = World::open().await;
        let client = pagam::Client::builder(SHOP).base_url("http://127.0.0.1:1").build().expect("a client");
        let public_url = "http://127.0.0.1:2422/".parse().expect("an address");
        let counter_password = Password::new(PASSWORD);
        let settings = Settings { public_url, client, shop_login: SHOP.into(), counter_password, amazon: None };
        world.shop = DemoShop::open(None, settings, Arc::new(|| 0)).expect("a shop");
        world.router = world.shop.router();
        world
    }

    /// The shop started again, where everything else goes on.
    async fn reopened(path: &Path, gateway: Gateway, now: Arc<AtomicI64>) -> World {
        World::with(Some(path), gateway, now).await
    }

    async fn with(path: Option<&Path>, gateway: Gateway, now: Arc<AtomicI64>) -> World {
        let base = gateway.serve().await;
        let client = pagam::Client::builder(SHOP).base_url(base).retries(0).timeout(Duration::from_secs(5));
        let client = client.build().expect("a client");
        let public_url = "http://127.0.0.1:2422/".parse().expect("an address");
        let amazon = Some(Amazon {
            seller_id: "A1SELLER".into(),
            client_id: "amzn1.client".into(),
            widgets: "http://127.0.0.1:2421/eur/sandbox/lpa/js/Widgets.js".parse().expect("an address"),
            account: "http://127.0.0.1:2421/account".parse().expect("an address"),
        });
        let counter_password = Password::new(PASSWORD);
        let settings = Settings { public_url, client, shop_login: SHOP.into(), counter_password, amazon };
        let clock = Arc::clone(&now);
        let shop = DemoShop::open(path, settings, Arc::new(move || clock.load(Ordering::SeqCst))).expect("a shop");
        World { gateway, router: shop.router(), shop, now, cookie: String::new() }
    }

    /// With a gift card of 24.21 ordered and sent to pay; the order's identifier.
    async fn ordered() -> (World, String) {
        World::open().await.order_a_gift_card().await
    }

    /// With a gift card of 24.21 ordered, to be paid on the shop's own page; the order's identifier.
    async fn ordered_here() -> (World, String) {
        let mut world = World::open().await;
        world.post("/gift-card", "amount=24.21").await;
        let paying = world.post("/pay", "method=own").await;
        let id = paying.location.split('/').nth(2).expect("an order").to_owned();
        assert_eq!(paying.location, format!("/orders/{id}/pay"), "{}", paying.body);
        (world, id)
    }

    async fn order_a_gift_card(mut self) -> (World, String) {
        let world = &mut self;
        world.post("/gift-card", "amount=24.21").await;
        let paying = world.post("/pay", "method=amazonpay").await;
        assert_eq!(paying.status, StatusCode::SEE_OTHER, "{}", paying.body);
        let id = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
        (self, id)
    }

    async fn get(&self, path: &str) -> Seen {
        self.send(as_owner(Request::builder().uri(path)).header(COOKIE, &self.cookie), Body::empty()).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Seen {
        let request = as_owner(Request::builder().method(Method::POST).uri(path)).header(COOKIE, &self.cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let seen = self.send(request, Body::from(form.to_owned())).await;
        if let Some(cookie) = seen.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        seen
    }

    async fn notice(&self, b: &str) -> Seen {
        self.get(&format!("/notice?a={SHOP}&b={b}")).await
    }

    async fn back(&self, b: &str) -> Seen {
        self.get(&format!("/result/positive?a={SHOP}&b={b}")).await
    }

    async fn orders(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.get("/api/orders").await.body).expect("a list")
    }

    /// Status and number of payments acted on, of the only order.
    async fn order(&self) -> (String, i64) {
        let orders = self.orders().await;
        assert_eq!(orders.len(), 1);
        let status = orders[0]["status"].as_str().expect("a status").to_owned();
        (status, orders[0]["paid_count"].as_i64().expect("a number"))
    }

    fn pass(&self, minutes: i64) {
        self.now.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    async fn send(&self, request: http::request::Builder, body: Body) -> Seen {
        let request = request.body(body).expect("a request");
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let location = parts.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Seen { status: parts.status, location, headers: parts.headers, body }
    }
}

fn as_owner(request: http::request::Builder) -> http::request::Builder {
    request.header(AUTHORIZATION, format!("Bearer {PASSWORD}"))
}

/// Sends a form with a visitor's cookie, for tests that do several things at once.
async fn post_as(router: Router, cookie: &str, path: &str, form: String) -> StatusCode {
    let request = Request::builder().method(Method::POST).uri(path).header(COOKIE, cookie);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(form));
    router.oneshot(request.expect("a request")).await.expect("an answer").status()
}
