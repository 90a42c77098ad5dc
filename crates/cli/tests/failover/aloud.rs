//! Progress for people who watch. The harness keeps what a test prints to itself unless it fails, and
//! how long nobody was paid is worth knowing also when all is well.

use std::fmt::Display;
use std::io::Write as _;

/// Writes a line where the harness does not catch it.
pub fn say(what: impl Display) {
    writeln!(std::io::stderr(), "{what}").expect("written");
}
