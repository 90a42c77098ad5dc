//! The way to the payment page: an order, a try, Encrypt, a redirect.

use std::time::Duration;

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use pagam::{Lang, Payment, PaymentBuilder, Recurring};
use serde::Deserialize;

use super::refusal::TRY_LATER;
use super::{Frame, Said, Trouble, page, price};
use crate::DemoShop;
use crate::book::baskets::Line;
use crate::book::orders::Order;
use crate::book::vocabulary::Purpose;
use crate::catalogue::name_of;
use crate::reconcile::ON_THE_PAGE;

/// The buyer does not wait longer than this for what became of an earlier try.
pub(super) const ASK_MAX: Duration = Duration::from_secs(5);

#[derive(Template)]
#[template(path = "checkout.html")]
struct Checkout {
    frame: Frame,
    lines: Vec<Line>,
    total_minor: i64,
    /// Whether the shop has a payment page of its own.
    has_own_page: bool,
}

#[derive(Deserialize)]
pub(super) struct Pay {
    method: String,
    /// An order to be paid again; else the basket is ordered.
    order: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// On the gateway's page.
    AmazonPay,
    /// On a page of the shop.
    Own,
    /// Whatever the payment page offers.
    Page,
}

impl Method {
    fn of(name: &str) -> Option<Method> {
        match name {
            "amazonpay" => Some(Method::AmazonPay),
            "own" => Some(Method::Own),
            "page" => Some(Method::Page),
            _ => None,
        }
    }

    fn choose(self, payment: PaymentBuilder) -> PaymentBuilder {
        match self {
            Method::AmazonPay | Method::Own => payment.amazon_pay(),
            Method::Page => payment,
        }
    }
}

pub(super) async fn show(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    let lines = shop.basket(&headers).await?;
    if lines.is_empty() {
        return Ok(Redirect::to("/basket").into_response());
    }
    let frame = shop.frame(&headers, "/basket").await?;
    let total_minor = lines.iter().map(Line::total_minor).sum();
    let has_own_page = shop.settings.amazon.is_some();
    Ok(page(&Checkout { frame, lines, total_minor, has_own_page }))
}

/// Sends the buyer to pay. Pressed twice, it is still one order, and one payment for the gateway.
pub(super) async fn pay(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(form): Form<Pay>,
) -> Result<Response, Trouble> {
    let Some(method) = Method::of(&form.method) else {
        return Ok(refuse(
            Said::new("No such way to pay", "Please choose one from the list.").link("/checkout", "Back"),
        ));
    };
    let Some(order) = order_to_pay(&shop, &headers, form.order).await? else {
        return Ok(refuse(Said::new("Nothing to pay", "Your basket is empty.")));
    };
    match method {
        Method::Own => Ok(Redirect::to(&format!("/orders/{}/pay", order.id)).into_response()),
        Method::AmazonPay | Method::Page => send_to_pay(&shop, &order, method).await,
    }
}

/// Sends the buyer to the gateway's page.
pub(super) async fn send_to_pay(shop: &DemoShop, order: &Order, method: Method) -> Result<Response, Trouble> {
    let Some(id) = try_to_pay(shop, order).await? else {
        return Ok(Redirect::to(&format!("/orders/{}", order.id)).into_response());
    };
    let payment = Payment::builder(order.amount, &id).language(Lang::English);
    let payment = match order.purpose {
        Purpose::FirstMonth => payment.amazon_pay().recurring(Recurring::PayNowAndRecurring),
        Purpose::FreeMonth => payment.amazon_pay().recurring(Recurring::OnlyRecurring),
        Purpose::Goods | Purpose::Renewal => method.choose(payment),
    };
    let sealed = match payment.build() {
        Ok(payment) => shop.client().encrypt(&payment).await,
        Err(invalid) => Err(invalid.into()),
    };
    match sealed {
        Ok(crypted) => {
            shop.book.sent_out_to_pay(order.id.clone()).await?;
            Ok(Redirect::to(&shop.client().payment_page_url(&crypted)).into_response())
        }
        Err(error) => Ok(cannot_pay(order, &error)),
    }
}

async fn order_to_pay(shop: &DemoShop, headers: &HeaderMap, id: Option<String>) -> Result<Option<Order>, Trouble> {
    let Some(session) = shop.visitor(headers).await? else { return Ok(None) };
    match id {
        Some(id) => {
            let own = shop.book.order(id).await?.filter(|order| order.session == session);
            Ok(own.filter(|order| order.purpose != Purpose::Renewal))
        }
        None => Ok(shop.book.order_of_basket(session, shop.now()).await?),
    }
}

/// The identifier to pay under; `None` when the order is sold, or a payment is under way. A try
/// that was opened before may have been paid without the shop having heard of it: the gateway is
/// asked first.
async fn try_to_pay(shop: &DemoShop, order: &Order) -> Result<Option<String>, Trouble> {
    if let Some(known) = shop.book.open_try_of(order.id.clone()).await? {
        match tokio::time::timeout(ASK_MAX, shop.ask_about(&known)).await {
            Ok(asked) => asked.map(drop)?,
            // Going on is safe: under the same identifier the gateway takes one payment.
            Err(_) => tracing::info!(order = order.id, "The gateway is slow to say what became of an earlier try"),
        }
    }
    Ok(shop.book.open_try(order.id.clone(), shop.now(), ON_THE_PAGE).await?)
}

/// Nothing was charged, and the buyer has nothing to mend. What is the matter is for the log.
pub(super) fn cannot_pay(order: &Order, error: &pagam::Error) -> Response {
    tracing::error!(order = order.id, %error, "The buyer could not be sent to pay");
    let status = match error.is_passing() {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::BAD_GATEWAY,
    };
    let said = Said::new("You cannot pay right now", TRY_LATER.text);
    (status, page(&said.link(format!("/orders/{}", order.id), "See the order"))).into_response()
}

fn refuse(said: Said) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page(&said)).into_response()
}
