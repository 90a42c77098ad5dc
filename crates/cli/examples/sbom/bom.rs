//! What cargo knows, turned into a CycloneDX document: every package that is built into `pagam-cli`, development
//! dependencies left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

const PROGRAM: &str = "pagam-cli";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    /// `dev`, `build`, or none of them.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The bill of the workspace that this file is in.
pub fn of_the_workspace() -> Result<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(&root)
        .output()?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let lock = toml::from_str(&std::fs::read_to_string(root.join("Cargo.lock"))?).context("Cargo.lock")?;
    of(&serde_json::from_slice(&output.stdout).context("cargo metadata")?, &lock)
}

fn of(metadata: &Metadata, lock: &Lock) -> Result<Value> {
    let packages: BTreeMap<&str, &Package> = metadata.packages.iter().map(|package| (&*package.id, package)).collect();
    let sums: BTreeMap<(&str, &str), &str> = lock
        .package
        .iter()
        .filter_map(|locked| Some(((&*locked.name, &*locked.version), locked.checksum.as_deref()?)))
        .collect();
    let below: BTreeMap<&str, BTreeSet<&str>> =
        metadata.resolve.nodes.iter().map(|node| (&*node.id, built(node))).collect();
    let program = metadata.packages.iter().find(|package| package.name == PROGRAM).context("no pagam-cli")?;

    let mut found = BTreeSet::from([&*program.id]);
    let mut next = vec![&*program.id];
    while let Some(id) = next.pop() {
        next.extend(below[id].iter().copied().filter(|id| found.insert(id)));
    }
    let of = |id: &&str| packages[id];
    let components = found.iter().filter(|id| **id != program.id).map(of).map(|package| component(package, &sums));
    let dependencies = found.iter().map(|id| {
        let on: Vec<String> = below[id].iter().map(of).map(purl).collect();
        json!({"ref": purl(of(id)), "dependsOn": on})
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(program, &sums)},
        "components": components.collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    }))
}

/// What a package needs to be built, development left out.
fn built(node: &Node) -> BTreeSet<&str> {
    let is_built =
        |dependency: &&Dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"));
    node.deps.iter().filter(is_built).map(|dependency| &*dependency.pkg).collect()
}

fn component(package: &Package, sums: &BTreeMap<(&str, &str), &str>) -> Value {
    let mut component = json!({
        "type": if package.name == PROGRAM { "application" } else { "library" },
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "purl": purl(package),
        "scope": "required",
    });
    // The old way to write OR, which SPDX does not know.
    if let Some(license) = package.license.as_ref().map(|license| license.replace('/', " OR ")) {
        component["licenses"] = json!([{"expression": license}]);
    }
    if let Some(repository) = &package.repository {
        component["externalReferences"] = json!([{"type": "vcs", "url": repository}]);
    }
    if let (Some(_), Some(sum)) = (&package.source, sums.get(&(&*package.name, &*package.version))) {
        component["hashes"] = json!([{"alg": "SHA-256", "content": sum}]);
    }
    component
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version.replace('+', "%2B"))
}
