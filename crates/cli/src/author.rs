//! Who runs this program: the name under which changes are recorded.

use store::Author;

/// The person by the name that the operating system gives, also behind `sudo`; by the number of the
/// account when there is none. A record for people who trust each other: who can run the program
/// can set the variables.
#[must_use]
pub fn author(program: &str) -> Author {
    let named = |name: &str| std::env::var(name).ok().filter(|user| !user.trim().is_empty());
    let who = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(named);
    let uid = || format!("uid {}", rustix::process::getuid().as_raw());
    Author::new(&who.unwrap_or_else(uid), program)
}
