//! The headers around every page: what it may load and where its forms may lead.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use store::Shop;
use url::Url;

use crate::Gateway;

/// What a page needs beyond its own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// Amazon's script and the frames that it opens.
    Widgets,
}

/// A page that did what it should.
pub(crate) fn page(gateway: &Gateway, shop: Option<&Shop>, needs: Needs, template: &impl Template) -> Response {
    page_with(gateway, shop, needs, (StatusCode::OK, template))
}

/// A page with a status of its own.
pub(crate) fn page_with(
    gateway: &Gateway,
    shop: Option<&Shop>,
    needs: Needs,
    (status, template): (StatusCode, &impl Template),
) -> Response {
    let mut response = match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "Page not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let policy = policy(gateway, shop, needs);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    private(response)
}

/// Sends the browser on with GET.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(to) {
        Ok(to) => drop(response.headers_mut().insert(LOCATION, to)),
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    private(response)
}

/// Keeps an answer out of caches, frames, and other sites' logs.
pub(crate) fn private(mut response: Response) -> Response {
    let fixed: [(HeaderName, &'static str); 5] = [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Forms may lead to us, and from us to Amazon's sign-in or back to the shop: browsers check the
/// redirects after a form too.
fn policy(gateway: &Gateway, shop: Option<&Shop>, needs: Needs) -> String {
    let amazon = &gateway.settings().amazon;
    let mut forms = vec!["'self'".to_owned(), origin(&amazon.sign_in)];
    if let Some(shop) = shop {
        let addresses = [&shop.positive_url, &shop.negative_url];
        forms.extend(addresses.into_iter().filter_map(|address| Url::parse(address).ok()).map(|url| origin(&url)));
    }
    forms.dedup();
    let widgets = match needs {
        Needs::Nothing => String::new(),
        Needs::Widgets => widget_sources(&amazon.widgets),
    };
    let frames = if widgets.is_empty() { "'none'" } else { &widgets };
    [
        "default-src 'none'".to_owned(),
        "base-uri 'none'".to_owned(),
        "frame-ancestors 'none'".to_owned(),
        format!("form-action {}", forms.join(" ")),
        format!("script-src 'self' {widgets}"),
        "style-src 'self'".to_owned(),
        format!("img-src 'self' data: {widgets}"),
        format!("connect-src 'self' {widgets}"),
        format!("frame-src {frames}"),
    ]
    .map(|directive| directive.trim_end().to_owned())
    .join("; ")
}

/// Where the widgets come from. Amazon's own script brings frames and pictures from further hosts of Amazon.
fn widget_sources(script: &Url) -> String {
    let own = origin(script);
    if script.host_str().is_some_and(|host| host.ends_with(".payments-amazon.com")) {
        return format!(
            "{own} https://*.payments-amazon.com https://*.amazon.com https://*.amazon.de https://*.amazon.co.uk \
             https://*.media-amazon.com https://*.ssl-images-amazon.com"
        );
    }
    own
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
