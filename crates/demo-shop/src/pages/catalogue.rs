//! The shelf.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;

use super::{Frame, Trouble, page, price};
use crate::DemoShop;
use crate::catalogue::{PRODUCTS, Product, SUBSCRIPTION};

#[derive(Template)]
#[template(path = "catalogue.html")]
struct Catalogue {
    frame: Frame,
    products: &'static [Product],
    subscription: Product,
}

pub(super) async fn show(State(shop): State<DemoShop>, headers: HeaderMap) -> Result<Response, Trouble> {
    Ok(page(&Catalogue { frame: shop.frame(&headers, "/").await?, products: PRODUCTS, subscription: SUBSCRIPTION }))
}
