//! What a shop hears, when, and what is recorded of it.

use std::sync::Arc;

use axum::http::StatusCode;
use gateway::Settings;
use payments::ShopLogin;
use store::{NoticeRecord, NoticeRound, NoticeState, Shop};
use tokio::sync::{Semaphore, oneshot};

use crate::house::{House, login, settings, shop};
use crate::shop_server::{Habit, ShopServer};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

async fn house_telling(server: &ShopServer, path: &str) -> House {
    House::with_shop(Shop { notice_url: Some(server.url(path)), ..shop() }).await
}

async fn record(house: &House, shop: &ShopLogin, id: &str) -> NoticeRecord {
    let id = payments::PaymentId::new(id).expect("letters and digits");
    let mut records = house.store.notices(shop, &id).await.expect("the store answers");
    assert_eq!(records.len(), 1, "one outcome, one notice");
    records.remove(0)
}

#[tokio::test]
async fn a_notice_carries_a_and_b_after_the_shops_own_query_and_no_user_agent() {
    let server = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let house = house_telling(&server, "/?wc-api=WC_Gateway").await;
    house.paid(&login(), "order1").await;
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 1);
    let calls = server.calls();
    let sealed = calls[0].strip_prefix("/?wc-api=WC_Gateway&a=GESPAY00001&b=").expect("a and b come last");
    let outcome = house.gateway.keyring().open_outcome(&login(), sealed).expect("the outcome is in it");
    assert_eq!(outcome.shop_transaction_id.as_str(), "order1");
    assert!(!server.headers(0).contains_key("user-agent"));
    let told = record(&house, &login(), "order1").await;
    assert_eq!((told.state, told.tries.len(), told.tries[0].status), (NoticeState::Delivered, 1, Some(200)));
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 0);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_handler_that_ends_with_a_redirect_has_heard() {
    for status in [StatusCode::FOUND, StatusCode::SEE_OTHER] {
        let server = ShopServer::start(Habit::Redirect(status)).await;
        let house = house_telling(&server, "/notice").await;
        house.paid(&login(), "order1").await;
        house.gateway.notices().deliver_due().await.expect("the store answers");
        let told = record(&house, &login(), "order1").await;
        assert_eq!((told.state, told.tries[0].status), (NoticeState::Delivered, Some(status.as_u16())));
        assert_eq!((told.tries[0].error.as_deref(), server.calls().len()), (None, 1), "and is not followed");
    }
}

#[tokio::test]
async fn an_address_that_has_moved_has_not_heard_and_is_tried_again() {
    let moved = [StatusCode::MOVED_PERMANENTLY, StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT];
    let nothing = [StatusCode::MULTIPLE_CHOICES, StatusCode::NOT_MODIFIED, StatusCode::USE_PROXY];
    for status in moved.into_iter().chain(nothing) {
        let server = ShopServer::start(Habit::Redirect(status)).await;
        let house = house_telling(&server, "/notice").await;
        house.paid(&login(), "order1").await;
        house.gateway.notices().deliver_due().await.expect("the store answers");
        let told = record(&house, &login(), "order1").await;
        assert_eq!(told.state, NoticeState::Due(house.now().plus_ms(MINUTE_MS)), "{status}");
        let why = told.tries[0].error.as_deref().expect("it does not count");
        assert_eq!((why.contains("moved"), server.calls().len()), (moved.contains(&status), 1), "{status}: {why}");
        server.behave(Habit::Answer(StatusCode::OK));
        house.advance_ms(MINUTE_MS);
        house.gateway.notices().deliver_due().await.expect("the store answers");
        assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::Delivered, "{status}");
    }
}

