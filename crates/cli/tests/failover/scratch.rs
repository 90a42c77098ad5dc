//! The folder in which everything lies, and the user as whom the database runs: PostgreSQL refuses root.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command as Once;

use tokio::process::Command;

use crate::aloud::say;

/// The user that Debian's package makes.
const USER: &str = "postgres";

/// A folder that goes with the test, unless it failed.
pub struct Scratch {
    path: PathBuf,
    is_root: bool,
}

impl Scratch {
    pub fn new() -> Scratch {
        let path = std::env::temp_dir().join(format!("pagam-failover-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        say(format_args!("logs and data lie in {} until all has gone well", path.display()));
        Scratch { path, is_root: rustix::process::getuid().is_root() }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A folder in it that belongs to the database's user.
    pub fn database_folder(&self, name: &str) -> PathBuf {
        let path = self.file(name);
        fs::create_dir_all(&path).expect("a folder");
        if self.is_root {
            let uid = Once::new("id").args(["-u", USER]).output().expect("id runs").stdout;
            let uid = String::from_utf8_lossy(&uid).trim().parse().expect("PostgreSQL is installed: ./test does it");
            chown(&path, Some(uid), None).expect("root may");
        }
        path
    }

    /// A program that runs as the database's user; without root, as ours.
    pub fn database_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self.is_root {
            false => Command::new(program),
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]).arg(program);
                command
            }
        };
        command.current_dir(&self.path).env("HOME", &self.path);
        command
    }

    /// A copy of what is elsewhere, where the database's user can read it.
    pub fn copy(&self, from: &Path, name: &str) -> PathBuf {
        let to = self.file(name);
        let copied = Once::new("cp").arg("-a").arg(from).arg(&to).status().expect("cp runs");
        assert!(copied.success(), "{} is not there: ./test puts it there", from.display());
        to
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("logs and data are kept in {}", self.path.display());
        } else {
            drop(fs::remove_dir_all(&self.path));
        }
    }
}
