//! Leases on payments and agreements: one has what is to be done, nobody waits for the dead, and
//! who lost a lease writes nothing.

use anyhow::{Context, Result};
use payments::{Answer, Payment, PaymentId, Reason, ShopLogin, UtcMs, Witness};
use store::{ApplyError, LEASE_MS, Store, VisitsOver};

use crate::funds_kept::{agreed, held};
use crate::money::{applied, approval, asked, at, attempt_of, confirmed};
use crate::place::Place;

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

fn key(payment: &Payment) -> [(ShopLogin, PaymentId); 1] {
    [(payment.shop.clone(), payment.id.clone())]
}

/// What is due at an instant, taken.
async fn taken(store: &Store, now: UtcMs) -> Result<Vec<Payment>> {
    Ok(store.lease_payments(store.unresolved_due(now, 10).await?, now).await?)
}

pub async fn of_two_who_take_the_same_one_has_it_and_the_other_nothing(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    let now = at(10 + LEASE_MS);
    let due = store.unresolved_due(now, 10).await?;
    let (one, other) = tokio::join!(store.lease_payments(due.clone(), now), store.lease_payments(due, now));
    let (one, other) = (one?, other?);
    assert_eq!(one.len() + other.len(), 1);
    let leased = one.into_iter().chain(other).next().context("one has it")?;
    assert_eq!(leased, Payment { version: payment.version + 1, ..payment });
    assert_eq!(store.payment(&leased.shop, &leased.id).await?.as_ref(), Some(&leased));
    assert!(store.unresolved_due(now, 10).await?.is_empty());
    Ok(())
}

pub async fn what_is_being_asked_is_not_taken_until_the_asker_is_silent_for_too_long(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    assert!(store.lease_payments(vec![payment.clone()], at(9 + LEASE_MS)).await?.is_empty(), "he may be asking");
    assert_eq!(store.lease_payments(vec![payment], at(10 + LEASE_MS)).await?.len(), 1);
    Ok(())
}

pub async fn who_lost_his_lease_writes_nothing(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    let attempt = attempt_of(&payment)?;
    let leased = taken(&store, at(10 + LEASE_MS)).await?.pop().context("it is due")?;
    let late = payment.answered(&attempt, Answer::Declined(Reason::ProcessingFailure), Witness::Caller, at(50))?;
    assert!(matches!(store.apply(late).await, Err(ApplyError::Stale)));
    let paid = applied(&store, leased.answered(&attempt, approval(true)?, Witness::Janitor, at(51))?).await?;
    assert_eq!(store.payment(&paid.shop, &paid.id).await?, Some(paid));
    Ok(())
}

pub async fn a_lease_that_is_extended_lasts_and_one_that_is_ended_does_not(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    store.extend_leases(&key(&payment), at(LEASE_MS)).await?;
    assert!(taken(&store, at(2 * LEASE_MS - 1)).await?.is_empty());
    store.extend_leases(&key(&payment), at(500)).await?;
    assert!(taken(&store, at(2 * LEASE_MS - 1)).await?.is_empty(), "no lease is shortened");
    store.end_leases(&key(&payment)).await?;
    assert_eq!(taken(&store, at(2 * LEASE_MS - 1)).await?.len(), 1);
    let resting = confirmed(&store, "SHOP", "p2", "T-2", 10).await?;
    store.extend_leases(&key(&resting), at(11)).await?;
    assert_eq!(store.lease_payments(vec![resting], at(12)).await?.len(), 1, "what nobody has is not extended");
    Ok(())
}

pub async fn the_pause_between_two_looks_grows_and_news_cut_it_short(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 0).await?;
    let now = 100_000;
    taken(&store, at(now)).await?.pop().context("it is due")?;
    store.end_leases(&key(&payment)).await?;
    assert!(store.unresolved_due(at(now * 3 / 2 - 1), 10).await?.is_empty());
    assert_eq!(store.unresolved_due(at(now * 3 / 2), 10).await?.len(), 1);
    store.look_soon(&payment.shop, &payment.id, at(now + 1)).await?;
    assert_eq!(store.unresolved_due(at(now + 1), 10).await?.len(), 1);
    store.look_soon(&payment.shop, &payment.id, at(now + 9)).await?;
    assert_eq!(store.unresolved_due(at(now + 1), 10).await?.len(), 1, "news put nothing off");
    Ok(())
}

pub async fn a_clock_that_was_set_back_hides_nothing(place: Place) -> Result<()> {
    let store = place.open().await?;
    asked(&store, "SHOP", "p1", 1, DAY).await?;
    assert_eq!(taken(&store, at(10)).await?.len(), 1, "the lease and the pause are of another day");
    assert!(taken(&store, at(11)).await?.is_empty(), "this lease is of today");
    Ok(())
}

pub async fn automatic_operations_and_sessions_are_taken_once(place: Place) -> Result<()> {
    let store = place.open().await?;
    let held = held(&store, "p1", 1).await?;
    let open = confirmed(&store, "SHOP", "p2", "T-2", 5).await?;
    let now = at(100);
    assert_eq!(store.automatic_due(now, 10).await?, std::slice::from_ref(&held));
    assert_eq!(store.visits_over(VisitsOver::by(at(5)), now, 10).await?, std::slice::from_ref(&open));
    assert_eq!(store.lease_payments(vec![held, open], now).await?.len(), 2);
    assert!(store.automatic_due(now, 10).await?.is_empty());
    assert!(store.visits_over(VisitsOver::by(at(5)), now, 10).await?.is_empty());
    let later = at(100 + LEASE_MS);
    assert_eq!(store.automatic_due(later, 10).await?.len(), 1);
    assert_eq!(store.visits_over(VisitsOver::by(at(5)), later, 10).await?.len(), 1);
    Ok(())
}

pub async fn an_agreement_is_closed_by_one_and_tried_less_and_less_often(place: Place) -> Result<()> {
    let store = place.open().await?;
    let change = agreed(&store, "p1", 1).await?.close(at(20))?;
    store.apply_agreement(&change).await?;
    let closing = change.into_agreement();
    let changed_at = closing.changed_at.0;
    assert!(store.closing_agreements(at(changed_at + LEASE_MS - 1), 10).await?.is_empty(), "Amazon is being told");
    let now = at(changed_at + 100_000);
    let due = store.closing_agreements(now, 10).await?;
    let leased = store.lease_agreements(due.clone(), now).await?;
    assert_eq!(
        (leased.len(), store.lease_agreements(due, now).await?.len()),
        (1, 0),
        "one janitor leases the agreement, and the next gets nothing"
    );
    assert!(store.closing_agreements(at(changed_at + 149_999), 10).await?.is_empty());
    assert_eq!(store.closing_agreements(at(changed_at + 150_000), 10).await?, leased);
    let stale = closing.ended_at_amazon(now)?;
    assert!(matches!(store.apply_agreement(&stale).await, Err(ApplyError::Stale)));
    let ended = leased.into_iter().next().context("one has it")?.ended_at_amazon(now)?;
    store.apply_agreement(&ended).await?;
    assert!(store.closing_agreements(at(i64::MAX), 10).await?.is_empty());
    Ok(())
}
