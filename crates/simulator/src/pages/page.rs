//! How a page leaves the simulator: rendered, with headers that allow nothing but our own files.
//! Every page module uses it; it knows no page.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};

/// A link of the bar.
pub struct Link {
    pub path: &'static str,
    pub label: &'static str,
    /// Which page it stands for.
    pub place: Place,
}

/// Which link of the bar is the current page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Elsewhere,
    Account,
    Clients,
    Permissions,
    Agreements,
    Orders,
    Notifications,
}

impl Link {
    /// Whether it stands for the current page.
    #[must_use]
    pub fn is(&self, place: &Place) -> bool {
        self.place == *place
    }
}

pub const LINKS: &[Link] = &[
    Link { path: "/sellercentral/", label: "Seller Central", place: Place::Account },
    Link { path: "/sellercentral/clients", label: "Clients", place: Place::Clients },
    Link { path: "/sellercentral/permissions", label: "Permissions", place: Place::Permissions },
    Link { path: "/sellercentral/agreements", label: "Agreements", place: Place::Agreements },
    Link { path: "/sellercentral/orders", label: "Orders", place: Place::Orders },
    Link { path: "/sellercentral/notifications", label: "Notifications", place: Place::Notifications },
];

/// What a page may do beside showing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Its forms stay here; no page may frame it.
    Own,
    /// A form may end, by redirects, at a merchant's address: browsers check the whole chain
    /// against `form-action`.
    LeavesByForm,
    /// Shown inside pages of these origins, parted by spaces; empty: inside none.
    FramedBy(String),
}

impl Reach {
    fn policy(&self) -> String {
        let (form_action, ancestors) = match self {
            Reach::Own => ("'self'", "'none'"),
            Reach::LeavesByForm => ("'self' http: https:", "'none'"),
            Reach::FramedBy(origins) if origins.is_empty() => ("'self'", "'none'"),
            Reach::FramedBy(origins) => ("'self'", origins.as_str()),
        };
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; \
             form-action {form_action}; frame-ancestors {ancestors}"
        )
    }
}

/// A rendered page with status 200.
pub fn page(template: &impl Template, reach: Reach) -> Response {
    page_with(StatusCode::OK, template, reach)
}

pub fn page_with(status: StatusCode, template: &impl Template, reach: Reach) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "Page not rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let policy = HeaderValue::from_str(&reach.policy()).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // Our own forms still tell their origin; no other site learns the address, which may hold a
        // token.
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, html).into_response()
}

/// 303: the browser goes on with GET.
pub fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let headers = [
        (LOCATION, location),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Whether text is an origin and nothing more: `https://shop.example`, `http://127.0.0.1:2420`.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    url::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_no_other_scheme() {
        assert!(is_origin("http://127.0.0.1:2420"));
        assert!(is_origin("https://shop.example"));
        for wrong in
            ["https://shop.example/", "https://shop.example/x", "ftp://shop.example", "null", "*", "https://a b", ""]
        {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_frame_without_ancestors_cannot_be_framed() {
        assert!(Reach::FramedBy("https://a.example".into()).policy().ends_with("frame-ancestors https://a.example"));
        assert!(Reach::FramedBy(String::new()).policy().ends_with("frame-ancestors 'none'"));
    }
}
