//! What must hold of a configuration before a socket is opened, whatever source each value came from.

use amazon::Endpoints;
use anyhow::{Context, Result, ensure};
use url::Url;

use super::{Config, Profile};
use crate::database::Database;

impl Config {
    /// What must hold before a socket is opened.
    ///
    /// # Errors
    /// The first thing that does not.
    pub(super) fn check(&self) -> Result<()> {
        self.check_gateway()?;
        self.check_amazon()?;
        self.proxies()?;
        let keys = self.store.keys()?;
        let is_here = match &self.store.database {
            Database::File(path) => {
                ensure!(!path.as_os_str().is_empty(), "store.database names no file");
                true
            }
            Database::Server(_) => false,
        };
        if self.profile == Profile::Production {
            ensure!(is_here || !keys.is_empty(), "production on a database server needs store.key: it holds secrets");
            self.check_public()?;
        }
        Ok(())
    }

    fn check_gateway(&self) -> Result<()> {
        let gateway = &self.gateway;
        ensure!(
            gateway.tls_certificate.is_some() == gateway.tls_key.is_some(),
            "gateway.tls_certificate and gateway.tls_key go together"
        );
        ensure!(gateway.session_minutes > 0, "gateway.session_minutes must be above zero");
        ensure!(gateway.visit_pause_seconds > 0, "gateway.visit_pause_seconds must be above zero");
        if let Some(public) = &gateway.public_url {
            ensure!(is_web(public), "gateway.public_url must begin with https:// or http://");
        }
        self.trusted_proxies().map(drop)
    }

    fn check_amazon(&self) -> Result<()> {
        let amazon = &self.amazon;
        match self.profile {
            Profile::Local => {
                let simulator = amazon.simulator_url.as_ref().context("profile local needs amazon.simulator_url")?;
                let endpoints = Endpoints::at(simulator.clone(), amazon::Environment::Sandbox);
                endpoints.check().context("amazon.simulator_url")?;
            }
            Profile::Sandbox | Profile::Production => {
                ensure!(amazon.simulator_url.is_none(), "amazon.simulator_url is for the profile local only");
                ensure!(amazon.simulator_root.is_none(), "amazon.simulator_root is for the profile local only");
            }
        }
        let is_account = |text: &String| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let wrong = amazon.notification_accounts.iter().find(|account| !is_account(account));
        let wrong = wrong.map(|text| format!("amazon.notification_accounts: {text:?} is no account at AWS: 12 digits"));
        ensure!(wrong.is_none(), wrong.unwrap_or_default());
        Ok(())
    }

    /// Where money moves, nothing that a buyer sends travels in clear.
    fn check_public(&self) -> Result<()> {
        let gateway = &self.gateway;
        let public = gateway.public_url.as_ref().context("production needs gateway.public_url")?;
        ensure!(public.scheme() == "https", "production needs an https gateway.public_url");
        let behind_proxy = gateway.listen.ip().is_loopback() || !gateway.trusted_proxies.is_empty();
        ensure!(
            gateway.tls_certificate.is_some() || behind_proxy,
            "production listens in clear only on loopback or behind gateway.trusted_proxies"
        );
        Ok(())
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}
