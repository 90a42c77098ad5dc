//! A shop on a loopback port that writes down how it is called.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

/// What the shop does when it is called.
#[derive(Clone)]
pub enum Habit {
    Answer(StatusCode),
    /// Sends the caller elsewhere with this status.
    Redirect(StatusCode),
    /// Answers only when the test lets it.
    Wait(Arc<Semaphore>),
}

#[derive(Clone)]
pub struct ShopServer {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    habit: Arc<Mutex<Habit>>,
    arrivals: Arc<Semaphore>,
}

impl ShopServer {
    pub async fn start(habit: Habit) -> ShopServer {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = ShopServer {
            address: listener.local_addr().expect("an address"),
            seen: Arc::default(),
            habit: Arc::new(Mutex::new(habit)),
            arrivals: Arc::new(Semaphore::new(0)),
        };
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn behave(&self, habit: Habit) {
        *self.habit.lock().expect("not poisoned") = habit;
    }

    /// Path and query of each call so far.
    pub fn calls(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").iter().map(|(target, _)| target.clone()).collect()
    }

    pub fn headers(&self, call: usize) -> HeaderMap {
        self.seen.lock().expect("not poisoned")[call].1.clone()
    }

    /// Waits until one more call has arrived.
    pub async fn arrival(&self) {
        self.arrivals.acquire().await.expect("open").forget();
    }
}

async fn answer(State(shop): State<ShopServer>, request: Request) -> Response {
    let target = request.uri().to_string();
    shop.seen.lock().expect("not poisoned").push((target, request.headers().clone()));
    shop.arrivals.add_permits(1);
    let habit = shop.habit.lock().expect("not poisoned").clone();
    match habit {
        Habit::Answer(status) => (status, "<html></html>").into_response(),
        Habit::Redirect(status) => (status, [(header::LOCATION, "/elsewhere")]).into_response(),
        Habit::Wait(leave) => {
            leave.acquire().await.expect("open").forget();
            "<html></html>".into_response()
        }
    }
}
