//! The Consent widget's frame: the buyer ticks that the merchant may charge an agreement later, or
//! takes it back.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::contexts::ConsentFramePage;
use super::form::Form;
use super::frame::{Frame, Widget, WidgetError, error_page, open};
use super::page::page;
use super::stop::Stop;
use crate::world::World;
use std::sync::Arc;

const WIDGET: Widget = Widget::Consent;

/// `GET /widgets/consent`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let form = Form::read(&query.unwrap_or_default());
    let frame = open(&world, WIDGET, &form)?;
    render(&world, &frame)
}

/// `POST /widgets/consent/select`: the frame's fields and `consent`, true or false.
pub async fn select(State(world): State<Arc<World>>, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let mut frame = open(&world, WIDGET, &form)?;
    let has_consent = match form.value("consent") {
        "true" => true,
        "false" => false,
        _ => {
            let error = WidgetError::new("InvalidParameterValue", "consent is true or false.");
            return Ok(error_page(WIDGET, &form, &error));
        }
    };
    if frame.read_only || !world.agree(frame.view.id(), &frame.buyer.id, has_consent)? {
        let error =
            WidgetError::new("InvalidParameterValue", "The billing agreement is confirmed or over; its consent stays.");
        return Ok(error_page(WIDGET, &form, &error));
    }
    frame.view.chosen = true;
    Ok(frame.again(WIDGET))
}

fn render(world: &World, frame: &Frame) -> Result<Response, Stop> {
    let agreement = world.agreement(frame.view.id())?;
    let context = ConsentFramePage {
        t: frame.t,
        frame: frame.view.clone(),
        merchant: frame.client.merchant.clone(),
        limit: agreement.map(|agreement| agreement.limit).unwrap_or_default(),
        has_consent: frame.choice.as_ref().is_some_and(|choice| choice.has_consent),
        // What is confirmed stays as it is; it is shown, because the page around it may be opened
        // again.
        read_only: frame.read_only || !frame.choice.as_ref().is_some_and(|choice| choice.is_draft),
    };
    Ok(page(&context, frame.reach()))
}
