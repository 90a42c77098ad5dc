//! What outlives the process that wrote it, and what several processes share.

use std::sync::Arc;

use anyhow::{Context, Result};
use payments::Witness;
use store::{ApplyError, Error, Shop, Store, VisitsOver};
use tokio::task::JoinSet;

use crate::money::{applied, approval, asked, asking, at, attempt_of, confirmed, opening, refused};
use crate::names::{clerk, id, shop};
use crate::notices::round;
use crate::place::Place;

pub async fn what_was_answered_is_there_after_reopening(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    let attempt = attempt_of(&payment)?;
    let paid = applied(&store, payment.answered(&attempt, approval(true)?, Witness::Caller, at(12))?).await?;
    drop(store);
    let store = place.open().await?;
    assert_eq!(store.payment(&shop("SHOP"), &id("p1")).await?, Some(paid));
    assert_eq!(store.events(&shop("SHOP"), &id("p1")).await?.len(), 4);
    assert_eq!(store.lease_notices(&round(12, 50, 4, 10)).await?.len(), 1);
    Ok(())
}

/// A copy of the files at any moment is what a killed process would leave.
pub async fn what_was_answered_is_in_the_files_without_closing(place: Place) -> Result<()> {
    let store = place.open().await?;
    for number in 1..=10 {
        let payment = asked(&store, "SHOP", &format!("p{number}"), number, number).await?;
        let killed = place.as_if_killed()?;
        let recovered = killed.open().await?;
        assert_eq!(recovered.payment(&payment.shop, &payment.id).await?, Some(payment));
    }
    Ok(())
}

pub async fn numbers_never_repeat(place: Place) -> Result<()> {
    let mut last = 0;
    for _ in 0..5 {
        let store = place.open().await?;
        for _ in 0..7 {
            let number = store.next_number(&shop("SHOP")).await?.0;
            assert!(number > last, "{number} after {last}");
            last = number;
        }
    }
    Ok(())
}

pub async fn two_stores_on_one_place_see_each_other(place: Place) -> Result<()> {
    let (gateway, command) = (place.open().await?, place.open().await?);
    let mut settings = Shop::new(shop("SHOP"), "Before");
    for version in 1..=2 {
        settings.name += "wards";
        command.put_shop(&settings, &clerk(), at(version)).await?;
        settings.version = version;
        assert_eq!(gateway.shop(&shop("SHOP")).await?.as_ref(), Some(&settings));
    }
    let numbers = [gateway.next_number(&shop("SHOP")).await?, command.next_number(&shop("SHOP")).await?];
    assert_ne!(numbers[0], numbers[1]);
    Ok(())
}

pub async fn stores_that_open_a_new_place_together_agree(place: Place) -> Result<()> {
    let place = Arc::new(place);
    let mut threads = JoinSet::new();
    for _ in 0..8 {
        let place = Arc::clone(&place);
        let runtime = tokio::runtime::Handle::current();
        threads.spawn_blocking(move || runtime.block_on(place.open()));
    }
    let stores = threads.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
    for (number, store) in (1..).zip(&stores) {
        applied(store, opening("SHOP", &format!("p{number}"), "T-1", number)).await?;
    }
    let last = stores.last().context("eight were opened")?;
    assert_eq!(last.visits_over(VisitsOver::by(at(100)), at(100), 100).await?.len(), 8);
    Ok(())
}

pub async fn of_two_stores_one_writer_is_stale(place: Place) -> Result<()> {
    let (one, other) = (place.open().await?, place.open().await?);
    let payment = confirmed(&one, "SHOP", "p1", "T-1", 10).await?;
    let (abandoned, asked) =
        tokio::join!(one.apply(payment.clone().abandon(at(11))?), other.apply(asking(payment, 1, 11)?));
    let stale = [&abandoned, &asked].into_iter().filter(|answer| matches!(answer, Err(ApplyError::Stale))).count();
    assert_eq!(stale, 1, "one of the two writers is stale: {abandoned:?} {asked:?}");
    assert!(abandoned.is_ok() || asked.is_ok(), "the other one is written: {abandoned:?} {asked:?}");
    Ok(())
}

pub async fn a_lease_of_a_dead_process_is_given_again(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let leased = store.lease_notices(&round(20, 50, 4, 10)).await?;
    drop(store);
    let store = place.open().await?;
    assert!(store.lease_notices(&round(49, 90, 4, 10)).await?.is_empty());
    assert_eq!(store.lease_notices(&round(50, 90, 4, 10)).await?, leased);
    Ok(())
}

/// Callers that stop waiting do not stop their changes: the store writes them before it closes.
pub async fn a_dropped_store_has_written_what_was_asked(place: Place) -> Result<()> {
    let store = place.open().await?;
    for number in 1..=50 {
        let asked = store.apply(opening("SHOP", &format!("p{number}"), "T-1", number));
        let mut asked = std::pin::pin!(asked);
        let waits = std::future::poll_fn(|context| std::task::Poll::Ready(asked.as_mut().poll(context).is_pending()));
        waits.await;
    }
    drop(store);
    assert_eq!(place.open().await?.visits_over(VisitsOver::by(at(100)), at(100), 100).await?.len(), 50);
    Ok(())
}

pub async fn a_program_goes_on_beside_a_newer_one_until_its_schema_is_taken_away(place: Place) -> Result<()> {
    let old = place.open().await?;
    applied(&old, opening("SHOP", "p1", "T-1", 10)).await?;
    place.run("INSERT INTO migrations (version, name) VALUES (99, 'later')").await?;
    place.run("ALTER TABLE payments ADD COLUMN later TEXT NOT NULL DEFAULT 'x'").await?;
    place.run("CREATE INDEX payments_later ON payments (shop, later)").await?;
    applied(&old, opening("SHOP", "p2", "T-2", 11)).await?;
    let restarted = place.open().await?;
    applied(&restarted, opening("SHOP", "p3", "T-3", 12)).await?;
    assert_eq!(restarted.visits_over(VisitsOver::by(at(12)), at(12), 10).await?.len(), 3);
    drop((old, restarted));
    place.run("INSERT INTO needs (steps) VALUES (98)").await?;
    let refused = place.open().await.err().context("it is too new")?;
    let refused = refused.downcast::<Error>()?;
    assert!(matches!(refused, Error::SchemaTooNew { found: 99, .. }), "{refused:?}");
    Ok(())
}

pub async fn the_steps_of_the_schema_are_told_and_done_once(place: Place) -> Result<()> {
    let address = place.address().context("it outlives its process")?;
    let before = Store::steps(&address).await;
    assert!(
        before.is_err() || before.is_ok_and(|steps| steps.iter().all(|step| !step.is_done)),
        "nothing is there yet"
    );
    for _again in 0..2 {
        drop(place.open().await?);
        let steps = Store::steps(&address).await?;
        assert!(steps.iter().all(|step| step.is_done), "{steps:?}");
        assert_eq!(steps.first().map(|step| step.name), Some("0001_payments"));
    }
    Ok(())
}
