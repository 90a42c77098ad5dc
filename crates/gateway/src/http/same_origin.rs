//! Whether a request comes from a page of this server.

use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName, ORIGIN, REFERER};
use url::Url;

use crate::Gateway;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a browser says that another site's page sent this request. Every header that it sends has to agree; an older
/// browser sends no `Sec-Fetch-Site`. One that says nothing at all is no browser; what it needs to know to do harm, the
/// payment's identifier, cannot be guessed.
pub(crate) fn is_foreign(gateway: &Gateway, headers: &HeaderMap) -> bool {
    is_from_elsewhere(headers, &gateway.settings().public_url)
}

fn is_from_elsewhere(headers: &HeaderMap, public_url: &Url) -> bool {
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if said(&FETCH_SITE).is_some_and(|site| site != "same-origin") {
        return true;
    }
    let is_own = |sender: &str| {
        let Ok(sender) = Url::parse(sender) else { return false };
        let is_public = sender.origin() == public_url.origin();
        // The browser may know this server under another name; no page can make it send another Host.
        is_public || said(&HOST).is_some_and(|host| sender.scheme() == public_url.scheme() && place(&sender) == host)
    };
    match (said(&ORIGIN), said(&REFERER)) {
        (Some(sender), _) | (None, Some(sender)) => !is_own(sender),
        (None, None) => false,
    }
}

/// Host and port, as a browser names them.
fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn is_foreign(said: &[(&'static str, &'static str)]) -> bool {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let public_url = Url::parse("https://pay.example/").expect("an address");
        is_from_elsewhere(&said.iter().map(pair).collect(), &public_url)
    }

    #[test]
    fn every_header_that_a_browser_sends_has_to_name_this_server() {
        for own in [
            &[("sec-fetch-site", "same-origin"), ("origin", "https://pay.example")][..],
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "https://pay.example")],
            &[("referer", "https://pay.example/pagam/AmazonPay.aspx?a=b")],
            &[("origin", "https://gateway.internal:8443"), ("host", "gateway.internal:8443")],
            &[],
        ] {
            assert!(!is_foreign(own), "{own:?}");
        }
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
            &[("origin", "https://evil.example")],
            &[("origin", "null"), ("referer", "https://pay.example/")],
            &[("origin", "http://pay.example")],
            &[("origin", "https://pay.example:8443")],
            &[("referer", "https://evil.example/?https://pay.example/")],
            &[("referer", "https://pay.example.evil.example/")],
            &[("origin", "https://evil.example"), ("host", "pay.example")],
            &[("referer", "")],
        ] {
            assert!(is_foreign(foreign), "{foreign:?}");
        }
    }
}
