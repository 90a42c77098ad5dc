//! The gate in front of Amazon: what becomes of each call on its way there and back.
//!
//! Nobody waits for real: a call whose answer is not to come is answered at once by a connection
//! that breaks. What is late, or comes twice, arrives some ticks later, when the caller has long
//! gone on.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use testkit::dice::Dice;
use tower::ServiceExt;

use super::SECRET_KEY;
use crate::mutation::Mutation;
use crate::surroundings::Surroundings;

/// The longest answer of the simulator that is read.
const LONGEST: usize = 1 << 20;
/// What is late comes at most so many ticks later.
const LATEST: u64 = 12;

/// What names an attempt, in a call that makes it.
const ATTEMPT: &str = "AuthorizationReferenceId";
/// When an attempt that never arrived is long over for everybody.
const OLD_MS: i64 = 3 * 3_600_000;

/// Changes the parameters of a call on its way; says whether it did.
pub type Tamper = Arc<dyn Fn(&mut Vec<(String, String)>) -> bool + Send + Sync>;

/// Makes another answer of Amazon's, given the action.
pub type Twist = Arc<dyn Fn(&str, &str) -> Option<String> + Send + Sync>;

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It never reaches Amazon, and nobody knows.
    Dropped,
    /// Amazon does it, and the answer is lost.
    Lost,
    /// As dropped; but it arrives later.
    Late,
    /// It arrives twice; the second time later, when Amazon has done it the first time. What Amazon
    /// has refused does not come again by itself: nobody could tell that from a new wish.
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
    twist: Option<Twist>,
    executes_old: bool,
    /// Names of attempts of which none arrives before it is executed late.
    held: Mutex<HashSet<String>>,
}

/// A call as it came, to be sent on any number of times.
#[derive(Clone)]
struct Call {
    parts: Parts,
    body: Bytes,
}

impl Gate {
    pub(super) fn new(router: Router, around: &Surroundings, mutation: Option<Mutation>) -> Arc<Gate> {
        Arc::new(Gate {
            router,
            around: around.clone(),
            dice: Mutex::new(Dice::new(around.seed, "gate")),
            percent: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
            tamper: mutation.and_then(Mutation::tamper),
            twist: mutation.and_then(Mutation::twist),
            held: Mutex::default(),
            executes_old: mutation.is_some_and(Mutation::executes_old_attempts),
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

    /// Executes an attempt that never arrived, hours later and as if it were made then.
    fn execute_later(self: &Arc<Gate>, call: Call) {
        let Some(name) = call.value(ATTEMPT).filter(|_| self.executes_old) else { return };
        if !self.held.lock().expect("whole").insert(name) {
            return;
        }
        let (gate, at) = (Arc::clone(self), self.around.wall.now_ms() + OLD_MS);
        gate.under_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            while gate.around.wall.now_ms() < at {
                gate.around.ticks.pass(1).await;
            }
            let now = jiff::Timestamp::from_millisecond(gate.around.wall.now_ms()).expect("a time");
            let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let renew: Tamper = Arc::new(move |pairs| {
                pairs.iter_mut().filter(|(name, _)| name == "Timestamp").for_each(|(_, value)| value.clone_from(&now));
                true
            });
            drop(gate.forward(tampered(call, &renew), 0).await);
            gate.under_way.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// Sends a call on, in a task of its own: who hangs up does not call it back.
    fn forward(self: &Arc<Gate>, call: Call, after: u64) -> tokio::task::JoinHandle<Response> {
        let (gate, named) = (Arc::clone(self), call.value("Action").unwrap_or_default());
        gate.under_way.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            gate.around.ticks.pass(after).await;
            let request = Request::from_parts(call.parts, Body::from(call.body));
            let response = gate.router.clone().oneshot(request).await.into_response();
            let (mut parts, body) = response.into_parts();
            let mut body = to_bytes(body, LONGEST).await.unwrap_or_default();
            if let Some(twist) = &gate.twist
                && let Some(twisted) = twist(&named, &String::from_utf8_lossy(&body))
            {
                parts.headers.remove("content-length");
                body = twisted.into();
            }
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
    let (mut fault, after) = gate.draw();
    if call.value(ATTEMPT).is_some_and(|name| gate.held.lock().expect("whole").contains(&name)) {
        fault = Some(Fault::Dropped);
    }
    gate.around.diary.note("gate", format_args!("{} {fault:?}", action(&call)));
    let answer = |response: Result<Response, _>| response.unwrap_or_else(|_| broken());
    match fault {
        None => answer(gate.forward(call, 0).await),
        Some(Fault::Dropped) => {
            gate.execute_later(call);
            broken()
        }
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

impl Call {
    fn value(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(&self.body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

fn action(call: &Call) -> String {
    let pairs = || form_urlencoded::parse(&call.body);
    let subject = pairs().filter(|(key, _)| key.ends_with("Id") && key != "SellerId" && key != "AWSAccessKeyId");
    let subject: Vec<String> = subject.map(|(_, value)| value.into_owned()).collect();
    match call.parts.method {
        Method::POST => format!("{} {}", call.value("Action").unwrap_or_default(), subject.join(" ")),
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
