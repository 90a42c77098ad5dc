//! Seller Central: the merchant's account. Every form is a plain POST that answers with a redirect,
//! so that a reload repeats nothing.

mod acts;
mod agreements;
mod clients;
mod notifications;
mod orders;
mod permissions;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

use super::contexts::{RefusalPage, SellerCentralPage, SellerView};
use super::form::same_origin;
use super::page::{Place, Reach, page, page_with};
use super::stop::Stop;
use super::texts::Language;
use crate::refusal::Refusal;
use crate::world::World;
use std::sync::Arc;

pub(super) use orders::tone;

pub fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/sellercentral", get(account))
        .route("/sellercentral/", get(account))
        .route("/sellercentral/clients", get(clients::show).post(clients::save))
        .route("/sellercentral/permissions", get(permissions::show))
        .route("/sellercentral/permissions/authorize", post(permissions::authorize))
        .route("/sellercentral/permissions/revoke", post(permissions::revoke))
        .route("/sellercentral/agreements", get(agreements::list))
        .route("/sellercentral/agreements/{id}", get(agreements::show))
        .route("/sellercentral/orders", get(orders::list))
        .route("/sellercentral/orders/{id}", get(orders::show))
        .route("/sellercentral/orders/{id}/{act}", get(acts::ask).post(acts::act))
        .route("/sellercentral/notifications", get(notifications::list))
}

async fn account(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let (clients, orders, agreements) = (world.clients(), world.order_counts(), world.agreement_counts());
    let sellers = world.sellers().into_iter().map(|seller| SellerView {
        clients: clients.iter().filter(|client| client.seller_id == seller.id).count(),
        permissions: seller.permissions.len(),
        agreements: agreements.get(&seller.id).copied().unwrap_or_default(),
        orders: orders.get(&seller.id).copied().unwrap_or_default(),
        access_key: seller.access_key,
        id: seller.id,
        name: seller.name,
    });
    let context = SellerCentralPage { t: Language::English.texts(), place: Place::Account, sellers: sellers.collect() };
    Ok(page(&context, Reach::Own))
}

/// A form of another site is refused before anything is read from it.
fn refuse_forged(headers: &HeaderMap, world: &World) -> Result<(), Stop> {
    if same_origin(headers, world.public_url()) {
        return Ok(());
    }
    let reason = "The form was not sent from a page of this simulator.";
    Err(Stop::with(refused(StatusCode::FORBIDDEN, "Not sent from here", reason)))
}

fn refused(status: StatusCode, heading: &'static str, reason: &str) -> Response {
    let context = RefusalPage {
        t: Language::English.texts(),
        heading,
        advice: "Go back and try again.",
        status: status.as_u16(),
        code: status.canonical_reason().unwrap_or_default().to_owned(),
        reason: reason.to_owned(),
        facts: Vec::new(),
        way_on: None,
    };
    page_with(status, &context, Reach::Own)
}

/// A refusal of Amazon to do something with an order.
fn refused_by_amazon(refusal: &Refusal, order_id: &str) -> Response {
    let context = RefusalPage {
        t: Language::English.texts(),
        heading: "Amazon refuses this",
        advice: "Nothing was changed.",
        status: refusal.status().as_u16(),
        code: refusal.code.as_str().to_owned(),
        reason: refusal.message.clone(),
        facts: Vec::new(),
        way_on: Some((order_page(order_id), "Back to the order")),
    };
    page_with(refusal.status(), &context, Reach::Own)
}

fn order_page(id: &str) -> String {
    format!("/sellercentral/orders/{id}")
}
