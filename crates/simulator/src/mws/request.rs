//! A request as it arrived: where to, by whom, and its parameters, decoded. Nothing is judged here
//! but whether it can be read.

use axum::body::to_bytes;
use axum::extract::Request;
use http::header::{HOST, USER_AGENT};
use http::{HeaderMap, Method, Uri};

use crate::refusal::Refusal;

/// More than any real call has.
const BODY_BYTES_MOST: usize = 1 << 20;

pub struct Received {
    /// `POST`, or `GET` with everything in the query.
    pub method: &'static str,
    /// The Host header as the client wrote it.
    pub host: String,
    /// The path as the client wrote it.
    pub path: String,
    /// Empty: none.
    pub user_agent: String,
    /// Names and values, decoded, in the order of arrival.
    pub params: Vec<(String, String)>,
}

impl Received {
    pub async fn read(request: Request) -> Result<Received, Refusal> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, BODY_BYTES_MOST).await.map_err(|_| Refusal::cut_off())?;
        let method = match parts.method {
            Method::POST => "POST",
            Method::GET => "GET",
            _ => return Err(Refusal::invalid("Only POST and GET are taken here.")),
        };
        let query = parts.uri.query().unwrap_or_default();
        let params = [query.as_bytes(), &body].into_iter().flat_map(form_urlencoded::parse);
        Ok(Received {
            method,
            host: host(&parts.headers, &parts.uri),
            path: parts.uri.path().to_owned(),
            user_agent: text(&parts.headers, &USER_AGENT),
            params: params.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
        })
    }
}

fn host(headers: &HeaderMap, uri: &Uri) -> String {
    match text(headers, &HOST) {
        host if host.is_empty() => uri.authority().map_or(String::new(), ToString::to_string),
        host => host,
    }
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
