//! A browser without a screen for these tests: it keeps one cookie jar, sends forms, and reads
//! attributes.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

/// What came back.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Seen {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A `data-` attribute of the body, empty when absent.
    pub(crate) fn data(&self, name: &str) -> &str {
        let body = self.html.split("<body").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
        body.split(&format!(" data-{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default()
    }

    /// Whether a choice is marked as the chosen one.
    pub(crate) fn is_pressed(&self, name: &str, value: &str) -> bool {
        self.html.contains(&format!("name=\"{name}\" value=\"{value}\" aria-pressed=\"true\""))
    }
}

/// A browser on the simulator.
pub(crate) struct Visitor {
    router: Router,
    cookies: BTreeMap<String, String>,
    origin: Option<&'static str>,
}

impl Visitor {
    pub(crate) fn on(router: Router) -> Visitor {
        Visitor { router, cookies: BTreeMap::new(), origin: Some(super::ORIGIN_OF_SIMULATOR) }
    }

    /// The same browser, sending its forms from a page of this origin.
    pub(crate) fn sending_from(mut self, origin: &'static str) -> Visitor {
        self.origin = Some(origin);
        self
    }

    pub(crate) async fn get(&mut self, path: &str) -> Seen {
        self.send(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = self.origin {
            request = request.header(ORIGIN, origin);
        }
        self.send(request, Body::from(body)).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Body) -> Seen {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(COOKIE, jar.join("; ")).body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            let pair = line.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("name and value");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(body, 1 << 20).await.expect("a body");
        Seen { status: parts.status, headers: parts.headers, html: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
    }
}

/// `a=1&b=2`, encoded.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
