//! The files in `deploy/`, which are what the documentation shows: with the addresses and folders of this run.

use std::path::Path;

/// Reads a template and puts this run's words in the place of its own. Each of them must be there,
/// or the template has changed and the run would not be what it says.
pub fn filled(name: &str, words: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name);
    let mut text = std::fs::read_to_string(path).expect("a template");
    for (ours, now) in words {
        assert!(text.contains(ours), "deploy/{name} has no {ours:?} any more");
        text = text.replace(ours, now);
    }
    text
}
