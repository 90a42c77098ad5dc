//! Norms that a machine can check: sizes, headers, and words that have no place here.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of production code (up to the unit tests) above which a file is refused.
const MOST_LINES: usize = 600;

/// Words that name nothing, as file names.
const NAMELESS: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "manager", "types_common"];

fn sources() -> Vec<PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/").to_path_buf();
    let mut found = Vec::new();
    let mut folders = vec![crates];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn offenders(is_wrong: impl Fn(&Path, &str) -> bool) -> Vec<PathBuf> {
    let wrong = |path: &PathBuf| is_wrong(path, &fs::read_to_string(path).expect("text"));
    sources().into_iter().filter(wrong).collect()
}

#[test]
fn files_keep_their_size() {
    let long = offenders(|path, text| {
        let production = !path.components().any(|part| part.as_os_str() == "tests");
        production && text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count() > MOST_LINES
    });
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
