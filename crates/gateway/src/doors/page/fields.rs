//! What a buyer's browser sends: query and form, read leniently, names without regard to case.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

/// A page has a handful; each of a million would cost far more memory than it took to send.
const FIELDS_MAX: usize = 64;

/// Names and values in order; those of the form come first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of this name. Further fields are nobody's business.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn add(&mut self, encoded: &[u8]) {
        let room = FIELDS_MAX.saturating_sub(self.0.len());
        self.0.extend(form_urlencoded::parse(encoded).into_owned().take(room));
    }
}

/// Query fields only.
pub(crate) struct Query(pub(crate) Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut fields = Fields::default();
        fields.add(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Query(fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let query = request.uri().query().unwrap_or_default().to_owned();
        let mut fields = Fields::default();
        if request.method() == Method::POST {
            let body = Bytes::from_request(request, state).await.map_err(|error| match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
                _ => StatusCode::BAD_REQUEST.into_response(),
            })?;
            fields.add(&body);
        }
        fields.add(query.as_bytes());
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_fields_is_not_kept() {
        let mut fields = Fields::default();
        fields.add("a&".repeat(100_000).as_bytes());
        fields.add(b"b=1");
        assert_eq!(fields.0.len(), FIELDS_MAX);
    }

    #[test]
    fn names_ignore_case_and_the_first_value_counts() {
        let mut fields = Fields::default();
        fields.add(b"A=one&a=two&b=x%20y");
        assert_eq!(
            (fields.value("a"), fields.value("B"), fields.value("c")),
            (Some("one"), Some("x y"), None),
            "the first value counts, in any case, and what was not sent is absent"
        );
    }
}
