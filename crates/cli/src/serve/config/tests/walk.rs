//! Every check from every source: a value that is refused is refused wherever it comes from, and one that is laid over
//! it is what counts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args as _;
use toml::{Table, Value};

use crate::serve::ServeArgs;
use crate::serve::config::{Config, Flags, variables};

/// What makes a configuration wrong: some of its keys, and what it is refused with.
struct Check {
    /// What else is set, and fine.
    base: &'static [(&'static str, &'static str)],
    wrong: &'static [(&'static str, &'static str)],
    told: &'static str,
}

const PUBLIC: (&str, &str) = ("gateway.public_url", "https://pay.example.com");
const PRODUCTION: &[(&str, &str)] = &[("profile", "production"), PUBLIC];
const LOCAL: &[(&str, &str)] = &[("profile", "local"), ("amazon.simulator_url", "http://127.0.0.1:2421")];
const SERVER: (&str, &str) = ("store.database", "postgres://u@db.example/pagam");

const CHECKS: &[Check] = &[
    Check { base: PRODUCTION, wrong: &[SERVER], told: "needs store.key" },
    Check { base: &[PUBLIC, SERVER], wrong: &[("profile", "production")], told: "needs store.key" },
    Check { base: &[], wrong: &[("profile", "production")], told: "production needs gateway.public_url" },
    Check { base: PRODUCTION, wrong: &[("gateway.public_url", "http://pay.example.com")], told: "an https gateway" },
    Check { base: PRODUCTION, wrong: &[("gateway.listen", "0.0.0.0:443")], told: "listens in clear only" },
    Check { base: PRODUCTION, wrong: &[LOCAL[1]], told: "simulator_url is for the profile local" },
    Check { base: &[], wrong: &[LOCAL[1]], told: "simulator_url is for the profile local" },
    Check {
        base: &[],
        wrong: &[("amazon.simulator_root", "root.pem")],
        told: "simulator_root is for the profile local",
    },
    Check { base: &[], wrong: &[("profile", "local")], told: "profile local needs amazon.simulator_url" },
    Check { base: LOCAL, wrong: &[("amazon.simulator_url", "http://amazon.example")], told: "neither https nor" },
    Check { base: &[], wrong: &[("profile", "prod")], told: "did you mean \"production\"?" },
    Check { base: &[], wrong: &[("amazon.quotas", "of")], told: "did you mean \"off\"?" },
    Check { base: &[], wrong: &[("amazon.gateways", "0")], told: "nonzero" },
    Check { base: &[], wrong: &[("amazon.notification_accounts", "[\"29118094128\"]")], told: "12 digits" },
    Check {
        base: PRODUCTION,
        wrong: &[("amazon.proxy", "proxy.example:3128")],
        told: "amazon.proxy: a proxy is given",
    },
    Check { base: PRODUCTION, wrong: &[("notices.proxy", "socks5://p:1080")], told: "notices.proxy: a proxy is given" },
    Check { base: &[], wrong: &[("gateway.tls_certificate", "chain.pem")], told: "go together" },
    Check { base: &[], wrong: &[("gateway.tls_key", "key.pem")], told: "go together" },
    Check { base: &[], wrong: &[("gateway.session_minutes", "0")], told: "above zero" },
    Check { base: &[], wrong: &[("gateway.visit_pause_seconds", "0")], told: "above zero" },
    Check { base: &[], wrong: &[("gateway.trusted_proxies", "[\"10.0.0.0/8\", \"proxy\"]")], told: "is no CIDR" },
    Check { base: &[], wrong: &[("gateway.public_url", "ftp://pay.example.com")], told: "https:// or http://" },
    Check { base: &[], wrong: &[("gateway.public_url", "pay.example.com")], told: "relative URL" },
    Check { base: &[], wrong: &[("gateway.listen", "here")], told: "invalid socket address" },
    Check { base: &[], wrong: &[("gateway.calls_per_second", "-1")], told: "invalid value" },
    Check { base: &[], wrong: &[("gateway.visit_calls_at_once", "many")], told: "invalid type" },
    Check { base: &[], wrong: &[("store.database", "")], told: "names no file" },
    Check { base: &[], wrong: &[("store.database", "postgre://db/pagam")], told: "did you mean \"postgres\"?" },
    Check { base: &[], wrong: &[("store.key", "short")], told: "store.key" },
    Check { base: &[], wrong: &[("store.old_keys", "[\"0808\"]")], told: "store.old_keys without store.key" },
    Check { base: &[], wrong: &[("gateway.listn", "127.0.0.1:1")], told: "did you mean \"listen\"?" },
    Check { base: &[], wrong: &[("gatewey.listen", "127.0.0.1:1")], told: "did you mean \"gateway\"?" },
];

