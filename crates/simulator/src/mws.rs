//! What a gateway calls: the MWS section "Off-Amazon Payments", live and sandbox, told apart by the
//! path alone.
//!
//! A request is read ([`request`]), let in ([`front`]: path, agent, key, signature, token, quota),
//! and done by one operation ([`operations`], one file each) as one durable unit of the ledger.
//! Only then it is answered.

mod call;
mod claim;
mod details;
mod front;
mod operations;
mod parameters;
mod request;
mod signature;
mod subject;

use std::sync::Arc;

use amazon::types::{timestamp_text, write_result, write_void};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use call::Done;
use front::{LIVE, SANDBOX};
use request::Received;

use crate::World;
use crate::faults::Fault;
use crate::refusal::Refusal;

struct Answer {
    status: StatusCode,
    document: String,
    request_id: String,
    at: i64,
    fault: Option<Fault>,
}

/// The two sections; a slash at the end is taken, any other section or version is refused in MWS's
/// own words.
pub fn router(world: Arc<World>) -> Router {
    let mut router = Router::new();
    for section in [LIVE, SANDBOX] {
        router = router.route(section, any(serve)).route(&format!("{section}/"), any(serve));
    }
    for section in ["/OffAmazonPayments/{*rest}", "/OffAmazonPayments_Sandbox/{*rest}"] {
        router = router.route(section, any(serve));
    }
    router.with_state(world)
}

async fn serve(State(world): State<Arc<World>>, request: Request) -> Response {
    let received = Received::read(request).await;
    let finished = tokio::task::spawn_blocking(move || answer(&world, received)).await;
    let answer = match finished {
        Ok(answer) => answer,
        Err(error) => {
            tracing::error!(%error, "MWS handler panicked");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    match answer.fault {
        Some(Fault::Slow) => tokio::time::sleep(Fault::SLOW).await,
        Some(Fault::Lost) => return lost(),
        None => {}
    }
    answer.into_response()
}

fn answer(world: &World, received: Result<Received, Refusal>) -> Answer {
    let (request_id, at) = (world.uuid(), world.now());
    let done = received.and_then(|received| {
        let (operation, call) = front::admit(world, received, at)?;
        let action = operation.name;
        let done = world.work(|unit| (operation.run)(unit, &call))?;
        tracing::debug!(action, seller_id = call.seller_id, request_id, "MWS call done");
        Ok((action, done))
    });
    match done {
        Ok((action, Done { result, fault })) => {
            let document = match result {
                Some(result) => write_result(action, &result, &request_id),
                None => write_void(action, &request_id),
            };
            Answer { status: StatusCode::OK, document, request_id, at, fault }
        }
        Err(refusal) => {
            tracing::debug!(code = refusal.code.as_str(), message = refusal.message, request_id, "MWS call refused");
            let (status, document) = (refusal.status(), refusal.document(&request_id));
            Answer { status, document, request_id, at, fault: None }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE.as_str(), "text/xml; charset=utf-8".to_owned()),
            ("x-mws-request-id", self.request_id.clone()),
            ("x-mws-response-context", self.request_id),
            ("x-mws-timestamp", timestamp_text(self.at)),
        ];
        (self.status, headers, self.document).into_response()
    }
}

/// A body that breaks off before its first byte: the connection is closed without an answer.
fn lost() -> Response {
    let broken = std::io::Error::other("the answer is lost on purpose");
    Body::from_stream(futures_util::stream::once(async { Err::<bytes::Bytes, _>(broken) })).into_response()
}
