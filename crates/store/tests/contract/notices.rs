//! Notices: owed with the change, leased, tried, delivered.

use anyhow::{Context, Result};
use payments::{Outcome, UtcMs, Witness};
use store::{Error, Next, Notice, NoticeRound, NoticeState, Store, Try};

use crate::money::{applied, approval, asked, at, attempt_of, refused};
use crate::names::{id, shop};
use crate::place::Place;

/// Longer than any wait in these tests.
const LONG: i64 = 1_000_000;

pub fn round(now: i64, until: i64, per_shop: u32, limit: u32) -> NoticeRound {
    NoticeRound { now: at(now), until: at(until), latest: at(now + LONG), per_shop, limit }
}

pub fn failed(at: UtcMs) -> Try {
    Try { at, duration_ms: 15_000, status: None, error: Some("timed out".to_owned()) }
}

fn answered(at: UtcMs, status: u16) -> Try {
    Try { at, duration_ms: 12, status: Some(status), error: None }
}

fn names(notices: &[Notice]) -> Vec<&str> {
    notices.iter().map(|notice| notice.payment.as_str()).collect()
}

pub async fn lease_one(store: &Store, now: i64, until: i64) -> Result<Notice> {
    let mut leased = store.lease_notices(&round(now, until, 4, 10)).await?;
    assert_eq!(leased.len(), 1, "one notice is due");
    leased.pop().context("one notice is due")
}

async fn next(store: &Store) -> Result<Option<UtcMs>> {
    Ok(store.next_notice_due(at(0), at(LONG)).await?)
}

pub async fn state(store: &Store, notice: &Notice) -> Result<NoticeState> {
    let mut records = store.notices(&notice.shop, &notice.payment).await?;
    Ok(records.pop().context("the notice is kept")?.state)
}

pub async fn a_final_change_owes_one_notice(place: Place) -> Result<()> {
    let store = place.open().await?;
    let payment = asked(&store, "SHOP", "p1", 1, 10).await?;
    assert!(store.lease_notices(&round(99, 100, 4, 10)).await?.is_empty(), "nothing is final yet");
    let attempt = attempt_of(&payment)?;
    let payment = applied(&store, payment.answered(&attempt, approval(true)?, Witness::Caller, at(20))?).await?;
    assert!(store.lease_notices(&round(19, 100, 4, 10)).await?.is_empty(), "not due yet");
    let notice = lease_one(&store, 20, 50).await?;
    let outcome = Outcome::of(&payment).context("it is final")?;
    let expected =
        Notice { shop: payment.shop, payment: payment.id, version: 4, outcome, tries: 0, first_due_at: at(20) };
    assert_eq!(notice, expected);
    Ok(())
}

pub async fn a_lease_is_not_given_twice_and_ends_by_time(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let first = lease_one(&store, 20, 50).await?;
    assert!(store.lease_notices(&round(49, 80, 4, 10)).await?.is_empty());
    assert_eq!(state(&store, &first).await?, NoticeState::Leased(at(50)));
    let second = lease_one(&store, 50, 80).await?;
    assert_eq!(second, first);
    Ok(())
}

pub async fn a_try_is_recorded_and_the_next_is_due_when_said(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let notice = lease_one(&store, 20, 50).await?;
    store.notice_tried(&notice, failed(at(21)), Next::At(at(60))).await?;
    assert_eq!(state(&store, &notice).await?, NoticeState::Due(at(60)));
    assert!(store.lease_notices(&round(59, 90, 4, 10)).await?.is_empty());
    let again = lease_one(&store, 60, 90).await?;
    assert_eq!(again, Notice { tries: 1, ..notice });
    store.notice_tried(&again, answered(at(61), 200), Next::Delivered).await?;
    assert!(store.lease_notices(&round(9999, 99_999, 4, 10)).await?.is_empty());
    let records = store.notices(&again.shop, &again.payment).await?;
    let record = records.first().context("the notice is kept")?;
    assert_eq!(record.state, NoticeState::Delivered);
    assert_eq!(record.tries, [failed(at(21)), answered(at(61), 200)]);
    assert_eq!(record.notice.tries, 2);
    Ok(())
}

pub async fn a_notice_given_up_is_not_due(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let notice = lease_one(&store, 20, 50).await?;
    store.notice_tried(&notice, answered(at(21), 500), Next::GaveUp).await?;
    assert_eq!(state(&store, &notice).await?, NoticeState::GaveUp);
    assert!(store.lease_notices(&round(9999, 99_999, 4, 10)).await?.is_empty());
    assert_eq!(next(&store).await?, None);
    Ok(())
}

/// Two tries at once happen when a lease has ended under the first: each is recorded, delivery stays.
pub async fn a_late_failure_does_not_undo_delivery(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let slow = lease_one(&store, 20, 50).await?;
    let quick = lease_one(&store, 50, 80).await?;
    store.notice_tried(&quick, answered(at(51), 200), Next::Delivered).await?;
    store.notice_tried(&slow, failed(at(21)), Next::At(at(70))).await?;
    let records = store.notices(&slow.shop, &slow.payment).await?;
    let record = records.first().context("the notice is kept")?;
    assert_eq!(
        (record.state, record.tries.len()),
        (NoticeState::Delivered, 2),
        "the delivery stands, and the late failure is kept as a second try"
    );
    Ok(())
}

