//! What the program says to people on the way: to stderr, never to stdout.

use anyhow::{Context, Result, bail, ensure};
use gateway::suggestion::suggestion;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

/// Starts the log: warnings and worse, unless `PAGAM_LOG` says otherwise (`info`, or `gateway=debug,warn`);
/// `PAGAM_LOG_FORMAT=json` for machines.
///
/// # Errors
/// Words in one of the two that are not known.
pub fn listen() -> Result<()> {
    let set = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let targets = match set("PAGAM_LOG") {
        Some(text) => targets(&text).context("PAGAM_LOG")?,
        None => Targets::new().with_default(LevelFilter::WARN),
    };
    let json = match set("PAGAM_LOG_FORMAT").as_deref() {
        None | Some("text") => false,
        Some("json") => true,
        Some(other) => bail!("PAGAM_LOG_FORMAT: {other:?} is not known{}", suggestion(other, &["text", "json"])),
    };
    let colours = std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(targets);
    let started = match json {
        true => registry.with(lines.json()).try_init(),
        false => registry.with(lines.with_ansi(colours).with_target(false)).try_init(),
    };
    // A second start in one process (tests) keeps the first log.
    drop(started);
    Ok(())
}

/// Levels for all, or for one part each, between commas: `gateway=debug,warn`.
fn targets(text: &str) -> Result<Targets> {
    let mut targets = Targets::new();
    for directive in text.split(',').map(str::trim) {
        targets = match directive.split_once('=') {
            Some((part, word)) => targets.with_target(part.trim(), level(word.trim())?),
            None => targets.with_default(level(directive)?),
        };
    }
    Ok(targets)
}

fn level(word: &str) -> Result<LevelFilter> {
    let folded = word.to_lowercase();
    ensure!(LEVELS.contains(&folded.as_str()), "{word:?} is no level of the log{}", suggestion(word, LEVELS));
    Ok(folded.parse()?)
}

/// As other programs, this one ends without words when whoever read its output has heard enough
/// (`pagam read … | head`).
pub fn mind_the_reader() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        if said.starts_with("failed printing to stdout: Broken pipe") {
            // What a shell sees of a program that SIGPIPE has ended.
            std::process::exit(141);
        }
        before(panic);
    }));
}

/// Says why a command failed: the error, then those of its causes that it does not name itself.
pub fn error(error: &anyhow::Error) {
    let mut said = error.to_string();
    eprintln!("pagam: {said}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.contains(&cause) {
            eprintln!("       {cause}");
            said = cause;
        }
    }
}
