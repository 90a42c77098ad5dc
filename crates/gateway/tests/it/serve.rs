//! The server itself: callers' addresses, TLS, an end in good order.

use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use gateway::{Capacity, Places, Tls, TlsFiles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio_rustls::client::TlsStream;

pub async fn listen() -> (TcpListener, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

#[tokio::test]
async fn handlers_learn_the_callers_address() {
    let (listener, address) = listen().await;
    let whoami = get(|ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>| async move { peer.ip().to_string() });
    let server = tokio::spawn(gateway::serve(
        listener,
        Router::new().route("/", whoami),
        None,
        Places::new(Capacity::default()),
        pending(),
    ));
    let text = talk(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(text.starts_with("HTTP/1.1 200 OK") && text.ends_with("127.0.0.1"), "{text}");
    server.abort();
}

#[tokio::test]
async fn what_is_no_http_gets_an_answer_and_the_server_goes_on() {
    let (listener, address) = listen().await;
    let router = Router::new().route("/", get(|| async { "here" }));
    let server = tokio::spawn(gateway::serve(listener, router, None, Places::new(Capacity::default()), pending()));
    assert!(talk(address, "\u{16}\u{3}\u{1} no HTTP at all\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    assert!(talk(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.ends_with("here"));
    server.abort();
}

#[tokio::test]
async fn a_request_without_a_host_or_with_two_is_refused_and_ends_its_connection() {
    let (listener, address) = listen().await;
    let router = Router::new().route("/", get(|| async { "here" }));
    let server = tokio::spawn(gateway::serve(listener, router, None, Places::new(Capacity::default()), pending()));
    for refused in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nHost: y\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.0\r\nhost: x\r\nhost: y\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n",
    ] {
        let text = talk(address, refused).await;
        assert!(text.starts_with("HTTP/1.1 400") || text.starts_with("HTTP/1.0 400"), "{refused:?}: {text}");
        assert!(text.contains("connection: close") && text.contains("nosniff"), "{refused:?}: {text}");
    }
    for taken in ["GET / HTTP/1.0\r\n\r\n", "GET http://x/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"] {
        assert!(talk(address, taken).await.ends_with("here"), "{taken:?}");
    }
    server.abort();
}

#[tokio::test]
async fn a_request_under_way_ends_before_the_server_does() {
    let (listener, address) = listen().await;
    let (arrived, leave) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (come, go) = (Arc::clone(&arrived), Arc::clone(&leave));
    let slow = get(|| async move {
        come.add_permits(1);
        go.acquire().await.expect("open").forget();
        "done"
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move { drop(stopped.await) };
    let server = tokio::spawn(gateway::serve(
        listener,
        Router::new().route("/", slow),
        None,
        Places::new(Capacity::default()),
        shutdown,
    ));
    let call = tokio::spawn(talk(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
    arrived.acquire().await.expect("open").forget();
    drop(stop);
    leave.add_permits(1);
    server.await.expect("it ends").expect("in good order");
    assert!(call.await.expect("an answer").ends_with("done"));
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn tls_is_spoken_with_the_certificate_of_the_files() {
    let (listener, address) = listen().await;
    let router = Router::new().route("/", get(|| async { "sealed" }));
    let places = Places::new(Capacity::default());
    let server = tokio::spawn(gateway::serve(listener, router, Some(tls()), places, pending()));
    let mut stream = tls_to(address).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("an answer");
    assert!(text.ends_with("sealed"), "{text}");
    server.abort();
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_open_connections_go_on() {
    let (listener, address) = listen().await;
    let router = Router::new().route("/", get(|| async { "here" }));
    let tls = tls();
    let server =
        tokio::spawn(gateway::serve(listener, router, Some(tls.clone()), Places::new(Capacity::default()), pending()));
    let mut open = tls_to(address).await;
    assert!(ask(&mut open).await.ends_with("here"));

    let folder = std::env::temp_dir().join(format!("pagam-serve-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let files = TlsFiles { certificate: folder.join("chain.pem"), key: folder.join("key.pem") };
    let renewed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    std::fs::write(&files.certificate, renewed.cert.pem()).expect("written");
    std::fs::write(&files.key, renewed.signing_key.serialize_pem()).expect("written");
    tls.renew(&files).expect("a certificate");
    std::fs::remove_dir_all(folder).expect("it was there");

    let old = std::fs::read(tls_files().certificate).expect("a certificate");
    assert!(tls_trusting(&old, address).await.is_err(), "the certificate of before is gone");
    let mut fresh = tls_trusting(renewed.cert.pem().as_bytes(), address).await.expect("the new one");
    assert!(ask(&mut fresh).await.ends_with("here"));
    assert!(ask(&mut open).await.ends_with("here"), "an open connection was cut");
    server.abort();
}

/// One question on a connection that stays open.
async fn ask(stream: &mut TlsStream<TcpStream>) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("sent");
    let mut text = String::new();
    while !text.ends_with("here") {
        let mut part = [0; 512];
        let read = stream.read(&mut part).await.expect("an answer");
        assert!(read > 0, "the connection ended: {text}");
        text += &String::from_utf8_lossy(&part[..read]);
    }
    text
}

/// A certificate for localhost that is its own authority.
pub fn tls() -> Tls {
    Tls::open(tls_files()).expect("a certificate")
}

fn tls_files() -> TlsFiles {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    TlsFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") }
}

/// A client that believes that certificate.
pub async fn tls_to(address: std::net::SocketAddr) -> TlsStream<TcpStream> {
    tls_trusting(&std::fs::read(tls_files().certificate).expect("a certificate"), address).await.expect("TLS")
}

/// A client that believes one certificate alone.
async fn tls_trusting(believed: &[u8], address: std::net::SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in pem(believed) {
        roots.add(certificate).expect("a certificate");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions").with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await.expect("a connection");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    connector.connect("localhost".try_into().expect("a name"), stream).await
}

fn pem(text: &[u8]) -> Vec<rustls_pki_types::CertificateDer<'static>> {
    use rustls_pki_types::pem::PemObject;
    rustls_pki_types::CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().expect("PEM")
}

#[test]
fn missing_certificates_are_told_before_anyone_is_served() {
    let files = TlsFiles { certificate: "/nowhere/certificate.pem".into(), key: "/nowhere/key.pem".into() };
    let refused = Tls::open(files).expect_err("no certificate");
    assert!(refused.to_string().contains("/nowhere/certificate.pem"), "{refused}");
}

async fn talk(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes)).await;
    read.expect("in time").expect("an answer");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn two_gateways_that_start_on_an_empty_store_read_each_others_strings() {
    let store = store::Store::open_in_memory().expect("a store in memory");
    let begin = || {
        let now: gateway::Clock = std::sync::Arc::new(|| crate::house::START);
        gateway::Gateway::new(crate::house::settings(), store.clone(), now, strangers())
    };
    let (one, other) = tokio::join!(begin(), begin());
    let (one, other) = (one.expect("a gateway"), other.expect("a gateway"));
    assert_eq!(store.seal_keys().await.expect("the keys").len(), 1);
    let request = gateway::seal::SealedRequest {
        payment: one.keyring().new_payment_id(),
        order: crate::house::order("order-1"),
        methods: Vec::new(),
        sealed_at: crate::house::START,
    };
    let string = one.keyring().seal_request(&crate::house::login(), &request);
    assert!(other.keyring().open_request(&crate::house::login(), &string).is_ok());
}

/// Each gateway draws bytes of its own, as two processes do.
fn strangers() -> gateway::Random {
    use std::sync::atomic::{AtomicU8, Ordering};
    static DRAWN: AtomicU8 = AtomicU8::new(1);
    std::sync::Arc::new(|buffer: &mut [u8]| buffer.fill_with(|| DRAWN.fetch_add(7, Ordering::Relaxed)))
}
