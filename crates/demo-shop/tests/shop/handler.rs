//! The result handler is right in any order of notice and redirect, and whatever they say.

use http::StatusCode;
use wire::Verdict;

use crate::World;
use crate::gateway::SHOP;

#[tokio::test]
async fn notice_then_redirect_pays_once() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    let notice = world.notice("ok").await;
    assert_eq!(
        (notice.status, notice.body.as_str()),
        (StatusCode::OK, "<html></html>"),
        "the gateway gets the answer that it takes for delivered"
    );
    assert_eq!(world.order().await, ("authorized".into(), 1), "the notice pays the order once");
    let back = world.back("ok").await;
    assert_eq!(
        (back.status, back.location),
        (StatusCode::SEE_OTHER, format!("/orders/{id}")),
        "the buyer is sent on to the order"
    );
    assert_eq!(world.order().await, ("authorized".into(), 1), "the redirect pays it no second time");
}

#[tokio::test]
async fn redirect_then_notice_pays_once() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.back("ok").await;
    assert_eq!(world.order().await, ("authorized".into(), 1), "the redirect pays the order, though no notice has come");
    assert_eq!(world.notice("ok").await.status, StatusCode::OK);
    assert_eq!(world.order().await, ("authorized".into(), 1), "the notice pays it no second time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_pay_once() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    let world = std::sync::Arc::new(world);
    let mut all = tokio::task::JoinSet::new();
    for n in 0..16 {
        let world = std::sync::Arc::clone(&world);
        all.spawn(async move { if n % 2 == 0 { world.notice("ok").await } else { world.back("ok").await } });
    }
    while let Some(seen) = all.join_next().await {
        assert!(seen.expect("no panic").status.as_u16() < 400);
    }
    assert_eq!(world.order().await, ("authorized".into(), 1), "sixteen notices and redirects pay it once");
    let page = world.get(&format!("/orders/{id}")).await.body;
    assert_eq!(page.matches("Authorized (transaction 117)").count(), 1);
}

#[tokio::test]
async fn a_wrong_amount_is_left_alone_and_shown() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("less", &format!("{id}-1"), "0.01", Verdict::Ok);
    assert_eq!(world.notice("less").await.status, StatusCode::OK);
    world.notice("less").await;
    assert_eq!(world.order().await, ("new".into(), 0), "a wrong amount pays nothing");
    let page = world.get(&format!("/orders/{id}")).await.body;
    assert_eq!(page.matches("the amount is 0.01 EUR, not 24.21 EUR").count(), 1);
}

#[tokio::test]
async fn another_currency_is_left_alone() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("usd", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.told().outcomes.get_mut("usd").expect("told").currency = "1".into();
    world.notice("usd").await;
    assert_eq!(world.order().await, ("new".into(), 0), "another currency pays nothing");
}

#[tokio::test]
async fn another_shops_notice_is_refused_without_asking() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    let seen = world.get("/notice?a=GESPAY00002&b=ok").await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.order().await, ("new".into(), 0), "another shop's notice pays nothing");
    assert_eq!(world.gateway.told().decrypted, 0, "the gateway was not asked about it");
}

