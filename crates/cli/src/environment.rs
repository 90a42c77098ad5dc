//! The variables `PAGAM_…` of the environment: which there are, and that no other is set. Every command begins here.

use std::collections::BTreeMap;
use std::ffi::OsString;

use anyhow::{Result, bail};
use gateway::suggestion::nearest;

use crate::serve;

const PREFIX: &str = "PAGAM_";

/// What the log is told by.
const OF_THE_LOG: [&str; 2] = ["PAGAM_LOG", "PAGAM_LOG_FORMAT"];

/// What the tests and benches of this repository read: the programs that they start inherit it.
const OF_TESTS: [&str; 6] =
    ["PAGAM_TEST_", "PAGAM_BENCH_", "PAGAM_CRASH_", "PAGAM_FAILOVER_", "PAGAM_PAGES", "PAGAM_SCREENSHOTS"];

/// The program was told something that it cannot go by: wrong usage.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Misconfigured(pub anyhow::Error);

/// Every variable of ours that is set and can be read.
#[must_use]
pub fn variables() -> BTreeMap<String, String> {
    ours().into_iter().filter_map(|(name, value)| Some((name, value.into_string().ok()?))).collect()
}

/// Whether any command, or a test, reads a variable of this name.
#[must_use]
pub fn is_known(name: &str, program: &clap::Command) -> bool {
    OF_TESTS.iter().any(|prefix| name.starts_with(prefix)) || known(program).iter().any(|known| known == name)
}

/// Refuses variables that nothing reads.
///
/// # Errors
/// One whose name no command of `program` knows, or whose value is no text.
pub fn check(program: &clap::Command) -> Result<()> {
    for (name, value) in ours() {
        if !is_known(&name, program) {
            bail!("{name} in the environment is not known{}", meant(&name, &known(program)));
        }
        if value.to_str().is_none() {
            bail!("{name} in the environment is not UTF-8");
        }
    }
    Ok(())
}

/// The known variable that is nearest, by what stands behind the prefix that all have.
fn meant(wrong: &str, known: &[String]) -> String {
    let bare = |name: &'_ str| name.strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let bare_known: Vec<String> = known.iter().map(|name| bare(name)).collect();
    let names: Vec<&str> = bare_known.iter().map(String::as_str).collect();
    match nearest(&bare(wrong), &names) {
        Some(name) => format!("; did you mean \"{PREFIX}{name}\"?"),
        None => String::new(),
    }
}

fn ours() -> Vec<(String, OsString)> {
    let named = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    named.filter(|(name, _)| name.starts_with(PREFIX)).collect()
}

/// The log's, the configuration's, and those that stand in for an option of some command.
fn known(program: &clap::Command) -> Vec<String> {
    let mut names: Vec<String> = OF_THE_LOG.map(str::to_owned).into();
    names.extend(serve::variables());
    let mut commands = vec![program];
    while let Some(command) = commands.pop() {
        let of_options = command.get_arguments().filter_map(clap::Arg::get_env);
        names.extend(of_options.filter_map(|name| name.to_str().map(str::to_owned)));
        commands.extend(command.get_subcommands());
    }
    names
}
