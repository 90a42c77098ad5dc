//! The gate in front of the simulator: what becomes of each call on its way to Amazon and back. A test says by its
//! [`Policy`] which call meets which fault; what a fault is, is said here.
//!
//! Nobody waits for real: a call whose answer is not to come is answered at once by a connection that breaks.

mod call;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tower::ServiceExt;

pub use call::Call;

/// The longest call, and the longest answer of the simulator, that is read.
const LONGEST: usize = 1 << 20;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// None: it goes through.
    Passed,
    /// It never reaches Amazon, and nobody knows.
    Dropped,
    /// Amazon does it, and the answer is lost.
    Lost,
    /// As dropped; but it arrives so many ticks later.
    Late(u64),
    /// It arrives twice; the second time so many ticks later, when Amazon has done it the first time. What Amazon has
    /// refused does not come again by itself: nobody could tell that from a new wish.
    Twice(u64),
    /// Amazon's front end turns it away.
    Throttled,
    /// Amazon refuses it with this code.
    Refused(&'static str),
    /// It breaks inside Amazon, before anything is done.
    Broken,
    /// It breaks inside Amazon, after all is done.
    BrokenAfter,
    /// Nothing is done, and the answer is what nobody can read.
    Garbage,
    /// Amazon does it, and the answer is what nobody can read.
    Garbled,
    /// It is done with this simulation of the sandbox in its note.
    Simulated(&'static str),
    /// It waits at the gate until it is let through.
    Held,
    /// It waits at the gate until it is let through, and is then refused with this code.
    HeldAndRefused(&'static str),
    /// Amazon does it, and its answer waits at the gate until it is let through.
    HeldBack,
}

/// Which call meets which fault.
pub trait Policy: Send + Sync + Sized + 'static {
    /// Decides when a call arrives, which may be changed on its way.
    fn meet(gate: &Arc<Gate<Self>>, call: &mut Call) -> Fault;

    /// So many ticks of whatever the test counts time by.
    fn ticks(&self, ticks: u64) -> impl Future<Output = ()> + Send;

    /// Amazon has answered a call of this action; another answer takes the place of its own.
    fn answered(&self, _action: &str, _answer: &str) -> Option<String> {
        None
    }
}

/// Stands between the gateway and the simulator.
pub struct Gate<P> {
    pub policy: P,
    router: Router,
    under_way: AtomicU64,
    arrived: Notify,
    released: Notify,
}

impl<P: Policy> Gate<P> {
    pub fn new(router: Router, policy: P) -> Arc<Gate<P>> {
        let (arrived, released) = (Notify::new(), Notify::new());
        Arc::new(Gate { policy, router, under_way: AtomicU64::new(0), arrived, released })
    }

    /// Takes calls on a port, as long as the runtime lives.
    pub fn serve(self: &Arc<Gate<P>>, listener: TcpListener) {
        let service = Router::new().fallback(pass::<P>).with_state(Arc::clone(self));
        tokio::spawn(async move { axum::serve(listener, service).await });
    }

    /// Waits until a call waits at the gate.
    pub async fn holds_one(&self) {
        self.arrived.notified().await;
    }

    /// Lets the call through that waits, or the next that would.
    pub fn let_through(&self) {
        self.released.notify_one();
    }

    /// Whether nothing is on its way to Amazon, or will come by itself.
    pub fn is_quiet(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    /// Sends a call on when it is there, in a task of its own: who hangs up does not call it back.
    pub fn forward(self: &Arc<Gate<P>>, coming: impl Future<Output = Call> + Send + 'static) -> JoinHandle<Response> {
        let gate = Arc::clone(self);
        gate.under_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            let call = coming.await;
            let action = call.action().unwrap_or_default();
            let response = gate.router.clone().oneshot(call.into_request()).await.into_response();
            let (mut parts, body) = response.into_parts();
            let mut body = to_bytes(body, LONGEST).await.unwrap_or_default();
            gate.under_way.fetch_sub(1, Ordering::SeqCst);
            if let Some(other) = gate.policy.answered(&action, &String::from_utf8_lossy(&body)) {
                parts.headers.remove("content-length");
                body = other.into();
            }
            Response::from_parts(parts, Body::from(body))
        })
    }

    /// Sends a call on so many ticks later.
    fn forward_later(self: &Arc<Gate<P>>, call: Call, ticks: u64) -> JoinHandle<Response> {
        let gate = Arc::clone(self);
        self.forward(async move {
            gate.policy.ticks(ticks).await;
            call
        })
    }

    /// Sends a call on now; its answer.
    async fn answer(self: &Arc<Gate<P>>, call: Call) -> Response {
        self.forward(std::future::ready(call)).await.unwrap_or_else(|_| cut())
    }

    async fn hold(&self) {
        self.arrived.notify_one();
        self.released.notified().await;
    }
}

/// Takes a call in.
async fn pass<P: Policy>(State(gate): State<Arc<Gate<P>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return cut() };
    let mut call = Call::new(parts, body);
    match P::meet(&gate, &mut call) {
        Fault::Passed => gate.answer(call).await,
        Fault::Dropped => cut(),
        Fault::Lost => {
            drop(gate.answer(call).await);
            cut()
        }
        Fault::Late(ticks) => {
            drop(gate.forward_later(call, ticks));
            cut()
        }
        Fault::Twice(ticks) => {
            let first = gate.answer(call.clone()).await;
            if first.status().is_success() {
                drop(gate.forward_later(call, ticks));
            }
            first
        }
        Fault::Throttled => refused(StatusCode::SERVICE_UNAVAILABLE, "RequestThrottled"),
        Fault::Refused(code) => refused(StatusCode::BAD_REQUEST, code),
        Fault::Broken => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
        Fault::BrokenAfter => {
            drop(gate.answer(call).await);
            refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError")
        }
        Fault::Garbage => garbage(),
        Fault::Garbled => {
            drop(gate.answer(call).await);
            garbage()
        }
        Fault::Simulated(simulation) => {
            call.simulate(simulation);
            gate.answer(call).await
        }
        Fault::Held => {
            gate.hold().await;
            gate.answer(call).await
        }
        Fault::HeldAndRefused(code) => {
            gate.hold().await;
            refused(StatusCode::BAD_REQUEST, code)
        }
        Fault::HeldBack => {
            let done = gate.answer(call).await;
            gate.hold().await;
            done
        }
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>");
    let namespace = amazon::types::NAMESPACE;
    let body = format!("<ErrorResponse xmlns=\"{namespace}\">{error}<RequestId>1</RequestId></ErrorResponse>");
    (status, [("content-type", "text/xml")], body).into_response()
}

fn garbage() -> Response {
    (StatusCode::OK, [("content-type", "text/html")], "<html><body>Back soon").into_response()
}

/// An answer that breaks off before anything of it can be read.
fn cut() -> Response {
    let stream = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Body::from_stream(stream).into_response()
}
