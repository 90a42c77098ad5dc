//! Where the services and the payment page are: sandbox, production, or one address for all.

use url::{Host, Url};
use wire::path;

use crate::Invalid;

const SANDBOX: &str = "https://sandbox.gestpay.net";
/// Production splits the hosts: web services here, the buyer's page there.
const PRODUCTION_SERVICES: &str = "https://ecomms2s.sella.it";
const PRODUCTION_PAGE: &str = "https://ecomm.sella.it";

/// The three addresses that a shop needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// WSCryptDecrypt: Encrypt and Decrypt.
    pub crypt_decrypt: Url,
    /// WSs2s: everything between the servers.
    pub s2s: Url,
    /// The page that the buyer is sent to.
    pub payment_page: Url,
}

impl Endpoints {
    /// Axerve's sandbox.
    ///
    /// # Errors
    /// None in practice: the address is a constant.
    pub fn sandbox() -> Result<Endpoints, Invalid> {
        Endpoints::at(SANDBOX)
    }

    /// Axerve's production: web services and payment page on different hosts.
    ///
    /// # Errors
    /// None in practice: the addresses are constants.
    pub fn production() -> Result<Endpoints, Invalid> {
        let services = Endpoints::at(PRODUCTION_SERVICES)?;
        Ok(Endpoints { payment_page: Endpoints::at(PRODUCTION_PAGE)?.payment_page, ..services })
    }

    /// Everything at one address, such as a Pagam gateway's. A path in it is kept as a prefix.
    ///
    /// # Errors
    /// [`Invalid::Setting`] when it is no http(s) address, or has a query or a fragment.
    pub fn at(base: &str) -> Result<Endpoints, Invalid> {
        let refuse = |reason: String| Invalid::Setting { setting: "base_url", reason };
        let mut url = Url::parse(base).map_err(|error| refuse(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("an http(s) address without query and fragment is expected".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("it must not hold a user or a password".to_owned()));
        }
        let prefix = url.path().trim_end_matches('/').to_owned();
        let mut to = |path: &str| {
            url.set_path(&format!("{prefix}{path}"));
            url.clone()
        };
        Ok(Endpoints {
            crypt_decrypt: to(path::CRYPT_DECRYPT),
            s2s: to(path::S2S),
            payment_page: to(path::PAYMENT_PAGE),
        })
    }

    /// Whether every address is this machine's own.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.all().into_iter().all(is_loopback)
    }

    /// Whether a client asks this machine: then it asks without a proxy. The page is the browser's to ask.
    pub(crate) fn asks_loopback(&self) -> bool {
        is_loopback(&self.crypt_decrypt) || is_loopback(&self.s2s)
    }

    /// Plain http would send the API key readable over the network.
    pub(crate) fn check_transport(&self) -> Result<(), Invalid> {
        match self.all().into_iter().find(|url| url.scheme() != "https" && !is_loopback(url)) {
            Some(url) => Err(Invalid::Setting {
                setting: "base_url",
                reason: format!("{url} would carry the API key unencrypted; use https, or allow_plain_http()"),
            }),
            None => Ok(()),
        }
    }

    fn all(&self) -> [&Url; 3] {
        [&self.crypt_decrypt, &self.s2s, &self.payment_page]
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_splits_services_and_page() {
        let at = Endpoints::production().expect("constants");
        assert_eq!(at.crypt_decrypt.as_str(), "https://ecomms2s.sella.it/gestpay/GestPayWS/WsCryptDecrypt.asmx");
        assert_eq!(at.s2s.as_str(), "https://ecomms2s.sella.it/gestpay/gestpayws/WSs2s.asmx");
        assert_eq!(at.payment_page.as_str(), "https://ecomm.sella.it/pagam/pagam.aspx");
    }

    #[test]
    fn a_base_keeps_its_prefix_and_loses_its_slash() {
        let at = Endpoints::at("http://127.0.0.1:2420/gateway/").expect("an address");
        assert_eq!(at.payment_page.as_str(), "http://127.0.0.1:2420/gateway/pagam/pagam.aspx");
        assert!(at.is_loopback());
    }

    #[test]
    fn a_gateway_on_this_machine_is_asked_without_a_proxy_wherever_its_page_is() {
        let local = Endpoints::at("http://127.0.0.1:2420").expect("an address");
        let page = Endpoints::production().expect("constants").payment_page;
        let behind_a_tunnel = Endpoints { payment_page: page, ..local.clone() };
        assert!(!behind_a_tunnel.is_loopback() && behind_a_tunnel.asks_loopback() && local.asks_loopback());
        assert!(!Endpoints::production().expect("constants").asks_loopback());
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (base, allowed) in [
            ("http://127.0.0.1:1", true),
            ("http://[::1]:1", true),
            ("http://localhost", true),
            ("https://pay.example.com", true),
            ("http://pay.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(Endpoints::at(base).expect(base).check_transport().is_ok(), allowed, "{base}");
        }
        for wrong in ["", "pay.example.com", "ftp://x", "https://x/?a=1", "https://x/#a", "https://me:key@x"] {
            assert!(Endpoints::at(wrong).is_err(), "{wrong}");
        }
    }
}
