//! The door before the counter and the list of all orders: asks for the password, and lets the owner through.

use askama::Template;
use axum::Form;
use axum::extract::{Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;

use super::{Frame, Said, Trouble, page};
use crate::DemoShop;

const DOOR: &str = "/counter/sign-in";
const COUNTER: &str = "/counter";

#[derive(Template)]
#[template(path = "door.html")]
struct Door {
    frame: Frame,
    /// Where the owner goes on to.
    next: String,
    is_wrong: bool,
}

#[derive(Deserialize)]
pub(super) struct Way {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(super) struct Knock {
    password: String,
    #[serde(default)]
    next: String,
}

/// Lets the owner through; a browser is asked for the password, a program told that it needs it.
pub(super) async fn owners_only(State(shop): State<DemoShop>, request: Request, next: Next) -> Response {
    if shop.is_owner(request.headers()) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    if path.starts_with("/api/") {
        let text = "This list is for the shop's owner: send the counter's password as a bearer token.\n";
        return (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], text).into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let way = request.uri().path_and_query().map_or(path, |asked| asked.as_str());
        let way = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", way).finish();
        return Redirect::to(&format!("{DOOR}?{way}")).into_response();
    }
    let said = Said::new("Not signed in", "This is for the shop's owner. Nothing was done.").link(DOOR, "Sign in");
    (StatusCode::UNAUTHORIZED, page(&said)).into_response()
}

/// `GET /counter/sign-in?next`
pub(super) async fn show(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Query(way): Query<Way>,
) -> Result<Response, Trouble> {
    Ok(page(&Door { frame: shop.frame(&headers, COUNTER).await?, next: within(way.next), is_wrong: false }))
}

/// `POST /counter/sign-in`: password, next.
pub(super) async fn sign_in(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    Form(knock): Form<Knock>,
) -> Result<Response, Trouble> {
    let next = within(knock.next);
    if let Some(cookie) = shop.let_in(knock.password.trim()) {
        return Ok(([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response());
    }
    tracing::info!("Wrong password at the counter");
    let door = Door { frame: shop.frame(&headers, COUNTER).await?, next, is_wrong: true };
    Ok((StatusCode::UNAUTHORIZED, page(&door)).into_response())
}

/// `POST /counter/sign-out`
pub(super) async fn sign_out(State(shop): State<DemoShop>, headers: HeaderMap) -> Response {
    ([(SET_COOKIE, shop.let_out(&headers))], Redirect::to("/")).into_response()
}

/// The page behind the door that was asked for; anything else is somebody's idea of where the owner should go.
fn within(next: String) -> String {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_behind = next.starts_with("/orders/") || next.starts_with("/counter?");
    if is_plain && is_behind { next } else { COUNTER.to_owned() }
}
