//! The quotas that the connector keeps to: who is sent when, who waits, and what is said of a call
//! that waits too long. Time stands still unless a test advances it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use amazon::{
    Account, AuthorizeOnBillingAgreement, Clock, Connector, Endpoints, Environment, Error, ErrorCode, Price, Quota,
    Quotas, Retry, Timeouts, http_client,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::golden::{AUTHORIZE_CAPTURED, CHARGE, ORDER_OPEN, THROTTLED};
use crate::server::{Act, NOW_MS, Server, account, authorize};

const ORDER: &str = "S02-1111111-2222222";

/// Tokio's clock in the hand of the test. By itself a paused clock jumps to the next timer whenever
/// only sockets are waited for; as long as a blocking task runs, it does not.
struct Time {
    _blocked: mpsc::Sender<()>,
}

impl Time {
    fn stopped() -> Time {
        tokio::time::pause();
        let (blocked, until) = mpsc::channel();
        tokio::task::spawn_blocking(move || until.recv());
        Time { _blocked: blocked }
    }

    /// And a little more: timers fire at the end of their millisecond.
    async fn advance_ms(&self, ms: u64) {
        tokio::time::advance(Duration::from_millis(ms) + Duration::from_micros(999)).await;
    }

    /// Lets time pass, a millisecond at each look, for as long as this takes.
    async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let passing = async {
            for _ in 0..LOOKS {
                self.advance_ms(1).await;
            }
        };
        tokio::select! {
            biased;
            done = work => done,
            () = passing => panic!("it does not end"),
        }
    }
}

/// More looks than any answer of a server in the same thread takes: seconds.
const LOOKS: usize = 1_000_000;

/// What ends while time stands still.
async fn at_once<T>(work: impl Future<Output = T>) -> T {
    let looks = async {
        for _ in 0..LOOKS {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        done = work => done,
        () = looks => panic!("it waits for time to pass"),
    }
}

/// A connector whose clock is the test's.
fn connector(server: &Server, quotas: Quotas, retry: Retry) -> Connector {
    let began = Instant::now();
    let clock = move || NOW_MS + i64::try_from(began.elapsed().as_millis()).expect("short");
    connector_by(Arc::new(clock), server, quotas, retry)
}

fn connector_by(clock: Clock, server: &Server, quotas: Quotas, retry: Retry) -> Connector {
    let http = http_client(Timeouts { connect_ms: 600_000, call_ms: 600_000 }).expect("a client");
    let base = format!("http://127.0.0.1:{}", server.port).parse().expect("a URL");
    let connector = Connector::new(http, Endpoints::at(base, Environment::Sandbox), clock, retry);
    connector.expect("a loopback address").with_quotas(quotas)
}

fn quotas(burst: u32, restore_ms: u32) -> Quotas {
    let quota = Some(Quota { burst, restore_ms });
    Quotas { changing: quota, reading: quota, ..Quotas::none() }
}

async fn read(connector: &Connector) -> Result<(), Error> {
    read_for(&account(), connector).await
}

async fn read_for(account: &Account, connector: &Connector) -> Result<(), Error> {
    connector.get_order_reference_details(account, ORDER, None).await.map(drop)
}

/// Calls under way, each with a name.
#[derive(Default)]
struct Calls(JoinSet<&'static str>);

impl Calls {
    /// Begins a read, which has its turn or its place in the queue when this returns.
    async fn begin(&mut self, name: &'static str, connector: &Connector) -> tokio::task::AbortHandle {
        let connector = connector.clone();
        let handle = self.0.spawn(async move {
            read(&connector).await.expect("an answer");
            name
        });
        tokio::task::yield_now().await;
        handle
    }

    /// The names of the next `count` calls that are answered.
    async fn answered(&mut self, count: usize) -> Vec<&'static str> {
        let mut names = Vec::new();
        while names.len() < count {
            match at_once(self.0.join_next()).await.expect("a call under way") {
                Ok(name) => names.push(name),
                Err(error) => assert!(error.is_cancelled(), "{error}"),
            }
        }
        names
    }
}

#[tokio::test]
async fn twelve_charges_at_once_all_succeed_on_the_live_quota() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, CHARGE)]).await;
    let connector = connector(&server, Quotas::documented(Environment::Live), Retry::while_a_buyer_waits());
    let mut charges = JoinSet::new();
    for _ in 0..12 {
        let connector = connector.clone();
        charges.spawn(async move {
            let request = AuthorizeOnBillingAgreement {
                billing_agreement_id: "C02-5555555-6666666".into(),
                authorization_reference_id: "march-77".into(),
                amount: Price::new("9.90", "EUR"),
                ..AuthorizeOnBillingAgreement::default()
            };
            connector.authorize_on_billing_agreement(&account(), &request).await
        });
    }
    for charged in 1..=12 {
        match charged {
            11 => time.advance_ms(1_250).await,
            12 => time.advance_ms(1_000).await,
            _ => {}
        }
        let answer = at_once(charges.join_next()).await.expect("twelve").expect("no panic").expect("charged");
        assert!(answer.authorization_details.is_approved());
        if charged >= 10 {
            assert_eq!(server.requests().len(), charged, "the others wait for their turn");
        }
    }
}

