//! What of the notification service is there to be fetched: the certificate, as at Amazon; the root
//! that it leads to and the auditors' view of what was sent, which Amazon has not.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::CONTENT_TYPE;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use super::notary::Signer;
use super::{Delivered, NotificationView};
use crate::{Error, World};

const PEM: &str = "application/x-pem-file";

pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/_simulator/notifications", get(show))
        .route("/_simulator/notifications/root.pem", get(root))
        .route("/sns/{file}", get(certificate))
        .with_state(world)
}

async fn show(State(world): State<Arc<World>>) -> Json<Value> {
    Json(ledger(&world))
}

async fn root(State(world): State<Arc<World>>) -> Response {
    pem(world, |signer| Some(signer.root().to_owned())).await
}

/// One file alone is there.
async fn certificate(State(world): State<Arc<World>>, uri: Uri) -> Response {
    pem(world, move |signer| (signer.path() == uri.path()).then(|| signer.certificate().to_owned())).await
}

async fn pem(world: Arc<World>, text: impl FnOnce(&Signer) -> Option<String> + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(move || world.signer().map(|signer| text(&signer))).await {
        Ok(Ok(Some(pem))) => ([(CONTENT_TYPE, PEM)], pem).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => broken(&error),
        Err(error) => broken(&error),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "Notification certificate not made");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Every notification and what became of it, oldest first, and every chargeback.
pub fn ledger(world: &World) -> Value {
    world.read(|tables| {
        let told: Vec<Value> = tables
            .deliveries
            .values()
            .map(|delivery| delivery_json(&NotificationView::of(tables, delivery), &delivery.message))
            .collect();
        let chargebacks: Vec<Value> = tables
            .chargebacks
            .values()
            .map(|one| {
                json!({
                    "id": one.id,
                    "order_reference_id": one.order_id,
                    "capture_id": one.capture_id,
                    "amount_minor": one.amount.minor,
                    "currency": one.amount.currency,
                    "reason": one.reason,
                    "created_at_ms": one.created_at,
                })
            })
            .collect();
        json!({ "notifications": told, "chargebacks": chargebacks })
    })
}

fn delivery_json(view: &NotificationView, message: &str) -> Value {
    json!({
        "number": view.number,
        "type": view.what,
        "object_id": view.object_id,
        "state": view.state,
        "reason": view.reason,
        "seller_id": view.seller_id,
        "environment": if view.is_sandbox { "sandbox" } else { "live" },
        "url": view.url,
        "tries": view.tries,
        "status": view.status,
        "error": view.error,
        "delivered": match view.delivered {
            Delivered::Yes => "yes",
            Delivered::NotYet => "not yet",
            Delivered::Never => "never",
        },
        "due_at_ms": view.due_at,
        "written_at_ms": view.written_at,
        "message": message,
    })
}

impl World {
    /// The certificate (PEM) that the signatures of all notifications lead to: what a receiver has
    /// to trust.
    ///
    /// # Errors
    /// When the file cannot be written: the first call makes it.
    pub fn notification_root(&self) -> Result<String, Error> {
        Ok(self.signer()?.root().to_owned())
    }
}
