//! The basket: look, add, take out.

use askama::Template;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use pagam::{Amount, Currency};
use serde::Deserialize;

use super::{Frame, Said, Trouble, page, price};
use crate::DemoShop;
use crate::book::baskets::Line;
use crate::book::orders::Order;
use crate::book::vocabulary::OrderStatus;
use crate::catalogue::{GIFT_CARD, GIFT_CARD_CENTS, name_of, product};

#[derive(Template)]
#[template(path = "basket.html")]
struct Basket {
    frame: Frame,
    lines: Vec<Line>,
    total_minor: i64,
    /// The order that went out to pay with what was in the basket, while it is not sold.
    waiting: Option<Order>,
}

#[derive(Deserialize)]
pub(super) struct Add {
    product: String,
}

#[derive(Deserialize)]
pub(super) struct AddGiftCard {
    amount: String,
}

#[derive(Deserialize)]
pub(super) struct Remove {
    product: String,
    price_minor: i64,
}

pub(super) async fn show(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    let frame = shop.frame(&headers, "/basket").await?;
    let lines = shop.basket(&headers).await?;
    let total_minor = lines.iter().map(Line::total_minor).sum();
    let waiting = match shop.visitor(&headers).await?.filter(|_| lines.is_empty()) {
        Some(session) => shop.book.order_in_hand(session).await?.filter(|order| !order.status.is_sold()),
        None => None,
    };
    Ok(page(&Basket { frame, lines, total_minor, waiting }))
}

pub(super) async fn add(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(form): Form<Add>,
) -> Result<Response, Trouble> {
    match product(&form.product) {
        Some(product) => put(&shop, &headers, product.slug, product.price()).await,
        None => Ok(refuse("We do not sell that", "Please choose something from the shelf.")),
    }
}

/// A gift card has the price that the buyer names.
pub(super) async fn add_gift_card(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(form): Form<AddGiftCard>,
) -> Result<Response, Trouble> {
    // A comma is what most of Europe types.
    match Amount::parse(&form.amount.trim().replace(',', "."), Currency::EUR) {
        Ok(amount) if GIFT_CARD_CENTS.contains(&amount.minor()) => put(&shop, &headers, GIFT_CARD, amount).await,
        _ => {
            let (least, most) = (price(*GIFT_CARD_CENTS.start()), price(*GIFT_CARD_CENTS.end()));
            Ok(refuse("That is not an amount", format!("A gift card is worth {least} to {most}, such as 24.21.")))
        }
    }
}

pub(super) async fn remove(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(form): Form<Remove>,
) -> Result<Response, Trouble> {
    if let Some(session) = shop.visitor(&headers).await? {
        shop.book.remove(session, form.product, form.price_minor).await?;
    }
    Ok(Redirect::to("/basket").into_response())
}

async fn put(shop: &DemoShop, headers: &HeaderMap, slug: &str, price: Amount) -> Result<Response, Trouble> {
    let (session, cookie) = shop.visitor_or_new(headers).await?;
    shop.book.add(session, slug.to_owned(), price.minor()).await?;
    Ok((cookie.map(with_cookie), Redirect::to("/basket")).into_response())
}

fn with_cookie(cookie: HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([(SET_COOKIE, cookie)])
}

fn refuse(title: &str, text: impl Into<String>) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page(&Said::new(title, text))).into_response()
}
