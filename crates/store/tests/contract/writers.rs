//! Races: whoever comes second hears it, and nothing of what it wanted is written.

use anyhow::{Context, Result, bail};
use payments::{Answer, Reason, Terms};
use store::{ApplyError, LEASE_MS, Store};
use tokio::task::JoinSet;

use crate::money::{answered, applied, asking, at, confirmed, opening, terms};
use crate::names::{id, reference, shop, transaction};
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
            Err(ApplyError::Taken | ApplyError::OrderTaken) => count.2 += 1,
            Err(ApplyError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(count)
}

pub async fn of_two_writers_of_one_version_one_is_stale(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = confirmed(&store, "SHOP", "p1", "T-1", 10).await?;
    let changes = vec![asking(payment.clone(), 1, 11)?, payment.clone().abandon(at(12))?, asking(payment, 2, 13)?];
    assert_eq!(together(&store, changes).await?, (1, 2, 0), "one writer wins, and the other two are stale");
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
    assert_eq!(
        together(&store, changes).await?,
        (1, 0, 4),
        "one payment claims the identifier, and the other four find it taken"
    );
    let claimant = store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?.context("one has it")?;
    let unanswered = store.unresolved_due(at(11 + LEASE_MS), 10).await?;
    assert_eq!(unanswered, [claimant], "no other payment has an attempt");
    Ok(())
}

pub async fn the_same_identifier_in_two_shops_is_two(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut changes = Vec::new();
    for (name, number) in [("A", 1), ("B", 2)] {
        changes.push(asking(confirmed(&store, name, "p1", "T-1", 10).await?, number, 11)?);
    }
    assert_eq!(together(&store, changes).await?, (2, 0, 0), "each shop claims its own identifier");
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
    assert_eq!(together(&store, changes).await?, (35, 0, 5), "all are written but the five whose identifier is taken");
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

pub async fn of_two_payments_on_one_order_of_a_seller_one_is_charged(place: Place) -> Result<()> {
    let store = place.open().await?;
    let mut asked = Vec::new();
    for (shop_name, payment) in [("SHOP", "p1"), ("SHOP", "p2"), ("OTHER", "p3")] {
        let confirmed = confirmed(&store, shop_name, payment, &format!("T-{payment}"), 10).await?;
        let number = store.next_number(&shop(shop_name)).await?;
        asked.push(confirmed.authorize(Terms { number, ..terms(true, 1) }, at(11))?);
    }
    let [first, second, of_another_shop] = &asked[..] else { bail!("three payments") };
    store.apply(first.clone()).await?;
    for late in [second, of_another_shop] {
        let refused = store.apply(late.clone()).await;
        assert!(matches!(refused, Err(ApplyError::OrderTaken)), "{refused:?}");
        let payment = late.payment();
        let claimant = store.payment_by_transaction(&payment.shop, &payment.order.shop_transaction_id).await?;
        assert_eq!(claimant, None, "nothing of a refused change is written");
    }
    let declined = answered(&store, first.payment().clone(), Answer::DeclinedTryAnother, 12).await?;
    let pressed = applied(&store, declined.confirm(reference(), at(13))?).await?;
    let again = applied(&store, pressed.authorize(terms(true, 1), at(14))?).await?;
    let refused = store.apply(second.clone()).await;
    assert!(matches!(refused, Err(ApplyError::OrderTaken)), "the visit goes on with its order: {refused:?}");
    answered(&store, again, Answer::Declined(Reason::Rejected), 15).await?;
    store.apply(of_another_shop.clone()).await?;
    let refused = store.apply(second.clone()).await;
    assert!(matches!(refused, Err(ApplyError::OrderTaken)), "{refused:?}");
    Ok(())
}
