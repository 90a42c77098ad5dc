//! Behind the counter: each movement once, followed to its end, and what has no answer is asked
//! about.

mod following;
mod twice;

use http::StatusCode;
use pagam_demo_shop::Reconciled;
use wire::Code;

use crate::World;
use crate::gateway::Moving;

/// With an order whose money is authorized, and not settled.
async fn authorized() -> (World, String) {
    let (mut world, id) = World::ordered_here().await;
    world.post(&format!("/orders/{id}/charge"), "order_reference=S02-1234567-7654321").await;
    world.gateway.back_to_authorized(&format!("{id}-1"));
    (world, id)
}

/// With an order whose money is settled.
async fn settled() -> (World, String) {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    (world, id)
}

impl World {
    async fn counter(&self, id: &str) -> String {
        self.get(&format!("/orders/{id}/counter")).await.body
    }

    /// Presses a button, and says yes if there is a question.
    async fn act(&mut self, id: &str, form: &str) -> crate::Seen {
        self.post(&format!("/orders/{id}/counter"), &format!("{form}&sure=yes")).await
    }

    fn will_move(&self, moving: Moving) {
        self.gateway.told().moving.push_back(moving);
    }

    fn moved(&self) -> Vec<(String, String, String)> {
        self.gateway.told().moved.clone()
    }
}

fn one(operation: &str, name: &str, amount: &str) -> (String, String, String) {
    (operation.to_owned(), name.to_owned(), amount.to_owned())
}

/// Whether the page lists a movement at a stage.
fn stands(page: &str, stage: &str) -> bool {
    page.contains(&format!("<span class=\"badge {}\">{stage}</span>", stage.to_lowercase()))
}

#[tokio::test]
async fn the_page_says_whose_it_is_and_offers_what_can_be_done() {
    let (mut world, id) = authorized().await;
    let page = world.counter(&id).await;
    assert!(page.contains("for the shop's owner") || page.contains("for the shop&#39;s owner"), "{page}");
    assert!(
        page.contains("value=\"settle\"") && page.contains("value=\"cancel\"") && !page.contains("value=\"refund\"")
    );
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    let page = world.counter(&id).await;
    assert!(!page.contains("value=\"settle\"") && page.contains("value=\"refund\"") && page.contains("Settled"));
    world.act(&id, "kind=refund&name=c-2&amount=4,21").await;
    let page = world.counter(&id).await;
    assert!(page.contains("at most €\u{a0}20.00"), "{page}");
    assert_eq!(world.moved(), [one("callSettleS2S", "c-1", "24.21"), one("callRefundS2S", "c-2", "4.21")]);
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Refund 4.21 EUR: done"));
    assert_eq!(world.order().await, ("paid".into(), 1), "an order refunded in part is still paid");
    world.act(&id, "kind=refund&name=c-3&amount=20").await;
    assert_eq!(world.order().await, ("refunded".into(), 1), "the whole is given back, so the order is refunded");
}

#[tokio::test]
async fn the_gateways_times_are_shown_like_the_shops_own() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    let page = world.counter(&id).await;
    // The gateway says 24/11/26 04:05:06 in Italy; the shop's clock stands at 1,795,000,000
    // seconds.
    assert!(page.contains("24 Nov 2026, 04:05:06") && page.contains("18 Nov 2026, 12:06:40"), "{page}");
    assert!(page.contains("Times are Italy&#39;s") || page.contains("Times are Italy's"), "{page}");
}

