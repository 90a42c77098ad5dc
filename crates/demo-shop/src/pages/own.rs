//! Paying on a page of the shop: Amazon's widgets are here, and the shop's server charges what the buyer chose.

use std::time::Duration;

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};
use pagam::{Status, Widget};
use serde::Deserialize;

use super::checkout::{ASK_MAX, cannot_pay};
use super::guard::Needs;
use super::refusal::{RefusalText, keeps_choice, leads_back};
use super::{Frame, RETURN_PATH, Said, Trouble, page, price};
use crate::book::baskets::Line;
use crate::book::charges::Choice;
use crate::book::orders::Order;
use crate::book::vocabulary::Purpose;
use crate::catalogue::name_of;
use crate::charging::{Charged, Source};
use crate::reconcile::CHARGED;
use crate::{Amazon, DemoShop};

/// The buyer does not wait longer than this for a charge. It goes on by itself, and his order says
/// where it stands.
const CHARGE_MAX: Duration = Duration::from_secs(20);

#[derive(Template)]
#[template(path = "own.html")]
struct OwnPage<'p> {
    frame: Frame,
    order: Order,
    lines: Vec<Line>,
    widgets: Widgets<'p>,
    /// Why the buyer is here again.
    said: Option<RefusalText>,
}

/// What a page says to Amazon's widgets.
pub(super) struct Widgets<'w> {
    pub amazon: &'w Amazon,
    pub return_path: &'static str,
    /// What the buyer chose before; without one, Amazon's widgets begin anew.
    pub order_reference: Option<String>,
    /// Of a subscription, instead.
    pub agreement: Option<String>,
    pub shows_address_book: bool,
    /// Whether another order reference does as well, when Amazon knows this one no more.
    pub may_begin_anew: bool,
}

#[derive(Template)]
#[template(path = "arriving.html")]
struct Arriving {
    frame: Frame,
}

#[derive(Deserialize)]
pub(super) struct Wish {
    /// The widgets say that what was chosen before is over.
    fresh: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    order_reference: String,
}

impl<'w> Widgets<'w> {
    /// The wallet alone, for another card.
    pub(super) fn wallet(amazon: &'w Amazon) -> Widgets<'w> {
        let return_path = RETURN_PATH;
        Widgets {
            amazon,
            return_path,
            order_reference: None,
            agreement: None,
            shows_address_book: false,
            may_begin_anew: false,
        }
    }
}

/// Amazon sends the buyer back here after the sign-in; the answer is behind the `#`, where only the page can read it.
pub(super) async fn arrive(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    Ok(needing(Needs::Script, page(&Arriving { frame: shop.frame(&headers, "").await? })))
}

pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.own_order(&headers, id).await? else { return Ok(no_such_order()) };
    let Some(amazon) = shop.settings.amazon.as_ref().filter(|_| can_pay_here(&order)) else {
        return Ok(to_order(&order));
    };
    let choice = shop.book.choice(order.id.clone()).await?.filter(|_| wish.fresh.is_none());
    let refused = choice.as_ref().and_then(|choice| choice.refused);
    let order_reference = choice.filter(is_good).map(|choice| choice.order_reference);
    // Where the card was refused, the address stands: Amazon lets it be changed no more.
    let shows_address_book = order_reference.is_none() || refused.and_then(Widget::for_code) != Some(Widget::Wallet);
    let widgets = Widgets { order_reference, shows_address_book, may_begin_anew: true, ..Widgets::wallet(amazon) };
    let (frame, said) = (shop.frame(&headers, "/basket").await?, refused.map(RefusalText::of));
    let (lines, _) = shop.book.story(order.id.clone()).await?;
    Ok(needing(Needs::Widgets, page(&OwnPage { frame, order, lines, widgets, said })))
}

/// Charges. Pressed twice, in two tabs, or again after a reload, it is one charge: the book gives out the right to make
/// it once, and takes it back only when the gateway has said that nothing was paid.
pub(super) async fn charge(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.own_order(&headers, id).await? else { return Ok(no_such_order()) };
    if shop.settings.amazon.is_none() || !can_pay_here(&order) || !is_reference(&chosen.order_reference) {
        return Ok(to_order(&order));
    }
    // A try on the gateway's page may have been paid without the shop having heard of it.
    if let Some(open) = shop.book.open_try_of(order.id.clone()).await? {
        match tokio::time::timeout(ASK_MAX, shop.ask_about(&open)).await {
            Ok(asked) => asked.map(drop)?,
            // Going on is safe: under the same identifier the gateway takes one payment.
            Err(_) => tracing::info!(order = order.id, "The gateway is slow to say what became of an earlier try"),
        }
    }
    let reference = chosen.order_reference;
    let begun = shop.book.begin_charge(order.id.clone(), reference.clone(), shop.now(), CHARGED).await?;
    let Some(sending) = begun else { return Ok(to_order(&order)) };
    let charging = shop.charge(order.clone(), sending, Source::OrderReference(reference));
    let Ok(charged) = tokio::time::timeout(CHARGE_MAX, charging).await else { return Ok(to_order(&order)) };
    Ok(match charged? {
        Charged::Known(Status::Refused { code }) if leads_back(code) => see(&format!("/orders/{}/pay", order.id)),
        Charged::Known(_) => to_order(&order),
        Charged::Unknown => {
            shop.ask_soon(&order).await?;
            to_order(&order)
        }
        Charged::NotDone(error) => cannot_pay(&order, &error),
    })
}

/// The buyer has chosen another card for a payment that waits for it; the gateway is asked how it stands now.
pub(super) async fn card_chosen(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let Some(order) = shop.own_order(&headers, id).await? else { return Ok(no_such_order()) };
    shop.ask_soon(&order).await?;
    Ok(to_order(&order))
}

impl DemoShop {
    /// The order, when the visitor is its buyer.
    pub(super) async fn own_order(&self, headers: &HeaderMap, id: String) -> Result<Option<Order>, Trouble> {
        let Some(session) = self.visitor(headers).await? else { return Ok(None) };
        Ok(self.book.order(id).await?.filter(|order| order.session == session))
    }

    /// Asks about the order's open try, as long as a buyer may wait.
    pub(super) async fn ask_soon(&self, order: &Order) -> Result<(), Trouble> {
        let Some(open) = self.book.open_try_of(order.id.clone()).await? else { return Ok(()) };
        match tokio::time::timeout(ASK_MAX, self.ask_about(&open)).await {
            Ok(asked) => asked.map(drop)?,
            Err(_) => tracing::info!(order = order.id, "The gateway is slow; the page looks again by itself"),
        }
        Ok(())
    }
}

pub(super) fn needing(needs: Needs, mut response: Response) -> Response {
    response.extensions_mut().insert(needs);
    response
}

pub(super) fn no_such_order() -> Response {
    let said = Said::new("No such order", "Please check the address, or look at your list.");
    (StatusCode::NOT_FOUND, page(&said.link("/orders", "See your orders"))).into_response()
}

/// A permission for later months is asked for on the gateway's page.
fn can_pay_here(order: &Order) -> bool {
    order.is_payable() && order.purpose == Purpose::Goods
}

/// Whether what was chosen can be charged again.
fn is_good(choice: &Choice) -> bool {
    choice.refused.is_none_or(keeps_choice)
}

/// Amazon's ids are letters, digits and hyphens; whatever else a form holds was not made by the widgets.
fn is_reference(text: &str) -> bool {
    (1..=25).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn to_order(order: &Order) -> Response {
    see(&format!("/orders/{}", order.id))
}

fn see(address: &str) -> Response {
    Redirect::to(address).into_response()
}
