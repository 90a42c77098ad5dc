//! The Wallet widget's frame: choose a card. Each card says what it does; what it does is the
//! world's affair.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::contexts::{CardView, WalletPage};
use super::form::Form;
use super::frame::{Frame, Widget, WidgetError, error_page, open};
use super::page::page;
use super::stop::Stop;
use super::texts::Texts;
use crate::world::{CardView as Card, World};
use std::sync::Arc;

const WIDGET: Widget = Widget::Wallet;

/// `GET /widgets/wallet`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let form = Form::read(&query.unwrap_or_default());
    let mut frame = open(&world, WIDGET, &form)?;
    if frame.choice.is_none() {
        frame.create(&world, WIDGET)?;
        return Ok(frame.again(WIDGET));
    }
    match fixed(&frame) {
        Some(error) => Ok(error_page(WIDGET, &form, &error)),
        None => Ok(render(&world, &frame)),
    }
}

/// `POST /widgets/wallet/select`: the frame's fields and `card`.
pub async fn select(State(world): State<Arc<World>>, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let mut frame = open(&world, WIDGET, &form)?;
    let known = world.cards().iter().any(|card| card.slug == form.value("card"));
    let error = if frame.choice.is_none() {
        Some(WidgetError::new("MissingParameter", "order_reference is missing."))
    } else if !known {
        Some(WidgetError::new("InvalidParameterValue", "The buyer has no such card."))
    } else {
        fixed(&frame)
    };
    if let Some(error) = error {
        return Ok(error_page(WIDGET, &form, &error));
    }
    if !world.choose_card(frame.view.id(), &frame.buyer.id, form.value("card"))? {
        return Ok(error_page(WIDGET, &form, &unmodifiable()));
    }
    frame.view.chosen = true;
    Ok(frame.again(WIDGET))
}

fn fixed(frame: &Frame) -> Option<WidgetError> {
    let fixed = frame.choice.as_ref().is_some_and(|choice| !choice.card_may_change) && !frame.read_only;
    fixed.then(unmodifiable)
}

fn unmodifiable() -> WidgetError {
    let message = "The order reference or agreement is confirmed or over; its payment method stays.";
    WidgetError::new("PaymentMethodNotModifiable", message)
}

fn render(world: &World, frame: &Frame) -> Response {
    let selected = frame.choice.as_ref().and_then(|choice| choice.card.clone()).unwrap_or_default();
    let context = WalletPage {
        t: frame.t,
        frame: frame.view.clone(),
        read_only: frame.read_only,
        cards: world.cards().iter().map(|card| view(card, &selected, frame.t)).collect(),
        selected,
    };
    page(&context, frame.reach())
}

/// A card with its behaviour in words.
#[must_use]
pub fn view(card: &Card, selected: &str, t: &'static Texts) -> CardView {
    let behaviour = match card.slug {
        "ok" => t.card_ok,
        "invalid" => t.card_invalid,
        "rejected" => t.card_rejected,
        "timeout" => t.card_timeout,
        "notallowed" => t.card_notallowed,
        "slow" => t.card_slow,
        "lost" => t.card_lost,
        "challenge" => t.card_challenge,
        "review" => t.card_review,
        "reviewdeclined" => t.card_reviewdeclined,
        "latecapture" => t.card_latecapture,
        _ => "",
    };
    CardView {
        slug: card.slug.to_owned(),
        brand: card.brand.to_owned(),
        tail: card.tail.to_owned(),
        behaviour,
        chosen: card.slug == selected,
    }
}
