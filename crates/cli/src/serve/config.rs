//! Configuration of the gateway: a TOML file, over it the environment (`PAGAM_SECTION__KEY`), over both the flags.
//!
//! `sources` lays them over each other, `checks` says what must hold. Whatever a value came from,
//! it is checked once, as part of the configuration as it finally is.

mod checks;
mod sources;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gateway::suggestion::suggestion;
use gateway::{IpNet, Limits, Proxy, TlsFiles};
use serde::Deserialize;
use toml::Table;
use url::Url;

pub use sources::{Flags, Given, variables};

use crate::database::{Database, StoreKeys};

/// Everything that `pagam serve` can be told.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `production` (money moves at Amazon), `sandbox` (Amazon's sandbox) or `local` (a simulator).
    pub profile: Profile,
    /// Where it listens and what buyers call it.
    pub gateway: GatewayConfig,
    /// The database.
    pub store: StoreConfig,
    /// Where Amazon is; only the profile `local` may say.
    pub amazon: AmazonConfig,
    /// How shops are told.
    pub notices: NoticesConfig,
}

/// Which Amazon, and how strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Profile {
    /// A simulator on this machine.
    Local,
    /// Amazon's sandbox: no money moves.
    Sandbox,
    /// Money moves.
    Production,
}

/// `[gateway]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address under which buyers and shops reach it; registered at Amazon.
    pub public_url: Option<Url>,
    /// Certificate chain, PEM.
    pub tls_certificate: Option<PathBuf>,
    /// Private key, PEM.
    pub tls_key: Option<PathBuf>,
    /// Addresses (CIDR) of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Connections of one client address, behind a trusted proxy its requests at the same time; 0: as many as usual.
    pub connections_per_address: usize,
    /// Calls a second of one shop to this gateway, beyond which they are refused; 0: without limit.
    pub calls_per_second: u32,
    /// Minutes after the buyer's first act when an unfinished visit to the page is over.
    pub session_minutes: u32,
    /// How many calls to Amazon one visit to the page may cause at once; 0: without limit.
    pub visit_calls_at_once: u32,
    /// Seconds after which it may cause one more.
    pub visit_pause_seconds: u32,
}

/// `[store]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// A SQLite file, or the address of a PostgreSQL database.
    pub database: Database,
    /// Secret: the secrets in the database are encrypted under it.
    pub key: Option<Secret>,
    /// Secret: keys of before, with which they can still be read.
    pub old_keys: Vec<Secret>,
}

/// A text that is never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl StoreConfig {
    /// The keys for its secrets.
    ///
    /// # Errors
    /// A key cannot be used.
    pub fn keys(&self) -> Result<StoreKeys> {
        let old: Vec<String> = self.old_keys.iter().map(|Secret(key)| key.clone()).collect();
        StoreKeys::of(self.key.as_ref().map(|Secret(key)| key.as_str()), &old)
    }

    /// Only `store.key` and `store.old_keys` of the environment: for commands that read no file.
    ///
    /// # Errors
    /// As [`StoreConfig::keys`]; a file that is named and cannot be read.
    pub fn keys_of(environment: &BTreeMap<String, String>) -> Result<StoreKeys> {
        let names =
            ["PAGAM_STORE__KEY", "PAGAM_STORE__KEY_FILE", "PAGAM_STORE__OLD_KEYS", "PAGAM_STORE__OLD_KEYS_FILE"];
        let of_keys = environment.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let mut table = Table::new();
        sources::lay_over(&mut table, &of_keys.map(|(name, value)| (name.clone(), value.clone())).collect())?;
        let config: Config = table.try_into().context("the keys of the store")?;
        config.store.keys()
    }
}

/// `[amazon]`
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AmazonConfig {
    /// Whether calls keep to Amazon's documented quotas; unset: for every profile but `local`.
    pub quotas: Option<QuotaRule>,
    /// How many gateways call for the same sellers: each keeps to its part of the quotas.
    pub gateways: NonZeroU32,
    /// Secret, for a password may stand in it: the proxy through which Amazon is asked.
    pub proxy: Option<Secret>,
    /// The one address of a simulator.
    pub simulator_url: Option<Url>,
    /// The certificate, PEM, that the signatures of the simulator's notifications lead to.
    pub simulator_root: Option<PathBuf>,
    /// Certificates, PEM, that may stand between that of Amazon's notifications and a public root.
    pub notification_intermediates: Option<PathBuf>,
    /// Accounts at AWS whose topics are Amazon Pay's, beside the known ones.
    pub notification_accounts: Vec<String>,
}

/// `[notices]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticesConfig {
    /// Secret, for a password may stand in it: the proxy through which shops are told.
    pub proxy: Option<Secret>,
}

