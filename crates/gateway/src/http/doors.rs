//! The doors as one service: the paths that Axerve spells in many ways found in any, bodies bounded
//! in time and size, panics answered.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{self, CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use tower::Service;
use tower::util::{MapRequestLayer, MapResponseLayer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::DeadlineBody;

use crate::settings::Settings;

const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The address as the caller spelled it, when that is not how the doors spell it.
#[derive(Debug, Clone)]
pub(crate) struct AskedAt(pub(crate) Uri);

/// Every door of the gateway. Paths with an `.aspx` or `.asmx` are found without regard to case, as
/// on Axerve's servers.
#[derive(Debug, Clone)]
pub struct Doors(Router);

impl Doors {
    pub(crate) fn new(doors: Router) -> Doors {
        Doors(doors.layer(MapResponseLayer::new(careful)))
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
        if is_of_axerve(request.uri().path()) {
            let asked_at = AskedAt(request.uri().clone());
            lower_path(request.uri_mut());
            request.extensions_mut().insert(asked_at);
        }
        self.0.call(request)
    }
}

/// What every answer says, unless its door says something else: browsers believe its media type, and nobody keeps it.
fn careful(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
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

/// Doors that tell browsers never to come in clear again, when buyers reach them by https.
pub(crate) fn https_only(doors: Router, settings: &Settings) -> Router {
    if settings.public_url.scheme() != "https" {
        return doors;
    }
    doors.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, A_YEAR))
}

/// Whether a path has a name of Axerve's in it, and not spelled as the doors spell it.
fn is_of_axerve(path: &str) -> bool {
    let has_name = |part: &str| {
        let end = part.len().checked_sub(5).and_then(|start| part.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(".aspx") || end.eq_ignore_ascii_case(".asmx"))
    };
    path.bytes().any(|byte| byte.is_ascii_uppercase()) && path.split('/').any(has_name)
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
    fn only_names_of_axerve_are_found_in_any_case() {
        for path in ["/Pagam/Pagam.ASPX", "/pagam/AmazonPay.aspx/confirm", "/gestpay/gestpayws/WSs2s.asmx/"] {
            assert!(is_of_axerve(path), "{path}");
        }
        for path in ["/pagam/pagam.aspx", "/Health", "/METRICS", "/pagam/assets/Page.css", "/Pagam/x.aspxx", "/É", "/"]
        {
            assert!(!is_of_axerve(path), "{path}");
        }
    }

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
