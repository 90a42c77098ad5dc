//! How a [`Client`] is made: whose shop, which gateway, how patient.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use crate::client::Client;
use crate::endpoints::Endpoints;
use crate::exchange::{Exchange, Patience};
use crate::{Error, Invalid};

const SHOP_LOGIN_MAX: usize = 30;

/// Collects the settings of a [`Client`]; start with [`Client::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing before build()"]
pub struct ClientBuilder {
    shop_login: String,
    api_key: Option<Zeroizing<String>>,
    gateway: Gateway,
    allow_plain_http: bool,
    patience: Patience,
    certificates: Vec<Vec<u8>>,
}

#[derive(Debug, Clone)]
enum Gateway {
    Sandbox,
    Production,
    At(String),
    Endpoints(Box<Endpoints>),
}

impl ClientBuilder {
    pub(crate) fn new(shop_login: String) -> ClientBuilder {
        ClientBuilder {
            shop_login,
            api_key: None,
            gateway: Gateway::Sandbox,
            allow_plain_http: false,
            patience: Patience::default(),
            certificates: Vec::new(),
        }
    }

    /// The shop's API key. Without one the gateway must know the shop by its IP address.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Zeroizing::new(key.into()));
        self
    }

    /// Axerve's sandbox (the default).
    pub fn sandbox(mut self) -> Self {
        self.gateway = Gateway::Sandbox;
        self
    }

    /// Axerve's production.
    pub fn production(mut self) -> Self {
        self.gateway = Gateway::Production;
        self
    }

    /// A gateway at any one address, such as `http://127.0.0.1:2420`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.gateway = Gateway::At(url.into());
        self
    }

    /// Every address by itself, for a gateway that splits its hosts.
    pub fn endpoints(mut self, endpoints: Endpoints) -> Self {
        self.gateway = Gateway::Endpoints(Box::new(endpoints));
        self
    }

    /// Lets the API key travel unencrypted to another machine. Plain http is refused otherwise, except to loopback.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// How long one try may take altogether, 10 seconds unless told. Calls that move money have a
    /// [longer one](ClientBuilder::money_timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience.timeout = timeout;
        self
    }

    /// How long a charge, a settlement, a deletion or a refund may take altogether,
    /// [`MONEY_TIMEOUT`](crate::MONEY_TIMEOUT) unless told. A shorter one makes more ends
    /// uncertain.
    pub fn money_timeout(mut self, timeout: Duration) -> Self {
        self.patience.money_timeout = timeout;
        self
    }

    /// How long connecting may take, 5 seconds unless told.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.patience.connect_timeout = timeout;
        self
    }

    /// How many further tries a call gets after a transport error or a busy gateway, at most 5; 2
    /// unless told. Only calls that read, or reserve nothing, get any: what moves money is sent
    /// once.
    pub fn retries(mut self, times: u8) -> Self {
        self.patience.retries = times.min(5);
        self
    }

    /// The pause before the first further try, doubled before each next; half a second unless told.
    pub fn retry_pause(mut self, pause: Duration) -> Self {
        self.patience.pause = pause;
        self
    }

    /// One more certificate authority (DER) to trust beside Mozilla's, for a gateway with certificates of its own.
    pub fn trust_certificate(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.certificates.push(der.into());
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an empty or overlong shop code, an empty API key, an address that is none, plain http
    /// to another machine, or a certificate that cannot be read.
    pub fn build(self) -> Result<Client, Error> {
        let shop_login = self.shop_login.trim().to_owned();
        setting("shop_login", &shop_login, SHOP_LOGIN_MAX)?;
        if let Some(key) = &self.api_key {
            setting("api_key", key.trim(), usize::MAX)?;
        }
        let endpoints = match &self.gateway {
            Gateway::Sandbox => Endpoints::sandbox()?,
            Gateway::Production => Endpoints::production()?,
            Gateway::At(url) => Endpoints::at(url)?,
            Gateway::Endpoints(endpoints) => *endpoints.clone(),
        };
        if !self.allow_plain_http {
            endpoints.check_transport()?;
        }
        // A connection that lay idle may be dying, and then nobody knows whether the request arrived: what is sent once
        // gets a connection of its own.
        let exchange = Exchange::new(self.http(&endpoints, usize::MAX)?, self.http(&endpoints, 0)?, self.patience);
        let api_key = self.api_key.map(|key| Zeroizing::new(key.trim().to_owned()));
        Ok(Client::new(shop_login, api_key, endpoints, exchange))
    }

    fn http(&self, endpoints: &Endpoints, idle_max: usize) -> Result<reqwest::Client, Invalid> {
        let mut http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&self.certificates)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.patience.connect_timeout)
            .pool_max_idle_per_host(idle_max)
            .user_agent(concat!("pagam/", env!("CARGO_PKG_VERSION")));
        if endpoints.asks_loopback() {
            http = http.no_proxy();
        }
        http.build().map_err(|error| refuse("http", error.to_string()))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("shop_login", &self.shop_login)
            .field("api_key", &self.api_key.as_ref().map(|_| "[secret]"))
            .field("gateway", &self.gateway)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

fn setting(name: &'static str, value: &str, max: usize) -> Result<(), Invalid> {
    match value.len() {
        0 => Err(refuse(name, "it is empty".to_owned())),
        length if length > max => Err(refuse(name, format!("it is longer than {max}"))),
        _ => Ok(()),
    }
}

/// TLS by rustls with aws-lc, Mozilla's roots, and what the caller trusts beside them.
fn tls(certificates: &[Vec<u8>]) -> Result<rustls::ClientConfig, Invalid> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for der in certificates {
        let added = roots.add(CertificateDer::from(der.clone()));
        added.map_err(|error| refuse("trust_certificate", error.to_string()))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let versions = versions.map_err(|error| refuse("tls", error.to_string()))?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

fn refuse(setting: &'static str, reason: String) -> Invalid {
    Invalid::Setting { setting, reason }
}
