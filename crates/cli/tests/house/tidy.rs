//! Norms that a machine can check: sizes, headers, words that have no place here, and paths in documents.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sources::{files_in, is_test, production, root};

/// Lines of production code (up to the unit tests) above which a file is refused.
const MOST_LINES: usize = 400;

/// Words that name nothing, as file names.
const NAMELESS: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "manager", "types_common"];

fn offenders(is_wrong: impl Fn(&Path, &str) -> bool) -> Vec<PathBuf> {
    let wrong = |path: &PathBuf| is_wrong(path, &fs::read_to_string(path).expect("text"));
    files_in(&root().join("crates"), "rs").into_iter().filter(wrong).collect()
}

#[test]
fn files_keep_their_size() {
    let long = offenders(|path, text| !is_test(path) && production(text).count() > MOST_LINES);
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = offenders(|_, text| !text.starts_with("//!"));
    assert!(silent.is_empty(), "without a header: {silent:?}");
}

#[test]
fn no_file_has_a_name_that_names_nothing() {
    let nameless = offenders(|path, _| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        NAMELESS.contains(&stem)
    });
    assert!(nameless.is_empty(), "{nameless:?}");
}

#[test]
fn tests_do_not_sleep_and_are_not_ignored() {
    let this = Path::new(file!()).file_name().expect("a file");
    let sleepers = offenders(|path, text| {
        let is_test = path.components().any(|part| part.as_os_str() == "tests") && path.file_name() != Some(this);
        is_test && (text.contains("thread::sleep") || text.contains("time::sleep(") || text.contains("#[ignore"))
    });
    assert!(sleepers.is_empty(), "{sleepers:?}");
}

/// Every document for people: those at the top, those in `docs/`, the SDK's own.
fn documents() -> Vec<PathBuf> {
    let mut found = files_in(&root().join("docs"), "md");
    found.extend(["README.md", "CONTRIBUTING.md", "crates/sdk/README.md"].map(|name| root().join(name)));
    found
}

/// The paths of the repository that a document names in backticks, each with its line: what begins
/// with a top-level folder.
fn paths_in(text: &str) -> Vec<(usize, &str)> {
    let is_path = |span: &&str| ["crates/", "docs/", "deploy/"].iter().any(|folder| span.starts_with(folder));
    let lines = text.lines().enumerate();
    lines.flat_map(|(index, line)| spans_of(line).filter(is_path).map(move |span| (index + 1, span))).collect()
}

/// What stands between backticks.
fn spans_of(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of links to files, each with its line; addresses and anchors of the same page are left out.
fn links_in(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (at, _) in line.match_indices("](") {
            let target = line[at + 2..].split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !target.contains("://") {
                found.push((index + 1, file));
            }
        }
    }
    found
}

/// What a document names and the repository does not have.
fn missing(document: &Path, text: &str) -> Vec<String> {
    let folder = document.parent().expect("a document lies in a folder");
    let paths = paths_in(text).into_iter().map(|(line, path)| (line, path, root().join(path)));
    let links = links_in(text).into_iter().map(|(line, link)| (line, link, folder.join(link)));
    let gone = paths.chain(links).filter(|(_, _, at)| !at.exists());
    gone.map(|(line, name, _)| format!("{}:{line}: {name}", document.display())).collect()
}

#[test]
fn documents_name_only_files_that_exist() {
    let read = |path: PathBuf| (fs::read_to_string(&path).expect("the document can be read"), path);
    let gone: Vec<String> = documents().into_iter().map(read).flat_map(|(text, path)| missing(&path, &text)).collect();
    assert!(gone.is_empty(), "no such file:\n{}", gone.join("\n"));
}

#[test]
fn a_stale_path_is_found_with_its_line() {
    let document = root().join("docs/EXAMPLE.md");
    let text = "See `crates/gateway/src/lib.rs` and `not/ours.rs`.\n\
                And `crates/gone.rs`, [here](GONE.md#top), [there](FIDELITY.md).\n";
    let found = missing(&document, text);
    let names: Vec<&str> = found.iter().filter_map(|line| line.split("EXAMPLE.md:").nth(1)).collect();
    assert_eq!(names, ["2: crates/gone.rs", "2: GONE.md"], "only what does not exist, with its line");
}

#[test]
fn walks_visit_no_file_twice_and_stay_short() {
    for (walk, most) in WALKS {
        let text = fs::read_to_string(root().join("docs/walks").join(walk)).expect("the walk exists");
        let steps: Vec<&str> = paths_in(&text).into_iter().map(|(_, path)| path).collect();
        let mut once = steps.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), steps.len(), "{walk} visits a file twice: {steps:?}");
        assert!(steps.len() < *most, "{walk} visits {} files, {most} are too many", steps.len());
        assert!(!steps.is_empty(), "{walk} names the files it visits");
    }
}

/// Each walk, and the number of files that it must stay below.
const WALKS: &[(&str, usize)] = &[
    ("encrypt.md", 17),
    ("page.md", 35),
    ("notice.md", 10),
    ("callReadTrxS2S.md", 9),
    ("callPagamS2S.md", 24),
    ("ipn.md", 16),
];
