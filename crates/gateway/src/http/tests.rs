//! When an answer counts as written out: receipts on connections that speak HTTP.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream;
use http_body_util::BodyExt as _;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use super::patient::Patient;
use super::places::{Capacity, Places};
use super::receipts::{Receipts, with_receipt};
use super::serve::Connection;

/// How many answers have surely been written out.
type Written = Arc<AtomicU32>;

const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
const GET_AND_CLOSE: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn count(written: &Written) -> u32 {
    written.load(Ordering::SeqCst)
}

/// A door whose answers have this body, each with a receipt.
fn door(written: &Written, body: impl Fn() -> Body + Clone + Send + Sync + 'static) -> Router {
    let written = Arc::clone(written);
    let answer = move |request: Request| {
        let (written, answer) = (Arc::clone(&written), Response::new(body()));
        let connection = request.extensions().get::<Receipts>().cloned();
        let count = move || {
            written.fetch_add(1, Ordering::SeqCst);
        };
        async move { with_receipt(answer, connection, count).into_response() }
    };
    Router::new().route("/", get(answer))
}

/// A connection to the door on which so many bytes may be on their way.
fn connected(door: Router, bytes: usize) -> DuplexStream {
    let (near, far) = duplex(bytes);
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 4711));
    tokio::spawn(async move {
        let graceful = GracefulShutdown::new();
        Connection { peer, door, places: Places::new(Capacity::default()), watcher: graceful.watcher() }
            .speak(near)
            .await;
    });
    far
}

async fn read_to_end(far: &mut DuplexStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), far.read_to_end(&mut bytes)).await;
    read.expect("in time").expect("an answer");
    String::from_utf8(bytes).expect("text")
}

/// Reads until what was read ends so.
async fn read_until(far: &mut DuplexStream, end: &str) {
    let mut text = String::new();
    while !text.ends_with(end) {
        text.push(char::from(far.read_u8().await.expect("more")));
    }
}

#[tokio::test]
async fn an_answer_that_is_read_is_written_out_once() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("all of it")), 1024);
    far.write_all(GET_AND_CLOSE).await.expect("sent");
    assert!(read_to_end(&mut far).await.ends_with("all of it"));
    assert_eq!(count(&written), 1);
}

#[tokio::test]
async fn each_answer_of_a_kept_connection_has_its_own_receipt() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("all of it")), 1024);
    for number in 1..=3 {
        far.write_all(GET).await.expect("sent");
        read_until(&mut far, "all of it").await;
        assert_eq!(count(&written), number);
    }
}

#[tokio::test]
async fn pipelined_requests_are_all_answered_and_written_out() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("all of it")), 4096);
    far.write_all(&[GET, GET, GET_AND_CLOSE].concat()).await.expect("sent");
    assert_eq!(read_to_end(&mut far).await.matches("all of it").count(), 3);
    assert_eq!(count(&written), 3);
}

#[tokio::test]
async fn http_1_0_is_written_out_as_well() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("all of it")), 1024);
    far.write_all(b"GET / HTTP/1.0\r\n\r\n").await.expect("sent");
    assert!(read_to_end(&mut far).await.ends_with("all of it"));
    assert_eq!(count(&written), 1);
}

#[tokio::test]
async fn a_head_tells_nothing() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("all of it")), 1024);
    far.write_all(b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("sent");
    assert!(read_to_end(&mut far).await.starts_with("HTTP/1.1 200"));
    assert_eq!(count(&written), 0);
}

#[tokio::test]
async fn an_answer_is_not_written_out_before_its_last_byte_is_taken() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("x".repeat(10_000))), 64);
    far.write_all(GET_AND_CLOSE).await.expect("sent");
    far.read_exact(&mut [0; 9_000]).await.expect("most of it");
    assert_eq!(count(&written), 0);
    read_to_end(&mut far).await;
    assert_eq!(count(&written), 1);
}

#[tokio::test]
async fn a_caller_who_hangs_up_in_the_middle_has_not_heard() {
    let written = Written::default();
    let mut far = connected(door(&written, || Body::from("x".repeat(10_000))), 64);
    far.write_all(GET_AND_CLOSE).await.expect("sent");
    far.read_exact(&mut [0; 9_000]).await.expect("most of it");
    drop(far);
    until_alone(&written).await;
    assert_eq!(count(&written), 0);
}

