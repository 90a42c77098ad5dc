//! The HTTP client: rustls with aws-lc and Mozilla's roots, no redirects, no proxy but one that is asked for.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;

use crate::BadEndpoint;

/// How long a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, in milliseconds.
    pub connect_ms: u64,
    /// The whole call, in milliseconds; above the 8 seconds that Amazon takes for a decision.
    pub call_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts { connect_ms: 3_000, call_ms: 10_000 }
    }
}

/// A connection that rested longer than this is not used again: Amazon may be closing it, and a request that
/// meets its end would end unknown without need.
const LONGEST_REST: Duration = Duration::from_secs(10);

/// The client that a [`crate::Connector`] needs.
///
/// Redirects are not followed: Amazon sends none, and a POST that became a GET would be no answer.
///
/// # Errors
/// [`BadEndpoint::Client`] when the TLS library refuses its settings.
pub fn http_client(timeouts: Timeouts) -> Result<reqwest::Client, BadEndpoint> {
    built(builder(timeouts)?.no_proxy())
}

/// The same through a proxy; which addresses it is not for is the proxy's to know.
///
/// # Errors
/// As [`http_client`].
pub fn http_client_through(proxy: reqwest::Proxy, timeouts: Timeouts) -> Result<reqwest::Client, BadEndpoint> {
    built(builder(timeouts)?.proxy(proxy))
}

fn builder(timeouts: Timeouts) -> Result<reqwest::ClientBuilder, BadEndpoint> {
    let refused = |why: &dyn std::fmt::Display| BadEndpoint::Client(why.to_string());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(user_agent())
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .pool_idle_timeout(LONGEST_REST)
        .connect_timeout(Duration::from_millis(timeouts.connect_ms))
        .timeout(Duration::from_millis(timeouts.call_ms)))
}

fn built(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, BadEndpoint> {
    builder.build().map_err(|error| BadEndpoint::Client(error.to_string()))
}

/// In the form that MWS wants: `Application/Version (Language=…; Platform=…)`.
fn user_agent() -> String {
    format!("Pagam/{} (Language=Rust; Platform={})", env!("CARGO_PKG_VERSION"), std::env::consts::OS)
}