/// Where a value can come from, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    File,
    Environment,
    EnvironmentByFile,
    Flag,
}

const SOURCES: [Source; 4] = [Source::File, Source::Environment, Source::EnvironmentByFile, Source::Flag];

/// The keys that a flag of `pagam serve` sets, each with its flag.
const FLAGS: &[(&str, &str)] = &[("store.database", "database")];

/// All sources of one start.
struct Sources {
    folder: PathBuf,
    file: Table,
    environment: BTreeMap<String, String>,
    flags: Flags,
}

impl Sources {
    fn new(name: &str) -> Sources {
        let folder = std::env::temp_dir().join(format!("pagam-walk-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Sources { folder, file: Table::new(), environment: BTreeMap::new(), flags: Flags::default() }
    }

    /// Gives a key its value by one source; the error is a value that the flag itself refuses.
    fn give(&mut self, source: Source, key: &str, value: &str) -> Result<(), String> {
        let variable = format!("PAGAM_{}", key.replace('.', "__").to_uppercase());
        match source {
            Source::File => {
                let line: Table = format!("v = {value}").parse().unwrap_or_else(|_| {
                    let mut quoted = Table::new();
                    quoted.insert("v".to_owned(), Value::String(value.to_owned()));
                    quoted
                });
                let value = line["v"].clone();
                match key.split_once('.') {
                    None => drop(self.file.insert(key.to_owned(), value)),
                    Some((section, key)) => {
                        let section = self.file.entry(section).or_insert_with(|| Value::Table(Table::new()));
                        section.as_table_mut().expect("a section").insert(key.to_owned(), value);
                    }
                }
            }
            Source::Environment => drop(self.environment.insert(variable, value.to_owned())),
            Source::EnvironmentByFile => {
                let path = self.folder.join(key);
                std::fs::write(&path, format!("{value}\n")).expect("written");
                self.environment.insert(format!("{variable}_FILE"), path.display().to_string());
            }
            Source::Flag => {
                assert_eq!(key, "store.database");
                self.flags.database = Some(value.parse()?);
            }
        }
        Ok(())
    }

    fn read(&self) -> Result<Config, String> {
        let path = self.folder.join("pagam.toml");
        std::fs::write(&path, toml::to_string(&self.file).expect("TOML")).expect("written");
        Config::read(Some(&path), &self.environment, &self.flags).map_err(|error| format!("{error:#}"))
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn takes(source: Source, key: &str) -> bool {
    source != Source::Flag || FLAGS.iter().any(|(flagged, _)| *flagged == key)
}

#[test]
fn every_check_holds_from_every_source() {
    let mut tried = 0;
    for (number, check) in CHECKS.iter().enumerate() {
        let mut fine = Sources::new(&format!("{number}-base"));
        for (key, value) in check.base {
            fine.give(Source::File, key, value).expect("fine");
        }
        fine.read().unwrap_or_else(|error| panic!("{:?}: {error}", check.base));
        for (wrong, source) in check.wrong.iter().flat_map(|wrong| SOURCES.map(|source| (wrong, source))) {
            let (key, value) = wrong;
            if !takes(source, key) {
                continue;
            }
            // What is fine comes from the lowest source, or from another than the wrong one.
            for others in [Source::File, Source::Environment] {
                let mut sources = Sources::new(&format!("{number}-{source:?}-{others:?}"));
                for (key, value) in check.base.iter().filter(|(base, _)| base != key) {
                    sources.give(others, key, value).expect("fine");
                }
                let refused = match sources.give(source, key, value) {
                    Ok(()) => sources.read().map(|config| panic!("{key} = {value:?} by {source:?}: {config:?}")),
                    Err(refused) => Err(refused),
                };
                let told: Result<(), String> = refused;
                let told = told.expect_err("refused");
                assert!(told.contains(check.told), "{key} = {value:?} by {source:?}: {told}");
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried}");
}

#[test]
fn what_lies_over_a_wrong_value_is_what_counts() {
    for (below, above) in [(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)] {
        let mut sources = Sources::new(&format!("over-{below}-{above}"));
        for (key, value) in PRODUCTION {
            sources.give(Source::File, key, value).expect("fine");
        }
        sources.give(SOURCES[below], SERVER.0, SERVER.1).expect("understood");
        assert!(sources.read().expect_err("no key").contains("needs store.key"));
        sources.give(SOURCES[above], SERVER.0, "pagam.db").expect("understood");
        assert!(sources.read().is_ok(), "{:?} over {:?}", SOURCES[above], SOURCES[below]);
        sources.give(SOURCES[above], SERVER.0, SERVER.1).expect("understood");
        assert!(sources.read().is_err(), "{:?} over {:?}", SOURCES[above], SOURCES[below]);
    }
}

#[test]
fn every_flag_of_serve_takes_part() {
    let command = ServeArgs::augment_args(clap::Command::new("serve"));
    let flags: Vec<&str> = command.get_arguments().map(|argument| argument.get_id().as_str()).collect();
    let ours = FLAGS.iter().map(|(_, flag)| *flag);
    let known: Vec<&str> = ["config"].into_iter().chain(ours).collect();
    assert_eq!(flags, known, "a flag that changes the configuration is one of FLAGS");
}

#[test]
fn a_key_that_is_given_twice_over_is_refused() {
    let mut sources = Sources::new("twice");
    sources.give(Source::Environment, "store.database", "a.db").expect("understood");
    sources.give(Source::EnvironmentByFile, "store.database", "b.db").expect("understood");
    let told = sources.read().expect_err("which of them?");
    assert_eq!(told, "PAGAM_STORE__DATABASE and PAGAM_STORE__DATABASE_FILE are both set");
}

#[test]
fn every_key_has_its_variable() {
    let names = variables();
    for name in ["PAGAM_PROFILE", "PAGAM_PROFILE_FILE", "PAGAM_STORE__OLD_KEYS_FILE", "PAGAM_AMAZON__GATEWAYS"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
}

/// The configuration of docs/OPERATING.md, with what is commented out there or without.
fn documented(with_all: bool) -> String {
    let document = include_str!("../../../../../../docs/OPERATING.md");
    let block = document.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a configuration");
    let line = |line: &str| if with_all { line.trim_start_matches("# ").to_owned() } else { line.to_owned() };
    block.lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn the_documented_configuration_is_understood_and_names_every_key() {
    let mut sources = Sources::new("documented");
    sources.file = documented(false).parse().expect("TOML");
    sources.read().unwrap_or_else(|error| panic!("{error}"));
    let all: Table = documented(true).parse().expect("TOML");
    let mut named: Vec<String> = Vec::new();
    for (section, value) in &all {
        match value.as_table() {
            Some(keys) => named.extend(keys.keys().map(|key| format!("PAGAM_{section}__{key}").to_uppercase())),
            None => named.push(format!("PAGAM_{section}").to_uppercase()),
        }
    }
    let mut known: Vec<String> = variables().into_iter().filter(|name| !name.ends_with("_FILE")).collect();
    named.sort();
    known.sort();
    assert_eq!(named, known);
}
