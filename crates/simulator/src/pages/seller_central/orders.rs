//! Order references as the merchant sees them: the list, and one with its authorizations, captures
//! and refunds. Reads only.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::StatusCode;

use super::acts;
use super::refused;
use crate::pages::contexts::{MovementView, OrderPage, OrderView, OrdersPage};
use crate::pages::form::Form;
use crate::pages::label::{Parts, lines};
use crate::pages::page::{Place, Reach, page};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::{MovementView as Movement, OrderView as Order, World};
use std::sync::Arc;

/// How many the list shows.
const SHOWN: usize = 100;

/// `GET /sellercentral/orders`
pub async fn list(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let (newest, all) = world.newest_orders(None, SHOWN)?;
    let orders: Vec<_> = newest.iter().map(view).collect();
    let hidden = all.saturating_sub(orders.len());
    Ok(page(&OrdersPage { t: Language::English.texts(), place: Place::Orders, orders, hidden }, Reach::Own))
}

/// `GET /sellercentral/orders/{id}`
pub async fn show(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Stop> {
    let Some(order) = world.order(&id)? else {
        return Ok(refused(StatusCode::NOT_FOUND, "No such order reference", "The order reference is not known."));
    };
    let mut movements = world.movements(&id)?;
    let acts = acts::possible(&world, &order, &movements);
    movements.extend(world.chargebacks(&id));
    let buyer = world.buyers().into_iter().find(|buyer| buyer.id == order.buyer_id);
    let cards = world.cards();
    let card = cards.iter().find(|card| order.card.as_deref() == Some(card.slug));
    let address = world.destination(&id);
    let mut facts = vec![
        ("Total", or_none(&order.total)),
        ("Merchant's number", or_none(&order.seller_order_id)),
        ("Environment", environment(&order).to_owned()),
        ("Created (UTC)", utc(order.created_at)),
        ("Buyer", buyer.map_or_else(|| "none".to_owned(), |buyer| format!("{}, {}", buyer.name, buyer.email))),
        ("Card", card.map_or_else(|| "none".to_owned(), |card| format!("{} …{}", card.brand, card.tail))),
    ];
    if !order.reason.is_empty() {
        facts.insert(0, ("Reason", order.reason.to_owned()));
    }
    let label = address.map(|address| {
        let mut label = vec![address.name.clone()];
        label.extend(lines(&Parts::of(&address), Language::English));
        label
    });
    let context = OrderPage {
        t: Language::English.texts(),
        place: Place::Orders,
        order: view(&order),
        agreement: order.agreement.clone(),
        facts,
        address: label.unwrap_or_default(),
        movements: movements.iter().map(movement).collect(),
        said: acts::said(Form::read(&query.unwrap_or_default()).value("done")),
        acts,
    };
    Ok(page(&context, Reach::Own))
}

/// An order reference in a list.
pub(super) fn view(order: &Order) -> OrderView {
    OrderView {
        id: order.id.clone(),
        tone: tone(order.state, order.reason),
        state: order.state.to_owned(),
        reason: order.reason.to_owned(),
        total: order.total.clone(),
        seller_order_id: order.seller_order_id.clone(),
        environment_label: environment(order),
        created: utc(order.created_at),
    }
}

fn movement(movement: &Movement) -> MovementView {
    MovementView {
        what: movement.what,
        id: movement.id.clone(),
        reference_id: movement.reference_id.clone(),
        tone: tone(movement.state, movement.reason),
        state: movement.state.to_owned(),
        reason: movement.reason.to_owned(),
        by_hand: movement.by_hand,
        amount: movement.amount.clone(),
    }
}

fn environment(order: &Order) -> &'static str {
    if order.is_sandbox { "sandbox" } else { "production" }
}

/// Colour of a state.
pub(in crate::pages) fn tone(state: &str, reason: &str) -> &'static str {
    match (state, reason) {
        ("Open" | "Completed", _) | ("Closed", "MaxCapturesProcessed" | "MaxAmountCharged" | "SellerClosed") => "good",
        ("Declined" | "Canceled", _) | ("Closed", "AmazonClosed" | "ExpiredUnused") => "bad",
        ("Suspended" | "Pending" | "Received", _) => "waiting",
        _ => "",
    }
}

pub(super) fn or_none(text: &str) -> String {
    if text.is_empty() { "not set".to_owned() } else { text.to_owned() }
}

/// To the second, without the zone: the page says UTC.
pub(super) fn utc(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map_or_else(|_| ms.to_string(), |at| at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
