//! Where notices and redirects arrive: both are heard alike, only the answers differ.

use axum::extract::{OriginalUri, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::header::REFRESH;
use http::{HeaderMap, StatusCode};

use super::{Said, Trouble, page};
use crate::DemoShop;
use crate::result_handler::NotHeard;

/// What the gateway's server expects to read; it looks at the status alone.
const HEARD: &str = "<html></html>";

/// The gateway's server tells. Any 2xx means heard; after anything else it comes again for 48 hours.
pub(super) async fn notice(State(shop): State<DemoShop>, OriginalUri(uri): OriginalUri) -> Response {
    let status = match shop.hear_notice(uri.query().unwrap_or_default()).await {
        Ok(_) => StatusCode::OK,
        Err(error) => {
            tracing::warn!(%error, "A notice changed nothing");
            match error {
                NotHeard::NotBelieved(_) => StatusCode::BAD_REQUEST,
                NotHeard::NoSuchOrder(_) => StatusCode::NOT_FOUND,
                NotHeard::Later(_) => StatusCode::SERVICE_UNAVAILABLE,
                NotHeard::Book(_) => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    };
    (status, Html(HEARD)).into_response()
}

/// The buyer comes back. Which of the two addresses it is says nothing: what Decrypt says counts.
pub(super) async fn redirect(
    State(shop): State<DemoShop>,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Trouble> {
    let error = match shop.hear_notice(uri.query().unwrap_or_default()).await {
        Ok(order) => return Ok(Redirect::to(&format!("/orders/{order}")).into_response()),
        Err(error) => error,
    };
    tracing::warn!(%error, "A buyer came back and nothing is known");
    let frame = shop.frame(&headers, "").await?;
    match error {
        NotHeard::Later(_) => {
            let text = "The payment service is slow to answer. This page looks again by itself; you will not be charged twice.";
            let mut said = Said { frame, ..Said::new("We are checking your payment", text) };
            (said.kind, said.waiting) = ("pending", true);
            let again = uri.path_and_query().map_or("/orders", |again| again.as_str()).to_owned();
            Ok(([(REFRESH, "3")], page(&said.link(again, "Look again now"))).into_response())
        }
        NotHeard::NotBelieved(_) | NotHeard::NoSuchOrder(_) => {
            let text = "This address says nothing that we can trust about any order. If you have paid, your order will show it.";
            let said = Said { frame, ..Said::new("We could not read that", text) }.link("/orders", "See your orders");
            Ok((StatusCode::BAD_REQUEST, page(&said)).into_response())
        }
        NotHeard::Book(error) => Err(error.into()),
    }
}
