//! Payments that are not decided, and those that wait for another card.

use wire::Verdict;

use crate::World;
use crate::gateway::Charging;

const SUSPENDED: &str = "<OrderReferenceDetails><AmazonOrderReferenceId>S02-1234567-7654321</AmazonOrderReferenceId>\
    <OrderReferenceStatus><State>Suspended</State><ReasonCode>InvalidPaymentMethod</ReasonCode></OrderReferenceStatus>\
    </OrderReferenceDetails>";

/// With an order that is pending and waits for another card.
async fn suspended() -> (World, String) {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("xx", &format!("{id}-1"), "24.21", Verdict::Xx);
    world.notice("xx").await;
    world.gateway.report_pending(&format!("{id}-1"), Some(SUSPENDED));
    world.pass(1);
    (world, id)
}

#[tokio::test]
async fn a_suspended_payment_shows_the_wallet_and_is_paid_by_the_later_notice() {
    let (mut world, id) = suspended().await;
    let page = world.get(&format!("/orders/{id}")).await;
    assert!(page.body.contains("Your card was declined"), "{}", page.body);
    assert!(page.body.contains("data-order-reference=\"S02-1234567-7654321\"") && page.body.contains("id=\"wallet\""));
    assert!(!page.headers.contains_key("refresh"), "the wallet stays in the buyer's hands");
    // Another card is chosen at Amazon: the order reference is open again.
    world.gateway.report_pending(&format!("{id}-1"), None);
    let seen = world.post(&format!("/orders/{id}/card"), "").await;
    assert_eq!(seen.location, format!("/orders/{id}"));
    let page = world.get(&format!("/orders/{id}")).await;
    assert!(page.headers.contains_key("refresh") && !page.body.contains("id=\"wallet\""));
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    assert_eq!(world.order().await, ("authorized".into(), 1), "the later notice pays the order once");
    assert!(!world.get(&format!("/orders/{id}")).await.body.contains("id=\"wallet\""));
}

#[tokio::test]
async fn the_notice_may_come_before_the_buyer_has_come_back() {
    let (mut world, id) = suspended().await;
    world.get(&format!("/orders/{id}")).await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    world.notice("xx").await;
    world.post(&format!("/orders/{id}/card"), "").await;
    assert_eq!(
        world.order().await,
        ("authorized".into(), 1),
        "neither the older notice nor the buyer's return sets it back"
    );
}

#[tokio::test]
async fn only_the_buyer_sees_the_wallet() {
    let (mut world, id) = suspended().await;
    world.cookie.clear();
    let page = world.get(&format!("/orders/{id}")).await.body;
    assert!(page.contains("Pending") && !page.contains("S02-1234567-7654321"));
    assert_eq!(world.post(&format!("/orders/{id}/card"), "").await.status, 404);
}

#[tokio::test]
async fn a_charge_that_is_not_decided_waits_for_the_notice() {
    for verdict in [Verdict::Ok, Verdict::Ko] {
        let (mut world, id) = World::ordered_here().await;
        world.gateway.told().charging.push_back(Charging::Wait);
        let form = "order_reference=S02-1234567-7654321";
        world.post(&format!("/orders/{id}/charge"), form).await;
        assert_eq!(world.order().await, ("pending".into(), 0), "the charge is not decided, so nothing was paid");
        assert!(world.get(&format!("/orders/{id}")).await.body.contains("please do not pay a second time"));
        world.post(&format!("/orders/{id}/charge"), form).await;
        assert_eq!(world.gateway.told().charged.len(), 1);
        world.gateway.outcome("end", &format!("{id}-1"), "24.21", verdict);
        world.notice("end").await;
        let expected = if verdict == Verdict::Ok { ("authorized".into(), 1) } else { ("refused".into(), 0) };
        assert_eq!(world.order().await, expected);
    }
}
