//! The auditors' ledger: every agreement, and every order reference with all that hangs on it, as
//! JSON. For tests that do not trust any answer. Amounts are there as they were written, and in
//! minor units to be added up. `by_hand` marks what the seller did in Seller Central; everything
//! else was asked for by a call.

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
use crate::notifications::Chargeback;
use crate::{Error, World};

/// `GET /_simulator/ledger`
pub fn router(world: Arc<World>) -> Router {
    Router::new().route("/_simulator/ledger", get(show)).with_state(world)
}

async fn show(extract::State(world): extract::State<Arc<World>>) -> Response {
    match tokio::task::spawn_blocking(move || ledger(&world)).await {
        Ok(Ok(ledger)) => Json(ledger).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "Ledger not readable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(error) => {
            tracing::error!(%error, "Ledger reader panicked");
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
        "ended_by_hand": order.ended_by_hand,
        "created_at_ms": order.created_at,
        "authorizations": authorizations.iter().map(|one| authorization_json(tables, order, one)).collect::<Vec<_>>(),
        "captures": captures.map(|capture| capture_json(tables, capture)).collect::<Vec<_>>(),
    })
}

/// `captured_minor` is what was taken, `refunded_minor` what was given back of it; what is pending
/// is in neither. What the seller did by hand is in both, and apart.
fn authorization_json(tables: &Tables, order: &OrderReference, authorization: &Authorization) -> Value {
    let captures: Vec<&Capture> = captures_of(tables, authorization).collect();
    let refunds: Vec<&Refund> = captures.iter().flat_map(|capture| refunds_of(tables, capture)).collect();
    let shown = captures.iter().rfind(|capture| capture.standing.state != State::Declined);
    let taken = |capture: &&&Capture| matches!(capture.standing.state, State::Completed | State::Closed);
    let captured = |is_meant: fn(&Capture) -> bool| -> i64 {
        captures.iter().filter(taken).filter(|one| is_meant(one)).map(|one| one.amount.minor).sum()
    };
    let returned = |refund: &&&Refund| refund.standing.state == State::Completed;
    let refunded = |is_meant: fn(&Refund) -> bool| -> i64 {
        refunds.iter().filter(returned).filter(|one| is_meant(one)).map(|one| one.amount.minor).sum()
    };
    let disputed = captures.iter().flat_map(|capture| chargebacks_of(tables, capture));
    json!({
        "id": authorization.id,
        "seller_id": order.seller_id,
        "reference_id": authorization.reference_id,
        "state": authorization.standing.state.as_str(),
        "reason": authorization.standing.reason.map(Reason::as_str),
        "amount": authorization.amount.text,
        "amount_minor": authorization.amount.minor,
        "currency": authorization.amount.currency,
        "captured": shown.map_or("0", |capture| capture.amount.text.as_str()),
        "captured_minor": captured(|_| true),
        "captured_by_hand_minor": captured(|capture| capture.by_hand),
        "refunded_minor": refunded(|_| true),
        "refunded_by_hand_minor": refunded(|refund| refund.by_hand),
        "charged_back_minor": disputed.map(|chargeback| chargeback.amount.minor).sum::<i64>(),
        "created_at_ms": authorization.created_at,
    })
}

fn capture_json(tables: &Tables, capture: &Capture) -> Value {
    json!({
        "id": capture.id,
        "authorization_id": capture.authorization_id,
        "reference_id": capture.reference_id,
        "by_hand": capture.by_hand,
        "state": capture.standing.state.as_str(),
        "reason": capture.standing.reason.map(Reason::as_str),
        "amount": capture.amount.text,
        "amount_minor": capture.amount.minor,
        "created_at_ms": capture.created_at,
        "refunds": refunds_of(tables, capture).map(refund_json).collect::<Vec<_>>(),
        "chargebacks": chargebacks_of(tables, capture).map(chargeback_json).collect::<Vec<_>>(),
    })
}

fn refund_json(refund: &Refund) -> Value {
    json!({
        "id": refund.id,
        "reference_id": refund.reference_id,
        "by_hand": refund.by_hand,
        "state": refund.standing.state.as_str(),
        "reason": refund.standing.reason.map(Reason::as_str),
        "amount": refund.amount.text,
        "amount_minor": refund.amount.minor,
        "created_at_ms": refund.created_at,
    })
}

fn chargeback_json(chargeback: &Chargeback) -> Value {
    json!({
        "id": chargeback.id,
        "reason": chargeback.reason,
        "amount": chargeback.amount.text,
        "amount_minor": chargeback.amount.minor,
        "created_at_ms": chargeback.created_at,
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

fn chargebacks_of<'t>(tables: &'t Tables, capture: &'t Capture) -> impl Iterator<Item = &'t Chargeback> {
    tables.chargebacks.values().filter(|chargeback| chargeback.capture_id == capture.id)
}
