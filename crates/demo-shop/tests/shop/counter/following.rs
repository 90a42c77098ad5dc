//! A settlement ends with MOV and a refund with STO; what has no answer is followed by the shop
//! itself.

use http::StatusCode;
use wire::Code;
use wire::read_trx::State;

use super::{authorized, one, settled, stands};
use crate::gateway::Moving;

#[tokio::test]
async fn an_accepted_settlement_is_done_when_the_report_says_mov() {
    let (mut world, id) = authorized().await;
    world.will_move(Moving::Accept);
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    let page = world.counter(&id).await;
    assert!(stands(&page, "Accepted") && stands(&page, "Authorized") && !page.contains("Paid"), "{page}");
    assert!(!page.contains("value=\"settle\" "), "it is not offered again");
    world.pass(120);
    world.shop.reconcile_due().await;
    assert!(stands(&world.counter(&id).await, "Accepted"), "PRE is not MOV");
    world.gateway.moves(&format!("{id}-1"), State::Settled, "24.21");
    world.pass(120);
    world.shop.reconcile_due().await;
    let page = world.counter(&id).await;
    assert!(stands(&page, "Done") && stands(&page, "Paid"), "{page}");
    assert_eq!(world.moved().len(), 1);
}

#[tokio::test]
async fn a_settlement_that_goes_back_to_aut_was_declined_and_may_be_asked_for_again() {
    let (mut world, id) = authorized().await;
    world.will_move(Moving::Accept);
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    world.gateway.back_to_authorized(&format!("{id}-1"));
    world.pass(60);
    world.shop.reconcile_due().await;
    let page = world.counter(&id).await;
    assert!(stands(&page, "Declined") && stands(&page, "Authorized") && page.contains("value=\"settle\""), "{page}");
    world.act(&id, "kind=settle&name=c-2&amount=24.21").await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the second settlement takes the money");
}

#[tokio::test]
async fn a_refund_is_accepted_until_the_report_says_sto() {
    let (mut world, id) = settled().await;
    world.will_move(Moving::Accept);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    assert!(stands(&world.counter(&id).await, "Accepted"));
    world.pass(24 * 60);
    world.shop.reconcile_due().await;
    assert!(stands(&world.counter(&id).await, "Accepted"), "REQ is not STO");
    world.gateway.moves(&format!("{id}-1"), State::Refunded, "5.00");
    world.pass(24 * 60);
    world.shop.reconcile_due().await;
    assert!(!stands(&world.counter(&id).await, "Accepted"));
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Refund 5.00 EUR: done"));
}

#[tokio::test]
async fn a_refund_that_the_report_no_longer_shows_was_declined() {
    let (mut world, id) = settled().await;
    world.will_move(Moving::Accept);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    world.gateway.told().reports.get_mut(&format!("{id}-1")).expect("a report").events.pop().expect("REQ");
    world.pass(60);
    world.shop.reconcile_due().await;
    let page = world.counter(&id).await;
    assert!(stands(&page, "Declined") && page.contains("at most €\u{a0}24.21"), "{page}");
}

#[tokio::test]
async fn two_refunds_of_one_amount_are_told_apart_by_their_number() {
    let (mut world, id) = settled().await;
    for name in ["c-2", "c-3"] {
        world.will_move(Moving::Accept);
        world.act(&id, &format!("kind=refund&name={name}&amount=5")).await;
    }
    for done in 0..=2 {
        world.pass(24 * 60);
        world.shop.reconcile_due().await;
        let page = world.get(&format!("/orders/{id}")).await.body;
        assert_eq!(page.matches("Refund 5.00 EUR: done").count(), done);
        world.gateway.moves(&format!("{id}-1"), State::Refunded, "5.00");
    }
    assert_eq!(world.moved().len(), 3);
}

#[tokio::test]
async fn a_lost_answer_is_followed_by_the_shop_itself_and_nothing_else_moves_before() {
    let (mut world, id) = settled().await;
    world.will_move(Moving::Lose);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    assert!(stands(&world.counter(&id).await, "Unanswered"));
    let seen = world.act(&id, "kind=refund&name=c-3&amount=5").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    world.pass(1);
    world.shop.reconcile_due().await;
    assert!(!stands(&world.counter(&id).await, "Unanswered"));
    assert_eq!(world.moved().len(), 2, "the refund was made once");
}

#[tokio::test]
async fn what_never_arrived_is_sent_again_by_the_shop_itself_under_its_name() {
    let (mut world, id) = settled().await;
    world.will_move(Moving::Drop);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    world.pass(1);
    world.shop.reconcile_due().await;
    assert_eq!(world.moved().len(), 2, "the first request may still be under way");
    world.pass(3);
    world.shop.reconcile_due().await;
    assert_eq!(
        world.moved()[1..],
        [one("callRefundS2S", "c-2", "5.00"), one("callRefundS2S", "c-2", "5.00")],
        "the refund that never arrived is sent again under its own name"
    );
    assert!(world.counter(&id).await.contains("at most €\u{a0}19.21"));
}

#[tokio::test]
async fn a_refused_repetition_says_nothing_about_the_first_request() {
    let (mut world, id) = authorized().await;
    world.will_move(Moving::Drop);
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    world.will_move(Moving::Overtaken(Code::NOT_SETTLEABLE));
    world.pass(4);
    world.shop.reconcile_due().await;
    assert_eq!(world.moved().len(), 2);
    assert!(stands(&world.counter(&id).await, "Done"), "the first request has settled it");
    assert_eq!(world.order().await, ("paid".into(), 1), "it was settled by the first request, and paid once");
}

#[tokio::test]
async fn a_busy_gateway_is_given_its_time() {
    let (mut world, id) = authorized().await;
    world.will_move(Moving::Busy(600));
    world.act(&id, "kind=settle&name=c-1&amount=24.21").await;
    assert!(stands(&world.counter(&id).await, "Unanswered"));
    world.pass(9);
    world.shop.reconcile_due().await;
    assert_eq!(world.moved().len(), 1);
    world.pass(1);
    world.shop.reconcile_due().await;
    assert_eq!(
        world.moved(),
        [one("callSettleS2S", "c-1", "24.21"), one("callSettleS2S", "c-1", "24.21")],
        "after the pause the same settlement is sent again under its own name"
    );
    assert_eq!(world.order().await, ("paid".into(), 1), "the same request, sent again in time, settles it");
}

#[tokio::test]
async fn while_the_gateway_is_silent_nothing_is_sent_again() {
    let (mut world, id) = settled().await;
    world.will_move(Moving::Lose);
    world.act(&id, "kind=refund&name=c-2&amount=5").await;
    world.gateway.told().down = true;
    for _ in 0..10 {
        world.pass(60);
        world.shop.reconcile_due().await;
    }
    world.gateway.told().down = false;
    world.pass(120);
    world.shop.reconcile_due().await;
    assert_eq!(world.moved().len(), 2);
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Refund 5.00 EUR: done"));
}
