//! The outcome of a callPagamS2S is told by its answer, or by a notice when the answer was not surely written out.

use std::net::SocketAddr;

use axum::http::StatusCode;
use gateway::{Capacity, Gateway, Places, Tls};
use payments::Verdict as Told;
use store::{NoticeRecord, NoticeState, Shop};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;
use wire::path::S2S;
use wire::{Verdict, pagam};

use crate::amazon_side::{AmazonSide, Fault, house_on, house_with};
use crate::house::{House, login, post, settings};
use crate::pages::amazon_shop;
use crate::serve::{listen, tls, tls_to};
use crate::shop_server::{Habit, ShopServer};
use crate::tokens::token;
use crate::web_service::{charge, charge_token};

const ANSWER_PATIENCE_MS: i64 = 60_000;
const LONGEST_PAUSE_MS: i64 = 300_000;
/// For what takes a moment of real time.
const SOON: std::time::Duration = std::time::Duration::from_secs(10);

/// A house whose shop hears notices.
struct Bench {
    house: House,
    amazon: AmazonSide,
    shop: ShopServer,
}

/// The gateway on a port, until it is closed.
struct Open {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Bench {
    async fn new() -> Bench {
        Bench::with(amazon_shop()).await
    }

    async fn with(settings_of: Shop) -> Bench {
        let shop = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
        let (house, amazon) = house_with(Shop { notice_url: Some(shop.url("/notice")), ..settings_of }).await;
        Bench { house, amazon, shop }
    }

    async fn open(&self, tls: Option<Tls>) -> Open {
        let (listener, address) = listen().await;
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let server = tokio::spawn(gateway::serve(
            listener,
            self.house.doors.clone(),
            tls,
            Places::new(Capacity::default()),
            shutdown,
        ));
        Open { address, stop, server }
    }

    /// A call that Amazon will not answer before it is let through.
    async fn held(&self) -> pagam::Request {
        self.amazon.will("Authorize", &[Fault::Held]);
        charge("order-1", &self.amazon.choose("ok").await)
    }

    async fn record(&self) -> NoticeRecord {
        let payment = self.house.claimant("order-1").await;
        let mut records = self.house.store.notices(&login(), &payment.id).await.expect("the store answers");
        assert_eq!(records.len(), 1, "one outcome, one notice");
        records.remove(0)
    }

    async fn until_decided(&self) {
        let decided = async {
            while !self.house.claimant("order-1").await.is_final() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, decided).await.expect("Amazon has decided");
    }

    /// The answer has told the outcome, and nothing else ever does.
    async fn is_told_by_the_answer(&self) {
        let record = self.record().await;
        assert_eq!((record.state, record.tries.len()), (NoticeState::Delivered, 0), "delivered without a try");
        assert_eq!(sent_a_minute_later(&self.house, &self.house.gateway).await, 0);
        assert!(self.shop.calls().is_empty());
    }

