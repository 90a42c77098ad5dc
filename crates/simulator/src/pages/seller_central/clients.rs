//! Clients of Login with Amazon: allowed origins, allowed return URLs and the notification URL,
//! sandbox and production apart.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use url::Url;

use super::{refuse_forged, refused};
use crate::pages::contexts::{ClientView, ClientsPage};
use crate::pages::form::Form;
use crate::pages::page::{Place, Reach, is_origin, page, page_with, see_other};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::{ClientView as Client, World};
use std::sync::Arc;

/// More lines than any real client has.
const MOST_LINES: usize = 50;

/// `GET /sellercentral/clients`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let clients = world.clients();
    let saved = Form::read(&query.unwrap_or_default()).value("saved") == "1";
    Ok(page(&context(clients.iter().enumerate().map(|(at, client)| view(at, client)).collect(), saved), Reach::Own))
}

/// `POST /sellercentral/clients`: client_id, environment=sandbox|live, allowed_origins, return_urls
/// (one a line), ipn_url.
pub async fn save(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let form = Form::read(&body);
    let clients = world.clients();
    let is_sandbox = form.value("environment") == "sandbox";
    let asked = |client: &Client| client.client_id == form.value("client_id") && client.is_sandbox == is_sandbox;
    let Some(at) = clients.iter().position(asked) else {
        return Ok(refused(StatusCode::NOT_FOUND, "No such client", "The client id is not known in this environment."));
    };
    let checked = written(view(at, &clients[at]), &form);
    if !checked.is_faulty() {
        let ipn_url = Some(checked.ipn_url).filter(|url| !url.is_empty());
        let (origins, return_urls) = (lines(&checked.origins), lines(&checked.returns));
        world.save_client(Client { origins, return_urls, ipn_url, ..clients[at].clone() })?;
        return Ok(see_other("/sellercentral/clients?saved=1"));
    }
    let mut views: Vec<_> = clients.iter().enumerate().map(|(at, client)| view(at, client)).collect();
    views[at] = checked;
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &context(views, false), Reach::Own))
}

fn context(clients: Vec<ClientView>, saved: bool) -> ClientsPage {
    ClientsPage { t: Language::English.texts(), place: Place::Clients, saved, clients }
}

fn view(at: usize, client: &Client) -> ClientView {
    ClientView {
        key: format!("client-{at}"),
        client_id: client.client_id.clone(),
        seller_id: client.seller_id.clone(),
        seller_name: client.merchant.clone(),
        environment: if client.is_sandbox { "sandbox" } else { "live" },
        environment_label: if client.is_sandbox { "sandbox" } else { "production" },
        origins: client.origins.join("\n"),
        returns: client.return_urls.join("\n"),
        ipn_url: client.ipn_url.clone().unwrap_or_default(),
        ..ClientView::default()
    }
}

/// The view with what was written, and what is wrong with it.
fn written(view: ClientView, form: &Form) -> ClientView {
    let (origins, returns) = (lines(form.value("allowed_origins")), lines(form.value("return_urls")));
    let ipn_url = form.value("ipn_url").trim().to_owned();
    let no_origin = |line: &str| format!("{line} is not an origin. Write https://host or https://host:port.");
    let no_url = |line: &str| format!("{line} is not a valid URL. Write https://host/path, without #.");
    ClientView {
        origins_fault: fault(&origins, is_origin, no_origin),
        returns_fault: fault(&returns, is_address, no_url),
        ipn_fault: if ipn_url.is_empty() || is_address(&ipn_url) { String::new() } else { no_url(&ipn_url) },
        origins: origins.join("\n"),
        returns: returns.join("\n"),
        ipn_url,
        ..view
    }
}

fn fault(lines: &[String], is_good: fn(&str) -> bool, sentence: impl Fn(&str) -> String) -> String {
    if lines.len() > MOST_LINES {
        return format!("No more than {MOST_LINES} lines.");
    }
    lines.iter().find(|line| !is_good(line)).map(|line| sentence(line)).unwrap_or_default()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn is_address(text: &str) -> bool {
    Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.fragment().is_none())
}
