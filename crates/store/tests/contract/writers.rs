//! Races: whoever comes second hears it, and nothing of what it wanted is written.

use anyhow::{Context, Result};
use store::{ApplyError, LEASE_MS, Store};
use tokio::task::JoinSet;

use crate::money::{applied, asking, at, confirmed, opening};
use crate::names::{id, shop, transaction};
use crate::place::Place;

/// Applies changes at the same time and counts (done, stale, taken).
async fn together(store: &Store, changes: Vec<payments::Change>) -> Result<(u32, u32, u32)> {
    let mut tasks = JoinSet::new();
    for change in changes {
        let store = store.clone();
        tasks.spawn(async move { store.apply(change).await });
    }
    let mut count = (0, 0, 0);
    for answer in tasks.join_all().await {
        match answer {
            Ok(()) => count.0 += 1,
            Err(ApplyError::Stale) => count.1 += 1,
            Err(ApplyError::Taken) => count.2 += 1,
            Err(ApplyError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(count)
}

pub async fn of_two_writers_of_one_version_one_is_stale(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = confirmed(&store, "SHOP", "p1", "T-1", 10).await?;
    let changes = vec![asking(payment.clone(), 1, 11)?, payment.clone().abandon(at(12))?, asking(payment, 2, 13)?];
    assert_eq!(together(&store, changes).await?, (1, 2, 0));
    let events = store.events(&shop("SHOP"), &id("p1")).await?;
    assert_eq!(events.len(), 3, "the winner's event alone was added");
    Ok(())
}

pub async fn of_two_payments_one_takes_the_shops_identifier(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut changes = Vec::new();
    for number in 1..=5 {
        let payment = confirmed(&store, "SHOP", &format!("p{number}"), "T-1", 10).await?;
        changes.push(asking(payment, number, 11)?);
    }
    assert_eq!(together(&store, changes).await?, (1, 0, 4));
    let claimant = store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?.context("one has it")?;
    let unanswered = store.unresolved_due(at(11 + LEASE_MS), 10).await?;
    assert_eq!(unanswered, [claimant], "no other payment has an attempt");
    Ok(())
}

pub async fn the_same_identifier_in_two_shops_is_two(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut changes = Vec::new();
    for name in ["A", "B"] {
        changes.push(asking(confirmed(&store, name, "p1", "T-1", 10).await?, 1, 11)?);
    }
    assert_eq!(together(&store, changes).await?, (2, 0, 0));
    Ok(())
}

pub async fn a_payment_opened_twice_is_taken_the_second_time(place: Place) -> Result<()> {
    let store = place.open().await?;
    let first = applied(&store, opening("SHOP", "p1", "T-1", 10)).await?;
    let second = store.apply(opening("SHOP", "p1", "T-2", 11)).await;
    assert!(matches!(second, Err(ApplyError::Taken)), "{second:?}");
    assert_eq!(store.payment(&shop("SHOP"), &id("p1")).await?, Some(first));
    Ok(())
}

pub async fn a_refused_change_leaves_nothing(place: Place) -> Result<()> {
    let store = place.open().await?;
    let first = confirmed(&store, "SHOP", "p1", "T-1", 10).await?;
    let second = confirmed(&store, "SHOP", "p2", "T-1", 10).await?;
    store.apply(asking(first, 1, 11)?).await?;
    let change = asking(second.clone(), 2, 11)?.with_order_details(Some("<a/>".to_owned()));
    let taken = store.apply(change).await;
    assert!(matches!(taken, Err(ApplyError::Taken)), "{taken:?}");
    assert_eq!(store.payment(&shop("SHOP"), &id("p2")).await?, Some(second));
    assert_eq!(store.events(&shop("SHOP"), &id("p2")).await?.len(), 2);
    assert_eq!(store.order_details(&shop("SHOP"), &id("p2")).await?, None);
    Ok(())
}

/// A double click: the second hears that its payment has moved, not that it has lost its identifier to itself.
pub async fn a_stale_first_attempt_is_stale_not_taken(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = confirmed(&store, "SHOP", "p1", "T-1", 10).await?;
    store.apply(asking(payment.clone(), 1, 11)?).await?;
    let again = store.apply(asking(payment, 2, 12)?).await;
    assert!(matches!(again, Err(ApplyError::Stale)), "{again:?}");
    Ok(())
}

pub async fn a_failing_change_does_not_disturb_the_others(place: Place) -> Result<()> {
    let store = place.open().await?;
    let claimant = confirmed(&store, "SHOP", "claimant", "T-0", 10).await?;
    store.apply(asking(claimant, 1000, 11)?).await?;
    let mut changes = Vec::new();
    for number in 1..=40_i64 {
        let name = if number % 8 == 0 { "T-0".to_owned() } else { format!("T-{number}") };
        let payment = confirmed(&store, "SHOP", &format!("p{number}"), &name, 10).await?;
        changes.push(asking(payment, number, 11)?);
    }
    assert_eq!(together(&store, changes).await?, (35, 0, 5));
    assert_eq!(store.unresolved_due(at(11 + LEASE_MS), 100).await?.len(), 36);
    for number in 1..=40 {
        let payment = store.payment(&shop("SHOP"), &id(&format!("p{number}"))).await?.context("it is there")?;
        assert_eq!(payment.version, if number % 8 == 0 { 2 } else { 3 }, "p{number}");
    }
    Ok(())
}

pub async fn numbers_are_given_once_and_grow(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut last = 0;
    for _ in 0..250 {
        let number = store.next_number(&shop("A")).await?.0;
        assert!(number > last);
        last = number;
    }
    assert_eq!(store.next_number(&shop("B")).await?.0, 1, "each shop has its own");
    let mut tasks = JoinSet::new();
    for _ in 0..250 {
        let store = store.clone();
        tasks.spawn(async move { store.next_number(&shop("B")).await });
    }
    let given = tasks.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let distinct: std::collections::BTreeSet<_> = given.iter().collect();
    assert_eq!(distinct.len(), 250);
    Ok(())
}
