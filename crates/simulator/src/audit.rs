//! The auditors' ledger: every order reference with all that hangs on it, as JSON. For tests that trust nobody's answer.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

use crate::ledger::{Capture, OrderReference, Reason, Refund, State as Word, Tables};
use crate::{Error, World};

/// `GET /_simulator/ledger`
pub fn router(world: Arc<World>) -> Router {
    Router::new().route("/_simulator/ledger", get(show)).with_state(world)
}

async fn show(State(world): State<Arc<World>>) -> Response {
    match tokio::task::spawn_blocking(move || ledger(&world)).await {
        Ok(Ok(ledger)) => Json(ledger).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "the ledger could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the ledger's reader ended early");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Everything as it stands now.
pub fn ledger(world: &World) -> Result<Value, Error> {
    world.ripen_all()?;
    Ok(world.read(|tables| {
        let orders: Vec<Value> = tables.orders.values().map(|order| order_json(tables, order)).collect();
        json!({ "order_references": orders })
    }))
}

fn order_json(tables: &Tables, order: &OrderReference) -> Value {
    let authorizations: Vec<_> = order.authorizations.iter().filter_map(|id| tables.authorizations.get(id)).collect();
    let captures: Vec<&Capture> =
        authorizations.iter().flat_map(|one| &one.captures).filter_map(|id| tables.captures.get(id)).collect();
    let total = order.attributes.total.as_ref();
    json!({
        "id": order.id,
        "seller_id": order.seller_id,
        "environment": if order.is_sandbox { "sandbox" } else { "live" },
        "buyer": order.buyer_id,
        "state": order.standing.state.as_str(),
        "reason": order.standing.reason.map(Reason::as_str),
        "total": total.map(|total| &total.text),
        "currency": total.map(|total| &total.currency),
        "seller_order_id": order.attributes.seller_order_id,
        "created_at_ms": order.created_at,
        "authorizations": authorizations.iter().map(|one| {
            let captured = one.captures.iter().filter_map(|id| tables.captures.get(id)).rfind(|capture| took(capture));
            json!({
                "id": one.id,
                "reference_id": one.reference_id,
                "state": one.standing.state.as_str(),
                "reason": one.standing.reason.map(Reason::as_str),
                "amount": one.amount.text,
                "captured": captured.map_or("0", |capture| capture.amount.text.as_str()),
                "created_at_ms": one.created_at,
            })
        }).collect::<Vec<_>>(),
        "captures": captures.iter().map(|capture| capture_json(tables, capture)).collect::<Vec<_>>(),
    })
}

fn capture_json(tables: &Tables, capture: &Capture) -> Value {
    let refunds = capture.refunds.iter().filter_map(|id| tables.refunds.get(id));
    let refund_json = |refund: &Refund| {
        json!({
            "id": refund.id,
            "reference_id": refund.reference_id,
            "state": refund.standing.state.as_str(),
            "reason": refund.standing.reason.map(Reason::as_str),
            "amount": refund.amount.text,
        })
    };
    json!({
        "id": capture.id,
        "authorization_id": capture.authorization_id,
        "reference_id": capture.reference_id,
        "state": capture.standing.state.as_str(),
        "reason": capture.standing.reason.map(Reason::as_str),
        "amount": capture.amount.text,
        "refunds": refunds.map(refund_json).collect::<Vec<_>>(),
    })
}

fn took(capture: &Capture) -> bool {
    capture.standing.state != Word::Declined
}
