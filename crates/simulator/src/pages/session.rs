//! Which buyer a browser is signed in as: the one cookie of the simulator's own pages. Frames know
//! nothing of it.

use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::Error;
use crate::world::{BuyerView as Buyer, World};

const SESSION: &str = "simulator_session";
/// Over https the browser itself keeps neighbours of this host from setting it.
const SESSION_OVER_TLS: &str = "__Host-simulator_session";

/// As long as the world keeps a session.
const SECONDS: u32 = 24 * 3600;

pub fn signed_in(world: &World, headers: &HeaderMap) -> Option<Buyer> {
    world.buyer_of_session(&session_of(world, headers)?)
}

/// Signs the buyer in with an answer.
///
/// # Errors
/// When the world cannot be written.
pub fn opened(world: &World, buyer: &Buyer, answer: Response) -> Result<Response, Error> {
    let session = world.open_session(&buyer.id)?;
    Ok(with_cookie(answer, &cookie(world, &session, SECONDS)))
}

/// Signs the buyer out with an answer.
///
/// # Errors
/// When the world cannot be written.
pub fn closed(world: &World, headers: &HeaderMap, answer: Response) -> Result<Response, Error> {
    if let Some(session) = session_of(world, headers) {
        world.close_session(&session)?;
    }
    Ok(with_cookie(answer, &cookie(world, "", 0)))
}

fn cookie(world: &World, session: &str, seconds: u32) -> String {
    let secure = if is_over_tls(world) { "; Secure" } else { "" };
    format!("{}={session}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(world))
}

fn name(world: &World) -> &'static str {
    if is_over_tls(world) { SESSION_OVER_TLS } else { SESSION }
}

fn is_over_tls(world: &World) -> bool {
    world.public_url().starts_with("https:")
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

fn session_of(world: &World, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name(world)).map(|(_, value)| value.to_owned())
}
