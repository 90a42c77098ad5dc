//! Around every answer: headers that keep browsers careful, and no form from another site.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, StatusCode};

use super::{Said, page};
use crate::DemoShop;

/// No script at all; style and pictures of our own only.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What an answer needs beyond that; a page says so in its extensions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Nothing.
    #[default]
    Nothing,
    /// A script of our own.
    Script,
    /// That, and Amazon's, with the frames that it opens.
    Widgets,
}

pub(super) async fn guard(State(shop): State<DemoShop>, request: Request, next: Next) -> Response {
    if request.method() == Method::POST && is_from_elsewhere(&request) {
        let text = "This form came from another site. Please use the shop's own pages.";
        return (StatusCode::FORBIDDEN, page(&Said::new("Not from here", text))).into_response();
    }
    let mut response = next.run(request).await;
    let policy = policy(&shop, response.extensions().get().copied().unwrap_or_default());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of a result holds the sealed string.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Browsers follow a form's redirects under `form-action`, and these lead to the payment page and on to Amazon.
fn policy(shop: &DemoShop, needs: Needs) -> HeaderValue {
    let to_pay = match shop.client().endpoints().is_loopback() {
        true => "https: http://127.0.0.1:* http://localhost:*",
        false => "https:",
    };
    let loads = loads(shop, needs);
    HeaderValue::from_str(&format!("{POLICY}; {loads}; form-action 'self' {to_pay}")).expect("the policy is ASCII")
}

fn loads(shop: &DemoShop, needs: Needs) -> String {
    let amazon = shop.settings.amazon.as_ref();
    match (needs, amazon.map(|amazon| amazon.sources())) {
        (Needs::Nothing, _) => "img-src 'self'".to_owned(),
        (Needs::Widgets, Some(from)) => format!(
            "img-src 'self' data: {from}; script-src 'self' {from}; connect-src 'self' {from}; frame-src {from}"
        ),
        (Needs::Script | Needs::Widgets, _) => "img-src 'self'; script-src 'self'".to_owned(),
    }
}

/// Browsers say where a request comes from; programs that are none are let in, they have no buyer's cookie.
fn is_from_elsewhere(request: &Request) -> bool {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}
