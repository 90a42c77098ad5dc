//! Behind the counter: what the shop's owner sees of an order's money, and can do with it.
//! `door.rs` lets nobody else in.

pub(super) mod acts;
mod transaction;

use std::borrow::Cow;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::HeaderMap;
use pagam::{Event, EventKind, SettlementId, State as Money, Transaction};
use serde::Deserialize;

use super::own::no_such_order;
use super::{Frame, Trouble, at, gateway_time, page, price};
use crate::DemoShop;
use crate::book::attention::Attention;
use crate::book::movements::Movement;
use crate::book::orders::Order;
use crate::book::vocabulary::{Kind, Stage};
use crate::counter::refunds_minor;
use transaction::{address, known, transaction_of};

#[derive(Template)]
#[template(path = "counter.html")]
struct Counter {
    frame: Frame,
    order: Order,
    /// The transaction that is looked at; `None` when the order is not sold.
    under: Option<String>,
    /// The transactions that the order was paid with: several when it was paid twice.
    paid: Vec<String>,
    /// What the gateway says; `None` while it does not answer, or knows nothing.
    transaction: Option<Transaction>,
    movements: Vec<Movement>,
    attention: Vec<Attention>,
    /// What the next movement will be called.
    name: SettlementId,
}

#[derive(Template)]
#[template(path = "attention.html")]
struct NeedsAttention {
    frame: Frame,
    attention: Vec<Attention>,
}

#[derive(Deserialize)]
pub(super) struct Look {
    /// Another transaction of the order than the one that it was sold with.
    under: Option<String>,
}

impl Counter {
    /// What was authorized and neither settled nor let go, nor going to be.
    fn can_settle(&self) -> Option<i64> {
        let transaction = self.movable()?;
        let is_free = self.of_transaction().all(|one| !one.stage.is_open() || one.kind == Kind::Refund);
        let amount = transaction.amount().filter(|_| is_free && transaction.state == Some(Money::Authorized))?;
        Some(amount.minor()).filter(|minor| *minor > 0)
    }

    /// What was settled and neither given back nor on its way. When a refund on its way was
    /// declined and the gateway says so only by never making it, what was not given back may be
    /// asked for again.
    fn can_refund(&self) -> Option<i64> {
        let transaction = self.movable()?;
        let settled_minor = transaction.settled()?.minor();
        let left = [refunds_minor(transaction)?, transaction.refunded()?.minor()].map(|gone| settled_minor - gone);
        left.into_iter().find(|minor| *minor > 0)
    }

    /// Whether everything that was settled is given back or going to be.
    fn is_on_its_way(&self) -> bool {
        let settled = self.transaction.as_ref().and_then(|transaction| Some((transaction, transaction.settled()?)));
        settled.is_some_and(|(transaction, settled)| refunds_minor(transaction) == Some(settled.minor()))
    }

    /// The movements of the transaction that is looked at.
    fn of_transaction(&self) -> impl Iterator<Item = &Movement> {
        let under = self.under.as_deref();
        self.movements.iter().filter(move |one| Some(one.shop_transaction_id.as_str()) == under)
    }

    fn movable(&self) -> Option<&Transaction> {
        let is_answered = self.of_transaction().all(|one| one.stage != Stage::Unanswered);
        self.transaction.as_ref().filter(|transaction| is_answered && transaction.status.is_paid())
    }

    fn is_sold_with(&self, shop_transaction_id: &str) -> bool {
        self.order.paid_under.as_deref() == Some(shop_transaction_id)
    }

    fn counter_of(&self, shop_transaction_id: &str) -> String {
        address(&self.order, Some(shop_transaction_id))
    }
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.book.order(id.clone()).await? else { return Ok(no_such_order()) };
    let under = transaction_of(&shop, &order, look.under).await?;
    let transaction = known(&shop, &order, under.as_deref()).await?;
    // What was just read may have moved it on.
    let order = shop.book.order(id.clone()).await?.unwrap_or(order);
    let paid = shop.book.paid_tries(id.clone()).await?;
    let movements = shop.book.movements(id.clone()).await?;
    let attention = shop.book.attention_of(id).await?;
    let frame = shop.frame(&headers, "").await?;
    // The name is made with the form, and written down before it is sent: the same form sent twice
    // is the same movement.
    let name = SettlementId::generate();
    Ok(page(&Counter { frame, order, under, paid, transaction, movements, attention, name }))
}

/// Everything that needs a person's attention.
pub(super) async fn attention(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    let attention = shop.book.attention().await?;
    Ok(page(&NeedsAttention { frame: shop.frame(&headers, "/counter").await?, attention }))
}

/// The owner reads what the movements mean.
fn movement_of(event: &Event) -> Cow<'static, str> {
    match &event.kind {
        EventKind::State(Money::Authorized) => "Authorized".into(),
        EventKind::State(Money::Settled) => "Settled".into(),
        EventKind::State(Money::Booked) => "Settlement accepted".into(),
        EventKind::State(Money::Cancelled) => "Cancelled".into(),
        EventKind::State(Money::Refunded) => "Refunded".into(),
        EventKind::RefundRequested => "Refund accepted".into(),
        EventKind::ChargedBack => "Charged back by the bank".into(),
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
