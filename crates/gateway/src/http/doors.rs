//! The doors as one service: paths found without regard to case, bodies bounded in time and size, panics answered.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use tower::Service;
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::DeadlineBody;

use crate::settings::Settings;

/// The address as the caller spelled it, when that is not how the doors spell it.
#[derive(Debug, Clone)]
pub(crate) struct AskedAt(pub(crate) Uri);

/// Every door of the gateway: paths are found without regard to case.
#[derive(Debug, Clone)]
pub struct Doors(Router);

impl Doors {
    pub(crate) fn new(doors: Router) -> Doors {
        Doors(doors)
    }
}

impl Service<Request> for Doors {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.0, context)
    }

    fn call(&mut self, mut request: Request) -> RouteFuture<Infallible> {
        if request.uri().path().bytes().any(|byte| byte.is_ascii_uppercase()) {
            let asked_at = AskedAt(request.uri().clone());
            lower_path(request.uri_mut());
            request.extensions_mut().insert(asked_at);
        }
        self.0.call(request)
    }
}

/// Doors with what they need from outside: bodies that end in time and size, and an answer even when a door breaks.
pub(crate) fn guarded(doors: Router, settings: &Settings) -> Router {
    let patience = settings.body_timeout();
    doors
        .layer(MapRequestLayer::new(move |request: Request| {
            request.map(|body| Body::new(DeadlineBody::new(patience, body)))
        }))
        .layer(DefaultBodyLimit::max(settings.body_bytes_max))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

fn lower_path(uri: &mut Uri) {
    let path = uri.path().to_ascii_lowercase();
    let lowered = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = lowered.parse().ok().or(parts.path_and_query);
    if let Ok(lowered) = Uri::from_parts(parts) {
        *uri = lowered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_lowered_and_the_query_is_kept() {
        let lowered = |text: &str| {
            let mut uri: Uri = text.parse().expect("an address");
            lower_path(&mut uri);
            uri.to_string()
        };
        assert_eq!(lowered("/Pagam/Pagam.ASPX?a=GESPAY&b=Ab_0"), "/pagam/pagam.aspx?a=GESPAY&b=Ab_0");
        assert_eq!(lowered("/Pagam/AmazonPay.aspx"), "/pagam/amazonpay.aspx");
        assert_eq!(lowered("http://host.example/A?B"), "http://host.example/a?B");
    }
}