#[tokio::test]
async fn what_is_no_notice_changes_nothing() {
    let (world, _) = World::ordered().await;
    for query in ["", "?a=GESPAY00001", "?b=ok", "?a=GESPAY00001&b=%3Cscript%3E", "?a=GESPAY00001&b=x&b=y"] {
        assert_eq!(world.get(&format!("/notice{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(world.get(&format!("/result/positive{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(world.notice("forged").await.status, StatusCode::BAD_REQUEST);
    world.gateway.outcome("stranger", "NOBODYS-1", "24.21", Verdict::Ok);
    assert_eq!(world.notice("stranger").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.order().await, ("new".into(), 0), "nothing of it pays the order");
}

#[tokio::test]
async fn a_refusal_never_undoes_a_payment() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.gateway.outcome("xx", &format!("{id}-1"), "24.21", Verdict::Xx);
    world.notice("ok").await;
    for late in ["ko", "xx", "ok", "ko"] {
        assert_eq!(world.notice(late).await.status, StatusCode::OK);
    }
    assert_eq!(
        world.order().await,
        ("authorized".into(), 1),
        "what comes late changes nothing: the order stays paid once"
    );
}

#[tokio::test]
async fn pending_waits_and_is_then_paid() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("xx", &format!("{id}-1"), "24.21", Verdict::Xx);
    world.back("xx").await;
    assert_eq!(world.order().await, ("pending".into(), 0), "an undecided payment waits and counts for nothing");
    let page = world.get(&format!("/orders/{id}")).await;
    assert!(page.headers.contains_key("refresh") && page.body.contains("We are checking your payment"));
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    world.notice("xx").await;
    assert_eq!(
        world.order().await,
        ("authorized".into(), 1),
        "the order is paid, and an older notice does not set it back"
    );
}

#[tokio::test]
async fn decrypt_down_is_told_again_later() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.gateway.told().down = true;
    assert_eq!(world.notice("ok").await.status, StatusCode::SERVICE_UNAVAILABLE);
    let waiting = world.back("ok").await;
    assert_eq!(waiting.headers.get("refresh").expect("a refresh"), "3");
    assert!(waiting.body.contains(&format!("/result/positive?a={SHOP}&#38;b=ok")), "{}", waiting.body);
    world.gateway.told().down = false;
    assert_eq!(world.notice("ok").await.status, StatusCode::OK);
    assert_eq!(world.order().await, ("authorized".into(), 1), "the notice that is told again pays the order");
}

#[tokio::test]
async fn after_a_refusal_the_next_try_has_its_own_identifier() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.get(&format!("/result/negative?a={SHOP}&b=ko")).await;
    assert_eq!(world.order().await, ("refused".into(), 0), "the refusal ends the try, and nothing was paid");
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Pay again"));
    world.post("/pay", &format!("method=amazonpay&order={id}")).await;
    assert_eq!(world.orders().await[0]["transactions"], serde_json::json!([format!("{id}-1"), format!("{id}-2")]));
    // The first try's refusal comes again, late: the second is on its way and stays so.
    world.notice("ko").await;
    assert_eq!(world.order().await, ("new".into(), 0), "the late refusal of the first try does not touch the second");
    world.gateway.outcome("ok", &format!("{id}-2"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    assert_eq!(world.order().await, ("authorized".into(), 1), "the second try pays the order");
}

#[tokio::test]
async fn a_second_payment_of_one_order_needs_attention_and_is_not_acted_on() {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.notice("ko").await;
    world.post("/pay", &format!("method=amazonpay&order={id}")).await;
    assert_eq!(world.orders().await[0]["attention"], 0);
    for number in [1, 2] {
        world.gateway.outcome("ok", &format!("{id}-{number}"), "24.21", Verdict::Ok);
        world.gateway.report(&format!("{id}-{number}"), "24.21", None);
        world.notice("ok").await;
        world.notice("ok").await;
    }
    let order = &world.orders().await[0];
    assert_eq!(
        (&order["paid_count"], &order["attention"]),
        (&1.into(), &1.into()),
        "it counts as paid once, and the second payment is raised for a person"
    );
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Paid a second time (transaction 117)"));
    world.pass(60 * 24);
    world.shop.reconcile().await;
    assert_eq!(world.gateway.told().moved, [], "nothing is given back by itself");
}

#[tokio::test]
async fn pay_pressed_twice_is_one_order_under_one_identifier() {
    let (mut world, id) = World::ordered().await;
    assert_eq!(world.post("/pay", "method=amazonpay").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.orders().await[0]["transactions"], serde_json::json!([format!("{id}-1")]));
    assert_eq!(world.orders().await.len(), 1);
}

#[tokio::test]
async fn pay_pressed_again_asks_first_and_finds_the_payment() {
    let (mut world, id) = World::ordered().await;
    world.gateway.report(&format!("{id}-1"), "24.21", None);
    let seen = world.post("/pay", "method=amazonpay").await;
    assert_eq!(seen.location, format!("/orders/{id}"));
    assert_eq!(world.order().await, ("paid".into(), 1), "the payment is found and counts once");
    assert_eq!(world.gateway.told().encrypted.len(), 1, "the buyer is not sent to pay again");
}
