//! The gate in front of Amazon: what becomes of each call on its way there and back.
//!
//! Nobody waits for real: a call whose answer is not to come is answered at once by a connection that breaks. What is late,
//! or comes twice, arrives some ticks later, when the caller has long gone on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use super::SECRET_KEY;
use crate::dice::Dice;
use crate::surroundings::Surroundings;

/// The longest answer of the simulator that is read.
const LONGEST: usize = 1 << 20;
/// What is late comes at most so many ticks later.
const LATEST: u64 = 12;

/// Changes the parameters of a call on its way; says whether it did.
pub type Tamper = Arc<dyn Fn(&mut Vec<(String, String)>) -> bool + Send + Sync>;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It never reaches Amazon, and nobody knows.
    Dropped,
    /// Amazon does it, and the answer is lost.
    Lost,
    /// As dropped; but it arrives later.
    Late,
    /// It arrives twice; the second time later, when Amazon has done it the first time. What Amazon has refused does not come
    /// again by itself: nobody could tell that from a new wish.
    Twice,
    /// Amazon's front end turns it away.
    Throttled,
    /// Amazon does it, and answers something else.
    Garbled,
    /// It breaks inside Amazon, before anything is done.
    Broken,
    /// It breaks inside Amazon, after all is done.
    BrokenAfter,
}

const FAULTS: [Fault; 9] = [
    Fault::Dropped,
    Fault::Lost,
    Fault::Lost,
    Fault::Late,
    Fault::Twice,
    Fault::Throttled,
    Fault::Garbled,
    Fault::Broken,
    Fault::BrokenAfter,
];

/// Stands between the gateway and the simulator.
pub struct Gate {
    router: Router,
    around: Surroundings,
    dice: Mutex<Dice>,
    /// How many calls of a hundred go wrong.
    percent: AtomicU64,
    under_way: AtomicU64,
    tamper: Option<Tamper>,
}

/// A call as it came, to be sent on any number of times.
#[derive(Clone)]
struct Call {
    parts: Parts,
    body: Bytes,
}

impl Gate {
    pub(super) fn new(router: Router, around: &Surroundings, tamper: Option<Tamper>) -> Arc<Gate> {
        Arc::new(Gate {
            router,
            around: around.clone(),
            dice: Mutex::new(Dice::new(around.seed, "gate")),
            percent: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
            tamper,
        })
    }

    /// From now on so many of a hundred calls go wrong.
    pub fn blow(&self, percent: u64) {
        self.percent.store(percent, Ordering::SeqCst);
    }

    /// Whether nothing is inside, or will come by itself.
    pub fn is_quiet(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }

    fn draw(&self) -> (Option<Fault>, u64) {
        let mut dice = self.dice.lock().expect("whole");
        let fault = dice.chance(self.percent.load(Ordering::SeqCst)).then(|| dice.one_of(&FAULTS));
        (fault, 1 + dice.below(LATEST))
    }

    /// Sends a call on, in a task of its own: who hangs up does not call it back.
    fn forward(self: &Arc<Gate>, call: Call, after: u64) -> tokio::task::JoinHandle<Response> {
        let gate = Arc::clone(self);
        gate.under_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            gate.around.ticks.pass(after).await;
            let request = Request::from_parts(call.parts, Body::from(call.body));
            let response = gate.router.clone().oneshot(request).await.into_response();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, LONGEST).await.unwrap_or_default();
            gate.under_way.fetch_sub(1, Ordering::SeqCst);
            gate.around.pulse.beat();
            Response::from_parts(parts, Body::from(body))
        })
    }
}

/// Takes a call in.
pub(super) async fn pass(State(gate): State<Arc<Gate>>, request: Request) -> Response {
    gate.around.pulse.beat();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return broken() };
    let mut call = Call { parts, body };
    if let Some(tamper) = &gate.tamper {
        call = tampered(call, tamper);
    }
    let (fault, after) = gate.draw();
    gate.around.diary.note("gate", format_args!("{} {fault:?}", action(&call)));
    let answer = |response: Result<Response, _>| response.unwrap_or_else(|_| broken());
    match fault {
        None => answer(gate.forward(call, 0).await),
        Some(Fault::Dropped) => broken(),
        Some(Fault::Lost) => {
            drop(gate.forward(call, 0).await);
            broken()
        }
        Some(Fault::Late) => {
            drop(gate.forward(call, after));
            broken()
        }
        Some(Fault::Twice) => {
            let first = answer(gate.forward(call.clone(), 0).await);
            if first.status().is_success() {
                drop(gate.forward(call, after));
            }
            first
        }
        Some(Fault::Throttled) => refused(StatusCode::SERVICE_UNAVAILABLE, "RequestThrottled"),
        Some(Fault::Garbled) => {
            drop(gate.forward(call, 0).await);
            (StatusCode::OK, [("content-type", "text/html")], "<html>Welcome").into_response()
        }
        Some(Fault::Broken) => refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
        Some(Fault::BrokenAfter) => {
            drop(gate.forward(call, 0).await);
            refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError")
        }
    }
}

fn action(call: &Call) -> String {
    let pairs = || form_urlencoded::parse(&call.body);
    let value = |name: &str| pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let subject = pairs().filter(|(key, _)| key.ends_with("Id") && key != "SellerId" && key != "AWSAccessKeyId");
    let subject: Vec<String> = subject.map(|(_, value)| value.into_owned()).collect();
    match call.parts.method {
        Method::POST => format!("{} {}", value("Action").unwrap_or_default(), subject.join(" ")),
        _ => call.parts.uri.path().to_owned(),
    }
}

/// The call with other parameters, signed again.
fn tampered(call: Call, tamper: &Tamper) -> Call {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(&call.body).into_owned().collect();
    if call.parts.method != Method::POST || !tamper(&mut pairs) {
        return call;
    }
    pairs.retain(|(name, _)| name != "Signature");
    let host = call.parts.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let signature = amazon::signature::sign_v2("POST", host, call.parts.uri.path(), &pairs, &SECRET_KEY.into());
    pairs.push(("Signature".to_owned(), signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let mut parts = call.parts;
    parts.headers.remove("content-length");
    Call { parts, body: body.into() }
}

fn refused(status: StatusCode, code: &str) -> Response {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>");
    let namespace = amazon::types::NAMESPACE;
    let body = format!("<ErrorResponse xmlns=\"{namespace}\">{error}<RequestId>1</RequestId></ErrorResponse>");
    (status, [("content-type", "text/xml")], body).into_response()
}

/// An answer that breaks off before anything of it can be read.
fn broken() -> Response {
    let stream = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Body::from_stream(stream).into_response()
}
