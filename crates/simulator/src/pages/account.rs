//! The buyer's own page at the simulator: agreements and orders, another card for what waits for
//! one, the end of an agreement. Every form is a plain POST that answers with a redirect, so that a
//! reload repeats nothing.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, StatusCode};

use super::contexts::{AccountPage, BuyerView, OwnView, SignInPage};
use super::form::{Form, same_origin};
use super::page::{Reach, page, page_with, see_other};
use super::seller_central::tone;
use super::session::{closed, opened, signed_in};
use super::stop::Stop;
use super::texts::{Language, Texts};
use super::wallet;
use crate::world::{AgreementView as Agreement, BuyerView as Buyer, CardView, OrderView as Order, PASSWORD, World};
use std::sync::Arc;

/// How many of each are shown.
const SHOWN: usize = 50;

/// `GET /account`
pub async fn show(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let Some(buyer) = signed_in(&world, &headers) else { return Ok(sign_in_page(&world, &headers, "", false)) };
    let form = Form::read(&query.unwrap_or_default());
    let t = Language::of(&buyer.language).texts();
    let (said, is_good) = match form.value("said") {
        "card" => (t.account.changed, true),
        "ended" => (t.account.ended, true),
        "unchanged" => (t.account.unchanged, false),
        _ => ("", true),
    };
    let merchants = Merchants::of(&world);
    let (mut agreements, _) = world.newest_agreements(Some(&buyer.id), SHOWN)?;
    let (mut orders, _) = world.newest_orders(Some(&buyer.id), SHOWN)?;
    agreements.retain(|agreement| has_begun(agreement.state, agreement.reason));
    orders.retain(|order| has_begun(order.state, order.reason));
    let context = AccountPage {
        t,
        buyer_name: buyer.name,
        said,
        is_good,
        agreements: agreements.iter().map(|agreement| own_agreement(agreement, &merchants, t)).collect(),
        orders: orders.iter().map(|order| own_order(order, &merchants, t)).collect(),
        cards: world.cards().iter().map(|card| wallet::view(card, "", t)).collect(),
    };
    Ok(page(&context, Reach::Own))
}

/// `POST /account/signin`: email, password.
pub async fn sign_in(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let form = Form::read(&body);
    let email = form.value("email").trim();
    match world.buyer_with_password(email, form.value("password")) {
        Some(buyer) => Ok(opened(&world, &buyer, see_other("/account"))?),
        None => Ok(sign_in_page(&world, &headers, email, true)),
    }
}

/// `POST /account/signout`
pub async fn sign_out(State(world): State<Arc<World>>, headers: HeaderMap) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    Ok(closed(&world, &headers, see_other("/account"))?)
}

/// `POST /account/card`: id, card.
pub async fn change_card(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let (buyer, form) = own(&world, &headers, &body)?;
    let changed = world.change_card(form.value("id"), &buyer.id, form.value("card"))?;
    Ok(see_other(if changed { "/account?said=card" } else { "/account?said=unchanged" }))
}

/// `POST /account/cancel`: id.
pub async fn cancel(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let (buyer, form) = own(&world, &headers, &body)?;
    let ended = world.end_agreement(form.value("id"), &buyer.id)?;
    Ok(see_other(if ended { "/account?said=ended" } else { "/account?said=unchanged" }))
}

/// A posted form of a buyer who is signed in; who is not, signs in first.
fn own(world: &World, headers: &HeaderMap, body: &str) -> Result<(Buyer, Form), Stop> {
    refuse_forged(headers, world)?;
    let buyer = signed_in(world, headers).ok_or_else(|| Stop::with(see_other("/account")))?;
    Ok((buyer, Form::read(body)))
}

fn refuse_forged(headers: &HeaderMap, world: &World) -> Result<(), Stop> {
    match same_origin(headers, world.public_url()) {
        true => Ok(()),
        false => {
            let reason = "The form was not sent from a page of this simulator.";
            Err(Stop::with((StatusCode::FORBIDDEN, reason).into_response()))
        }
    }
}

fn sign_in_page(world: &World, headers: &HeaderMap, email: &str, wrong: bool) -> Response {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let context = SignInPage {
        t: Language::of(asked).texts(),
        action: "/account/signin",
        merchant: String::new(),
        back: String::new(),
        email: email.to_owned(),
        wrong,
        buyers: world.buyers().into_iter().map(|buyer| BuyerView { name: buyer.name, email: buyer.email }).collect(),
        password: PASSWORD.to_owned(),
    };
    page_with(if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK }, &context, Reach::Own)
}

/// What was left in a shop before it was confirmed is nothing that the buyer has.
fn has_begun(state: &str, reason: &str) -> bool {
    state != "Draft" && reason != "Stale"
}

struct Merchants(Vec<(String, String)>);

impl Merchants {
    fn of(world: &World) -> Merchants {
        Merchants(world.sellers().into_iter().map(|seller| (seller.id, seller.name)).collect())
    }

    fn name(&self, seller_id: &str) -> String {
        let known = self.0.iter().find(|(id, _)| id == seller_id);
        known.map_or(seller_id, |(_, name)| name.as_str()).to_owned()
    }
}

fn own_agreement(agreement: &Agreement, merchants: &Merchants, t: &'static Texts) -> OwnView {
    let is_alive = matches!(agreement.state, "Open" | "Suspended");
    let mut facts = vec![(t.account.since, day(agreement.created_at))];
    if is_alive {
        facts.push((t.account.left, format!("{} / {}", agreement.left, agreement.limit)));
    }
    OwnView {
        id: agreement.id.clone(),
        merchant: merchants.name(&agreement.seller_id),
        state: t.account.state(agreement.state),
        tone: tone(agreement.state, agreement.reason),
        facts: with_number(with_card(facts, agreement.card.as_deref(), t), &agreement.seller_agreement_id, t),
        card: agreement.card.clone().unwrap_or_default(),
        card_may_change: is_alive,
        is_suspended: agreement.state == "Suspended",
        may_end: is_alive,
    }
}

fn own_order(order: &Order, merchants: &Merchants, t: &'static Texts) -> OwnView {
    let mut facts = vec![(t.account.since, day(order.created_at))];
    if !order.total.is_empty() {
        facts.push((t.amount, order.total.clone()));
    }
    let mut facts = with_number(with_card(facts, order.card.as_deref(), t), &order.seller_order_id, t);
    if !order.agreement.is_empty() {
        facts.push((t.agreement, order.agreement.clone()));
    }
    let is_suspended = order.state == "Suspended";
    OwnView {
        id: order.id.clone(),
        merchant: merchants.name(&order.seller_id),
        state: t.account.state(order.state),
        tone: tone(order.state, order.reason),
        facts,
        card: order.card.clone().unwrap_or_default(),
        card_may_change: is_suspended,
        is_suspended,
        may_end: false,
    }
}

type Facts = Vec<(&'static str, String)>;

fn with_card(mut facts: Facts, card: Option<&str>, t: &'static Texts) -> Facts {
    facts.extend(card.map(|card| (t.card, CardView::name_of(Some(card)))));
    facts
}

fn with_number(mut facts: Facts, number: &str, t: &'static Texts) -> Facts {
    facts.extend(Some(number).filter(|number| !number.is_empty()).map(|number| (t.account.number, number.to_owned())));
    facts
}

/// In UTC.
fn day(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |at| at.strftime("%Y-%m-%d").to_string())
}
