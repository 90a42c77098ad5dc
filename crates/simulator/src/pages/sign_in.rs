//! Login with Amazon as the buyer meets it: `/ap/oa`, the sign-in, the consent, and the answer back
//! to the merchant. It decides nothing about orders.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::authorization::{Asked, Refusal, Way, address, query_of_return};
use super::contexts::{BuyerView, ConsentPage, PopupPage, RefusalPage, SignInPage};
use super::form::{Form, same_origin};
use super::page::{Reach, page, page_with, see_other};
use super::session::{closed, opened, signed_in};
use super::stop::Stop;
use super::texts::{Language, Texts};
use crate::world::{BuyerView as Buyer, ClientView as Client, PASSWORD, World};
use std::sync::Arc;

/// A request that may go on.
struct Ready {
    asked: Asked,
    back: String,
    client: Client,
    way: Way,
}

/// `GET /ap/oa`
pub async fn authorize(
    State(world): State<Arc<World>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Stop> {
    let ready = read(&world, query.unwrap_or_default())?;
    let buyer = signed_in(&world, &headers);
    let never = ready.asked.interactive == "never";
    let Some(buyer) = buyer else {
        let denied = || answer(&ready, &ready.asked.denied("The buyer is not signed in."));
        return Ok(if never { denied() } else { show_sign_in(&world, &ready, "", false) });
    };
    let allowed = world.has_consent(&buyer.id, &ready.client.client_id, ready.client.is_sandbox, &ready.asked.scope);
    match (allowed, never, ready.asked.interactive == "always") {
        (true, _, false) => grant(&world, &ready, &buyer),
        (false, true, _) => Ok(answer(&ready, &ready.asked.denied("The buyer has not allowed it yet."))),
        _ => Ok(show_consent(&ready, &buyer)),
    }
}

/// `POST /ap/signin`: email, password, return.
pub async fn sign_in(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let ready = continued(&world, &headers, &form)?;
    let email = form.value("email").trim().to_owned();
    let Some(buyer) = world.buyer_with_password(&email, form.value("password")) else {
        return Ok(show_sign_in(&world, &ready, &email, true));
    };
    Ok(opened(&world, &buyer, see_other(&ready.back))?)
}

/// `POST /ap/consent`: return, decision.
pub async fn consent(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let ready = continued(&world, &headers, &form)?;
    let Some(buyer) = signed_in(&world, &headers) else { return Ok(see_other(&ready.back)) };
    match form.value("decision") {
        "allow" => {
            world.give_consent(&buyer.id, &ready.client.client_id, ready.client.is_sandbox, &ready.asked.scope)?;
            grant(&world, &ready, &buyer)
        }
        "deny" => Ok(answer(&ready, &ready.asked.denied("The buyer did not allow it."))),
        _ => Ok(show_consent(&ready, &buyer)),
    }
}

/// `POST /ap/signout`: return. The next page is the sign-in again.
pub async fn sign_out(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    let ready = continued(&world, &headers, &form)?;
    Ok(closed(&world, &headers, see_other(&ready.back))?)
}

/// A posted form: from our own page, and back to our own `/ap/oa` only.
fn continued(world: &World, headers: &HeaderMap, form: &Form) -> Result<Ready, Stop> {
    let refuse = |status, code, reason| {
        Err(Stop::with(refused(&plain_refusal(status, code, reason), Language::English.texts())))
    };
    if !same_origin(headers, world.public_url()) {
        return refuse(StatusCode::FORBIDDEN, "forbidden", "The form was not sent from a page of this simulator.");
    }
    match query_of_return(form.value("return")) {
        Some(query) => read(world, query.to_owned()),
        None => refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "The field return must lead to this simulator's own /ap/oa.",
        ),
    }
}

fn read(world: &World, query: String) -> Result<Ready, Stop> {
    let asked = Asked::read(&query);
    let is_sandbox = asked.is_sandbox();
    let Some(client) = world.client(&asked.client_id, is_sandbox) else {
        let elsewhere = world.client(&asked.client_id, !is_sandbox).is_some();
        return Err(Stop::with(refused(&asked.unknown_client(elsewhere), asked.texts())));
    };
    match asked.check(&client) {
        Ok(way) => Ok(Ready { asked, back: format!("/ap/oa?{query}"), client, way }),
        Err(refusal) => Err(Stop::with(refused(&refusal, asked.texts()))),
    }
}

fn plain_refusal(status: StatusCode, code: &'static str, reason: &str) -> Refusal {
    Refusal { status, code, reason: reason.to_owned(), facts: Vec::new() }
}

fn refused(refusal: &Refusal, t: &'static Texts) -> Response {
    let context = RefusalPage {
        t,
        heading: t.refused,
        advice: t.refused_advice,
        status: refusal.status.as_u16(),
        code: refusal.code.to_owned(),
        reason: refusal.reason.clone(),
        facts: refusal.facts.clone(),
        way_on: Some(("/sellercentral/clients".to_owned(), "Allowed origins and return URLs")),
    };
    page_with(refusal.status, &context, Reach::Own)
}

fn show_sign_in(world: &World, ready: &Ready, email: &str, wrong: bool) -> Response {
    let buyers = world.buyers();
    let context = SignInPage {
        t: ready.asked.texts(),
        action: "/ap/signin",
        merchant: ready.client.merchant.clone(),
        back: ready.back.clone(),
        email: email.to_owned(),
        wrong,
        buyers: buyers.into_iter().map(|buyer| BuyerView { name: buyer.name, email: buyer.email }).collect(),
        password: PASSWORD.to_owned(),
    };
    let status = if wrong { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    page_with(status, &context, Reach::LeavesByForm)
}

fn show_consent(ready: &Ready, buyer: &Buyer) -> Response {
    let t = ready.asked.texts();
    let context = ConsentPage {
        t,
        merchant: ready.client.merchant.clone(),
        back: ready.back.clone(),
        buyer_name: buyer.name.clone(),
        scopes: ready.asked.scopes().filter_map(|scope| in_words(scope, t)).collect(),
    };
    page(&context, Reach::LeavesByForm)
}

fn in_words(scope: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match scope {
        "profile" => t.scope_profile,
        "profile:user_id" => t.scope_user_id,
        "postal_code" => t.scope_postal_code,
        "payments:widget" => t.scope_widget,
        "payments:shipping_address" => t.scope_shipping,
        "payments:billing_address" => t.scope_billing,
        _ => return None,
    })
}

fn grant(world: &World, ready: &Ready, buyer: &Buyer) -> Result<Response, Stop> {
    let token = world.issue_token(&buyer.id, &ready.client.client_id, ready.client.is_sandbox, &ready.asked.scope)?;
    Ok(answer(ready, &ready.asked.granted(&token)))
}

fn answer(ready: &Ready, parts: &[(&'static str, String)]) -> Response {
    if let Way::Message(origin) = &ready.way {
        let json: serde_json::Map<_, _> =
            parts.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let answer = serde_json::Value::Object(json).to_string();
        let context = PopupPage { t: ready.asked.texts(), origin: origin.clone(), answer };
        return page(&context, Reach::Own);
    }
    match address(&ready.way, parts) {
        Some(address) => see_other(&address),
        None => {
            let reason = "The return address is not a valid URL.";
            refused(&plain_refusal(StatusCode::BAD_REQUEST, "invalid_request", reason), ready.asked.texts())
        }
    }
}
