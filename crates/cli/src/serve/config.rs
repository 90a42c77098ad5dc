//! Configuration of the gateway: a TOML file, over it the environment (`PAGAM_SECTION__KEY`), over both the flags.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use toml::{Table, Value};
use url::Url;

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
}

/// Which Amazon, and how strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// One of them is none.
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
        lay_over(&mut table, &of_keys.map(|(name, value)| (name.clone(), value.clone())).collect())?;
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
    /// The one address of a simulator.
    pub simulator_url: Option<Url>,
    /// The certificate, PEM, that the signatures of the simulator's notifications lead to.
    pub simulator_root: Option<PathBuf>,
    /// Certificates, PEM, that may stand between that of Amazon's notifications and a public root.
    pub notification_intermediates: Option<PathBuf>,
    /// Accounts at AWS whose topics are Amazon Pay's, beside the known ones.
    pub notification_accounts: Vec<String>,
}

/// Which quotas hold for calls to Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotaRule {
    /// Amazon's documented ones.
    Documented,
    /// None: for a simulator that enforces none.
    Off,
}

const KEYS: &[(&str, &[&str])] = &[
    ("profile", &[]),
    (
        "gateway",
        &[
            "listen",
            "public_url",
            "tls_certificate",
            "tls_key",
            "trusted_proxies",
            "connections_per_address",
            "calls_per_second",
            "session_minutes",
            "visit_calls_at_once",
            "visit_pause_seconds",
        ],
    ),
    ("store", &["database", "key", "old_keys"]),
    (
        "amazon",
        &[
            "quotas",
            "gateways",
            "simulator_url",
            "simulator_root",
            "notification_intermediates",
            "notification_accounts",
        ],
    ),
];

impl Default for Config {
    fn default() -> Self {
        Config {
            profile: Profile::Sandbox,
            gateway: GatewayConfig::default(),
            store: StoreConfig::default(),
            amazon: AmazonConfig::default(),
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
    /// Reads the file, when there is one, and lays the environment over it.
    ///
    /// # Errors
    /// An unreadable file, an unknown key (a near one is suggested), a value of the wrong kind, or settings that the
    /// profile refuses.
    pub fn read(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Config> {
        let mut table = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                text.parse::<Table>().with_context(|| format!("{} is not TOML", path.display()))?
            }
            None => Table::new(),
        };
        lay_over(&mut table, environment)?;
        check_keys(&table)?;
        let config: Config = table.try_into().context("the configuration")?;
        config.check()?;
        Ok(config)
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

    /// What must hold before a socket is opened.
    fn check(&self) -> Result<()> {
        let gateway = &self.gateway;
        ensure!(
            gateway.tls_certificate.is_some() == gateway.tls_key.is_some(),
            "gateway.tls_certificate and gateway.tls_key go together"
        );
        ensure!(gateway.session_minutes > 0, "gateway.session_minutes must be above zero");
        ensure!(gateway.visit_pause_seconds > 0, "gateway.visit_pause_seconds must be above zero");
        match self.profile {
            Profile::Local => ensure!(self.amazon.simulator_url.is_some(), "profile local needs amazon.simulator_url"),
            Profile::Sandbox | Profile::Production => {
                ensure!(self.amazon.simulator_url.is_none(), "amazon.simulator_url is for the profile local only");
                ensure!(self.amazon.simulator_root.is_none(), "amazon.simulator_root is for the profile local only");
            }
        }
        let keys = self.store.keys()?;
        if self.profile == Profile::Production {
            let is_here = matches!(self.store.database, Database::File(_));
            ensure!(is_here || !keys.is_empty(), "production on a database server needs store.key: it holds secrets");
            let public = gateway.public_url.as_ref().context("production needs gateway.public_url")?;
            ensure!(public.scheme() == "https", "production needs an https gateway.public_url");
            let behind_proxy = gateway.listen.ip().is_loopback() || !gateway.trusted_proxies.is_empty();
            ensure!(
                gateway.tls_certificate.is_some() || behind_proxy,
                "production listens in clear only on loopback or behind gateway.trusted_proxies"
            );
        }
        Ok(())
    }
}

/// `PAGAM_GATEWAY__LISTEN` is `gateway.listen`; `…_FILE` names a file that holds the value.
fn lay_over(table: &mut Table, environment: &BTreeMap<String, String>) -> Result<()> {
    for (name, value) in environment {
        let Some(path) = name.strip_prefix("PAGAM_").map(str::to_lowercase) else { continue };
        let parts: Vec<&str> = path.split("__").collect();
        let (parts, value) = match parts.as_slice() {
            ["profile"] => (vec!["profile"], value.clone()),
            [section, key] if KEYS.iter().any(|(known, _)| known == section) => match key.strip_suffix("_file") {
                Some(key) => (vec![*section, key], from_file(name, value)?),
                None => (vec![*section, *key], value.clone()),
            },
            _ => continue,
        };
        let value = typed(&value);
        match parts.as_slice() {
            [key] => drop(table.insert((*key).to_owned(), value)),
            [section, key] => {
                let section = table.entry(*section).or_insert_with(|| Value::Table(Table::new()));
                section.as_table_mut().context("a section must be a table")?.insert((*key).to_owned(), value);
            }
            _ => {}
        }
    }
    Ok(())
}

fn from_file(name: &str, path: &str) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{name} names {path}, which cannot be read"))?;
    Ok(text.trim_end().to_owned())
}

/// A number, a list in brackets, or text.
fn typed(value: &str) -> Value {
    if let Ok(number) = value.parse::<i64>() {
        return Value::Integer(number);
    }
    if value.starts_with('[')
        && let Ok(table) = format!("v = {value}").parse::<Table>()
        && let Some(list) = table.get("v")
    {
        return list.clone();
    }
    Value::String(value.to_owned())
}

fn check_keys(table: &Table) -> Result<()> {
    for (section, value) in table {
        let known: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        let Some((_, keys)) = KEYS.iter().find(|(name, _)| name == section) else {
            bail!("unknown key {section:?}{}", suggestion(section, &known));
        };
        for key in value.as_table().into_iter().flat_map(Table::keys) {
            ensure!(keys.contains(&key.as_str()), "unknown key \"{section}.{key}\"{}", suggestion(key, keys));
        }
    }
    Ok(())
}

fn suggestion(wrong: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|name| (distance(wrong, name), name)).min();
    match nearest {
        Some((distance, name)) if distance <= 3 => format!("; did you mean {name:?}?"),
        _ => format!("; known are {}", known.join(", ")),
    }
}

