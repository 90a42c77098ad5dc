//! Which crate may use which, checked against what cargo knows; `layers` checks the rooms inside the gateway.

mod layers;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each crate of the house may use of the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("pagam-xml", &[]),
    ("pagam-wire", &["pagam-xml"]),
    ("pagam", &["pagam-wire", "pagam-xml"]),
    ("pagam-payments", &[]),
    ("pagam-store", &["pagam-payments"]),
    ("pagam-amazon", &["pagam-xml"]),
    ("pagam-gateway", &["pagam-wire", "pagam-payments", "pagam-store", "pagam-amazon", "pagam-xml"]),
    ("pagam-simulator", &["pagam-amazon", "pagam-xml"]),
    ("pagam-demo-shop", &["pagam"]),
];

/// Outside crates that one crate of the house owns (the others must not know of them).
const OWNERS: &[(&str, &[&str])] = &[
    ("quick-xml", &["pagam-xml"]),
    ("encoding_rs", &["pagam-xml"]),
    // The gateway's database has one owner; the simulator and the demo shop stand for other parties with their own.
    ("rusqlite", &["pagam-store", "pagam-simulator", "pagam-demo-shop"]),
    ("tokio-postgres", &["pagam-store"]),
    ("scraper", &["pagam-cli"]),
    ("clap", &["pagam-cli"]),
    ("anyhow", &["pagam-cli"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| {
            let used = package["dependencies"].as_array().expect("dependencies").iter();
            let used = used.filter(|dependency| dependency["kind"].is_null());
            let names = used.map(|dependency| dependency["name"].as_str().expect("a name").to_owned()).collect();
            (package["name"].as_str().expect("a name").to_owned(), names)
        })
        .collect()
}

#[test]
fn every_crate_uses_only_what_the_design_lets_it() {
    let dependencies = dependencies();
    let house: BTreeSet<&String> = dependencies.keys().collect();
    assert_eq!(house.len(), ARROWS.len() + 1, "a crate is missing from the list of arrows");
    for (name, allowed) in ARROWS {
        let used = dependencies.get(*name).unwrap_or_else(|| panic!("{name} is not in the workspace"));
        let wrong: Vec<_> = used.iter().filter(|d| house.contains(d) && !allowed.contains(&d.as_str())).collect();
        assert!(wrong.is_empty(), "{name} must not use {wrong:?}");
    }
}

#[test]
fn outside_crates_have_their_owners() {
    let dependencies = dependencies();
    for (outside, owners) in OWNERS {
        let users = dependencies.iter().filter(|(_, used)| used.contains(*outside)).map(|(name, _)| name.as_str());
        let strangers: Vec<_> = users.filter(|user| !owners.contains(user)).collect();
        assert!(strangers.is_empty(), "{outside} belongs to {owners:?}, not to {strangers:?}");
    }
}
