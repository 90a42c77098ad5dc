//! Behind the counter: each movement once, and what has no answer is asked about.

use http::StatusCode;
use wire::Code;
use wire::read_trx::State;

use crate::World;
use crate::gateway::Moving;

/// With a paid order whose money is authorized, and not taken.
async fn authorized() -> (World, String) {
    let (mut world, id) = World::ordered_here().await;
    world.post(&format!("/orders/{id}/charge"), "order_reference=S02-1234567-7654321").await;
    let transaction = format!("{id}-1");
    world.gateway.told().reports.get_mut(&transaction).expect("paid").state = Some(State::Authorized);
    (world, id)
}

impl World {
    async fn counter(&self, id: &str) -> String {
        self.get(&format!("/orders/{id}/counter")).await.body
    }

    async fn act(&mut self, id: &str, form: &str) -> crate::Seen {
        self.post(&format!("/orders/{id}/counter"), form).await
    }

    fn moved(&self) -> Vec<(String, String, String)> {
        self.gateway.told().moved.clone()
    }
}

fn one(operation: &str, name: &str, amount: &str) -> (String, String, String) {
    (operation.to_owned(), name.to_owned(), amount.to_owned())
}

#[tokio::test]
async fn the_page_says_whose_it_is_and_offers_what_can_be_done() {
    let (mut world, id) = authorized().await;
    let page = world.counter(&id).await;
    assert!(page.contains("for the shop's owner") || page.contains("for the shop&#39;s owner"), "{page}");
    assert!(
        page.contains("value=\"settle\"") && page.contains("value=\"delete\"") && !page.contains("value=\"refund\"")
    );
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    let page = world.counter(&id).await;
    assert!(!page.contains("value=\"settle\"") && page.contains("value=\"refund\"") && page.contains("Taken"));
    world.act(&id, "kind=refund&name=c-2&amount=4,21").await;
    let page = world.counter(&id).await;
    assert!(page.contains("at most €\u{a0}20.00"), "{page}");
    assert_eq!(world.moved(), [one("callSettleS2S", "c-1", "24.21"), one("callRefundS2S", "c-2", "4.21")]);
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Behind the counter: given back, 4.21 EUR"));
}

#[tokio::test]
async fn a_refund_that_amazon_has_not_made_yet_is_not_offered_again_without_a_word() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    assert!(!world.counter(&id).await.contains("on its way back"));
    world.act(&id, "kind=refund&name=c-2&amount=24.21").await;
    let transaction = format!("{id}-1");
    world.gateway.told().reports.get_mut(&transaction).expect("paid").events.pop().expect("given back");
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
async fn a_release_ends_it() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=delete&name=c-1").await;
    assert_eq!(world.moved(), [one("callDeleteS2S", "", "")]);
    let page = world.counter(&id).await;
    assert!(page.contains("Let go") && !page.contains("value=\"settle\"") && !page.contains("value=\"refund\""));
}

#[tokio::test]
async fn a_lost_answer_is_looked_after_and_nothing_else_moves_before() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    world.gateway.told().moving.push_back(Moving::Lose);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    assert!(world.counter(&id).await.contains("No answer yet"));
    let seen = world.act(&id, "kind=refund&name=c-3&amount=5").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.pass(2);
    world.act(&id, "kind=refund&name=c-2").await;
    assert!(!world.counter(&id).await.contains("No answer yet"));
    assert_eq!(world.moved().len(), 2, "the refund was made once");
}

#[tokio::test]
async fn what_never_arrived_is_asked_for_again_under_its_name() {
    let (mut world, id) = authorized().await;
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    world.gateway.told().moving.push_back(Moving::Drop);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    world.act(&id, "kind=refund&name=c-2").await;
    assert_eq!(world.moved().len(), 2, "the first request may still be under way");
    world.pass(2);
    world.act(&id, "kind=refund&name=c-2").await;
    assert_eq!(world.moved()[1..], [one("callRefundS2S", "c-2", "5.00"), one("callRefundS2S", "c-2", "5.00")]);
    assert!(world.counter(&id).await.contains("at most €\u{a0}19.21"));
}

#[tokio::test]
async fn a_refusal_is_shown_and_another_may_follow() {
    let (mut world, id) = authorized().await;
    world.gateway.told().moving.push_back(Moving::Refuse(Code::AUTHORIZATION_EXPIRED));
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    assert!(world.counter(&id).await.contains("Refused"));
    world.act(&id, "kind=settle&name=c-2&amount=20").await;
    assert_eq!(world.moved()[1], one("callSettleS2S", "c-2", "20.00"));
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
}
