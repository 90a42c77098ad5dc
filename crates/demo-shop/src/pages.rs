//! The shop's pages: routes, what every answer carries, and how a template becomes one.

mod assets;
mod basket;
mod catalogue;
mod checkout;
mod confirm;
mod counter;
mod door;
mod guard;
mod orders;
mod own;
mod refusal;
mod result;
mod subscriptions;

use std::borrow::Borrow;

use askama::Template;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::baskets::{Line, euros};
pub(crate) use crate::clock::{at, day, gateway_time};

/// Where Amazon sends the buyer back to after the sign-in; registered in Seller Central as a return URL.
pub const RETURN_PATH: &str = "/amazon-pay";

/// No form of the shop comes near.
const BODY_MAX: usize = 16 * 1024;

/// What the frame around every page shows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// Things in the basket.
    pub basket_count: i64,
    /// The link of the navigation that is this page.
    pub here: &'static str,
}

/// A page that says one thing: what happened, and where to go from here.
#[derive(Template)]
#[template(path = "said.html")]
pub(crate) struct Said {
    pub frame: Frame,
    pub title: String,
    pub text: String,
    pub kind: &'static str,
    pub waiting: bool,
    pub link: (String, &'static str),
}

/// The shop's own trouble; the visitor sees a sentence, the log the cause.
pub(crate) struct Trouble(String);

pub(crate) fn router(shop: DemoShop) -> Router {
    Router::new()
        .route("/", get(catalogue::show))
        .route("/basket", get(basket::show))
        .route("/basket/add", post(basket::add))
        .route("/basket/remove", post(basket::remove))
        .route("/gift-card", post(basket::add_gift_card))
        .route("/checkout", get(checkout::show))
        .route("/pay", post(checkout::pay))
        .route("/result/positive", get(result::redirect))
        .route("/result/negative", get(result::redirect))
        .route("/notice", get(result::notice))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/pay", get(own::show))
        .route("/orders/{id}/charge", post(own::charge))
        .route("/orders/{id}/card", post(own::card_chosen))
        .route("/subscribe", post(subscriptions::subscribe))
        .route("/subscriptions/{id}", get(subscriptions::show))
        .route("/subscriptions/{id}/renew", post(subscriptions::renew))
        .route("/subscriptions/{id}/cancel", post(subscriptions::cancel))
        .route(RETURN_PATH, get(own::arrive))
        .route("/counter/sign-in", get(door::show).post(door::sign_in))
        .route("/api/orders/{id}", get(orders::api_one))
        .route("/assets/{*name}", get(assets::serve))
        .merge(behind_the_counter(shop.clone()))
        .fallback(nowhere)
        .layer(from_fn_with_state(shop.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(shop)
}

/// What only the owner may see and do.
fn behind_the_counter(shop: DemoShop) -> Router<DemoShop> {
    Router::new()
        .route("/counter", get(counter::attention))
        .route("/counter/sign-out", post(door::sign_out))
        .route("/orders/{id}/counter", get(counter::show).post(counter::acts::act))
        .route("/orders/{id}/resolved", post(counter::acts::resolve))
        .route("/api/orders", get(orders::api))
        .route_layer(from_fn_with_state(shop, door::owners_only))
}

impl DemoShop {
    pub(crate) async fn frame(&self, headers: &HeaderMap, here: &'static str) -> Result<Frame, BookError> {
        let lines = self.basket(headers).await?;
        Ok(Frame { basket_count: lines.iter().map(|line| line.quantity).sum(), here })
    }

    /// The visitor's basket; empty for a stranger.
    pub(crate) async fn basket(&self, headers: &HeaderMap) -> Result<Vec<Line>, BookError> {
        match self.visitor(headers).await? {
            Some(session) => self.book.basket(session).await,
            None => Ok(Vec::new()),
        }
    }
}

impl Said {
    pub(crate) fn new(title: impl Into<String>, text: impl Into<String>) -> Said {
        let link = ("/".to_owned(), "Back to the shop");
        Said { frame: Frame::default(), title: title.into(), text: text.into(), kind: "refused", waiting: false, link }
    }

    pub(crate) fn link(mut self, to: impl Into<String>, text: &'static str) -> Said {
        self.link = (to.into(), text);
        self
    }
}

impl From<BookError> for Trouble {
    fn from(error: BookError) -> Trouble {
        Trouble(error.to_string())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        tracing::error!(cause = self.0, "Page not rendered");
        let text = "Something went wrong in the shop itself. Your basket is safe; please try again in a moment.";
        (StatusCode::INTERNAL_SERVER_ERROR, page(&Said::new("That did not work", text))).into_response()
    }
}

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "Template not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `€ 24.90`, as the pages show it.
pub(crate) fn price(minor: impl Borrow<i64>) -> String {
    format!("€\u{a0}{}", euros(*minor.borrow()).to_decimal())
}

async fn nowhere() -> Response {
    let text = "There is nothing at this address. Perhaps it was sold.";
    (StatusCode::NOT_FOUND, page(&Said::new("No such page", text))).into_response()
}