/// Letters to add, drop or change to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_environment_lies_over_the_defaults() {
        let vars = environment(&[
            ("PAGAM_PROFILE", "local"),
            ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:2421"),
            ("PAGAM_GATEWAY__SESSION_MINUTES", "5"),
            ("PAGAM_GATEWAY__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
            ("PAGAM_LOG", "info"),
        ]);
        let config = Config::read(None, &vars).expect("fine");
        assert_eq!(
            (config.profile, config.gateway.session_minutes),
            (Profile::Local, 5),
            "the environment is read before the defaults"
        );
        assert_eq!(config.gateway.trusted_proxies, ["10.0.0.0/8"]);
    }

    #[test]
    fn keys_of_the_store_are_never_shown() {
        let vars = environment(&[("PAGAM_STORE__KEY", &"07".repeat(32)), ("PAGAM_STORE__OLD_KEYS", "[\"0808\"]")]);
        assert!(Config::read(None, &vars).expect_err("a short one").to_string().contains("store.key"));
        let config = Config::read(None, &environment(&[("PAGAM_STORE__KEY", &"07".repeat(32))])).expect("fine");
        assert!(!format!("{config:?}").contains("0707"), "{config:?}");
    }

    #[test]
    fn amazons_quotas_hold_except_at_a_simulator_and_are_shared() {
        let quotas =
            |pairs: &[(&str, &str)], of| Config::read(None, &environment(pairs)).expect("fine").amazon_quotas(of);
        let (sandbox, live) = (amazon::Environment::Sandbox, amazon::Environment::Live);
        let production = [("PAGAM_PROFILE", "production"), ("PAGAM_GATEWAY__PUBLIC_URL", "https://pay.example.com")];
        assert_eq!(quotas(&[], sandbox), amazon::Quotas::documented(sandbox));
        assert_eq!(quotas(&production, live), amazon::Quotas::documented(live));
        let local = [("PAGAM_PROFILE", "local"), ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:2421")];
        assert_eq!(quotas(&local, sandbox), amazon::Quotas::none());
        let on = [local.as_slice(), &[("PAGAM_AMAZON__QUOTAS", "documented")]].concat();
        assert_eq!(quotas(&on, sandbox), amazon::Quotas::documented(sandbox));
        assert_eq!(quotas(&[("PAGAM_AMAZON__QUOTAS", "off")], sandbox), amazon::Quotas::none());
        let shared = quotas(&[("PAGAM_AMAZON__GATEWAYS", "5")], live).changing;
        assert_eq!(shared, Some(amazon::Quota { burst: 2, restore_ms: 5_000 }));
        for wrong in [("PAGAM_AMAZON__GATEWAYS", "0"), ("PAGAM_AMAZON__QUOTAS", "some")] {
            assert!(Config::read(None, &environment(&[wrong])).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_a_suggestion() {
        let error = Config::read(None, &environment(&[("PAGAM_GATEWAY__LISTN", "x")])).expect_err("unknown");
        assert!(error.to_string().contains("did you mean \"listen\"?"), "{error}");
    }

    #[test]
    fn production_refuses_what_is_unsafe() {
        let public = ("PAGAM_GATEWAY__PUBLIC_URL", "https://pay.example.com");
        let in_clear = [("PAGAM_PROFILE", "production"), public, ("PAGAM_GATEWAY__LISTEN", "0.0.0.0:443")];
        assert!(Config::read(None, &environment(&in_clear)).is_err());
        let simulated =
            [("PAGAM_PROFILE", "production"), public, ("PAGAM_AMAZON__SIMULATOR_URL", "http://127.0.0.1:1")];
        assert!(Config::read(None, &environment(&simulated)).is_err());
        let fooled = [("PAGAM_PROFILE", "production"), public, ("PAGAM_AMAZON__SIMULATOR_ROOT", "root.pem")];
        assert!(Config::read(None, &environment(&fooled)).is_err());
        let no_tls = [("PAGAM_PROFILE", "production"), ("PAGAM_GATEWAY__PUBLIC_URL", "http://pay.example.com")];
        assert!(Config::read(None, &environment(&no_tls)).is_err());
        assert!(Config::read(None, &environment(&[("PAGAM_PROFILE", "production"), public])).is_ok());
        let server = ("PAGAM_STORE__DATABASE", "postgres://db.example/pagam");
        let (key, bad) = ("07".repeat(32), "a password".to_owned());
        for (key, is_fine) in [(None, false), (Some(bad), false), (Some(key), true)] {
            let key = key.iter().map(|key| ("PAGAM_STORE__KEY", key.as_str()));
            let vars: Vec<_> = [("PAGAM_PROFILE", "production"), public, server].into_iter().chain(key).collect();
            assert_eq!(Config::read(None, &environment(&vars)).is_ok(), is_fine);
        }
    }
}
