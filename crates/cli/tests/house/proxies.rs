//! No client of ours asks this machine through a proxy: reqwest takes one from the environment
//! unless it is told not to.

use std::fs;

use crate::sources::{files_in, root};

/// Files whose client may take the environment's proxy, and why.
const MAY: &[(&str, &str)] =
    &[("crates/sdk/src/builder.rs", "a merchant's server may need one to reach Axerve; none is used for this machine")];

/// What is wrong with the clients of a file.
fn wrong(text: &str) -> Option<&'static str> {
    if !text.contains("reqwest") {
        return None;
    }
    if ["reqwest::get(", "reqwest::Client::new()", "reqwest::Client::default()"].iter().any(|call| text.contains(call))
    {
        return Some("a client with the environment's proxy");
    }
    let is_reqwest = text.contains("reqwest::{Client") || text.contains("use reqwest::Client;");
    let own = text.matches("reqwest::Client::builder()").count();
    let imported = text.lines().filter(|line| is_reqwest && line.trim_start().starts_with("Client::builder()")).count()
        + text.lines().filter(|line| is_reqwest && line.contains("= Client::builder()")).count();
    let told = text.matches(".no_proxy()").count();
    (own + imported > 0 && told == 0).then_some("a client that is not told .no_proxy()")
}

#[test]
fn every_client_is_told_to_leave_the_environment_s_proxy_alone() {
    let mut needed = Vec::new();
    for path in files_in(&root().join("crates"), "rs") {
        let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a source");
        let excused = MAY.iter().find(|(file, _)| *file == name);
        if name.ends_with("house/proxies.rs") {
            continue;
        }
        match (text.contains("reqwest::Client::builder()"), excused) {
            (true, Some((file, _))) => needed.push(*file),
            _ => assert_eq!(wrong(&text), None, "{name}"),
        }
    }
    assert_eq!(needed.len(), MAY.len(), "an exception that nothing needs any more");
}

#[test]
fn a_client_with_a_proxy_is_found() {
    for text in [
        "reqwest::get(url).await",
        "let http = reqwest::Client::new();",
        "reqwest::Client::builder().timeout(t).build()",
        "use reqwest::{Client, redirect};\nlet client = Client::builder()\n    .build()?;",
    ] {
        assert!(wrong(text).is_some(), "{text}");
    }
    for text in ["reqwest::Client::builder().no_proxy().build()", "use pagam::Client;\nlet c = Client::builder(\"G\");"]
    {
        assert_eq!(wrong(text), None, "{text}");
    }
}
