//! Which crate may use which, checked against what cargo knows; `layers` checks the rooms inside the gateway.

mod layers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::sources::root;

/// The test kit, which tests alone depend on.
const KIT: &str = "pagam-testkit";

/// What each crate of the house may use of the house.
/// The program is not named: it uses all of them but the kit.
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
    (KIT, &["pagam-payments", "pagam-store", "pagam-amazon", "pagam-simulator"]),
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

/// What cargo knows of each crate of the house.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// What each crate of the house uses otherwise than in its tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let used = |package: &Value| {
        let used = package["dependencies"].as_array().expect("dependencies").iter();
        used.filter(|dependency| dependency["kind"] != "dev").map(|it| text(it, "name")).collect()
    };
    packages().iter().map(|package| (text(package, "name"), used(package))).collect()
}

fn text(of: &Value, name: &str) -> String {
    of[name].as_str().expect("cargo says it in words").to_owned()
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
fn the_test_kit_is_for_tests_alone() {
    let dependencies = dependencies();
    assert!(dependencies.contains_key(KIT), "the kit goes by another name: the law looks for {KIT}");
    let users: Vec<_> = dependencies.iter().filter(|(_, used)| used.contains(KIT)).map(|(name, _)| name).collect();
    assert!(users.is_empty(), "{users:?} may use the test kit as a dev-dependency only");
}

#[test]
fn every_crate_is_in_the_map() {
    let architecture = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("the document is there");
    let (_, map) = architecture.split_once("\n## Map\n").expect("it has a map");
    let (map, _) = map.split_once("\n## ").expect("more follows the map");
    for package in packages() {
        let manifest = text(&package, "manifest_path");
        let folder = Path::new(&manifest).parent().and_then(|folder| folder.strip_prefix(root()).ok());
        let folder = folder.expect("it lies in the repository").display();
        assert!(map.contains(&format!("\n| `{folder}` | ")), "the map of docs/ARCHITECTURE.md leaves out {folder}");
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