#[tokio::test]
async fn giving_back_and_cancelling_are_asked_about_first_and_settling_is_not() {
    let (mut world, id) = authorized().await;
    let path = format!("/orders/{id}/counter");
    let question = world.post(&path, "kind=cancel&name=c-1").await;
    assert!(question.body.contains("Cancel the payment of €\u{a0}24.21?"), "{}", question.body);
    world.post(&path, "kind=settle&name=c-2&amount=24.21").await;
    assert_eq!(world.moved(), [one("callSettleS2S", "c-2", "24.21")]);
    let question = world.post(&path, "kind=refund&name=c-3&amount=5").await;
    assert_eq!(question.status, StatusCode::OK);
    let body = question.body;
    assert!(body.contains("Refund €\u{a0}5.00?") && body.contains(&format!("href=\"{path}\"")), "{body}");
    assert!(!body.contains("<script"), "it works without scripts");
    assert_eq!(world.moved().len(), 1, "nothing has moved so far");
    for field in ["kind\" value=\"refund", "name\" value=\"c-3", "amount\" value=\"5.00", "sure\" value=\"yes"] {
        assert!(body.contains(&format!("name=\"{field}\"")), "{field}: {body}");
    }
    world.post(&path, &format!("kind=refund&name=c-3&amount=5.00&under={id}-1&sure=yes")).await;
    assert_eq!(world.moved()[1..], [one("callRefundS2S", "c-3", "5.00")]);
}

#[tokio::test]
async fn a_refund_that_amazon_has_not_made_yet_is_not_offered_again_without_a_word() {
    let (mut world, id) = settled().await;
    assert!(!world.counter(&id).await.contains("on its way back"));
    world.will_move(Moving::Accept);
    world.act(&id, "kind=refund&name=c-2&amount=24.21").await;
    let page = world.counter(&id).await;
    assert!(page.contains("value=\"refund\"") && page.contains("on its way back"), "{page}");
}

#[tokio::test]
async fn the_same_form_twice_is_one_movement() {
    let (mut world, id) = authorized().await;
    for _ in 0..3 {
        world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    }
    for _ in 0..3 {
        world.act(&id, "kind=refund&name=c-2&amount=1").await;
    }
    assert_eq!(world.moved().len(), 2);
}

#[tokio::test]
async fn a_cancellation_ends_it() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=cancel&name=c-1").await;
    assert_eq!(world.moved(), [one("callDeleteS2S", "", "")]);
    let page = world.counter(&id).await;
    assert!(stands(&page, "Cancelled") && stands(&page, "Done"), "{page}");
    assert!(!page.contains("value=\"settle\"") && !page.contains("value=\"refund\""));
    assert_eq!(world.order().await, ("cancelled".into(), 1), "the order was paid once and is cancelled");
}

#[tokio::test]
async fn a_refusal_is_shown_and_another_may_follow() {
    let (mut world, id) = authorized().await;
    world.will_move(Moving::Refuse(Code::AUTHORIZATION_EXPIRED));
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    assert!(stands(&world.counter(&id).await, "Refused"));
    world.act(&id, "kind=settle&name=c-2&amount=20").await;
    assert_eq!(world.moved()[1], one("callSettleS2S", "c-2", "20.00"));
}

#[tokio::test]
async fn a_refusal_says_whose_trouble_it_is() {
    for (code, said) in [
        (Code::BANK_UNAVAILABLE, "is not available at the moment (212). Nothing moved: try again later."),
        (Code::SYSTEM, "is not available at the moment (9999). Nothing moved: try again later."),
        (Code::MERCHANT_CONFIGURATION, "account (150): look at its key, its token and the clock. Nothing moved."),
    ] {
        let (mut world, id) = authorized().await;
        world.will_move(Moving::Refuse(code));
        world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
        let page = world.counter(&id).await;
        assert!(stands(&page, "Refused") && page.contains(said), "{page}");
    }
}

#[tokio::test]
async fn nonsense_and_a_silent_gateway_move_nothing() {
    let (mut world, id) = authorized().await;
    for form in [
        "kind=settle&name=c-1&amount=0",
        "kind=settle&name=c-1&amount=x",
        "kind=settle&name=&amount=1",
        "kind=steal&name=c-1&amount=1",
        "kind=settle&name=a%20b&amount=1",
        "kind=settle&name=c-1",
    ] {
        assert_eq!(world.act(&id, form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
    }
    world.gateway.told().down = true;
    assert_eq!(world.act(&id, "kind=settle&name=c-1&amount=1").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.counter(&id).await.contains("does not answer"));
    assert_eq!(world.moved(), []);
    world.gateway.told().down = false;
    assert_eq!(world.shop.reconcile().await, Reconciled { tries: 0, orders: 1, movements: 0 });
}
