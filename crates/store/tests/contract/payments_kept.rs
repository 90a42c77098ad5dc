//! Payments, their history and their details are read as they were written.

use std::collections::HashMap;

use anyhow::{Context, Result};
use payments::{Answer, BankTransactionId, EventKind, Payment, PaymentId, Reason, Witness};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::{Error, LEASE_MS, Store, VisitsOver};

use crate::money::{answered, applied, approval, asked, asking, at, attempt_of, confirmed, opening, terms};
use crate::names::{id, reference, shop, transaction};
use crate::place::Place;

pub async fn assert_kept(store: &Store, payment: &Payment) -> Result<()> {
    let read = store.payment(&payment.shop, &payment.id).await?.context("the payment is there")?;
    assert_eq!(read, *payment);
    Ok(())
}

pub async fn every_stage_is_read_as_it_was_written(place: Place) -> Result<()> {
    let store = place.open().await?;
    let opened = applied(&store, opening("SHOP", "p1", "T-1", 10)).await?;
    assert_kept(&store, &opened).await?;
    let abandoned = applied(&store, opened.abandon(at(11))?).await?;
    assert_kept(&store, &abandoned).await?;

    let confirmed = confirmed(&store, "SHOP", "p2", "T-2", 20).await?;
    assert_kept(&store, &confirmed).await?;
    let asked = applied(&store, asking(confirmed, 500, 21)?).await?;
    assert_kept(&store, &asked).await?;
    let declined = answered(&store, asked, Answer::DeclinedTryAnother, 22).await?;
    assert_kept(&store, &declined).await?;
    let confirmed = applied(&store, declined.confirm(reference(), at(23))?).await?;
    let change = confirmed.authorize(terms(false, 501), at(24))?;
    let asked = applied(&store, change).await?;
    assert_kept(&store, &asked).await?;
    assert_eq!(asked.bank_transaction_id, Some(BankTransactionId(500)), "the first number stays");
    let paid = answered(&store, asked, approval(false)?, 25).await?;
    assert_kept(&store, &paid).await?;

    let refused = applied(&store, opening("SHOP", "p3", "T-3", 30)).await?;
    let refused = applied(&store, refused.refuse(Reason::AuthenticationFailed, at(31))?).await?;
    assert_kept(&store, &refused).await?;
    let asked = crate::money::asked(&store, "SHOP", "p4", 502, 40).await?;
    let refused = answered(&store, asked, Answer::Declined(Reason::ProcessingFailure), 41).await?;
    assert_kept(&store, &refused).await?;

    let by_number = store.payment_by_number(&shop("SHOP"), BankTransactionId(500)).await?;
    assert_eq!(by_number.as_ref(), Some(&paid));
    let by_transaction = store.payment_by_transaction(&shop("SHOP"), &transaction("T-2")).await?;
    assert_eq!(by_transaction, Some(paid));
    Ok(())
}

/// A random move of a payment; none when the rules refuse it.
fn moved(payment: Payment, which: u8, number: i64, now: i64) -> Option<payments::Change> {
    let attempt = attempt_of(&payment).ok();
    let of = |answer| attempt.map(|attempt| (attempt, answer));
    let answer = match which {
        0 | 1 => return payment.confirm(reference(), at(now)).ok(),
        2..=4 => return payment.authorize(terms(which == 2, number), at(now)).ok(),
        5 => return payment.abandon(at(now)).ok(),
        6 => return payment.refuse(Reason::OrderReferenceUnusable, at(now)).ok(),
        7 => of(approval(true).ok()?),
        8 => of(Answer::NeverHappened(Reason::NotDone)),
        _ => of(Answer::DeclinedTryAnother),
    };
    answer.and_then(|(attempt, answer)| payment.answered(&attempt, answer, Witness::Caller, at(now)).ok())
}

pub async fn every_walk_is_read_as_the_rules_left_it(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut runner = TestRunner::deterministic();
    let walks = prop::collection::vec((0..6_usize, 0..13_u8), 300).new_tree(&mut runner);
    let walk = walks.map_err(|reason| anyhow::anyhow!("{reason}"))?.current();
    let mut model: HashMap<PaymentId, Payment> = HashMap::new();
    let mut visit = [0; 6];
    for (now, (slot, which)) in (1_i64..).zip(walk) {
        let name = format!("p{slot}x{}", visit[slot]);
        let change = match model.get(&id(&name)) {
            None => Some(opening("SHOP", &name, &format!("T-{name}"), now)),
            Some(payment) => moved(payment.clone(), which, now, now),
        };
        let Some(change) = change else { continue };
        let payment = applied(&store, change).await?;
        visit[slot] += i32::from(payment.is_final());
        model.insert(payment.id.clone(), payment);
    }
    assert!(model.values().filter(|payment| payment.is_final()).count() > 5, "the walk reaches ends");
    for payment in model.values() {
        assert_kept(&store, payment).await?;
        let events = store.events(&payment.shop, &payment.id).await?;
        let versions: Vec<i64> = events.iter().map(|event| event.version).collect();
        assert_eq!(versions, (1..=payment.version).collect::<Vec<_>>());
        let notices = store.notices(&payment.shop, &payment.id).await?;
        let owed: Vec<_> = notices.into_iter().map(|record| record.notice.outcome).collect();
        assert_eq!(owed, payments::Outcome::of(payment).into_iter().collect::<Vec<_>>());
        let claimant = store.payment_by_transaction(&payment.shop, &payment.order.shop_transaction_id).await?;
        assert_eq!(claimant.as_ref(), (payment.attempts > 0).then_some(payment));
    }
    Ok(())
}