#[tokio::test]
async fn a_body_in_parts_is_written_out_with_the_last_of_them() {
    let written = Written::default();
    let (parts, taken) = mpsc::unbounded_channel::<&'static str>();
    let taken = Arc::new(tokio::sync::Mutex::new(taken));
    let body = move || {
        let taken = Arc::clone(&taken);
        Body::from_stream(stream::unfold(taken, async |taken| {
            let part = taken.lock().await.recv().await?;
            Some((Ok::<_, Infallible>(Bytes::from_static(part.as_bytes())), taken))
        }))
    };
    let mut far = connected(door(&written, body), 1024);
    far.write_all(GET_AND_CLOSE).await.expect("sent");
    for part in ["first", "second"] {
        parts.send(part).expect("taken");
        read_until(&mut far, part).await;
        assert_eq!(count(&written), 0, "flushed, and more is to come");
    }
    drop(parts);
    read_to_end(&mut far).await;
    assert_eq!(count(&written), 1);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_written_out() {
    let written = Written::default();
    let body = || {
        let parts = [Ok(Bytes::from_static(b"first")), Err(std::io::Error::other("broken"))];
        Body::from_stream(stream::iter(parts))
    };
    let mut far = connected(door(&written, body), 1024);
    far.write_all(GET_AND_CLOSE).await.expect("sent");
    let mut bytes = Vec::new();
    far.read_to_end(&mut bytes).await.expect("what there is");
    until_alone(&written).await;
    assert_eq!(count(&written), 0);
}

#[tokio::test]
async fn without_a_connection_an_answer_counts_when_its_body_is_read() {
    let written = Written::default();
    let ask = async || door(&written, || Body::from("all of it")).oneshot(Request::new(Body::empty())).await;
    drop(ask().await.expect("an answer"));
    assert_eq!(count(&written), 0);
    let read = ask().await.expect("an answer").into_body().collect().await.expect("a body").to_bytes();
    assert_eq!(&read[..], &b"all of it"[..], "the body arrives whole");
    assert_eq!(count(&written), 1, "reading it to its end counts the answer once");
}

/// Waits until nothing holds a receipt or the door any more.
async fn until_alone(written: &Written) {
    let alone = async {
        while Arc::strong_count(written) > 1 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), alone).await.expect("the connection ends");
}

/// A list with one receipt, as a connection has it when hyper has taken an answer whole.
async fn waiting(written: &Written) -> Receipts {
    let (receipts, written) = (Receipts::default(), Arc::clone(written));
    let count = move || {
        written.fetch_add(1, Ordering::SeqCst);
    };
    let answer = with_receipt(Response::new(Body::from("all of it")), Some(receipts.clone()), count);
    answer.into_body().collect().await.expect("a body");
    receipts
}

#[tokio::test]
async fn bytes_that_are_written_and_not_flushed_may_be_lost() {
    let written = Written::default();
    let receipts = waiting(&written).await;
    let (near, _far) = duplex(1024);
    let mut near = Patient::new(near, Duration::from_secs(10), receipts);
    near.write_all(b"all of it").await.expect("it fits");
    assert_eq!(count(&written), 0);
    near.flush().await.expect("all is there");
    assert_eq!(count(&written), 1);
    near.flush().await.expect("all is there");
    assert_eq!(count(&written), 1, "each receipt fires once");
}

#[tokio::test]
async fn a_write_that_fails_loses_what_was_on_its_way() {
    let written = Written::default();
    let receipts = waiting(&written).await;
    let (near, far) = duplex(1024);
    let mut near = Patient::new(near, Duration::from_secs(10), receipts);
    drop(far);
    near.write_all(b"all of it").await.expect_err("nobody is there");
    near.flush().await.expect("a flush of nothing");
    assert_eq!(count(&written), 0, "what was not written out is not counted");
    assert_eq!(Arc::strong_count(&written), 1, "the receipt is given up");
}
