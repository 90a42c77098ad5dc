//! A small server on loopback that plays one act for each connection, so that every end of a call can be met.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use amazon::{Account, Authorize, Connector, Endpoints, Environment, Price, Retry, Timeouts, http_client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const REQUEST_ID: &str = "0a0a0a0a-1111-4222-8333-444444444444";
pub const NOW_MS: i64 = 1_451_606_398_000;

/// What the server does with one connection.
#[derive(Debug, Clone)]
pub enum Act {
    /// Closes it before reading anything.
    CloseBeforeReading,
    /// Reads the request and closes it.
    CloseAfterReading,
    /// Answers in full.
    Answer { status: u16, content_type: &'static str, body: String },
    /// Promises more bytes than it sends.
    CloseInBody { status: u16, body: String },
    /// Answers with this many bytes, without saying so beforehand.
    Endless { bytes: usize },
    /// Reads the request and never answers.
    Silent,
    /// Begins an answer and never ends it.
    SilentInBody,
}

impl Act {
    pub fn xml(status: u16, body: impl Into<String>) -> Act {
        Act::Answer { status, content_type: "text/xml", body: body.into() }
    }

    pub fn text(status: u16, content_type: &'static str, body: &str) -> Act {
        Act::Answer { status, content_type, body: body.to_owned() }
    }

    pub fn refusal(status: u16, code: &str) -> Act {
        Act::xml(
            status,
            format!(
                "<ErrorResponse xmlns=\"http://mws.amazonservices.com/schema/OffAmazonPayments/2013-01-01\"><Error>\
                <Type>Sender</Type><Code>{code}</Code><Message>a sentence</Message></Error>\
                <RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
            ),
        )
    }
}

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub head: String,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn params(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Plays the acts in order; the last one for every further connection.
    pub async fn playing(acts: impl Into<VecDeque<Act>>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, mut acts) = (Arc::clone(&requests), acts.into());
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                let act = if acts.len() > 1 { acts.pop_front() } else { acts.front().cloned() };
                let act = act.expect("at least one act");
                tokio::spawn(play(stream, act, Arc::clone(&seen)));
            }
        });
        Server { port, requests }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("not poisoned").clone()
    }

    pub fn connector(&self, retry: Retry) -> Connector {
        connector_to(&format!("http://127.0.0.1:{}", self.port), 5_000, retry)
    }

    /// A connector that soon loses its patience.
    pub fn hasty_connector(&self) -> Connector {
        connector_to(&format!("http://127.0.0.1:{}", self.port), 150, Retry::never())
    }
}

pub fn connector_to(base: &str, call_ms: u64, retry: Retry) -> Connector {
    let http = http_client(Timeouts { connect_ms: 5_000, call_ms }).expect("a client");
    let endpoints = Endpoints::at(base.parse().expect("a URL"), Environment::Sandbox);
    Connector::new(http, endpoints, Arc::new(|| NOW_MS), retry).expect("a loopback address")
}

pub fn account() -> Account {
    Account {
        seller_id: "A2EXAMPLESELLER".into(),
        client_id: "amzn1.application-oa2-client.1".into(),
        access_key: "AKIAEXAMPLEDEVELOPER".into(),
        secret_key: "exampleSecretKey".into(),
        mws_token: Some("amzn.mws.secret-token".into()),
    }
}

pub fn authorize() -> Authorize {
    Authorize {
        order_reference_id: "S02-1111111-2222222".into(),
        authorization_reference_id: "order-77".into(),
        amount: Price::new("24.21", "EUR"),
        capture_now: true,
        ..Authorize::default()
    }
}

async fn play(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<Request>>>) {
    if matches!(act, Act::CloseBeforeReading) {
        return;
    }
    let Some(request) = read(&mut stream).await else { return };
    seen.lock().expect("not poisoned").push(request);
    let head = |status: u16, content_type: &str, length: usize| {
        format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
            x-mws-timestamp: 2026-03-02T09:15:00.250Z\r\nConnection: close\r\n\r\n"
        )
    };
    let bytes = match act {
        Act::CloseBeforeReading | Act::CloseAfterReading => return,
        Act::Answer { status, content_type, body } => head(status, content_type, body.len()) + &body,
        Act::CloseInBody { status, body } => head(status, "text/xml", body.len() + 100) + &body,
        Act::Endless { bytes } => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n";
            format!("{head}{}", "x".repeat(bytes))
        }
        Act::Silent => String::new(),
        Act::SilentInBody => head(200, "text/xml", 1000) + "<AuthorizeResponse>",
    };
    // The other side may be gone before all is written; that is what some of these acts are for.
    let _ = stream.write_all(bytes.as_bytes()).await;
    let stays = bytes.is_empty() || bytes.ends_with("<AuthorizeResponse>");
    if stays {
        let _ = stream.read(&mut [0; 1]).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let request = Request { head: head.to_owned(), body: body.to_owned() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if request.body.len() >= length {
            return Some(request);
        }
    }
}
