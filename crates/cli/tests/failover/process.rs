//! A program that runs beside the test: its words go into a file, and it does not outlive whoever holds it.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

/// Longer than a gateway gives to what is under way.
const LAST_WORDS: Duration = Duration::from_secs(60);

/// A running program.
pub struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts it; what it says is added to the file.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Process {
        let log = OpenOptions::new().create(true).append(true).open(log).expect("a log");
        let again = log.try_clone().expect("a second handle");
        let child = command.stdin(Stdio::null()).stdout(log).stderr(again).kill_on_drop(true).spawn();
        let child = child.unwrap_or_else(|error| panic!("{name} does not start ({error}): ./test installs it"));
        Process { name: name.to_owned(), child }
    }

    /// SIGKILL.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("SIGKILL");
    }

    /// SIGTERM, and waits until it has ended well.
    pub async fn end(mut self) {
        let pid = self.child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it runs"), Signal::TERM).expect("SIGTERM");
        let ended = tokio::time::timeout(LAST_WORDS, self.child.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("{} does not end", self.name)).expect("an end");
        assert!(ended.success(), "{} ended badly: {ended}", self.name);
    }
}

/// SIGKILL to a server that went into the background, and to its children; only when its words
/// still say that it is the one meant, for the kernel gives a number away again.
pub fn kill_family(pid: i32, word: &str) {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    if !String::from_utf8_lossy(&words).contains(word) {
        return;
    }
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    for pid in std::iter::once(pid).chain(children).filter_map(Pid::from_raw) {
        // One that has ended meanwhile needs no signal.
        let _ = kill_process(pid, Signal::KILL);
    }
}
