//! One node: a Patroni, and the server that it starts and that goes into the background.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::postgres_programs;
use crate::ports;
use crate::process::{Process, kill_family};
use crate::scratch::Scratch;
use crate::templates;

/// What is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Server and Patroni, as when the machine loses its power.
    Node,
    /// The server alone: its Patroni sees it.
    Server,
}

/// A node, alive or not.
pub struct Node {
    pub name: String,
    pub port: u16,
    patroni_port: u16,
    folder: PathBuf,
    log: PathBuf,
    command: Command,
    patroni: Option<Process>,
}

impl Node {
    pub fn start(scratch: &Scratch, number: u32, agreed_at: &str, python: &Path) -> Node {
        let name = format!("db{number}");
        let folder = scratch.database_folder(&name);
        let mut command = scratch.database_command(python);
        command.args(["-m", "patroni"]).arg(folder.join("patroni.yml"));
        let log = scratch.file(&format!("{name}.log"));
        let (port, patroni_port) = (ports::free(), ports::free());
        let mut node = Node { name, port, patroni_port, folder, log, command, patroni: None };
        fs::write(node.folder.join("patroni.yml"), node.settings(agreed_at)).expect("written");
        node.come_back();
        node
    }

    /// The template, for this node and this machine: no TLS on the loopback address, no password
    /// (which programs that are built for tests take half a second to prove), no device that resets
    /// the machine.
    fn settings(&self, agreed_at: &str) -> String {
        let folder = self.folder.display();
        templates::filled(
            "patroni.yml",
            &[
                ("name: db1", &format!("name: {}", self.name)),
                ("[192.0.2.11:2379, 192.0.2.12:2379, 192.0.2.13:2379]", &format!("[{agreed_at}]")),
                ("192.0.2.11:8008", &format!("127.0.0.1:{}", self.patroni_port)),
                ("192.0.2.11:5432", &format!("127.0.0.1:{}", self.port)),
                ("/var/lib/postgresql/15/pagam", &format!("{folder}/data")),
                ("/var/lib/postgresql/.pgpass-pagam", &format!("{folder}/pgpass")),
                ("/usr/lib/postgresql/15/bin", &postgres_programs().display().to_string()),
                ("/var/run/postgresql", &folder.to_string()),
                ("192.0.2.0/24", "127.0.0.1/32"),
                ("hostssl", "host"),
                ("scram-sha-256", "trust"),
                ("ssl: \"on\"", "ssl: \"off\""),
                ("mode: required", "mode: \"off\""),
            ],
        )
    }

    pub fn come_back(&mut self) {
        self.patroni = Some(Process::start("Patroni", &mut self.command, &self.log));
    }

    pub async fn cut(&mut self, cut: Cut) {
        if cut == Cut::Node
            && let Some(patroni) = self.patroni.take()
        {
            patroni.kill().await;
        }
        self.kill_server();
    }

    pub fn members_url(&self) -> String {
        format!("http://127.0.0.1:{}/cluster", self.patroni_port)
    }

    fn kill_server(&self) {
        let data = self.folder.join("data");
        let said = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = said.lines().next().and_then(|line| line.trim().parse().ok()) {
            kill_family(pid, &data.display().to_string());
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Patroni first: it would start the server again. It gets its signal here, and is gone
        // before the next step of it.
        drop(self.patroni.take());
        self.kill_server();
    }
}
