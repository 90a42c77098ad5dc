//! Whether a request comes from a page of this server.

use axum::http::HeaderMap;
use axum::http::header::{HeaderName, ORIGIN};

use crate::Gateway;

/// Whether a browser says that another site's page sent this request. One that says nothing is no
/// browser of today; what it needs to know to do harm, the payment's identifier, cannot be guessed.
pub(crate) fn is_foreign(gateway: &Gateway, headers: &HeaderMap) -> bool {
    let said = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default().to_owned());
    if let Some(site) = said(HeaderName::from_static("sec-fetch-site")) {
        return site != "same-origin";
    }
    said(ORIGIN).is_some_and(|sender| sender != gateway.settings().public_url.origin().ascii_serialization())
}
