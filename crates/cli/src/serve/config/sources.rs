//! Where the configuration comes from: the names of its keys, and each source laid over those before it. Nothing is
//! judged here but names.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use gateway::suggestion::suggestion;
use toml::{Table, Value};

use crate::database::Database;

/// What the command line says; it lies over file and environment.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--database`
    pub database: Option<Database>,
}

impl Flags {
    /// Lays them over the rest.
    ///
    /// # Errors
    /// A section is no table.
    pub(super) fn lay_over(&self, table: &mut Table) -> Result<()> {
        match &self.database {
            Some(database) => put(table, &["store", "database"], Value::String(database.address())),
            None => Ok(()),
        }
    }
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
            "proxy",
            "simulator_url",
            "simulator_root",
            "notification_intermediates",
            "notification_accounts",
        ],
    ),
    ("notices", &["proxy"]),
];

/// What all sources together say, before it is understood.
#[derive(Clone, PartialEq)]
pub struct Given(pub(super) Table);

impl Given {
    /// Lays the environment over the file, and the flags over both.
    ///
    /// # Errors
    /// A file that cannot be read or is not TOML, an unknown key (a near one is suggested).
    pub fn read(file: Option<&Path>, environment: &BTreeMap<String, String>, flags: &Flags) -> Result<Given> {
        let mut table = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
                text.parse::<Table>().with_context(|| format!("{} is not TOML", path.display()))?
            }
            None => Table::new(),
        };
        lay_over(&mut table, environment)?;
        flags.lay_over(&mut table)?;
        check_keys(&table)?;
        Ok(Given(table))
    }

    /// The names of the keys that `other` says otherwise.
    #[must_use]
    pub fn changed_in(&self, other: &Given) -> Vec<String> {
        let mut changed = Vec::new();
        for (section, keys) in KEYS {
            let (was, is) = (self.0.get(*section), other.0.get(*section));
            if keys.is_empty() && was != is {
                changed.push((*section).to_owned());
            }
            let differs = |key: &&&str| was.and_then(|was| was.get(**key)) != is.and_then(|is| is.get(**key));
            changed.extend(keys.iter().filter(differs).map(|key| format!("{section}.{key}")));
        }
        changed
    }
}

/// Every variable of the environment that a key can come from, `…_FILE` included.
#[must_use]
pub fn variables() -> Vec<String> {
    let below = |section: &str, keys: &[&str]| match keys {
        [] => vec![format!("PAGAM_{section}")],
        keys => keys.iter().map(|key| format!("PAGAM_{section}__{key}")).collect(),
    };
    let names = KEYS.iter().flat_map(|(section, keys)| below(section, keys)).map(|name| name.to_uppercase());
    names.flat_map(|name| [format!("{name}_FILE"), name]).collect()
}

/// `PAGAM_GATEWAY__LISTEN` is `gateway.listen`; `…_FILE` names a file that holds the value.
///
/// # Errors
/// A file that cannot be read, or a key that is given both ways.
pub(super) fn lay_over(table: &mut Table, environment: &BTreeMap<String, String>) -> Result<()> {
    for (name, value) in environment {
        let Some(path) = name.strip_prefix("PAGAM_").map(str::to_lowercase) else { continue };
        if !path.contains("__") && path.strip_suffix("_file").unwrap_or(&path) != "profile" {
            continue;
        }
        let text = match name.strip_suffix("_FILE") {
            Some(plain) => {
                ensure!(!environment.contains_key(plain), "{plain} and {name} are both set");
                from_file(name, value)?
            }
            None => value.clone(),
        };
        let path = path.strip_suffix("_file").unwrap_or(&path);
        put(table, &path.split("__").collect::<Vec<_>>(), typed(&text))?;
    }
    Ok(())
}

/// Sets one key, whatever was there before.
fn put(table: &mut Table, path: &[&str], value: Value) -> Result<()> {
    match path {
        [key] => drop(table.insert((*key).to_owned(), value)),
        [section, key] => {
            let section = table.entry(*section).or_insert_with(|| Value::Table(Table::new()));
            section.as_table_mut().context("a section must be a table")?.insert((*key).to_owned(), value);
        }
        _ => bail!("unknown key {:?}", path.join(".")),
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

/// Every key is one of ours.
///
/// # Errors
/// Another one, with the near one of ours.
pub(super) fn check_keys(table: &Table) -> Result<()> {
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
