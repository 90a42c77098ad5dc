//! Forms as they arrive: fields by name, and whether a page of ours sent them.

use http::HeaderMap;
use http::header::{HOST, HeaderName, ORIGIN, REFERER};
use url::Url;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The fields of a query or of a posted form, the first of a name counting.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// Reads `a=1&b=2`.
    #[must_use]
    pub fn read(encoded: &str) -> Form {
        Form { fields: form_urlencoded::parse(encoded.as_bytes()).into_owned().collect() }
    }

    /// A field's value; empty when it is not there.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// Whether a posted form comes from a page of this simulator. Every header that a browser sends has
/// to agree: the origin, or where there is none the address of the page. A program that says nothing
/// is let in, because cross-site forgery needs a browser.
#[must_use]
pub fn same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    if text(&FETCH_SITE).is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let Some(sender) = text(&ORIGIN).or(text(&REFERER)) else { return true };
    let Ok(sender) = Url::parse(sender) else { return false };
    let own = Url::parse(public_url).is_ok_and(|url| url.origin() == sender.origin());
    own || text(&HOST).is_some_and(|host| sender.authority() == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), http::HeaderValue::from_static(value)))
            .collect()
    }

    const OWN: &str = "http://127.0.0.1:2421/";

    #[test]
    fn a_form_of_another_site_is_told_from_our_own() {
        assert!(same_origin(&headers(&[("origin", "http://127.0.0.1:2421")]), OWN));
        assert!(same_origin(&headers(&[]), OWN));
        assert!(!same_origin(&headers(&[("origin", "https://evil.example")]), OWN));
        assert!(!same_origin(&headers(&[("origin", "null")]), OWN));
        assert!(!same_origin(&headers(&[("sec-fetch-site", "cross-site")]), OWN));
        assert!(!same_origin(&headers(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]), OWN));
    }

    #[test]
    fn without_an_origin_the_page_that_sent_the_form_is_looked_at() {
        assert!(same_origin(&headers(&[("referer", "http://127.0.0.1:2421/account?x=1")]), OWN));
        for foreign in ["https://evil.example/", "http://127.0.0.1:2420/", "http://127.0.0.1:2421.evil.example/", ""] {
            assert!(!same_origin(&headers(&[("referer", foreign)]), OWN), "{foreign}");
        }
    }

    #[test]
    fn the_name_the_browser_used_counts_as_ours_too() {
        assert!(same_origin(&headers(&[("origin", "http://localhost:2421"), ("host", "localhost:2421")]), OWN));
    }

    #[test]
    fn a_field_that_is_not_there_is_empty() {
        let form = Form::read("a=1%202&a=3");
        assert_eq!(
            (form.value("a"), form.value("b")),
            ("1 2", ""),
            "the first value counts, and a missing field is empty"
        );
    }
}
