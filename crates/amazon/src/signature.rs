//! Signature version 2 of Amazon's web services: HMAC-SHA256 over the sorted, percent-encoded parameters.
//!
//! The connector signs with it; the simulator verifies with a verifier of its own.

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Secret;

/// What RFC 3986 calls unreserved stays as it is; everything else becomes `%XX`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The signature, in base64, not yet encoded for a form.
///
/// `host` is the Host header: in lower case, with the port unless it is the standard one. `params` are decoded
/// and may be in any order; a `Signature` among them is left out.
#[must_use]
pub fn sign_v2(method: &str, host: &str, path: &str, params: &[(String, String)], secret: &Secret) -> String {
    sign(&string_to_sign(method, host, path, params), secret)
}

/// The text that is signed: method, host, path and parameters, one in each line.
#[must_use]
pub fn string_to_sign(method: &str, host: &str, path: &str, params: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = params.iter().filter(|(name, _)| name != "Signature").collect();
    sorted.sort();
    let joined: Vec<String> =
        sorted.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let path = if path.is_empty() { "/" } else { path };
    format!("{method}\n{}\n{path}\n{}", host.to_ascii_lowercase(), joined.join("&"))
}

fn sign(text: &str, secret: &Secret) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    BASE64.encode(hmac::sign(&key, text.as_bytes()).as_ref())
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests;
