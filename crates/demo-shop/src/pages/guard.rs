//! Around every answer: headers that keep browsers careful, and no form from another site.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERER, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

use super::{Said, page};
use crate::DemoShop;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

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
    let mut response = match !request.method().is_safe() && is_from_elsewhere(request.headers(), &shop) {
        true => refused(),
        false => next.run(request).await,
    };
    let policy = policy(&shop, response.extensions().get().copied().unwrap_or_default());
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of a result holds the sealed string. Our own forms tell where they come from.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refused() -> Response {
    let text = "This form came from another site. Please use the shop's own pages.";
    (StatusCode::FORBIDDEN, page(&Said::new("Not from here", text))).into_response()
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

/// Every header that a browser sends has to agree; an older one sends no `Sec-Fetch-Site`, and then
/// the origin counts, or where there is none the address of the page. Programs that say nothing are
/// let in, they have no buyer's cookie.
fn is_from_elsewhere(headers: &HeaderMap, shop: &DemoShop) -> bool {
    let said = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if said(FETCH_SITE).is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let Some(sender) = said(ORIGIN).or(said(REFERER)) else { return false };
    let Ok(sender) = Url::parse(sender) else { return true };
    let is_public = sender.origin() == shop.settings.public_url.origin();
    // On one machine the browser may know the shop under another name; no page can make it send another Host.
    !is_public && said(HOST) != Some(sender.authority())
}
