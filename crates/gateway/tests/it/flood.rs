//! Callers who want to keep others out, on real connections: what one address can take away is its
//! own share. `127.0.0.2` is the neighbour.

use std::future::pending;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use gateway::{Capacity, Places, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use wire::path::CRYPT_DECRYPT;

use crate::house::{House, encrypt_request, settings, shop};
use crate::serve::listen;

const ATTACKER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 1));
const NEIGHBOUR: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// A gateway behind a socket.
struct Served {
    at: SocketAddr,
    server: JoinHandle<std::io::Result<()>>,
    _house: House,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Served {
    async fn within(capacity: Capacity) -> Served {
        Served::of(Places::new(capacity), House::new().await).await
    }

    async fn of(places: Places, house: House) -> Served {
        let (listener, at) = listen().await;
        let serving = gateway::serve(listener, house.doors.clone(), None, places, pending());
        Served { at, server: tokio::spawn(serving), _house: house }
    }

    async fn connect(&self, from: IpAddr) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((from, 0).into()).expect("an address of this machine");
        socket.connect(self.at).await.expect("a connection")
    }

    /// The status of an Encrypt; none when the connection was ended without an answer.
    async fn encrypt(&self, from: IpAddr) -> Option<u16> {
        let mut stream = self.connect(from).await;
        let body = encrypt_request().write();
        let (length, head) = (body.len(), head_of(CRYPT_DECRYPT));
        let request = format!("{head}connection: close\r\ncontent-length: {length}\r\n\r\n{body}");
        answered(&mut stream, request.as_bytes()).await
    }
}

fn head_of(path: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/xml; charset=utf-8\r\n")
}

/// Sends what the other side takes, and reads the status of its answer.
async fn answered(stream: &mut TcpStream, request: &[u8]) -> Option<u16> {
    // The server may turn a caller away before he has sent everything.
    drop(stream.write_all(request).await);
    let mut text = Vec::new();
    drop(stream.read_to_end(&mut text).await);
    String::from_utf8_lossy(&text).split(' ').nth(1)?.parse().ok()
}

#[tokio::test]
async fn half_sent_headers_of_one_address_keep_nobody_else_out() {
    let served = Served::within(Capacity { per_address_max: 20, connections_max: 64, ..Capacity::default() }).await;
    let mut held = Vec::new();
    for _ in 0..100 {
        let mut stream = served.connect(ATTACKER).await;
        drop(stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await);
        held.push(stream);
    }
    assert_eq!(served.encrypt(NEIGHBOUR).await, Some(200), "the neighbour is served");
    assert!(matches!(served.encrypt(ATTACKER).await, None | Some(503)), "the attacker has used up his own places");
    drop(held);
    while served.encrypt(ATTACKER).await != Some(200) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn held_bodies_of_one_address_keep_nobody_else_out() {
    let capacity = Capacity { body_bytes_max: 1 << 20, body_bytes_per_address_max: 200_000, ..Capacity::default() };
    let served = Served::within(capacity).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = served.connect(ATTACKER).await;
        let begun = format!("{}content-length: 900000\r\n\r\n{}", head_of(CRYPT_DECRYPT), " ".repeat(120_000));
        drop(stream.write_all(begun.as_bytes()).await);
        held.push(stream);
    }
    let first_answer = async |stream: &mut TcpStream| {
        let mut text = [0; 12];
        stream.read_exact(&mut text).await.map(|_| String::from_utf8_lossy(&text).into_owned())
    };
    let answers = held.iter_mut().map(|stream| Box::pin(first_answer(stream)));
    let (answer, ..) = futures_util::future::select_all(answers).await;
    assert_eq!(answer.expect("an answer"), "HTTP/1.1 503", "there is no room for three of them");
    assert_eq!(served.encrypt(NEIGHBOUR).await, Some(200), "the neighbour is served");
}

#[tokio::test]
async fn a_body_in_chunks_of_one_byte_is_read_and_bounded() {
    let served = Served::within(Capacity::default()).await;
    let body = encrypt_request().write();
    let chunked = |body: &str| body.bytes().map(|byte| format!("1\r\n{}\r\n", char::from(byte))).collect::<String>();
    let head = format!("{}connection: close\r\ntransfer-encoding: chunked\r\n\r\n", head_of(CRYPT_DECRYPT));
    let mut stream = served.connect(ATTACKER).await;
    let whole = format!("{head}{}0\r\n\r\n", chunked(&body));
    assert_eq!(answered(&mut stream, whole.as_bytes()).await, Some(200), "how a body is cut does not matter");
    let mut stream = served.connect(ATTACKER).await;
    let endless = format!("{head}{}", chunked(&" ".repeat((1 << 20) + 70_000)));
    assert_eq!(answered(&mut stream, endless.as_bytes()).await, Some(413), "and neither does it for its limit");
}

#[tokio::test]
async fn a_shop_that_has_called_before_finds_a_place_when_strangers_have_taken_the_rest() {
    let capacity = Capacity { connections_max: 8, per_address_max: 8, ..Capacity::default() };
    let house = House::with(Settings { capacity, ..settings() }, shop()).await;
    let served = Served::of(house.gateway.places().clone(), house).await;
    assert_eq!(served.encrypt(NEIGHBOUR).await, Some(200), "a shop calls with its key");
    let stranger = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3));
    let mut held = Vec::new();
    for _ in 0..20 {
        let mut stream = served.connect(stranger).await;
        drop(stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await);
        held.push(stream);
    }
    assert!(matches!(served.encrypt(ATTACKER).await, None | Some(503)), "no stranger finds a place");
    assert_eq!(served.encrypt(NEIGHBOUR).await, Some(200), "the shop does");
}

/// The same at the doors for which a body is a form or a notification.
#[tokio::test]
async fn a_door_without_room_for_a_body_says_503() {
    let capacity = Capacity { body_bytes_max: 64, body_bytes_per_address_max: 64, ..Capacity::default() };
    let served = Served::within(capacity).await;
    for path in ["/pagam/AmazonPay.aspx/confirm", "/pagam/AmazonPayNotification.aspx", CRYPT_DECRYPT] {
        let mut stream = served.connect(ATTACKER).await;
        let form = "content-type: application/x-www-form-urlencoded";
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\n{form}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
             6\r\na=b&c=\r\n0\r\n\r\n"
        );
        assert_eq!(answered(&mut stream, request.as_bytes()).await, Some(503), "{path}");
    }
}
