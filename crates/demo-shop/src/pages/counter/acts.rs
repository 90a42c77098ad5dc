//! What the owner does behind the counter: settle, cancel, refund, and mark as resolved.

use std::time::Duration;

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use pagam::{Amount, Currency, SettlementId, Transaction};
use serde::Deserialize;

use super::super::confirm::Confirm;
use super::super::own::no_such_order;
use super::super::{Frame, Said, Trouble, page, price};
use super::transaction::{address, known, transaction_of};
use crate::DemoShop;
use crate::book::movements::{Wish, Wished};
use crate::book::orders::Order;
use crate::book::vocabulary::Kind;
use crate::counter::refunds_of;

/// The owner does not wait longer than this for an answer; the movement goes on, and the page says
/// where it stands.
const ANSWER_MAX: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
pub(in crate::pages) struct Act {
    kind: String,
    name: String,
    amount: Option<String>,
    /// Of which transaction of the order.
    under: Option<String>,
    /// Yes, to the question before what cannot be undone.
    sure: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::pages) struct About {
    under: String,
}

/// Moves money. Sent twice, it is one movement: the form brings its name.
pub(in crate::pages) async fn act(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(act): Form<Act>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.book.order(id).await? else { return Ok(no_such_order()) };
    let Ok(name) = SettlementId::new(act.name.as_str()) else {
        return Ok(refuse(&order, "That is not the name of a movement. Nothing was moved."));
    };
    let under = transaction_of(&shop, &order, act.under.clone()).await?;
    let back = address(&order, under.as_deref());
    if let Some(movement) = shop.book.movement(name.clone()).await? {
        shop.follow(movement).await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let transaction = known(&shop, &order, under.as_deref()).await?;
    let (Some(transaction), Some(under)) = (transaction, under) else {
        return Ok(refuse(&order, "The gateway does not say how this order stands. Nothing was moved."));
    };
    let is_sure = act.sure.is_some();
    let Some(wish) = wish(act, &order, under, name, &transaction) else {
        return Ok(refuse(&order, "That is not an amount that can be moved. Nothing was moved."));
    };
    if wish.kind.asks_first() && !is_sure {
        let frame = shop.frame(&headers, "").await?;
        return Ok(Confirm { frame, back, ..question(&order, wish) }.ask());
    }
    match shop.book.wish(wish, shop.now()).await? {
        Wished::Now(movement) => match tokio::time::timeout(ANSWER_MAX, shop.move_money(movement)).await {
            Ok(moved) => moved?,
            Err(_) => tracing::info!(order = order.id, "A movement takes its time; it goes on by itself"),
        },
        Wished::Before(movement) => shop.follow(movement).await?,
        Wished::OneAtATime => {
            let text = "Another movement of this transaction has not ended. It is followed by itself: look again soon.";
            return Ok(refuse(&order, text));
        }
    }
    Ok(Redirect::to(&back).into_response())
}

/// What needed a person's attention is resolved.
pub(in crate::pages) async fn resolve(
    State(shop): State<DemoShop>,
    Path(id): Path<String>,
    Form(about): Form<About>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.book.order(id).await? else { return Ok(no_such_order()) };
    shop.book.resolve(order.id.clone(), about.under, shop.now()).await?;
    Ok(Redirect::to(&address(&order, None)).into_response())
}

fn wish(act: Act, order: &Order, under: String, name: SettlementId, transaction: &Transaction) -> Option<Wish> {
    let kind = Kind::of(&act.kind)?;
    let amount = match (kind, act.amount) {
        (Kind::Cancel, _) => transaction.amount()?,
        (Kind::Settle | Kind::Refund, text) => {
            Amount::parse(&text?.trim().replace(',', "."), Currency::EUR).ok().filter(|amount| amount.minor() > 0)?
        }
    };
    let refunds_before = refunds_of(transaction, amount)?.asked;
    Some(Wish { name, order: order.id.clone(), shop_transaction_id: under, kind, amount, refunds_before })
}

/// The question before money is given back or let go.
fn question(order: &Order, wish: Wish) -> Confirm {
    let amount = price(wish.amount.minor());
    let (title, yes, text) = match wish.kind {
        Kind::Refund => (
            format!("Refund {amount}?"),
            format!("Yes, refund {amount}"),
            "Amazon gives the money back to the buyer. It cannot be settled again.",
        ),
        Kind::Cancel | Kind::Settle => (
            format!("Cancel the payment of {amount}?"),
            format!("Yes, cancel {amount}"),
            "Amazon no longer holds the money for the shop. It cannot be settled after that.",
        ),
    };
    let about = Some(wish.shop_transaction_id.clone());
    let fields = vec![
        ("kind", wish.kind.as_str().to_owned()),
        ("name", wish.name.to_string()),
        ("amount", wish.amount.to_decimal()),
        ("under", wish.shop_transaction_id),
    ];
    let action = format!("/orders/{}/counter", order.id);
    Confirm { title, text, about, action, fields, yes, back: String::new(), frame: Frame::default() }
}

fn refuse(order: &Order, text: &str) -> Response {
    let said = Said::new("Nothing was moved", text).link(address(order, None), "Behind the counter");
    (StatusCode::UNPROCESSABLE_ENTITY, page(&said)).into_response()
}
