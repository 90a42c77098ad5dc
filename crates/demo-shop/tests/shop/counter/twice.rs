//! An order that was paid twice: a person sees it, decides, and can give one of the two back.

use wire::Verdict;

use super::one;
use crate::World;

/// With an order that was refused, tried again, and paid under both identifiers.
async fn paid_twice() -> (World, String) {
    let (mut world, id) = World::ordered().await;
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    world.notice("ko").await;
    world.post("/pay", &format!("method=amazonpay&order={id}")).await;
    for number in [2, 1] {
        let transaction = format!("{id}-{number}");
        world.gateway.outcome("ok", &transaction, "24.21", Verdict::Ok);
        world.gateway.report(&transaction, "24.21", None);
        world.notice("ok").await;
    }
    (world, id)
}

#[tokio::test]
async fn a_second_payment_stays_on_the_counter_until_a_person_resolves_it() {
    let (mut world, id) = paid_twice().await;
    let waiting = world.get("/counter").await.body;
    assert!(waiting.contains("paid a second time") && waiting.contains(&format!("{id}-1")), "{waiting}");
    let page = world.counter(&id).await;
    assert!(
        page.contains("paid a second time: transaction 117") && page.contains("This order was paid 2 times"),
        "{page}"
    );
    world.post(&format!("/orders/{id}/resolved"), &format!("under={id}-1")).await;
    assert!(world.get("/counter").await.body.contains("Nothing needs your attention"));
    let page = world.counter(&id).await;
    assert!(!page.contains("role=\"alert\"") && page.contains("This order was paid 2 times"), "it is not forgotten");
    world.notice("ok").await;
    assert!(world.get("/counter").await.body.contains("Nothing needs your attention"), "the same news is no news");
}

#[tokio::test]
async fn the_owner_gives_back_the_second_payment_and_the_order_stays_paid() {
    let (mut world, id) = paid_twice().await;
    let second = format!("{id}-1");
    let page = world.get(&format!("/orders/{id}/counter?under={second}")).await.body;
    assert!(page.contains(&format!("name=\"under\" value=\"{second}\"")), "{page}");
    world.act(&id, &format!("kind=refund&name=c-1&amount=24.21&under={second}")).await;
    assert_eq!(world.moved(), [one("callRefundS2S", "c-1", "24.21")]);
    assert_eq!(world.gateway.told().reports[&second].state, Some(wire::read_trx::State::Refunded));
    world.counter(&id).await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the first payment stands, only the second was given back");
}

#[tokio::test]
async fn the_counter_of_an_order_moves_no_other_orders_money() {
    let (mut world, id) = paid_twice().await;
    world.post("/gift-card", "amount=10").await;
    world.post("/pay", "method=amazonpay").await;
    let other = world.orders().await.into_iter().find(|order| order["id"] != *id).expect("another order");
    let other = other["transactions"][0].as_str().expect("an identifier").to_owned();
    world.gateway.report(&other, "10.00", None);
    world.act(&id, &format!("kind=refund&name=c-1&amount=1&under={other}")).await;
    assert_eq!(world.gateway.told().reports[&other].events.len(), 2, "authorized and settled, and no more");
}