pub async fn one_shop_never_has_more_under_way_than_its_share(place: Place) -> Result<()> {
    let store = place.open().await?;
    for number in 1..=6 {
        refused(&store, "BUSY", &format!("b{number}"), number, number).await?;
    }
    refused(&store, "QUIET", "q1", 1, 100).await?;
    let leased = store.lease_notices(&round(100, 200, 3, 10)).await?;
    assert_eq!(names(&leased), ["b1", "q1", "b2", "b3"]);
    assert!(store.lease_notices(&round(101, 201, 3, 10)).await?.is_empty(), "three are under way");
    store.notice_tried(&leased[2], failed(at(102)), Next::At(at(500))).await?;
    assert_eq!(names(&store.lease_notices(&round(103, 203, 3, 10)).await?), ["b4"]);
    Ok(())
}

pub async fn shops_take_turns_longest_due_first(place: Place) -> Result<()> {
    let store = place.open().await?;
    for (number, name) in (1..).zip(["C", "A", "B"]) {
        for turn in 1..=2 {
            refused(&store, name, &format!("{name}{turn}"), turn, number * 10 + turn).await?;
        }
    }
    assert_eq!(names(&store.lease_notices(&round(100, 200, 2, 4)).await?), ["C1", "A1", "B1", "C2"]);
    assert_eq!(names(&store.lease_notices(&round(100, 200, 2, 4)).await?), ["A2", "B2"]);
    Ok(())
}

pub async fn a_try_of_no_notice_is_refused(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 10).await?;
    let notice = lease_one(&store, 20, 50).await?;
    let other = Notice { payment: id("p2"), ..notice };
    let refused = store.notice_tried(&other, answered(at(21), 200), Next::Delivered).await;
    assert!(matches!(refused, Err(Error::Missing("notices"))), "{refused:?}");
    assert!(store.notices(&shop("SHOP"), &id("p2")).await?.is_empty());
    Ok(())
}

pub async fn the_next_due_instant_is_known(place: Place) -> Result<()> {
    let store = place.open().await?;
    assert_eq!(next(&store).await?, None);
    refused(&store, "B", "p1", 1, 20).await?;
    refused(&store, "A", "p2", 1, 30).await?;
    assert_eq!(next(&store).await?, Some(at(20)));
    let notice = lease_one(&store, 20, 90).await?;
    assert_eq!(next(&store).await?, Some(at(30)), "the other shop's");
    let other = lease_one(&store, 30, 80).await?;
    assert_eq!(next(&store).await?, Some(at(80)), "when a lease ends");
    store.notice_tried(&other, answered(at(31), 200), Next::Delivered).await?;
    store.notice_tried(&notice, failed(at(32)), Next::At(at(70))).await?;
    assert_eq!(next(&store).await?, Some(at(70)));
    Ok(())
}

pub async fn what_a_clock_that_was_ahead_put_off_is_due_now(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "ahead", 1, 50 + 2 * LONG).await?;
    refused(&store, "SHOP", "waits", 2, 50 + LONG).await?;
    refused(&store, "OTHER", "due", 3, 40).await?;
    assert_eq!(store.next_notice_due(at(50), at(50 + LONG)).await?, Some(at(40)));
    let leased = store.lease_notices(&round(50, 90, 4, 10)).await?;
    assert_eq!(names(&leased), ["due", "ahead"], "not what is due within the longest wait");
    assert_eq!(leased[1].first_due_at, at(50), "the time to give up counts from now");
    let records = store.notices(&leased[1].shop, &leased[1].payment).await?;
    assert_eq!(records[0].notice.first_due_at, at(50), "and is kept");
    Ok(())
}

pub async fn the_next_due_instant_is_now_when_a_clock_was_ahead(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "waits", 1, 50 + LONG).await?;
    let due = async || store.next_notice_due(at(50), at(50 + LONG)).await;
    assert_eq!(due().await?, Some(at(50 + LONG)));
    refused(&store, "SHOP", "ahead", 2, 51 + LONG).await?;
    assert_eq!(due().await?, Some(at(50)));
    Ok(())
}

pub async fn a_lease_of_a_clock_that_was_ahead_is_given_again(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 40).await?;
    let first = lease_one(&store, 3 * LONG, 3 * LONG + 60).await?;
    assert_eq!(store.next_notice_due(at(50), at(50 + LONG)).await?, Some(at(50)));
    assert_eq!(lease_one(&store, 50, 90).await?, first);
    assert!(store.lease_notices(&round(60, 100, 4, 10)).await?.is_empty(), "it is leased as any other");
    Ok(())
}

pub async fn a_pause_that_a_clock_ahead_began_ends_at_once(place: Place) -> Result<()> {
    let store = place.open().await?;
    refused(&store, "SHOP", "p1", 1, 20).await?;
    let notice = lease_one(&store, 20, 50).await?;
    store.notice_tried(&notice, failed(at(21)), Next::At(at(2 * LONG))).await?;
    assert_eq!(lease_one(&store, 60, 90).await?, Notice { tries: 1, ..notice });
    Ok(())
}
