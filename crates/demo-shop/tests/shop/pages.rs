//! The pages: all there, plainly a sample, nothing inline, nobody else's addresses.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use pagam_demo_shop::Reconciled;
use wire::Verdict;
use wire::read_trx::State;

use crate::World;
use crate::gateway::{Charging, DETAILS};

#[tokio::test]
async fn every_page_renders_and_keeps_the_policy() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    world.back("ok").await;
    world.post("/basket/add", "product=moka").await;
    let order = format!("/orders/{id}");
    let counter = format!("{order}/counter");
    for path in [
        "/",
        "/basket",
        "/checkout",
        "/orders",
        &order,
        &counter,
        "/counter",
        "/nowhere",
        "/orders/none",
        "/result/positive",
    ] {
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
    assert!(seen.body.contains("nothing was charged"));
    assert!(world.get("/basket").await.body.contains("24.90"));
}

#[tokio::test]
async fn a_basket_that_goes_out_to_pay_is_empty_and_pay_pressed_again_is_the_same_order() {
    let (mut world, id) = World::ordered().await;
    let basket = world.get("/basket").await.body;
    assert!(!basket.contains("24.21") && basket.contains(&format!("/orders/{id}")), "{basket}");
    assert!(basket.contains("you will not pay twice"), "{basket}");
    assert_eq!(world.post("/pay", "method=amazonpay").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.orders().await.len(), 1);
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    assert!(world.get("/basket").await.body.contains("There is nothing in it yet"));
    assert_eq!(world.post("/pay", "method=amazonpay").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_basket_comes_back_when_the_payment_came_to_nothing_and_is_still_that_order() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.notice("ko").await;
    assert!(world.get("/basket").await.body.contains("24.21"));
    world.post("/pay", "method=amazonpay").await;
    assert_eq!(world.orders().await[0]["transactions"], serde_json::json!([format!("{id}-1"), format!("{id}-2")]));
    assert_eq!(world.orders().await.len(), 1);
    assert!(!world.get("/basket").await.body.contains("24.21"), "it is out to pay again");
}

#[tokio::test]
async fn a_basket_with_new_things_in_it_is_left_alone() {
    let (mut world, id) = World::ordered().await;
    world.post("/basket/add", "product=moka").await;
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.notice("ko").await;
    let basket = world.get("/basket").await.body;
    assert!(basket.contains("24.90") && !basket.contains("24.21"), "{basket}");
    world.post("/pay", "method=amazonpay").await;
    assert_eq!(world.orders().await.len(), 2, "another basket is another order");
}

#[tokio::test]
async fn a_basket_stays_away_while_a_charge_has_no_answer() {
    let (mut world, id) = World::ordered_here().await;
    assert!(world.get("/basket").await.body.contains("24.21"), "nothing has gone out so far");
    world.gateway.told().charging.push_back(Charging::Drop);
    world.post(&format!("/orders/{id}/charge"), "order_reference=S02-1234567-7654321").await;
    let basket = world.get("/basket").await.body;
    assert!(!basket.contains("24.21") && basket.contains("Please do not pay a second time"), "{basket}");
    let seen = world.post("/pay", "method=amazonpay").await;
    assert_eq!(seen.location, format!("/orders/{id}"), "a payment is under way");
    world.pass(31);
    world.shop.reconcile().await;
    assert!(world.get("/basket").await.body.contains("24.21"), "it came to nothing");
}

#[tokio::test]
async fn an_authorized_order_is_called_paid_only_when_it_is_settled() {
    let (world, id) = World::ordered().await;
    let transaction = format!("{id}-1");
    world.gateway.outcome("ok", &transaction, "24.21", Verdict::Ok);
    world.gateway.report_authorized(&transaction, "24.21");
    world.notice("ok").await;
    for page in [format!("/orders/{id}"), "/orders".to_owned(), format!("/orders/{id}/counter")] {
        let body = world.get(&page).await.body;
        assert!(body.contains("Authorized") && !body.contains("Paid"), "{page}: {body}");
    }
    assert_eq!(world.order().await, ("authorized".into(), 1), "the money is held, but not yet taken");
    world.pass(60 * 24);
    world.shop.reconcile_due().await;
    assert_eq!(
        world.order().await,
        ("authorized".into(), 1),
        "nothing is settled yet, and it is looked at again, for days"
    );
    world.gateway.moves(&transaction, State::Settled, "24.21");
    world.pass(60 * 24);
    world.shop.reconcile_due().await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the settlement makes it paid");
    for page in [format!("/orders/{id}"), "/orders".to_owned()] {
        assert!(world.get(&page).await.body.contains("Paid"), "{page}");
    }
    assert_eq!(world.shop.reconcile().await, Reconciled { tries: 0, orders: 1, movements: 0 }, "the addresses");
}

#[tokio::test]
async fn the_orders_page_looks_for_the_settlement_when_it_is_due() {
    let (world, id) = World::ordered().await;
    let transaction = format!("{id}-1");
    world.gateway.outcome("ok", &transaction, "24.21", Verdict::Ok);
    world.gateway.report(&transaction, "24.21", Some(DETAILS));
    world.gateway.back_to_authorized(&transaction);
    world.back("ok").await;
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Amazon holds €\u{a0}24.21 for us"));
    world.gateway.moves(&transaction, State::Settled, "24.21");
    world.pass(60 * 24);
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Your payment has arrived"));
}

#[tokio::test]
async fn a_booked_settlement_is_not_paid_and_a_cancelled_authorization_is_cancelled() {
    let (world, id) = World::ordered().await;
    let transaction = format!("{id}-1");
    world.gateway.outcome("ok", &transaction, "24.21", Verdict::Ok);
    world.gateway.report_authorized(&transaction, "24.21");
    world.notice("ok").await;
    for (state, status) in [(State::Booked, "authorized"), (State::Cancelled, "cancelled")] {
        world.gateway.moves(&transaction, state, "24.21");
        world.shop.reconcile().await;
        assert_eq!(
            world.order().await,
            (status.into(), 1),
            "the order follows the state of its transaction, and counts as authorized once"
        );
        assert!(world.get(&format!("/orders/{id}")).await.body.contains(&format!("badge {status}")));
    }
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