#[tokio::test]
async fn waiting_calls_are_served_in_their_order() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, quotas(1, 1_000), Retry::never());
    let mut calls = Calls::default();
    for name in ["first", "second", "third", "fourth"] {
        calls.begin(name, &connector).await;
    }
    assert_eq!(calls.answered(1).await, ["first"]);
    for name in ["second", "third", "fourth"] {
        time.advance_ms(1_250).await;
        assert_eq!(calls.answered(1).await, [name]);
    }
}

#[tokio::test]
async fn jump_of_the_clock_lets_nobody_overtake() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let now = Arc::new(AtomicI64::new(NOW_MS));
    let clock: Clock = {
        let now = Arc::clone(&now);
        Arc::new(move || now.load(Ordering::Relaxed))
    };
    let connector = connector_by(clock, &server, quotas(1, 1_000), Retry::never());
    let mut calls = Calls::default();
    calls.begin("uses up", &connector).await;
    calls.begin("waits", &connector).await;
    now.fetch_add(60_000, Ordering::Relaxed);
    calls.begin("comes last", &connector).await;
    assert_eq!(calls.answered(1).await, ["uses up"]);
    time.advance_ms(1_250).await;
    assert_eq!(calls.answered(1).await, ["waits"]);
}

#[tokio::test]
async fn background_waits_until_no_foreground_call_does() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, quotas(1, 1_000), Retry::never());
    let janitor = connector.in_background();
    let mut calls = Calls::default();
    calls.begin("uses up", &connector).await;
    calls.begin("janitor", &janitor).await;
    calls.begin("buyer 1", &connector).await;
    calls.begin("buyer 2", &connector).await;
    assert_eq!(calls.answered(1).await, ["uses up"]);
    for (wait_ms, name) in [(1_250, "buyer 1"), (1_250, "buyer 2"), (2_500, "janitor")] {
        time.advance_ms(wait_ms).await;
        assert_eq!(calls.answered(1).await, [name]);
    }
}

#[tokio::test]
async fn background_leaves_half_of_the_burst_to_the_foreground() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, quotas(10, 1_000), Retry::never());
    let janitor = connector.in_background();
    let mut calls = Calls::default();
    for _ in 0..8 {
        calls.begin("janitor", &janitor).await;
    }
    assert_eq!(calls.answered(5).await, ["janitor"; 5]);
    for _ in 0..5 {
        calls.begin("buyer", &connector).await;
    }
    assert_eq!(calls.answered(5).await, ["buyer"; 5], "without waiting");
    assert_eq!(server.requests().len(), 10);
    time.advance_ms(5_250).await;
    assert_eq!(server.requests().len(), 10, "half of the burst is being restored for the foreground");
    time.advance_ms(1_000).await;
    assert_eq!(calls.answered(1).await, ["janitor"]);
}

#[tokio::test]
async fn call_that_stops_waiting_gives_its_place_back() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, quotas(1, 1_000), Retry::never());
    let mut calls = Calls::default();
    calls.begin("uses up", &connector).await;
    let first = calls.begin("hangs up as the first", &connector).await;
    let second = calls.begin("hangs up as the second", &connector).await;
    calls.begin("stays", &connector).await;
    calls.begin("janitor", &connector.in_background()).await;
    assert_eq!(calls.answered(1).await, ["uses up"]);
    first.abort();
    second.abort();
    time.advance_ms(1_250).await;
    assert_eq!(calls.answered(1).await, ["stays"]);
    time.advance_ms(2_500).await;
    assert_eq!(calls.answered(1).await, ["janitor"], "calls that are gone are not waited for");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn call_that_waits_too_long_ends_as_later_and_is_never_sent() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    let quotas = Quotas { patience_ms: 3_000, ..quotas(1, 60_000) };
    let connector = connector(&server, quotas, Retry { delays_ms: vec![60_000] });
    at_once(connector.authorize(&account(), &authorize())).await.expect("the burst");
    for is_repetition in [false, true] {
        let (connector, began) = (connector.clone(), Instant::now());
        let call = tokio::spawn(async move {
            match is_repetition {
                false => connector.authorize(&account(), &authorize()).await,
                true => connector.authorize_again(&account(), &authorize()).await,
            }
        });
        tokio::task::yield_now().await;
        time.advance_ms(2_999).await;
        assert!(!call.is_finished(), "it still waits");
        let error = time.during(call).await.expect("no panic").expect_err("held back");
        assert!(began.elapsed() < Duration::from_secs(10), "it is not retried");
        assert_eq!(error.nothing_done(), !is_repetition, "an earlier request may have been done: {error}");
        assert_eq!(
            (error.code(), error.failure().http_status),
            (Some(&ErrorCode::RequestThrottled), None),
            "it ends as throttled without a status, for nothing was sent: {error}"
        );
        assert!(!error.is_about_account() && !error.last_was_refused(), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
}

/// A process that sleeps does not notice by its timers: they sleep as well.
#[tokio::test]
async fn call_that_outlives_a_request_while_the_process_sleeps_is_never_sent() {
    let time = Time::stopped();
    // With a quota it waits for its turn; without, it is sent, throttled, and waits for its second try.
    for (quotas, sent) in [(quotas(1, 1_000), 1), (Quotas::none(), 2)] {
        let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED), Act::xml(503, THROTTLED)]).await;
        let now_ms = Arc::new(AtomicI64::new(NOW_MS));
        let clock = Arc::clone(&now_ms);
        let clock: Clock = Arc::new(move || clock.load(Ordering::Relaxed));
        let connector = connector_by(clock, &server, quotas, Retry { delays_ms: vec![1_000] });
        at_once(connector.authorize(&account(), &authorize())).await.expect("the burst");
        let call = tokio::spawn(async move { connector.authorize(&account(), &authorize()).await });
        let looks = async {
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            while server.requests().len() < sent {
                tokio::task::yield_now().await;
            }
        };
        at_once(looks).await;
        now_ms.fetch_add(amazon::REQUEST_LIFE_MS + 1, Ordering::Relaxed);
        let error = time.during(call).await.expect("no panic").expect_err("too old");
        assert!(error.nothing_done() && !error.is_about_account(), "{sent}: {error}");
        assert_eq!(error.failure().http_status, None, "{sent}: nothing was sent for this answer: {error}");
        assert_eq!(server.requests().len(), sent, "{sent}: nothing was sent after the sleep");
    }
}

