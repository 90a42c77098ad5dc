//! The pages: all there, plainly a sample, nothing inline, nobody else's addresses.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use wire::Verdict;

use crate::World;
use crate::gateway::DETAILS;

#[tokio::test]
async fn every_page_renders_and_keeps_the_policy() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    world.back("ok").await;
    world.post("/basket/add", "product=moka").await;
    let order = format!("/orders/{id}");
    for path in ["/", "/basket", "/checkout", "/orders", &order, "/nowhere", "/orders/none", "/result/positive"] {
        let seen = world.get(path).await;
        assert!(seen.body.starts_with("<!doctype html>"), "{path}: {}", seen.body);
        assert!(seen.body.contains("This is a sample shop"), "{path} does not say what it is");
        for inline in ["<script", "<style", " style=", " onclick=", "javascript:"] {
            assert!(!seen.body.contains(inline), "{path} has {inline}");
        }
        let policy = seen.headers.get(CONTENT_SECURITY_POLICY).expect("a policy").to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
        assert_eq!(seen.body.matches("<h1>").count(), 1, "{path}");
    }
}

#[tokio::test]
async fn every_picture_and_the_style_are_served() {
    let world = World::open().await;
    let shelf = world.get("/").await.body;
    let links = shelf.split(['"']).filter(|part| part.starts_with("/assets/"));
    let mut pictures = 0;
    for link in links {
        let seen = world.get(link).await;
        assert_eq!(seen.status, StatusCode::OK, "{link}");
        pictures += usize::from(seen.headers[CONTENT_TYPE] == "image/svg+xml");
    }
    assert!(pictures >= 9);
    assert_eq!(world.get("/assets/../schema.sql").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_basket_adds_up_and_lets_go() {
    let mut world = World::open().await;
    for product in ["moka", "cartolina", "cartolina"] {
        world.post("/basket/add", &format!("product={product}")).await;
    }
    let basket = world.get("/basket").await.body;
    assert!(basket.contains("26.70") && basket.contains("× 2"), "{basket}");
    world.post("/basket/remove", "product=moka&price_minor=2490").await;
    assert!(world.get("/basket").await.body.contains("1.80"));
    assert_eq!(world.post("/basket/add", "product=yacht").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn gift_cards_take_amounts_and_nothing_else() {
    let mut world = World::open().await;
    for amount in ["0", "-1", "1.234", "x", "", "150000.01"] {
        let seen = world.post("/gift-card", &format!("amount={amount}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
    }
    assert_eq!(world.post("/gift-card", "amount=24,21").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn amazon_pay_is_a_button_of_plain_text_and_sends_the_buyer_off() {
    let mut world = World::open().await;
    world.post("/basket/add", "product=cartolina").await;
    let checkout = world.get("/checkout").await.body;
    assert!(checkout.contains("value=\"amazonpay\">Amazon Pay</button>"), "{checkout}");
    let seen = world.post("/pay", "method=amazonpay").await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    assert!(seen.location.contains("/pagam/pagam.aspx?a=GESPAY00001&b="), "{}", seen.location);
    let told = world.gateway.told();
    assert_eq!(told.encrypted[0].payment_types, ["AMAZONPAY"]);
    assert_eq!(told.encrypted[0].amount.as_deref(), Some("0.90"));
}

#[tokio::test]
async fn a_gateway_that_is_down_costs_no_basket() {
    let mut world = World::open().await;
    world.post("/basket/add", "product=moka").await;
    world.gateway.told().down = true;
    let seen = world.post("/pay", "method=amazonpay").await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seen.body.contains("Nothing was charged"));
    assert!(world.get("/basket").await.body.contains("24.90"));
}

#[tokio::test]
async fn a_paid_basket_is_empty() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    assert!(world.get("/basket").await.body.contains("There is nothing in it yet"));
}

#[tokio::test]
async fn addresses_are_for_the_buyer_only() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    world.notice("ok").await;
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Anna Schmidt"));
    world.cookie.clear();
    let stranger = world.get(&format!("/orders/{id}")).await;
    assert!(stranger.body.contains("Thank you") && !stranger.body.contains("Anna Schmidt"));
    assert!(!world.get("/api/orders").await.body.contains("Anna"));
    assert_eq!(world.post("/pay", &format!("method=amazonpay&order={id}")).await.status, 422);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let world = World::open().await;
    let request = http::Request::builder().method("POST").uri("/pay").header("sec-fetch-site", "cross-site");
    let seen = world.send(request, axum::body::Body::from("method=amazonpay")).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}
