//! The bill of materials names everything that is built into the program, and nothing else.

#[path = "../../examples/sbom/bom.rs"]
mod bom;

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

#[test]
fn the_bill_of_materials_is_whole() {
    let bill = bom::of_the_workspace().expect("cargo knows");
    let components = bill["components"].as_array().expect("a list");
    let names: BTreeSet<&str> = components.iter().filter_map(|component| component["name"].as_str()).collect();
    for built_in in ["rustls", "aws-lc-sys", "libsqlite3-sys", "tokio", "pagam-gateway", "pagam-xml"] {
        assert!(names.contains(built_in), "{built_in} is missing");
    }
    for for_tests in ["proptest", "thirtyfour", "insta", "criterion"] {
        assert!(!names.contains(for_tests), "{for_tests} is not built in");
    }
    for component in components {
        let is_ours = component["name"].as_str().is_some_and(|name| name == "pagam" || name.starts_with("pagam-"));
        assert!(component["licenses"][0]["expression"].is_string(), "{component}");
        assert_eq!(component["hashes"][0]["content"].as_str().map(str::len), (!is_ours).then_some(64), "{component}");
    }
    let known: HashSet<&Value> = components.iter().map(|component| &component["bom-ref"]).collect();
    let program = &bill["metadata"]["component"]["bom-ref"];
    for dependency in bill["dependencies"].as_array().expect("a list") {
        let named = dependency["dependsOn"].as_array().expect("a list").iter().chain([&dependency["ref"]]);
        assert!(named.into_iter().all(|name| known.contains(name) || name == program), "{dependency}");
    }
}
