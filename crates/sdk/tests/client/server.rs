//! A server on loopback that plays prepared answers in turn and remembers what it was asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;

/// One prepared answer.
#[derive(Debug, Clone)]
pub struct Play {
    pub status: u16,
    pub body: String,
    /// The value of `Retry-After`, if there is one.
    pub retry_after: Option<&'static str>,
    /// Never answers.
    pub silent: bool,
    /// Answers when this is told.
    pub gate: Option<Arc<Notify>>,
}

/// One request, as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub action: String,
    pub content_type: String,
    pub body: String,
    /// The other end of its connection.
    pub peer: SocketAddr,
}

#[derive(Clone)]
pub struct Server {
    base: String,
    script: Arc<Mutex<(VecDeque<Play>, Vec<Asked>)>>,
}

impl Default for Play {
    fn default() -> Play {
        Play { status: 200, body: String::new(), retry_after: None, silent: false, gate: None }
    }
}

impl Play {
    pub fn answer(body: &str) -> Play {
        Play { body: body.to_owned(), ..Play::default() }
    }
}

impl Server {
    pub async fn start(plays: impl IntoIterator<Item = Play>) -> Server {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new((plays.into_iter().collect(), Vec::new())));
        let server = Server { base, script };
        let router = Router::new().fallback(play).with_state(server.clone());
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn builder(&self) -> pagam::ClientBuilder {
        pagam::Client::builder("GESPAY00001").api_key("top-secret-key").base_url(&self.base)
    }

    pub fn client(&self) -> pagam::Client {
        self.client_with(0)
    }

    pub fn client_with(&self, retries: u8) -> pagam::Client {
        self.builder().retries(retries).retry_pause(std::time::Duration::ZERO).build().expect("a client")
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.script().1.clone()
    }

    fn script(&self) -> MutexGuard<'_, (VecDeque<Play>, Vec<Asked>)> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn play(State(server): State<Server>, ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let text = |headers: &HeaderMap, name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let asked = Asked {
        path: parts.uri.path().to_owned(),
        action: text(&parts.headers, "soapaction"),
        content_type: text(&parts.headers, "content-type"),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
        peer,
    };
    let play = {
        let mut script = server.script();
        script.1.push(asked);
        script.0.pop_front().expect("an answer was prepared")
    };
    if play.silent {
        std::future::pending::<()>().await;
    }
    if let Some(gate) = play.gate {
        gate.notified().await;
    }
    let retry_after = play.retry_after.map(|value| [(RETRY_AFTER, value)]);
    (StatusCode::from_u16(play.status).expect("a status"), retry_after, play.body).into_response()
}
