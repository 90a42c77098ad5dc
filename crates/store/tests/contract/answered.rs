//! The notice of a call: owed like any other, due when the answer has had its time, delivered by the answer.

use anyhow::{Context, Result};
use payments::{Answer, Call, Instrument, MovementAnswer, Payment, Reason, RefundWish, Terms, Witness};
use store::{Next, NoticeState, Store, Told};

use crate::money::{answered, applied, approval, asked, at, attempt_of, terms};
use crate::names::{billing_agreement, id, order, shop, token};
use crate::notices::{failed, lease_one, round, state};
use crate::place::Place;

/// When the notice of a call that is answered at 20 is due.
const DUE: i64 = 20 + payments::ANSWER_PATIENCE_MS;

/// The charge by call of this number, made at 10 and refused at 20; its caller is being told, or nobody is.
async fn refused(store: &Store, shop_name: &str, number: i64, by: Witness) -> Result<Payment> {
    let instrument = Instrument::Agreement(billing_agreement(1));
    let terms = Terms { instrument, token: Some(token(1)), ..terms(true, number) };
    let (name, order) = (id(&format!("p{number}")), order(&format!("T-{number}")));
    let charge = Call::first(shop(shop_name), name, order).charge(terms, at(10));
    let asked = applied(store, charge).await?;
    let attempt = attempt_of(&asked)?;
    applied(store, asked.answered(&attempt, Answer::Declined(Reason::Rejected), by, at(20))?).await
}

fn told(payment: &Payment) -> Told {
    Told { shop: payment.shop.clone(), payment: payment.id.clone(), version: payment.version }
}

async fn stands(store: &Store, payment: &Payment) -> Result<NoticeState> {
    let mut records = store.notices(&payment.shop, &payment.id).await?;
    Ok(records.pop().context("a notice is owed")?.state)
}

pub async fn the_notice_of_a_call_is_due_when_the_answer_has_had_its_time(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", 1, Witness::Caller).await?;
    assert!(store.lease_notices(&round(DUE - 1, DUE + 99, 4, 10)).await?.is_empty());
    let notice = lease_one(&store, DUE, DUE + 100).await?;
    assert_eq!(
        (notice.tries, notice.first_due_at),
        (0, at(DUE)),
        "it was never tried, and is due only when the answer has had its time"
    );
    refused(&store, "SHOP", 2, Witness::Janitor).await?;
    assert_eq!(lease_one(&store, 20, 50).await?.payment, id("p2"), "nobody is being answered");
    Ok(())
}

pub async fn what_the_answer_told_is_delivered_without_a_try(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = refused(&store, "SHOP", 1, Witness::Caller).await?;
    store.mark_answered(&[told(&payment)]).await?;
    let records = store.notices(&payment.shop, &payment.id).await?;
    let [record] = records.as_slice() else { anyhow::bail!("one outcome, one notice") };
    assert_eq!(
        (record.state, record.notice.tries, record.tries.len()),
        (NoticeState::Delivered, 0, 0),
        "the answer has told it, so it is delivered without a try"
    );
    assert!(store.lease_notices(&round(DUE, DUE + 100, 4, 10)).await?.is_empty());
    store.mark_answered(&[told(&payment)]).await?;
    assert_eq!(stands(&store, &payment).await?, NoticeState::Delivered, "marked twice is marked");
    Ok(())
}

pub async fn an_answer_marks_nothing_but_what_it_told(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = refused(&store, "SHOP", 1, Witness::Caller).await?;
    let beside = refused(&store, "SHOP", 2, Witness::Caller).await?;
    let elsewhere = refused(&store, "OTHER", 1, Witness::Caller).await?;
    store.mark_answered(&[Told { version: payment.version - 1, ..told(&payment) }]).await?;
    assert_eq!(stands(&store, &payment).await?, NoticeState::Due(at(DUE)), "it told of the attempt, not of its end");
    store.mark_answered(&[told(&payment), Told { payment: id("nothing"), ..told(&payment) }]).await?;
    assert_eq!(stands(&store, &payment).await?, NoticeState::Delivered);
    for other in [beside, elsewhere] {
        assert_eq!(stands(&store, &other).await?, NoticeState::Due(at(DUE)), "{other:?}");
    }
    Ok(())
}

/// A later answer tells all that was before it.
pub async fn an_answer_marks_earlier_outcomes_too(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = refused(&store, "SHOP", 1, Witness::Caller).await?;
    store.mark_answered(&[Told { version: payment.version + 3, ..told(&payment) }]).await?;
    assert_eq!(stands(&store, &payment).await?, NoticeState::Delivered);
    Ok(())
}

/// The answer to a call repeats the outcome; the notice says that there is something to read.
pub async fn an_answer_does_not_tell_that_a_refund_was_declined(place: Place) -> Result<()> {
    let store = place.open().await?;
    let asked = asked(&store, "SHOP", "p1", 1, 10).await?;
    let paid = answered(&store, asked, approval(true)?, 20).await?;
    let wish = RefundWish { amount: paid.order.amount, settlement: None, despite_chargeback: false };
    let refunding = applied(&store, paid.refund(wish, at(30))?).await?;
    let refund = refunding.refunds()[0].reference.clone();
    let declined = refunding.movement_answered(&refund, MovementAnswer::Declined(None), at(40))?;
    let declined = applied(&store, declined.telling_declined_movement()).await?;
    store.mark_answered(&[told(&declined)]).await?;
    let records = store.notices(&declined.shop, &declined.id).await?;
    let states: Vec<NoticeState> = records.into_iter().map(|record| record.state).collect();
    assert_eq!(states, [NoticeState::Delivered, NoticeState::Due(at(40))], "the outcome, and the declined refund");
    Ok(())
}

pub async fn a_notice_that_is_being_sent_or_was_is_not_marked(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = refused(&store, "SHOP", 1, Witness::Caller).await?;
    let notice = lease_one(&store, DUE, DUE + 100).await?;
    store.mark_answered(&[told(&payment)]).await?;
    assert_eq!(state(&store, &notice).await?, NoticeState::Leased(at(DUE + 100)), "a try is under way");
    store.notice_tried(&notice, failed(at(DUE)), Next::At(at(DUE + 500))).await?;
    store.mark_answered(&[told(&payment)]).await?;
    assert_eq!(state(&store, &notice).await?, NoticeState::Due(at(DUE + 500)), "the shop may have been called");
    Ok(())
}

pub async fn many_answers_are_marked_by_one_commit(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut all = Vec::new();
    for number in 0..200 {
        all.push(refused(&store, if number % 2 == 0 { "B" } else { "A" }, number, Witness::Caller).await?);
    }
    let before = store.commits();
    store.mark_answered(&all.iter().map(told).collect::<Vec<_>>()).await?;
    assert_eq!(store.commits() - before, 1);
    for payment in &all {
        assert_eq!(stands(&store, payment).await?, NoticeState::Delivered);
    }
    store.mark_answered(&[]).await?;
    assert_eq!(store.commits() - before, 1, "nothing to mark costs nothing");
    Ok(())
}
