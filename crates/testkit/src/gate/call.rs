//! A call as it came to the gate, to be read, changed, and sent on any number of times.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::http::request::Parts;

use crate::seed::SECRET_KEY;

/// A request to Amazon. Only one to MWS, which is a POST, has an action and parameters.
#[derive(Debug, Clone)]
pub struct Call {
    parts: Parts,
    body: Bytes,
}

impl Call {
    pub(super) fn new(parts: Parts, body: Bytes) -> Call {
        Call { parts, body }
    }

    /// The operation of MWS; none of a page or a widget.
    pub fn action(&self) -> Option<String> {
        if self.parts.method == Method::POST { self.value("Action") } else { None }
    }

    /// A parameter.
    pub fn value(&self, name: &str) -> Option<String> {
        self.pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// What is asked for, for a diary: the operation with the identifiers that it is about, or the path of a page.
    pub fn subject(&self) -> String {
        let Some(action) = self.action() else { return self.parts.uri.path().to_owned() };
        let is_subject = |key: &str| key.ends_with("Id") && key != "SellerId" && key != "AWSAccessKeyId";
        let subject = self.pairs().into_iter().filter(|(key, _)| is_subject(key)).map(|(_, value)| value);
        std::iter::once(action).chain(subject).collect::<Vec<_>>().join(" ")
    }

    /// Changes the parameters and signs them again, with the secret of the seed's developer. A call without an action,
    /// or one of which `change` says that it left it alone, stays as it is.
    pub fn tamper(&mut self, change: impl FnOnce(&mut Vec<(String, String)>) -> bool) {
        let mut pairs = self.pairs();
        if self.parts.method != Method::POST || !change(&mut pairs) {
            return;
        }
        pairs.retain(|(name, _)| name != "Signature");
        let host = self.parts.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let secret = SECRET_KEY.to_owned().into();
        let signature = amazon::signature::sign_v2("POST", host, self.parts.uri.path(), &pairs, &secret);
        pairs.push(("Signature".to_owned(), signature));
        self.body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish().into();
        self.parts.headers.remove("content-length");
    }

    /// Asks for a simulation of the sandbox, in the note of the operation.
    pub(super) fn simulate(&mut self, simulation: &str) {
        let action = self.action().unwrap_or_default();
        let of = if action.starts_with("Authorize") { "Authorization" } else { action.as_str() };
        let note = (format!("Seller{of}Note"), format!("{{\"SandboxSimulation\":{simulation}}}"));
        self.tamper(|pairs| {
            pairs.push(note);
            true
        });
    }

    pub(super) fn into_request(self) -> Request {
        Request::from_parts(self.parts, Body::from(self.body))
    }

    fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(&self.body).into_owned().collect()
    }
}