#[tokio::test]
async fn background_has_a_patience_of_its_own() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let quotas = Quotas { patience_ms: 1_000, background_patience_ms: 60_000, ..quotas(1, 30_000) };
    let connector = connector(&server, quotas, Retry::never());
    at_once(read(&connector)).await.expect("the burst");
    let mut calls = Calls::default();
    calls.begin("janitor", &connector.in_background()).await;
    time.advance_ms(30_250).await;
    assert_eq!(calls.answered(1).await, ["janitor"]);
}

#[tokio::test]
async fn throttling_by_amazon_empties_the_bucket() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(503, THROTTLED), Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, quotas(10, 1_000), Retry::never());
    at_once(read(&connector)).await.expect_err("throttled");
    let mut calls = Calls::default();
    calls.begin("the next", &connector).await;
    at_once(read_for(&stranger(), &connector)).await.expect("another seller's bucket");
    assert_eq!(server.requests().len(), 2, "the throttled call and that of another seller");
    time.advance_ms(1_000).await;
    assert_eq!(calls.answered(1).await, ["the next"]);
}

#[tokio::test]
async fn retry_waits_for_a_turn_too() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(503, THROTTLED), Act::xml(200, ORDER_OPEN)]).await;
    let quotas = Quotas { patience_ms: 0, ..quotas(10, 60_000) };
    let connector = connector(&server, quotas, Retry { delays_ms: vec![1] });
    let error = time.during(read(&connector)).await.expect_err("throttled, then held back");
    assert_eq!(
        (error.code(), error.failure().http_status),
        (Some(&ErrorCode::RequestThrottled), None),
        "the retry ends as throttled without a status, for it was not sent: {error}"
    );
    assert_eq!(server.requests().len(), 1);
}

fn stranger() -> Account {
    Account { seller_id: "A3STRANGER".into(), ..account() }
}

#[tokio::test]
async fn sellers_signers_and_operations_have_buckets_of_their_own() {
    let time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, Quotas { patience_ms: 0, ..quotas(1, 60_000) }, Retry::never());
    let signer = Account { access_key: "AKIAOTHER".into(), ..account() };
    for account in [account(), stranger(), signer] {
        at_once(read_for(&account, &connector)).await.expect("the burst");
        let error = time.during(read_for(&account, &connector)).await.expect_err("used up");
        assert!(matches!(error, Error::Later(_)), "{error}");
    }
    let cancelled = at_once(connector.cancel_order_reference(&account(), ORDER, None)).await;
    let cancelled = cancelled.expect_err("the answer of another operation");
    assert_eq!(cancelled.failure().http_status, Some(200), "it was sent: {cancelled}");
}

#[tokio::test]
async fn login_with_amazon_has_no_quota() {
    let _time = Time::stopped();
    let token = r#"{"aud":"a","user_id":"u","app_id":"p","exp":1}"#;
    let server = Server::playing([Act::text(200, "application/json", token)]).await;
    let connector = connector(&server, Quotas { patience_ms: 0, ..quotas(1, 60_000) }, Retry::never());
    for _ in 0..5 {
        at_once(connector.token_info("Atza|x")).await.expect("an answer");
    }
}

#[tokio::test]
async fn without_quotas_no_call_waits() {
    let _time = Time::stopped();
    let server = Server::playing([Act::xml(200, ORDER_OPEN)]).await;
    let connector = connector(&server, Quotas { patience_ms: 0, ..Quotas::none() }, Retry::never());
    for _ in 0..50 {
        at_once(read(&connector)).await.expect("an answer");
        at_once(read(&connector.in_background())).await.expect("an answer");
    }
}
