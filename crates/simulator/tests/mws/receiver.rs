//! A merchant's server on a port of its own that takes notifications, answers as it is told, and
//! remembers what came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use amazon::Notification;
use amazon::notification::{Genuine, Trust, Verifier};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use simulator::{ClientView, Manner, SignatureVersion};
use tokio::sync::Notify;

use super::bench::{Bench, CLIENT};

pub struct Receiver {
    pub url: String,
    desk: Arc<Desk>,
}

#[derive(Default)]
struct Desk {
    came: Mutex<Vec<Came>>,
    /// Statuses of the next answers; none left: 200.
    answers: Mutex<VecDeque<u16>>,
    /// Whether answers wait to be let go.
    is_held: Mutex<bool>,
    released: Notify,
    arrived: Notify,
}

/// A request as it came.
#[derive(Clone)]
pub struct Came {
    pub headers: HeaderMap,
    pub body: String,
}

async fn take(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let body = String::from_utf8(body.to_vec()).expect("text");
    desk.came.lock().expect("whole").push(Came { headers, body });
    desk.arrived.notify_one();
    let is_held = *desk.is_held.lock().expect("whole");
    if is_held {
        desk.released.notified().await;
    }
    let status = desk.answers.lock().expect("whole").pop_front().unwrap_or(200);
    StatusCode::from_u16(status).expect("a status")
}

impl Receiver {
    pub async fn new() -> Receiver {
        let desk = Arc::new(Desk::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/ipn", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(take).with_state(Arc::clone(&desk));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { url, desk }
    }

    /// The next answers.
    pub fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.desk.answers.lock().expect("whole").extend(statuses);
    }

    pub fn hold(&self) {
        *self.desk.is_held.lock().expect("whole") = true;
    }

    pub async fn arrived(&self) {
        self.desk.arrived.notified().await;
    }

    pub fn came(&self) -> Vec<Came> {
        self.desk.came.lock().expect("whole").clone()
    }

    pub fn bodies(&self) -> Vec<String> {
        self.came().into_iter().map(|came| came.body).collect()
    }
}

impl Bench {
    /// The merchant enters the receiver's address in Seller Central; none: takes it out.
    pub fn tell(&self, receiver: Option<&Receiver>) {
        let client = self.world().client(CLIENT, true).expect("a client");
        let ipn_url = receiver.map(|receiver| receiver.url.clone());
        self.world().save_client(ClientView { ipn_url, ..client }).expect("written");
    }

    pub fn sign_with(&self, signature: SignatureVersion) {
        self.simulator.notify_in(Manner { signature, ..Manner::default() });
    }

    /// Believes the simulator alone.
    pub fn verifier(&self) -> Verifier {
        let root = self.simulator.world().notification_root().expect("a root");
        let trust = Trust::stand_in(self.base.clone(), &root).expect("a trust");
        let http = amazon::http_client(amazon::Timeouts::default()).expect("a client");
        let world = Arc::clone(self.world());
        Verifier::new(http, trust, Arc::new(move || world.now()))
    }

    /// What came, verified.
    pub async fn told(&self, receiver: &Receiver) -> Vec<Notification> {
        let verifier = self.verifier();
        let mut told = Vec::new();
        for body in receiver.bodies() {
            match verifier.verify(body.as_bytes()).await {
                Ok(Genuine::Notification(notification)) => told.push(*notification),
                other => panic!("{other:?}"),
            }
        }
        told
    }

    /// Delivers until nothing is due.
    pub async fn deliver_all(&self) -> usize {
        let mut all = 0;
        loop {
            match self.simulator.deliver_notifications().await {
                0 => return all,
                sent => all += sent,
            }
        }
    }
}
