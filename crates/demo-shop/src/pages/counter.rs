//! Behind the counter: what the shop's owner sees of an order's money, and can do with it. A real shop has a door here.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use pagam::{Amount, Currency, Event, EventKind, Lookup, State as Money, Transaction};
use serde::Deserialize;

use super::own::no_such_order;
use super::{Frame, Said, Trouble, at, page, price};
use crate::DemoShop;
use crate::book::movements::{Kind, Movement, Stage, Wish, Wished};
use crate::book::new_id;
use crate::book::orders::Order;
use crate::counter::refunds_minor;

#[derive(Template)]
#[template(path = "counter.html")]
struct Counter {
    frame: Frame,
    order: Order,
    /// What the gateway says; `None` while it does not answer, or knows nothing.
    transaction: Option<Transaction>,
    movements: Vec<Movement>,
    /// What the next movement will be called.
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Act {
    kind: String,
    name: String,
    amount: Option<String>,
}

impl Counter {
    /// What was authorized and neither taken nor let go.
    fn can_settle(&self) -> Option<i64> {
        let transaction = self.movable()?;
        let amount = transaction.amount().filter(|_| transaction.state == Some(Money::Authorized))?;
        Some(amount.minor()).filter(|minor| *minor > 0)
    }

    /// What was taken and neither given back nor on its way. When a refund on its way was declined, the gateway says so only
    /// by never making it: then what was not given back may be asked for again.
    fn can_refund(&self) -> Option<i64> {
        let transaction = self.movable()?;
        let settled_minor = transaction.settled()?.minor();
        let left = [refunds_minor(transaction)?, transaction.refunded()?.minor()].map(|gone| settled_minor - gone);
        left.into_iter().find(|minor| *minor > 0)
    }

    /// Whether everything that was taken is given back or going to be.
    fn is_on_its_way(&self) -> bool {
        let settled = self.transaction.as_ref().and_then(|transaction| Some((transaction, transaction.settled()?)));
        settled.is_some_and(|(transaction, settled)| refunds_minor(transaction) == Some(settled.minor()))
    }

    fn movable(&self) -> Option<&Transaction> {
        let is_free = self.movements.iter().all(|movement| movement.stage != Stage::Open);
        self.transaction.as_ref().filter(|transaction| is_free && transaction.status.is_paid())
    }
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.book.order(id).await? else { return Ok(no_such_order()) };
    let frame = shop.frame(&headers, "").await?;
    let transaction = known(&shop, &order).await;
    let movements = shop.book.movements(order.id.clone()).await?;
    // The name is made with the form: the same form sent twice is the same movement.
    Ok(page(&Counter { frame, order, transaction, movements, name: format!("c-{}", new_id()) }))
}

/// Moves money. Sent twice, it is one movement: the form brings its name.
pub(super) async fn act(
    State(shop): State<DemoShop>,
    Path(id): Path<String>,
    Form(act): Form<Act>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.book.order(id).await? else { return Ok(no_such_order()) };
    if let Some(movement) = shop.book.movement(act.name.clone()).await? {
        shop.move_again(movement).await?;
        return Ok(back(&order));
    }
    let Some(transaction) = known(&shop, &order).await else {
        return Ok(refuse(&order, "The gateway does not say how this order stands. Nothing was moved."));
    };
    let Some(wish) = wish(&order, &transaction, act) else {
        return Ok(refuse(&order, "That is not an amount that can be moved. Nothing was moved."));
    };
    match shop.book.wish(wish, shop.now()).await? {
        Wished::Now(movement) => shop.move_money(movement).await?,
        Wished::Before(movement) => shop.move_again(movement).await?,
        Wished::OneAtATime => {
            return Ok(refuse(
                &order,
                "Another movement of this order is not known to be done. Look after that first.",
            ));
        }
    }
    Ok(back(&order))
}

fn wish(order: &Order, transaction: &Transaction, act: Act) -> Option<Wish> {
    let kind = Kind::of(&act.kind)?;
    let amount = match (kind, act.amount) {
        (Kind::Delete, _) => transaction.amount()?,
        (Kind::Settle | Kind::Refund, text) => {
            Amount::parse(&text?.trim().replace(',', "."), Currency::EUR).ok().filter(|amount| amount.minor() > 0)?
        }
    };
    let is_name = act.name.len() <= 20 && act.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let refunded_before_minor = refunds_minor(transaction)?;
    let wish = Wish { name: act.name, order: order.id.clone(), kind, amount, refunded_before_minor };
    Some(wish).filter(|wish| is_name && !wish.name.is_empty())
}

async fn known(shop: &DemoShop, order: &Order) -> Option<Transaction> {
    let id = order.paid_under.as_deref()?;
    match shop.client().read_trx(Lookup::ShopTransaction(id)).await {
        Ok(transaction) => transaction,
        Err(error) => {
            tracing::warn!(order = order.id, %error, "could not ask how the money of an order stands");
            None
        }
    }
}

/// The owner reads what the movements mean.
fn movement_of(event: &Event) -> Cow<'static, str> {
    match &event.kind {
        EventKind::State(Money::Authorized) => "Authorized".into(),
        EventKind::State(Money::Settled) => "Taken".into(),
        EventKind::State(Money::Booked) => "To be taken".into(),
        EventKind::State(Money::Cancelled) => "Let go".into(),
        EventKind::State(Money::Refunded) => "Given back".into(),
        EventKind::RefundRequested => "To be given back".into(),
        EventKind::Other(word) => word.clone().into(),
    }
}

fn amount_of(event: &Event) -> String {
    event.amount.map_or_else(|| "not readable".to_owned(), |amount| price(amount.minor()))
}

/// As it stands in a form.
fn decimal(minor: &i64) -> String {
    crate::book::baskets::euros(*minor).to_decimal()
}

fn back(order: &Order) -> Response {
    Redirect::to(&format!("/orders/{}/counter", order.id)).into_response()
}

fn refuse(order: &Order, text: &str) -> Response {
    let said = Said::new("Nothing was moved", text).link(format!("/orders/{}/counter", order.id), "Behind the counter");
    (StatusCode::UNPROCESSABLE_ENTITY, page(&said)).into_response()
}