/// Which quotas hold for calls to Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum QuotaRule {
    /// Amazon's documented ones.
    Documented,
    /// None: for a simulator that enforces none.
    Off,
}

impl TryFrom<String> for Profile {
    type Error = String;

    fn try_from(text: String) -> Result<Profile, String> {
        chosen(&text, &[("local", Profile::Local), ("sandbox", Profile::Sandbox), ("production", Profile::Production)])
    }
}

impl TryFrom<String> for QuotaRule {
    type Error = String;

    fn try_from(text: String) -> Result<QuotaRule, String> {
        chosen(&text, &[("documented", QuotaRule::Documented), ("off", QuotaRule::Off)])
    }
}

/// What a word stands for.
fn chosen<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
    found.ok_or_else(|| format!("{text:?} is not a choice{}", suggestion(text, &known)))
}

impl Default for Config {
    fn default() -> Self {
        Config {
            profile: Profile::Sandbox,
            gateway: GatewayConfig::default(),
            store: StoreConfig::default(),
            amazon: AmazonConfig::default(),
            notices: NoticesConfig::default(),
        }
    }
}

impl Default for GatewayConfig {
    fn default() -> Self {
        GatewayConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 2420)),
            public_url: None,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            connections_per_address: 0,
            calls_per_second: 0,
            session_minutes: 60,
            visit_calls_at_once: 10,
            visit_pause_seconds: 2,
        }
    }
}

impl Default for AmazonConfig {
    fn default() -> Self {
        AmazonConfig {
            quotas: None,
            gateways: NonZeroU32::MIN,
            proxy: None,
            simulator_url: None,
            simulator_root: None,
            notification_intermediates: None,
            notification_accounts: Vec::new(),
        }
    }
}

impl Default for StoreConfig {
    fn default() -> Self {
        StoreConfig { database: Database::File("pagam.db".into()), key: None, old_keys: Vec::new() }
    }
}

impl Config {
    /// Reads the file, when there is one, lays the environment over it and the flags over both, and
    /// checks what comes of it.
    ///
    /// # Errors
    /// As [`Given::read`] and [`Config::of`].
    pub fn read(file: Option<&Path>, environment: &BTreeMap<String, String>, flags: &Flags) -> Result<Config> {
        Config::of(&Given::read(file, environment, flags)?)
    }

    /// Understands what is given, and checks it.
    ///
    /// # Errors
    /// A value of the wrong kind, or settings that the profile refuses.
    pub fn of(given: &Given) -> Result<Config> {
        let config: Config = given.0.clone().try_into().context("the configuration")?;
        config.check()?;
        Ok(config)
    }

    /// How often shops and visits may call.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            calls_per_second: NonZeroU32::new(self.gateway.calls_per_second),
            visit_calls_at_once: NonZeroU32::new(self.gateway.visit_calls_at_once),
            visit_pause_ms: i64::from(self.gateway.visit_pause_seconds) * 1_000,
        }
    }

    /// The certificate and its key, when TLS is spoken here.
    #[must_use]
    pub fn tls_files(&self) -> Option<TlsFiles> {
        let (certificate, key) = (self.gateway.tls_certificate.clone()?, self.gateway.tls_key.clone()?);
        Some(TlsFiles { certificate, key })
    }

    /// The proxies on the way out: for Amazon and for notices.
    ///
    /// # Errors
    /// An address cannot be used.
    pub fn proxies(&self) -> Result<[Option<Proxy>; 2]> {
        let proxy = |name: &'static str, given: &Option<Secret>| {
            given.as_ref().map(|Secret(text)| text.parse().context(name)).transpose()
        };
        Ok([proxy("amazon.proxy", &self.amazon.proxy)?, proxy("notices.proxy", &self.notices.proxy)?])
    }

    /// Networks of proxies whose `X-Forwarded-For` is believed.
    ///
    /// # Errors
    /// An entry is not a network in CIDR notation.
    pub fn trusted_proxies(&self) -> Result<Vec<IpNet>> {
        let network =
            |text: &String| text.parse().with_context(|| format!("gateway.trusted_proxies: {text:?} is no CIDR"));
        self.gateway.trusted_proxies.iter().map(network).collect()
    }

    /// Which quotas hold for calls to Amazon in this environment.
    #[must_use]
    pub fn amazon_quotas(&self, environment: amazon::Environment) -> amazon::Quotas {
        let by_profile = match self.profile {
            Profile::Local => QuotaRule::Off,
            Profile::Sandbox | Profile::Production => QuotaRule::Documented,
        };
        match self.amazon.quotas.unwrap_or(by_profile) {
            QuotaRule::Documented => amazon::Quotas::documented(environment).shared_by(self.amazon.gateways),
            QuotaRule::Off => amazon::Quotas::none(),
        }
    }
}
