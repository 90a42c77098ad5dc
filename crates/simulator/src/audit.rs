//! The auditors' ledger: every agreement, and every order reference with all that hangs on it, as JSON. For tests that trust nobody's
//! answer. Amounts are there as they were written, and in minor units to be added up.

use std::sync::Arc;

use axum::extract;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

use crate::ledger::{
    Authorization, BillingAgreement, Capture, Contract, OrderReference, Reason, Refund, State, Tables,
};
use crate::{Error, World};

/// `GET /_simulator/ledger`
pub fn router(world: Arc<World>) -> Router {
    Router::new().route("/_simulator/ledger", get(show)).with_state(world)
}

async fn show(extract::State(world): extract::State<Arc<World>>) -> Response {
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
    let now = world.now();
    Ok(world.read(|tables| {
        let orders: Vec<Value> = tables.orders.values().map(|order| order_json(tables, order)).collect();
        let agreements: Vec<Value> = tables.agreements.values().map(|it| agreement_json(tables, it, now)).collect();
        json!({ "order_references": orders, "billing_agreements": agreements })
    }))
}

fn agreement_json(tables: &Tables, agreement: &BillingAgreement, now: i64) -> Value {
    let limits = tables.limits(agreement, now);
    json!({
        "id": agreement.id,
        "seller_id": agreement.seller_id,
        "environment": environment(agreement),
        "buyer": agreement.buyer_id,
        "state": agreement.standing.state.as_str(),
        "reason": agreement.standing.reason.map(Reason::as_str),
        "consent": agreement.has_consent,
        "card": agreement.choice.card,
        "seller_billing_agreement_id": agreement.attributes.seller_billing_agreement_id,
        "currency": agreement.currency(),
        "limit_minor": limits.limit.minor,
        "charged_minor": limits.charged.minor,
        "period_starts_at_ms": limits.period.start.as_millisecond(),
        "period_ends_at_ms": limits.period.end.as_millisecond(),
        "order_references": agreement.orders,
        "created_at_ms": agreement.created_at,
    })
}

fn order_json(tables: &Tables, order: &OrderReference) -> Value {
    let authorizations: Vec<_> = order.authorizations.iter().filter_map(|id| tables.authorizations.get(id)).collect();
    let captures = authorizations.iter().flat_map(|one| captures_of(tables, one));
    let total = order.attributes.total.as_ref();
    json!({
        "id": order.id,
        "seller_id": order.seller_id,
        "environment": environment(order),
        "buyer": order.buyer_id,
        "state": order.standing.state.as_str(),
        "reason": order.standing.reason.map(Reason::as_str),
        "total": total.map(|total| &total.text),
        "total_minor": total.map(|total| total.minor),
        "currency": total.map(|total| &total.currency),
        "seller_order_id": order.attributes.seller_order_id,
        "billing_agreement": order.agreement_id,
        "created_at_ms": order.created_at,
        "authorizations": authorizations.iter().map(|one| authorization_json(tables, order, one)).collect::<Vec<_>>(),
        "captures": captures.map(|capture| capture_json(tables, capture)).collect::<Vec<_>>(),
    })
}

/// `captured_minor` is what was taken, `refunded_minor` what was given back of it; what is pending is in neither.
fn authorization_json(tables: &Tables, order: &OrderReference, authorization: &Authorization) -> Value {
    let captures: Vec<&Capture> = captures_of(tables, authorization).collect();
    let captured = captures.iter().rfind(|capture| capture.standing.state != State::Declined);
    let taken = captures.iter().filter(|capture| matches!(capture.standing.state, State::Completed | State::Closed));
    let refunds = captures.iter().flat_map(|capture| refunds_of(tables, capture));
    let returned = refunds.filter(|refund| refund.standing.state == State::Completed);
    json!({
        "id": authorization.id,
        "seller_id": order.seller_id,
        "reference_id": authorization.reference_id,
        "state": authorization.standing.state.as_str(),
        "reason": authorization.standing.reason.map(Reason::as_str),
        "amount": authorization.amount.text,
        "amount_minor": authorization.amount.minor,
        "currency": authorization.amount.currency,
        "captured": captured.map_or("0", |capture| capture.amount.text.as_str()),
        "captured_minor": taken.map(|capture| capture.amount.minor).sum::<i64>(),
        "refunded_minor": returned.map(|refund| refund.amount.minor).sum::<i64>(),
        "created_at_ms": authorization.created_at,
    })
}

fn capture_json(tables: &Tables, capture: &Capture) -> Value {
    let refund_json = |refund: &Refund| {
        json!({
            "id": refund.id,
            "reference_id": refund.reference_id,
            "state": refund.standing.state.as_str(),
            "reason": refund.standing.reason.map(Reason::as_str),
            "amount": refund.amount.text,
            "amount_minor": refund.amount.minor,
        })
    };
    json!({
        "id": capture.id,
        "authorization_id": capture.authorization_id,
        "reference_id": capture.reference_id,
        "state": capture.standing.state.as_str(),
        "reason": capture.standing.reason.map(Reason::as_str),
        "amount": capture.amount.text,
        "amount_minor": capture.amount.minor,
        "refunds": refunds_of(tables, capture).map(refund_json).collect::<Vec<_>>(),
    })
}

fn environment(contract: &impl Contract) -> &'static str {
    if contract.is_sandbox() { "sandbox" } else { "live" }
}

fn captures_of<'t>(tables: &'t Tables, authorization: &'t Authorization) -> impl Iterator<Item = &'t Capture> {
    authorization.captures.iter().filter_map(|id| tables.captures.get(id))
}

fn refunds_of<'t>(tables: &'t Tables, capture: &'t Capture) -> impl Iterator<Item = &'t Refund> {
    capture.refunds.iter().filter_map(|id| tables.refunds.get(id))
}
