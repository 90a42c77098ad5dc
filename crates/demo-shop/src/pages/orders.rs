//! Orders: the visitor's list, one order with its addresses and its story, and a list for machines.

use std::time::Duration;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::REFRESH;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use super::guard::Needs;
use super::own::{Widgets, needing, no_such_order};
use super::refusal::RefusalText;
use super::{Frame, Trouble, at, day, page, price};
use crate::DemoShop;
use crate::book::addresses::Labels;
use crate::book::attention::Attention;
use crate::book::baskets::Line;
use crate::book::orders::{Order, OrderEvent};
use crate::book::subscriptions::Subscription;
use crate::book::vocabulary::{OrderStatus, Purpose};
use crate::catalogue::name_of;

/// A page does not wait longer than this for the gateway; what it says is written down later by
/// itself.
const LOOK_MAX: Duration = Duration::from_secs(3);

/// A page without its addresses looks again, while the gateway was asked less often than this.
const LOOKS: i64 = 3;

#[derive(Template)]
#[template(path = "orders.html")]
struct Orders {
    frame: Frame,
    orders: Vec<Order>,
    subscriptions: Vec<Subscription>,
}

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'p> {
    frame: Frame,
    order: Order,
    lines: Vec<Line>,
    events: Vec<OrderEvent>,
    labels: Labels,
    /// Whether the visitor is the buyer: only then addresses are shown and paying is offered.
    is_own: bool,
    /// Whether the shop has a payment page of its own.
    has_own_page: bool,
    /// The wallet, when the payment waits for another card.
    wallet: Option<Widgets<'p>>,
    /// Why it is not paid, when the last try was refused.
    refusal: Option<RefusalText>,
}

/// One order in the list for machines: nothing in it says who the buyer is.
#[derive(Serialize)]
struct Listed {
    id: String,
    amount: String,
    currency: &'static str,
    status: &'static str,
    purpose: &'static str,
    bank_transaction_id: Option<String>,
    /// How often the shop acted on the order; never above 1.
    paid_count: i64,
    transactions: Vec<String>,
    /// How much of it waits for a person.
    attention: usize,
}

impl Listed {
    fn of(order: Order, transactions: Vec<String>, attention: &[Attention]) -> Listed {
        Listed {
            amount: order.amount.to_decimal(),
            currency: order.amount.currency().iso(),
            status: order.status.as_str(),
            purpose: order.purpose.as_str(),
            bank_transaction_id: order.bank_transaction_id,
            paid_count: order.paid_count,
            attention: attention.iter().filter(|one| one.order == order.id).count(),
            id: order.id,
            transactions,
        }
    }
}

impl OrderPage<'_> {
    /// Whether goods go somewhere.
    fn has_addresses(&self) -> bool {
        self.order.status.is_sold() && self.order.purpose != Purpose::FreeMonth
    }

    fn awaits_addresses(&self) -> bool {
        self.order.addresses_due_at_ms.is_some()
    }

    fn refresh(&self) -> Option<&'static str> {
        // A page that loads itself again would take the wallet out of the buyer's hands.
        if self.wallet.is_some() {
            return None;
        }
        let looks = self.awaits_addresses() && self.is_own && self.order.addresses_asked < LOOKS;
        (looks || self.order.status == OrderStatus::Pending).then_some("5")
    }
}

pub(super) async fn list(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    let frame = shop.frame(&headers, "/orders").await?;
    let (orders, subscriptions) = match shop.visitor(&headers).await? {
        Some(session) => (shop.book.orders_of(session.clone()).await?, shop.book.subscriptions_of(session).await?),
        None => (Vec::new(), Vec::new()),
    };
    Ok(page(&Orders { frame, orders, subscriptions }))
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let frame = shop.frame(&headers, "/orders").await?;
    let Some(order) = current(&shop, id).await? else { return Ok(no_such_order()) };
    let is_own = shop.visitor(&headers).await?.as_ref() == Some(&order.session);
    let (lines, events) = shop.book.story(order.id.clone()).await?;
    let labels = if is_own { shop.book.labels(order.id.clone()).await? } else { Labels::default() };
    let wallet = if is_own { wallet(&shop, &order).await? } else { None };
    let has_own_page = shop.settings.amazon.is_some() && order.purpose == Purpose::Goods;
    let needs = if wallet.is_some() { Needs::Widgets } else { Needs::Nothing };
    let refusal = match order.status {
        OrderStatus::Refused => shop.book.last_refusal(order.id.clone()).await?.map(RefusalText::of),
        _ => None,
    };
    let shown = OrderPage { frame, order, lines, events, labels, is_own, has_own_page, wallet, refusal };
    let refresh = shown.refresh().map(|seconds| [(REFRESH, seconds)]);
    Ok(needing(needs, (refresh, page(&shown)).into_response()))
}

/// The wallet with the order reference that waits for another card.
async fn wallet<'s>(shop: &'s DemoShop, order: &Order) -> Result<Option<Widgets<'s>>, Trouble> {
    let (OrderStatus::Pending, Some(amazon)) = (order.status, shop.settings.amazon.as_ref()) else { return Ok(None) };
    let suspended = shop.book.suspended_reference(order.id.clone()).await?;
    Ok(suspended.map(|reference| Widgets { order_reference: Some(reference), ..Widgets::wallet(amazon) }))
}

/// `GET /api/orders`: all of them, for the owner.
pub(super) async fn api(State(shop): State<DemoShop>) -> Result<Response, Trouble> {
    let attention = shop.book.attention().await?;
    let orders = shop.book.all_orders().await?;
    let listed: Vec<Listed> = orders.into_iter().map(|(order, tries)| Listed::of(order, tries, &attention)).collect();
    Ok(Json(listed).into_response())
}

/// `GET /api/orders/{id}`: one, for its buyer and the owner.
pub(super) async fn api_one(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let visitor = shop.visitor(&headers).await?;
    let is_owner = shop.is_owner(&headers);
    let may_see = |order: &Order| is_owner || visitor.as_ref() == Some(&order.session);
    let found = shop.book.all_orders().await?.into_iter().find(|(order, _)| order.id == id && may_see(order));
    let Some((order, tries)) = found else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    Ok(Json(Listed::of(order, tries, &shop.book.attention_of(id).await?)).into_response())
}

/// The order, with a quick look at the gateway when something about it is due.
async fn current(shop: &DemoShop, id: String) -> Result<Option<Order>, Trouble> {
    let Some(order) = shop.book.order(id.clone()).await? else { return Ok(None) };
    let is_due = |at: Option<i64>| at.is_some_and(|at| at <= shop.now());
    if order.status == OrderStatus::Pending && is_due(shop.book.ask_at(id.clone()).await?) {
        shop.ask_soon(&order).await?;
    }
    if is_due(order.addresses_due_at_ms) || is_due(order.money_due_at_ms) {
        match tokio::time::timeout(LOOK_MAX, shop.look_at(&id)).await {
            Ok(looked) => looked?,
            Err(_) => tracing::info!(order = id, "The report is slow; the page goes on without it"),
        }
    }
    Ok(shop.book.order(id).await?)
}
