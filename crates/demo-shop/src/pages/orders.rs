//! Orders: the visitor's list, one order with its addresses and its story, and a list for machines.

use std::borrow::Borrow;
use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::REFRESH;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::{Frame, Said, Trouble, page, price};
use crate::DemoShop;
use crate::book::addresses::Labels;
use crate::book::baskets::Line;
use crate::book::orders::{Order, OrderEvent, OrderStatus};
use crate::catalogue::name_of;

/// A page does not wait longer than this for the gateway; the addresses come by themselves later.
const ADDRESSES_MAX: Duration = Duration::from_secs(3);

/// A page without its addresses looks again, while the gateway was asked less often than this.
const LOOKS: i64 = 3;

#[derive(Template)]
#[template(path = "orders.html")]
struct Orders {
    frame: Frame,
    orders: Vec<Order>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage {
    frame: Frame,
    order: Order,
    lines: Vec<Line>,
    events: Vec<OrderEvent>,
    labels: Labels,
    /// Whether the visitor is the buyer: only then addresses are shown and paying is offered.
    is_own: bool,
}

/// One order in the list for machines: nothing in it says who the buyer is.
#[derive(Serialize)]
struct Listed {
    id: String,
    amount: String,
    currency: &'static str,
    status: &'static str,
    bank_transaction_id: Option<String>,
    paid_count: i64,
    transactions: Vec<String>,
}

impl OrderPage {
    fn awaits_addresses(&self) -> bool {
        self.order.addresses_due_at_ms.is_some()
    }

    fn refresh(&self) -> Option<&'static str> {
        let looks = self.awaits_addresses() && self.is_own && self.order.addresses_asked < LOOKS;
        (looks || self.order.status == OrderStatus::Pending).then_some("5")
    }
}

pub(super) async fn list(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    let frame = shop.frame(&headers, "/orders").await?;
    let orders = match shop.visitor(&headers).await? {
        Some(session) => shop.book.orders_of(session).await?,
        None => Vec::new(),
    };
    Ok(page(&Orders { frame, orders }))
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let frame = shop.frame(&headers, "/orders").await?;
    let Some(order) = current(&shop, id).await? else {
        let said = Said { frame, ..Said::new("No such order", "Please check the address, or look at your list.") };
        return Ok((StatusCode::NOT_FOUND, page(&said.link("/orders", "See your orders"))).into_response());
    };
    let is_own = shop.visitor(&headers).await?.as_ref() == Some(&order.session);
    let (lines, events) = shop.book.story(order.id.clone()).await?;
    let labels = if is_own { shop.book.labels(order.id.clone()).await? } else { Labels::default() };
    let shown = OrderPage { frame, order, lines, events, labels, is_own };
    let refresh = shown.refresh().map(|seconds| [(REFRESH, seconds)]);
    Ok((refresh, page(&shown)).into_response())
}

pub(super) async fn api(State(shop): State<DemoShop>) -> Result<Response, Trouble> {
    let listed = |(order, transactions): (Order, Vec<String>)| Listed {
        amount: order.amount.to_decimal(),
        currency: order.amount.currency().iso(),
        status: order.status.as_str(),
        bank_transaction_id: order.bank_transaction_id,
        paid_count: order.paid_count,
        id: order.id,
        transactions,
    };
    let orders: Vec<Listed> = shop.book.all_orders().await?.into_iter().map(listed).collect();
    Ok(Json(orders).into_response())
}

/// The order, with a quick look for its addresses when they are due.
async fn current(shop: &DemoShop, id: String) -> Result<Option<Order>, Trouble> {
    let order = shop.book.order(id.clone()).await?;
    let due = order.as_ref().and_then(|order| order.addresses_due_at_ms).is_some_and(|due| due <= shop.now());
    if !due {
        return Ok(order);
    }
    match tokio::time::timeout(ADDRESSES_MAX, shop.ask_for_addresses(&id)).await {
        Ok(asked) => asked?,
        Err(_) => tracing::info!(order = id, "the addresses are slow; the page goes on without them"),
    }
    Ok(shop.book.order(id).await?)
}

/// `24 Nov 2026, 03:05 UTC`.
fn at(ms: impl Borrow<i64>) -> String {
    let known = jiff::Timestamp::from_millisecond(*ms.borrow()).ok();
    known.map_or_else(String::new, |at| at.strftime("%-d %b %Y, %H:%M:%S UTC").to_string())
}