#[tokio::test]
async fn a_shop_that_fails_hears_again_after_1_5_15_30_minutes_then_hourly_for_48_hours() {
    let server = ShopServer::start(Habit::Answer(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let house = house_telling(&server, "/notice").await;
    let decided_at = house.paid(&login(), "order1").await.changed_at;
    let mut at_minutes = Vec::new();
    while let Some(due) = house.gateway.notices().next_due().await.expect("the store answers") {
        house.advance_ms(due.0 - house.now().0 - 1);
        assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 0, "not a moment early");
        house.advance_ms(1);
        assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 1);
        at_minutes.push((house.now().0 - decided_at.0) / MINUTE_MS);
    }
    assert_eq!(at_minutes[..7], [0, 1, 6, 21, 51, 111, 171]);
    assert_eq!((at_minutes.len(), server.calls().len()), (52, 52));
    assert!(at_minutes.iter().all(|minutes| *minutes <= 48 * 60));
    let told = record(&house, &login(), "order1").await;
    assert_eq!((told.state, told.tries.len()), (NoticeState::GaveUp, 52));
    assert!(told.tries.iter().all(|tried| tried.status == Some(500) && tried.error.is_some()));
}

#[tokio::test]
async fn a_shop_that_recovers_hears_the_same_outcome() {
    let server = ShopServer::start(Habit::Answer(StatusCode::BAD_GATEWAY)).await;
    let house = house_telling(&server, "/notice").await;
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    server.behave(Habit::Answer(StatusCode::NO_CONTENT));
    house.advance_ms(MINUTE_MS);
    house.gateway.notices().deliver_due().await.expect("the store answers");
    let told = record(&house, &login(), "order1").await;
    assert_eq!((told.state, told.tries.len(), told.tries[1].status), (NoticeState::Delivered, 2, Some(204)));
    let outcomes: Vec<_> = server.calls().iter().map(|call| outcome_in(&house, call)).collect();
    assert_eq!(outcomes[0], outcomes[1]);
}

fn outcome_in(house: &House, call: &str) -> payments::Outcome {
    let (_, sealed) = call.split_once("&b=").expect("a call with b");
    house.gateway.keyring().open_outcome(&login(), sealed).expect("the outcome is in it")
}

#[tokio::test]
async fn a_shop_that_cannot_be_reached_is_recorded_without_a_status() {
    let house = House::with_shop(Shop { notice_url: Some("http://127.0.0.1:1/".into()), ..shop() }).await;
    house.leaves_work();
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    let told = record(&house, &login(), "order1").await;
    assert_eq!((told.tries[0].status, told.state), (None, NoticeState::Due(house.now().plus_ms(MINUTE_MS))));
    let why = told.tries[0].error.as_deref().expect("a reason");
    assert!(!why.contains("b="), "the sealed outcome stays out of the record: {why}");
}

#[tokio::test]
async fn an_address_that_is_no_web_address_is_not_called() {
    let house = House::with_shop(Shop { notice_url: Some("file:///etc/passwd".into()), ..shop() }).await;
    house.leaves_work();
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    let told = record(&house, &login(), "order1").await;
    assert!(told.tries[0].error.as_deref().is_some_and(|why| why.contains("http")));
    assert!(matches!(told.state, NoticeState::Due(_)));
}

#[tokio::test]
async fn a_shop_without_an_address_owes_and_hears_nothing() {
    let house = House::new().await;
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::Delivered);
    assert_eq!(house.gateway.notices().next_due().await.expect("the store answers"), None);
}

#[tokio::test]
async fn a_shop_that_does_not_answer_in_time_is_tried_again() {
    let server = ShopServer::start(Habit::Wait(Arc::new(Semaphore::new(0)))).await;
    let shop = Shop { notice_url: Some(server.url("/notice")), ..shop() };
    let house = House::with(Settings { notice_timeout_ms: 50, ..settings() }, shop).await;
    house.leaves_work();
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    let told = record(&house, &login(), "order1").await;
    assert_eq!((told.tries[0].status, told.state), (None, NoticeState::Due(house.now().plus_ms(MINUTE_MS))));
    assert!(told.tries[0].error.as_deref().is_some_and(|why| why.contains("in time")));
}

#[tokio::test]
async fn a_lease_whose_holder_died_runs_out_and_the_shop_hears() {
    let server = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let house = house_telling(&server, "/notice").await;
    house.paid(&login(), "order1").await;
    let until = house.now().plus_ms(MINUTE_MS);
    let round = NoticeRound { now: house.now(), until, latest: until, per_shop: 4, limit: 10 };
    let leased = house.store.lease_notices(&round).await.expect("the store answers");
    assert_eq!(leased.len(), 1);
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 0);
    house.advance_ms(MINUTE_MS);
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 1);
    assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::Delivered);
}

