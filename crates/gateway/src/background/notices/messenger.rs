//! The call itself: an HTTP client that says nothing about itself and goes nowhere but where it is sent.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect};
use url::Url;

use crate::gateway::Error;
use crate::proxy::Proxy;

/// What is read of a shop's answer. It is read at all because some servers end the script behind it when the caller
/// hangs up early.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);

/// How a shop answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// 2xx; also 302 and 303, with which a handler ends that serves the browser as well.
    Yes(u16),
    /// 301, 307, 308: the address has moved, and no handler has seen the notice.
    Moved(u16),
    /// Any other status.
    No(u16),
    /// No answer, and why.
    Nothing(String),
}

impl Heard {
    fn of(status: u16) -> Heard {
        match status {
            200..=299 | 302 | 303 => Heard::Yes(status),
            301 | 307 | 308 => Heard::Moved(status),
            _ => Heard::No(status),
        }
    }
}

/// A client without a User-Agent (shops tell a notice from a browser by that), redirects, cookies or retries, and with
/// no proxy but the one that the settings name.
pub(crate) fn messenger(proxy: Option<&Proxy>, timeout_ms: i64) -> Result<Client, Error> {
    let refused = |why: &dyn std::fmt::Display| Error::Messenger(why.to_string());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let builder = match proxy {
        Some(proxy) => Client::builder().proxy(proxy.for_clients().map_err(|error| refused(&error))?),
        None => Client::builder().no_proxy(),
    };
    builder
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        // A kept connection may have been closed by the shop in the meantime: that would look like a shop that fails.
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_PATIENCE)
        .timeout(Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0)))
        .build()
        .map_err(|error| refused(&error))
}

pub(super) async fn call(client: &Client, url: Url) -> Heard {
    let mut answer = match client.get(url).send().await {
        Ok(answer) => answer,
        Err(error) => return Heard::Nothing(reason(error)),
    };
    let status = answer.status().as_u16();
    let mut read = 0;
    while let Ok(Some(part)) = answer.chunk().await {
        read += part.len();
        if read > ANSWER_BYTES_MAX {
            break;
        }
    }
    Heard::of(status)
}

/// The error and its causes, without the address: that has the sealed string in it.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = if error.is_timeout() { "no answer in time".to_owned() } else { error.to_string() };
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_at_the_end_of_a_handler_is_heard_and_a_moved_address_is_not() {
        for status in [200, 201, 204, 299, 302, 303] {
            assert_eq!(Heard::of(status), Heard::Yes(status));
        }
        for status in [301, 307, 308] {
            assert_eq!(Heard::of(status), Heard::Moved(status));
        }
        for status in [100, 199, 300, 304, 305, 306, 400, 404, 500, 503] {
            assert_eq!(Heard::of(status), Heard::No(status));
        }
    }
}
