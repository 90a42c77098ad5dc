//! The AddressBook widget's frame: choose an address or write a new one. Choosing sets the
//! destination of the order reference or the agreement.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::address_form::AddressForm;
use super::contexts::{AddressBookPage, AddressView};
use super::countries::Country;
use super::form::Form;
use super::frame::{Frame, Widget, WidgetError, error_page, open};
use super::label::{Parts, lines};
use super::page::page;
use super::stop::Stop;
use crate::world::{AddressView as Address, World};
use std::sync::Arc;

const WIDGET: Widget = Widget::AddressBook;

/// `GET /widgets/address-book`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let form = Form::read(&query.unwrap_or_default());
    let mut frame = open(&world, WIDGET, &form)?;
    if frame.choice.is_none() {
        let id = frame.create(&world, WIDGET)?;
        if let Some(first) = world.addresses(&frame.buyer.id).first() {
            world.choose_address(&id, &frame.buyer.id, &first.id)?;
        }
        return Ok(frame.again(WIDGET));
    }
    if let Some(error) = fixed(&frame) {
        return Ok(error_page(WIDGET, &form, &error));
    }
    let country = world.addresses(&frame.buyer.id).first().map_or("IT".to_owned(), |address| address.country.clone());
    let empty = AddressForm::empty(&country, frame.t);
    Ok(render(&world, &frame, empty))
}

/// `POST /widgets/address-book/select`: the frame's fields and `address`.
pub async fn select(State(world): State<Arc<World>>, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let mut frame = writable(&world, &form)?;
    let known = world.addresses(&frame.buyer.id);
    if !known.iter().any(|address| address.id == form.value("address")) {
        let error = WidgetError::new("InvalidParameterValue", "The buyer has no such address.");
        return Ok(error_page(WIDGET, &form, &error));
    }
    choose(&world, &mut frame, form.value("address"), &form)
}

/// `POST /widgets/address-book/add`: the frame's fields, `country`, and the fields of the form. The
/// new address is chosen at once.
pub async fn add(State(world): State<Arc<World>>, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let mut frame = writable(&world, &form)?;
    let written = AddressForm::filled(|name| form.value(name).to_owned(), frame.t);
    let address = match written.check(frame.t) {
        Ok(address) => address,
        Err(faulty) => return Ok(render(&world, &frame, faulty)),
    };
    let id = world.add_address(&frame.buyer.id, address)?;
    choose(&world, &mut frame, &id, &form)
}

fn choose(world: &World, frame: &mut Frame, address: &str, form: &Form) -> Result<Response, Stop> {
    if !world.choose_address(frame.view.id(), &frame.buyer.id, address)? {
        return Ok(error_page(WIDGET, form, &unmodifiable()));
    }
    frame.view.chosen = true;
    Ok(frame.again(WIDGET))
}

/// A frame whose order reference or agreement exists and may still change.
fn writable(world: &World, form: &Form) -> Result<Frame, Stop> {
    let frame = open(world, WIDGET, form)?;
    let error = match &frame.choice {
        None => Some(WidgetError::new("MissingParameter", "order_reference is missing.")),
        Some(_) => fixed(&frame),
    };
    error.map_or(Ok(frame), |error| Err(Stop::with(error_page(WIDGET, form, &error))))
}

fn fixed(frame: &Frame) -> Option<WidgetError> {
    let fixed = frame.choice.as_ref().is_some_and(|choice| !choice.is_draft) && !frame.read_only;
    fixed.then(unmodifiable)
}

fn unmodifiable() -> WidgetError {
    WidgetError::new("AddressNotModifiable", "The order reference or agreement is confirmed; its address stays.")
}

fn render(world: &World, frame: &Frame, form: AddressForm) -> Response {
    let selected = frame.choice.as_ref().and_then(|choice| choice.address.clone()).unwrap_or_default();
    let known = world.addresses(&frame.buyer.id);
    let context = AddressBookPage {
        t: frame.t,
        frame: frame.view.clone(),
        buyer_name: frame.buyer.name.clone(),
        read_only: frame.read_only,
        addresses: known.iter().map(|address| view(address, &selected, frame)).collect(),
        countries: Country::sorted(frame.t.language),
        selected,
        form,
    };
    page(&context, frame.reach())
}

fn view(address: &Address, selected: &str, frame: &Frame) -> AddressView {
    AddressView {
        id: address.id.clone(),
        name: address.name.clone(),
        lines: lines(&Parts::of(address), frame.t.language),
        chosen: address.id == selected,
    }
}