#[tokio::test]
async fn the_background_delivers_what_is_committed_while_it_rests() {
    let server = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let house = house_telling(&server, "/notice").await;
    house.paid(&login(), "before").await;
    let (stop, stopped) = oneshot::channel::<()>();
    let background = tokio::spawn(house.gateway.clone().run_background(async move {
        drop(stopped.await);
    }));
    server.arrival().await;
    house.paid(&login(), "during").await;
    house.gateway.notices().wake();
    server.arrival().await;
    drop(stop);
    background.await.expect("it ends");
    assert_eq!(record(&house, &login(), "during").await.state, NoticeState::Delivered);
}

#[tokio::test]
async fn a_slow_shop_does_not_delay_another_and_has_few_calls_at_a_time() {
    let leave = Arc::new(Semaphore::new(0));
    let slow = ShopServer::start(Habit::Wait(Arc::clone(&leave))).await;
    let fast = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let house = house_telling(&slow, "/slow").await;
    let other = ShopLogin::new("GESPAY00002").expect("a login");
    let beside = Shop { login: other.clone(), notice_url: Some(fast.url("/fast")), ..shop() };
    house.keep(&beside).await;
    for number in 0..10 {
        house.paid(&login(), &format!("slow{number}")).await;
    }
    for number in 0..10 {
        house.paid(&other, &format!("fast{number}")).await;
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let background = tokio::spawn(house.gateway.clone().run_background(async move {
        drop(stopped.await);
    }));
    for _ in 0..10 {
        fast.arrival().await;
    }
    for _ in 0..4 {
        slow.arrival().await;
    }
    assert_eq!(slow.calls().len(), 4, "no more than four at a time");
    leave.add_permits(10);
    for _ in 0..6 {
        slow.arrival().await;
    }
    drop(stop);
    background.await.expect("it ends");
    for number in 0..10 {
        assert_eq!(record(&house, &login(), &format!("slow{number}")).await.state, NoticeState::Delivered);
    }
    assert_eq!((slow.calls().len(), fast.calls().len()), (10, 10));
}

#[tokio::test]
async fn a_clock_that_was_ahead_holds_no_notice_back() {
    let server = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let house = house_telling(&server, "/notice").await;
    house.advance_ms(48 * HOUR_MS);
    house.paid(&login(), "order1").await;
    house.advance_ms(-48 * HOUR_MS);
    assert_eq!(house.gateway.notices().next_due().await.expect("the store answers"), Some(house.now()));
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 1);
    assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::Delivered);
}

#[tokio::test]
async fn a_pause_that_was_written_by_a_clock_that_was_ahead_is_over() {
    let server = ShopServer::start(Habit::Answer(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let house = house_telling(&server, "/notice").await;
    house.advance_ms(48 * HOUR_MS);
    house.paid(&login(), "order1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    house.advance_ms(-48 * HOUR_MS);
    server.behave(Habit::Answer(StatusCode::OK));
    assert_eq!(house.gateway.notices().deliver_due().await.expect("the store answers"), 1);
    assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::Delivered);
}

#[tokio::test]
async fn a_clock_that_was_ahead_does_not_put_off_the_end_of_the_tries() {
    let server = ShopServer::start(Habit::Answer(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let house = house_telling(&server, "/notice").await;
    house.advance_ms(1_000 * HOUR_MS);
    house.paid(&login(), "order1").await;
    house.advance_ms(-1_000 * HOUR_MS);
    while let Some(due) = house.gateway.notices().next_due().await.expect("the store answers") {
        house.advance_ms(due.0 - house.now().0);
        house.gateway.notices().deliver_due().await.expect("the store answers");
        assert!(server.calls().len() <= 52, "it goes on for longer than 48 hours");
    }
    assert_eq!(server.calls().len(), 52);
    assert_eq!(record(&house, &login(), "order1").await.state, NoticeState::GaveUp);
}
