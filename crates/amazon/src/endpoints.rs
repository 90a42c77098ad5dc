//! The addresses of Amazon's services, or of a simulator that stands in for all of them.

use url::{Host, Url};

use crate::Environment;

/// Where each service is. The fields are open so that a set-up with several addresses can name each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The one address of all MWS operations, with its path.
    pub mws: Url,
    /// Host of `/auth/o2/tokeninfo` and `/user/profile`.
    pub profile_api: Url,
    /// Where a buyer's browser signs in, `…/ap/oa`.
    pub sign_in: Url,
    /// The script that offers the widgets.
    pub widgets: Url,
    /// Which environment the addresses are of.
    pub environment: Environment,
}

/// An address that money must not be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadEndpoint {
    /// Plain HTTP is for this machine alone.
    #[error("{0} is neither https nor an address of this machine")]
    Insecure(String),
    /// The TLS settings of the client were refused.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(String),
}

impl Endpoints {
    /// Amazon in Europe, merchants with euro.
    ///
    /// The host of the sign-in page is inferred; the others are those of Amazon's documentation and SDKs.
    #[must_use]
    pub fn europe(environment: Environment) -> Endpoints {
        let (profile_api, section, script) = match environment {
            Environment::Sandbox => ("https://api.sandbox.amazon.de", "OffAmazonPayments_Sandbox", "eur/sandbox/lpa"),
            Environment::Live => ("https://api.amazon.de", "OffAmazonPayments", "eur/lpa"),
        };
        let fixed = |address: String| Url::parse(&address).expect("the address is written in this file");
        Endpoints {
            mws: fixed(format!("https://mws-eu.amazonservices.com/{section}/2013-01-01")),
            profile_api: fixed(profile_api.to_owned()),
            sign_in: fixed("https://eu.account.amazon.com/ap/oa".to_owned()),
            widgets: fixed(format!("https://static-eu.payments-amazon.com/OffAmazonPayments/{script}/js/Widgets.js")),
            environment,
        }
    }

    /// Everything at one address, as the simulator offers it; the path of `base` is not used.
    #[must_use]
    pub fn at(base: Url, environment: Environment) -> Endpoints {
        let (section, script) = match environment {
            Environment::Sandbox => ("OffAmazonPayments_Sandbox", "eur/sandbox/lpa"),
            Environment::Live => ("OffAmazonPayments", "eur/lpa"),
        };
        let with_path = |path: &str| {
            let mut url = base.clone();
            url.set_path(path);
            url.set_query(None);
            url.set_fragment(None);
            url
        };
        Endpoints {
            mws: with_path(&format!("/{section}/2013-01-01")),
            profile_api: with_path("/"),
            sign_in: with_path("/ap/oa"),
            widgets: with_path(&format!("/OffAmazonPayments/{script}/js/Widgets.js")),
            environment,
        }
    }

    /// Whether each address is https, or http of this machine.
    ///
    /// # Errors
    /// [`BadEndpoint::Insecure`] with the first address that is not.
    pub fn check(&self) -> Result<(), BadEndpoint> {
        let all = [&self.mws, &self.profile_api, &self.sign_in, &self.widgets];
        match all.into_iter().find(|url| !is_safe(url)) {
            Some(url) => Err(BadEndpoint::Insecure(url.to_string())),
            None => Ok(()),
        }
    }
}

fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: &str) -> Endpoints {
        Endpoints::at(Url::parse(base).expect("a URL"), Environment::Sandbox)
    }

    #[test]
    fn europe_has_the_documented_addresses() {
        let sandbox = Endpoints::europe(Environment::Sandbox);
        assert_eq!(sandbox.mws.as_str(), "https://mws-eu.amazonservices.com/OffAmazonPayments_Sandbox/2013-01-01");
        assert_eq!(sandbox.profile_api.as_str(), "https://api.sandbox.amazon.de/");
        assert_eq!(
            sandbox.widgets.as_str(),
            "https://static-eu.payments-amazon.com/OffAmazonPayments/eur/sandbox/lpa/js/Widgets.js"
        );
        let live = Endpoints::europe(Environment::Live);
        assert_eq!(live.mws.as_str(), "https://mws-eu.amazonservices.com/OffAmazonPayments/2013-01-01");
        assert_eq!(live.profile_api.as_str(), "https://api.amazon.de/");
        assert!(sandbox.check().is_ok() && live.check().is_ok());
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for base in ["http://127.0.0.1:2421", "http://[::1]:2421", "http://localhost:2421", "https://example.com"] {
            assert_eq!(at(base).check(), Ok(()), "{base}");
        }
        for base in ["http://example.com", "http://10.0.0.1:80", "http://localhost.example.com", "ftp://127.0.0.1"] {
            assert!(matches!(at(base).check(), Err(BadEndpoint::Insecure(_))), "{base}");
        }
    }

    #[test]
    fn one_address_serves_everything() {
        let endpoints = at("http://127.0.0.1:2421/ignored?x=1");
        assert_eq!(endpoints.mws.as_str(), "http://127.0.0.1:2421/OffAmazonPayments_Sandbox/2013-01-01");
        assert_eq!(endpoints.sign_in.as_str(), "http://127.0.0.1:2421/ap/oa");
        let widgets = "http://127.0.0.1:2421/OffAmazonPayments/eur/sandbox/lpa/js/Widgets.js";
        assert_eq!(endpoints.widgets.as_str(), widgets);
    }
}