pub async fn events_tell_every_version(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    let payment = answered(&store, payment, approval(true)?, 12).await?;
    let events = store.events(&payment.shop, &payment.id).await?;
    let told: Vec<_> = events.iter().map(|event| (event.version, event.kind, event.at.0)).collect();
    let expected = [
        (1, EventKind::Opened, 10),
        (2, EventKind::Confirming, 10),
        (3, EventKind::Asked, 10),
        (4, EventKind::Paid, 12),
    ];
    assert_eq!(told, expected);
    Ok(())
}

pub async fn what_is_not_there_is_not_found(place: Place) -> Result<()> {
    let store = place.open().await?;
    applied(&store, opening("SHOP", "p1", "T-1", 10)).await?;
    assert_eq!(store.payment(&shop("SHOP"), &id("p2")).await?, None);
    assert_eq!(store.payment(&shop("OTHER"), &id("p1")).await?, None);
    assert_eq!(store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?, None, "nothing attempted yet");
    assert_eq!(store.payment_by_number(&shop("SHOP"), BankTransactionId(1)).await?, None);
    assert!(store.events(&shop("SHOP"), &id("p2")).await?.is_empty());
    assert!(store.notices(&shop("SHOP"), &id("p1")).await?.is_empty());
    assert_eq!(store.order_details(&shop("SHOP"), &id("p1")).await?, None);
    assert_eq!(store.shop(&shop("SHOP")).await?, None);
    Ok(())
}

pub async fn order_details_come_with_a_change_and_are_refreshed_alone(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    let attempt = attempt_of(&payment)?;
    let change = payment.answered(&attempt, approval(true)?, Witness::Caller, at(12))?;
    let payment = applied(&store, change.with_order_details(Some("<a>è</a>".to_owned()))).await?;
    let details = store.order_details(&payment.shop, &payment.id).await?;
    assert_eq!(details.as_deref(), Some("<a>è</a>"));
    store.save_order_details(&payment.shop, &payment.id, "<b/>").await?;
    assert_eq!(store.order_details(&payment.shop, &payment.id).await?.as_deref(), Some("<b/>"));
    assert_kept(&store, &payment).await
}

pub async fn details_of_no_payment_are_refused(place: Place) -> Result<()> {
    let store = place.open().await?;
    let refused = store.save_order_details(&shop("SHOP"), &id("p1"), "<a/>").await;
    assert!(matches!(refused, Err(Error::Missing("payments"))), "{refused:?}");
    Ok(())
}

pub async fn the_janitor_sees_the_unanswered_of_every_shop_longest_first(place: Place) -> Result<()> {
    let store = place.open().await?;
    let second = asked(&store, "A", "p1", 1, 20).await?;
    let first = asked(&store, "B", "p2", 3, 10).await?;
    asked(&store, "A", "p3", 2, 31).await?;
    confirmed(&store, "A", "p4", "T-4", 5).await?;
    assert_eq!(store.unresolved_due(at(30 + LEASE_MS), 10).await?, [first.clone(), second.clone()]);
    assert_eq!(store.unresolved_due(at(30 + LEASE_MS), 1).await?, std::slice::from_ref(&first));
    assert!(store.unresolved_due(at(9 + LEASE_MS), 10).await?.is_empty());
    answered(&store, first, approval(true)?, 40).await?;
    assert_eq!(store.unresolved_due(at(20 + LEASE_MS), 10).await?, [second]);
    Ok(())
}

pub async fn pages_left_open_are_found_until_they_are_closed(place: Place) -> Result<()> {
    let store = place.open().await?;
    let first = confirmed(&store, "A", "p1", "T-1", 20).await?;
    let second = applied(&store, opening("B", "p2", "T-2", 10)).await?;
    applied(&store, opening("B", "p3", "T-3", 31)).await?;
    asked(&store, "B", "p4", 4, 5).await?;
    assert_eq!(store.visits_over(VisitsOver::by(at(30)), at(30), 10).await?, [first.clone(), second.clone()]);
    assert_eq!(store.visits_over(VisitsOver::by(at(30)), at(30), 1).await?, std::slice::from_ref(&first));
    applied(&store, first.abandon(at(40))?).await?;
    assert_eq!(store.visits_over(VisitsOver::by(at(30)), at(30), 10).await?, [second]);
    Ok(())
}

pub async fn a_visit_that_never_began_is_over_by_its_opening_and_another_by_its_beginning(place: Place) -> Result<()> {
    let store = place.open().await?;
    let looked_at = applied(&store, opening("A", "p1", "T-1", 10)).await?;
    let opened = applied(&store, opening("B", "p2", "T-2", 5)).await?;
    let begun = applied(&store, opened.begin(at(20))?).await?;
    assert_eq!(begun.begun_at, Some(at(20)), "the buyer's first act is dated");
    assert_eq!(store.payment(&begun.shop, &begun.id).await?, Some(begun.clone()), "what was kept is what was returned");
    let over = async |begun_by, opened_by| {
        store.visits_over(VisitsOver { begun_by: at(begun_by), opened_by: at(opened_by) }, at(90), 10).await
    };
    assert!(over(19, 9).await?.is_empty());
    assert_eq!(over(20, 9).await?, std::slice::from_ref(&begun));
    assert_eq!(over(19, 10).await?, std::slice::from_ref(&looked_at));
    assert_eq!(over(20, 10).await?, [begun, looked_at]);
    Ok(())
}
