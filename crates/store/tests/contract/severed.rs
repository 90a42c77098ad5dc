//! A server that cuts connections, at any moment and again and again.

use anyhow::{Context, Result};
use store::{ApplyError, Error, Shop, Store, VisitsOver};
use tokio::task::JoinSet;

use crate::money::{applied, asking, at, confirmed, opening};
use crate::names::{clerk, id, shop};
use crate::place::Place;
use crate::wire::{Cut, Wire};

const WRITERS: i64 = 16;
const EACH: i64 = 25;

/// Cuts every connection of the place's stores, until told to stop; how many it cut.
async fn cut(place: &Place, stop: &tokio::sync::Notify) -> Result<u64> {
    let mut stop = std::pin::pin!(stop.notified());
    let mut cuts = 0;
    loop {
        tokio::select! {
            () = &mut stop => return Ok(cuts),
            cut = place.cut() => cuts += cut?,
        }
    }
}

/// Opens payments one after the other: how each ended.
async fn write(store: Store, writer: i64) -> Vec<(String, Result<(), ApplyError>)> {
    let mut ended = Vec::new();
    for number in 0..EACH {
        let name = format!("p{writer}x{number}");
        let change = opening("SHOP", &name, "T-1", number);
        let answer = store.apply(change).await;
        ended.push((name, answer));
    }
    ended
}

pub async fn what_is_acknowledged_is_there_though_connections_are_cut(place: Place) -> Result<()> {
    let store = place.open().await?;
    let stop = tokio::sync::Notify::new();
    let writing = async {
        let mut writers = JoinSet::new();
        (0..WRITERS).for_each(|writer| drop(writers.spawn(write(store.clone(), writer))));
        let ended = writers.join_all().await;
        stop.notify_one();
        ended.concat()
    };
    let (ended, cuts) = tokio::join!(writing, cut(&place, &stop));
    assert!(cuts? > 0, "connections were cut");
    let mut acknowledged = 0;
    for (name, answer) in ended {
        let found = store.payment(&shop("SHOP"), &id(&name)).await?.is_some();
        match answer {
            Ok(()) => {
                acknowledged += 1;
                assert!(found, "{name} was acknowledged");
            }
            // Nobody knows: the caller looks, as is done here, and may repeat what is not there.
            Err(ApplyError::Store(Error::Uncertain(_) | Error::Database(_))) if !found => {
                store.apply(opening("SHOP", &name, "T-1", 1)).await.with_context(|| format!("{name} again"))?;
            }
            Err(ApplyError::Store(Error::Uncertain(_))) => {}
            Err(other) => panic!("{name} is there: {found}; {other:?}"),
        }
    }
    assert!(acknowledged > 0);
    assert_eq!(
        store.visits_over(VisitsOver::by(at(1_000)), at(1_000), 1_000).await?.len(),
        usize::try_from(WRITERS * EACH)?
    );
    Ok(())
}

pub async fn a_caller_who_stops_waiting_does_not_stop_his_change(place: Place) -> Result<()> {
    let store = place.open().await?;
    for number in 1..=20 {
        let asked = store.apply(opening("SHOP", &format!("p{number}"), "T-1", number));
        drop(tokio::time::timeout(std::time::Duration::ZERO, asked).await);
    }
    let all = async {
        while store.visits_over(VisitsOver::by(at(100)), at(100), 100).await?.len() < 20 {
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), all).await.context("all are written")?
}

pub async fn readers_do_not_notice_that_connections_are_cut(place: Place) -> Result<()> {
    let store = place.open().await?;
    store.apply(opening("SHOP", "p1", "T-1", 1)).await?;
    for _ in 0..30 {
        place.cut().await?;
        assert!(store.payment(&shop("SHOP"), &id("p1")).await?.is_some());
    }
    Ok(())
}

pub async fn a_commit_whose_answer_is_lost_is_found_and_one_that_never_arrived_is_made(place: Place) -> Result<()> {
    drop(place.open().await?);
    let wire = Wire::to(&place.address().context("a server")?).await?;
    let store = Store::connect(wire.address()).await?;
    for (number, cut) in (1..).zip([Cut::Answer, Cut::Commit]) {
        let name = format!("p{number}");
        wire.cut(cut);
        applied(&store, opening("SHOP", &name, &format!("T-{number}"), 10)).await?;
        let payment = confirmed(&store, "SHOP", &format!("q{number}"), &format!("U-{number}"), 10).await?;
        wire.cut(cut);
        let asked = applied(&store, asking(payment, number, 11)?).await?;
        assert_eq!(store.payment(&asked.shop, &asked.id).await?, Some(asked.clone()), "the number is the asker's own");
        let claimant = store.payment_by_transaction(&asked.shop, &asked.order.shop_transaction_id).await?;
        assert_eq!(claimant, Some(asked));
        let events = [name, format!("q{number}")].map(|name| id(&name));
        let seen = [store.events(&shop("SHOP"), &events[0]).await?, store.events(&shop("SHOP"), &events[1]).await?];
        assert_eq!(seen.map(|events| events.len()), [1, 3], "each once");
    }
    Ok(())
}

pub async fn of_two_askers_one_is_stale_though_the_answer_to_the_other_is_lost(place: Place) -> Result<()> {
    let plain = place.open().await?;
    let wire = Wire::to(&place.address().context("a server")?).await?;
    let store = Store::connect(wire.address()).await?;
    for (number, cut) in [(1, Cut::Answer), (3, Cut::Commit)] {
        let payment = confirmed(&plain, "SHOP", &format!("p{number}"), &format!("T-{number}"), 10).await?;
        wire.cut(cut);
        let (one, other) = (asking(payment.clone(), number, 11)?, asking(payment, number + 1, 11)?);
        let both = tokio::join!(store.apply(one), plain.apply(other));
        let stale = |answer: &Result<(), ApplyError>| matches!(answer, Err(ApplyError::Stale));
        assert!(stale(&both.0) != stale(&both.1), "one has it, and both know: {both:?}");
        assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    }
    Ok(())
}

pub async fn settings_whose_commit_is_not_answered_are_changed_once(place: Place) -> Result<()> {
    drop(place.open().await?);
    let wire = Wire::to(&place.address().context("a server")?).await?;
    let store = Store::connect(wire.address()).await?;
    let mut settings = Shop::new(shop("SHOP"), "Bottega");
    for (version, cut) in (1..).zip([Cut::Answer, Cut::Commit, Cut::Answer]) {
        settings.name += "!";
        wire.cut(cut);
        let row = store.put_shop(&settings, &clerk(), at(version)).await?.context("it differs")?;
        settings.version = version;
        assert_eq!(store.shop(&settings.login).await?.as_ref(), Some(&settings));
        let rows = store.audit(Some(&settings.login), 9).await?;
        assert_eq!(rows.first(), Some(&row), "the newest row is the one returned");
        assert_eq!(i64::try_from(rows.len())?, version, "no change was written twice");
    }
    Ok(())
}