    /// The answer was not heard: a notice is sent once the answer has had its time.
    async fn is_told_by_a_notice(&self, outcome: Told) {
        assert_eq!(self.house.gateway.mark_answered().await.expect("the store answers"), 0);
        assert_eq!(self.record().await.notice.outcome.verdict, outcome);
        assert_eq!(sent_a_minute_later(&self.house, &self.house.gateway).await, 1);
        assert_eq!((self.record().await.state, self.shop.calls().len()), (NoticeState::Delivered, 1));
    }
}

/// Notices that a gateway sends when the answer has had its time, and none before.
async fn sent_a_minute_later(house: &House, gateway: &Gateway) -> usize {
    house.advance_ms(ANSWER_PATIENCE_MS - 1);
    assert_eq!(gateway.notices().deliver_due().await.expect("the store answers"), 0, "the answer has its time");
    house.advance_ms(1);
    gateway.notices().deliver_due().await.expect("the store answers")
}

impl Open {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Ends when every connection has ended.
    async fn close(self) {
        drop(self.stop);
        tokio::time::timeout(SOON, self.server).await.expect("in time").expect("it ends").expect("in good order");
    }
}

fn message(version: &str, connection: &str, request: &pagam::Request) -> String {
    let body = request.write();
    format!(
        "POST {S2S} HTTP/{version}\r\nhost: x\r\nconnection: {connection}\r\ncontent-type: text/xml; charset=utf-8\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends a call and reads the answer to its end.
async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, message: &str) -> String {
    stream.write_all(message.as_bytes()).await.expect("sent");
    let mut text = String::new();
    tokio::time::timeout(SOON, stream.read_to_string(&mut text)).await.expect("in time").expect("an answer");
    text
}

#[tokio::test]
async fn a_caller_who_reads_the_answer_hears_no_notice() {
    for version in ["1.1", "1.0"] {
        let bench = Bench::new().await;
        let open = bench.open(None).await;
        let request = charge("order-1", &bench.amazon.choose("ok").await);
        let answer = talk(open.connect().await, &message(version, "close", &request)).await;
        assert!(answer.contains("<TransactionResult>OK<"), "{answer}");
        assert_eq!(bench.record().await.state, NoticeState::Due(bench.house.now().plus_ms(ANSWER_PATIENCE_MS)));
        assert_eq!(bench.house.gateway.mark_answered().await.expect("the store answers"), 1);
        bench.is_told_by_the_answer().await;
        open.close().await;
    }
}

#[tokio::test]
async fn a_caller_who_hangs_up_while_amazon_decides_hears_by_a_notice_a_minute_later() {
    let bench = Bench::new().await;
    let open = bench.open(None).await;
    let request = bench.held().await;
    let mut caller = open.connect().await;
    caller.write_all(message("1.1", "keep-alive", &request).as_bytes()).await.expect("sent");
    bench.amazon.holds_one().await;
    drop(caller);
    // Its only connection ends because the caller is gone: nothing has been answered.
    open.close().await;
    bench.amazon.let_through();
    bench.until_decided().await;
    bench.is_told_by_a_notice(Told::Paid).await;
}

#[tokio::test]
async fn over_tls_an_answer_that_is_read_is_told_and_one_that_is_not_is_sent() {
    let bench = Bench::new().await;
    let open = bench.open(Some(tls())).await;
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    let answer = talk(tls_to(open.address).await, &message("1.1", "close", &request)).await;
    assert!(answer.contains("<TransactionResult>OK<"), "{answer}");
    assert_eq!(bench.house.gateway.mark_answered().await.expect("the store answers"), 1);
    bench.is_told_by_the_answer().await;
    open.close().await;

    let bench = Bench::new().await;
    let open = bench.open(Some(tls())).await;
    let request = bench.held().await;
    let mut caller = tls_to(open.address).await;
    caller.write_all(message("1.1", "keep-alive", &request).as_bytes()).await.expect("sent");
    bench.amazon.holds_one().await;
    drop(caller);
    open.close().await;
    bench.amazon.let_through();
    bench.until_decided().await;
    bench.is_told_by_a_notice(Told::Paid).await;
}

#[tokio::test]
async fn two_calls_on_one_connection_are_both_told_by_their_answers() {
    let bench = Bench::new().await;
    let open = bench.open(None).await;
    let first = charge("order-1", &bench.amazon.choose("ok").await);
    let second = charge("order-2", &bench.amazon.choose("rejected").await);
    let both = message("1.1", "keep-alive", &first) + &message("1.1", "close", &second);
    let answers = talk(open.connect().await, &both).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    assert_eq!(bench.house.gateway.mark_answered().await.expect("the store answers"), 2);
    assert!(bench.house.notices_of("order-2").await.is_empty());
    bench.is_told_by_the_answer().await;
    open.close().await;
}

#[tokio::test]
async fn a_process_that_dies_before_it_answers_leaves_a_notice() {
    let bench = Bench::new().await;
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    let message = post(S2S, "text/xml; charset=utf-8", request.write());
    let unread = bench.house.doors.clone().oneshot(message).await.expect("the router always answers");
    assert!(bench.house.claimant("order-1").await.is_final(), "unit 2 is committed");
    drop(unread);
    let after = bench.house.restarted().await;
    assert_eq!(sent_a_minute_later(&bench.house, &after.gateway).await, 1);
    assert_eq!((bench.record().await.state, bench.shop.calls().len()), (NoticeState::Delivered, 1));
}

#[tokio::test]
async fn the_second_caller_of_the_same_call_is_told_for_both() {
    let bench = Bench::new().await;
    let open = bench.open(None).await;
    let request = bench.held().await;
    let mut caller = open.connect().await;
    caller.write_all(message("1.1", "keep-alive", &request).as_bytes()).await.expect("sent");
    bench.amazon.holds_one().await;
    drop(caller);
    open.close().await;
    let second = async {
        bench.amazon.let_through();
        bench.house.charge(&request).await
    };
    assert_eq!(second.await.result, Verdict::Ok);
    bench.is_told_by_the_answer().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_on_a_pending_payment_hears_that_it_is_pending_and_then_the_end() {
    let bench = Bench::with(Shop { decision_minutes: Some(60), ..amazon_shop() }).await;
    let request = charge("order-1", &bench.amazon.choose("review").await);
    let message = post(S2S, "text/xml; charset=utf-8", request.write());
    drop(bench.house.doors.clone().oneshot(message).await.expect("the router always answers"));
    bench.is_told_by_a_notice(Told::Pending).await;
    bench.house.advance_ms(LONGEST_PAUSE_MS);
    assert_eq!(bench.house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(bench.house.gateway.notices().deliver_due().await.expect("the store answers"), 1, "at once");
    assert_eq!(bench.house.notices_of("order-1").await, [Told::Pending, Told::Paid]);
}

#[tokio::test]
async fn a_caller_who_hears_that_it_is_pending_hears_only_the_end_by_a_notice() {
    let bench = Bench::with(Shop { decision_minutes: Some(60), ..amazon_shop() }).await;
    let request = charge("order-1", &bench.amazon.choose("review").await);
    assert_eq!(bench.house.charge(&request).await.result, Verdict::Xx);
    bench.is_told_by_the_answer().await;
    bench.house.advance_ms(LONGEST_PAUSE_MS);
    assert_eq!(bench.house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(bench.house.gateway.notices().deliver_due().await.expect("the store answers"), 1, "at once");
    assert_eq!(bench.house.notices_of("order-1").await, [Told::Paid]);
}

/// The attempt is unresolved: XX tells no outcome, so the answer stands for no notice.
#[tokio::test]
async fn an_answer_that_tells_no_outcome_marks_nothing() {
    let bench = Bench::new().await;
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    bench.amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    let answer = bench.house.asked(request.write()).await;
    assert!(answer.contains("<TransactionResult>XX<"), "{answer}");
    assert_eq!(bench.house.gateway.mark_answered().await.expect("the store answers"), 0);
    bench.house.advance_ms(ANSWER_PATIENCE_MS);
    assert_eq!(bench.house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(bench.house.gateway.notices().deliver_due().await.expect("the store answers"), 1, "at once");
    assert_eq!(bench.house.notices_of("order-1").await, [Told::Paid]);
}

#[tokio::test]
async fn many_answers_are_marked_by_one_commit_that_no_caller_waits_for() {
    const CALLS: usize = 200;
    let bench = Bench::new().await;
    let given = token(&bench.house, &bench.amazon, "ok").await;
    bench.house.gateway.notices().deliver_due().await.expect("the store answers");
    let before = bench.house.store.commits();
    for number in 0..CALLS {
        bench.house.asked(charge_token(&format!("month-{number}"), &given.token).write()).await;
    }
    let charged = bench.house.store.commits();
    let most = 2 * CALLS + CALLS / 100 + 2;
    assert!(charged - before <= most as u64, "two commits a charge, and numbers: {}", charged - before);
    assert_eq!(bench.house.gateway.mark_answered().await.expect("the store answers"), CALLS);
    assert_eq!(bench.house.store.commits() - charged, 1);
    for number in 0..CALLS {
        assert!(bench.house.notices_of(&format!("month-{number}")).await.is_empty(), "{number}");
    }
}

#[tokio::test]
async fn what_was_answered_last_is_marked_when_the_gateway_stops() {
    let bench = Bench::new().await;
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    bench.house.asked(request.write()).await;
    bench.house.gateway.clone().run_background(std::future::ready(())).await;
    bench.is_told_by_the_answer().await;
}

#[tokio::test]
async fn the_background_marks_what_is_answered() {
    let bench = Bench::new().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let mut background = JoinSet::new();
    background.spawn(bench.house.gateway.clone().run_background(async move { drop(stopped.await) }));
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    bench.house.asked(request.write()).await;
    let marked = async {
        while bench.record().await.state != NoticeState::Delivered {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, marked).await.expect("it is marked");
    drop(stop);
    background.join_all().await;
    bench.is_told_by_the_answer().await;
}

#[tokio::test]
async fn what_the_store_could_not_mark_is_sent() {
    let folder = Folder::new();
    let shop = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let at_amazon = Shop { notice_url: Some(shop.url("/notice")), ..amazon_shop() };
    let (house, amazon) = house_on(Some(folder.address()), settings(), at_amazon).await;
    let bench = Bench { house, amazon, shop };
    let request = charge("order-1", &bench.amazon.choose("ok").await);
    bench.house.asked(request.write()).await;
    folder.run(
        "CREATE TRIGGER away BEFORE UPDATE ON notices WHEN OLD.state = 'due' AND NEW.state = 'delivered'
         BEGIN SELECT RAISE(ABORT, 'the store is away'); END",
    );
    bench.house.gateway.mark_answered().await.expect_err("the store is away");
    folder.run("DROP TRIGGER away");
    bench.is_told_by_a_notice(Told::Paid).await;
}

/// A folder with a database that others reach too; it goes with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Folder {
        let folder = std::env::temp_dir().join(format!("pagam-answered-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder");
        Folder(folder)
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.join("gateway.db")
    }

    fn address(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }

    fn run(&self, sql: &str) {
        rusqlite::Connection::open(self.file()).and_then(|database| database.execute_batch(sql)).expect("it runs");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}
