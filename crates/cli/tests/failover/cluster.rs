//! The database: three nodes of PostgreSQL, each with its Patroni, and the etcd in which they agree.

mod node;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use tokio::process::Command;
use tokio_postgres::{Client, NoTls};

pub use self::node::Cut;
use self::node::Node;
use crate::patience::until;
use crate::ports;
use crate::process::Process;
use crate::scratch::Scratch;

/// Where `./test` puts Patroni.
const PATRONI: &str = "../../target/patroni";
/// Longer than a node is waited for (`ttl`), an election, and a former primary's way back take on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);
/// The gateway's own user and database.
const GATEWAY: &str = "pagam:gateway-secret";
const SUPERUSER: &str = "postgres:superuser-secret";

/// A running cluster.
pub struct Cluster {
    nodes: Vec<Node>,
    etcd: Process,
    http: reqwest::Client,
}

/// A node as Patroni sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Member {
    name: String,
    role: String,
    state: String,
}

#[derive(Debug, Deserialize)]
struct Members {
    members: Vec<Member>,
}

impl Cluster {
    /// Makes it, with a database for the gateway; when this returns, three nodes run and one of them is synchronous.
    pub async fn start(scratch: &Scratch) -> Cluster {
        let patroni = Path::new(env!("CARGO_MANIFEST_DIR")).join(PATRONI);
        let python = scratch.copy(&patroni, "patroni").join("bin/python");
        let (agreed_at, etcd) = start_etcd(scratch);
        let nodes = (1..=3).map(|number| Node::start(scratch, number, &agreed_at, &python)).collect();
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build().expect("a client");
        let cluster = Cluster { nodes, etcd, http };
        cluster.until_whole().await;
        let superuser =
            cluster.connect(&cluster.address_for(SUPERUSER, "postgres")).await.expect("the primary takes it");
        for line in ["CREATE ROLE pagam LOGIN PASSWORD 'gateway-secret'", "CREATE DATABASE pagam OWNER pagam"] {
            superuser.batch_execute(line).await.expect("a new cluster has neither");
        }
        cluster
    }

    /// All nodes in one address, as gateways are given it.
    pub fn address(&self) -> String {
        self.address_for(GATEWAY, "pagam")
    }

    /// A connection to the gateway's database on whichever node takes writes.
    pub async fn gateway_database(&self) -> Option<Client> {
        self.connect(&self.address()).await
    }

    /// Waits until three nodes run, two of them as standbys that follow, one of these synchronous.
    pub async fn until_whole(&self) {
        until("the cluster is whole", LIMIT, async || {
            let members = self.members().await?;
            let with =
                |role: &str, state: &str| members.iter().filter(|one| one.role == role && one.state == state).count();
            let is_whole = with("leader", "running") == 1
                && with("sync_standby", "streaming") == 1
                && with("replica", "streaming") == 1;
            is_whole.then_some(())
        })
        .await;
    }

    /// Kills the node that takes writes, or its server only; its name.
    pub async fn kill_primary(&mut self, cut: Cut) -> String {
        let name = self.until_led(|_| true).await;
        self.node(&name).cut(cut).await;
        name
    }

    /// Waits until another node than this one leads.
    pub async fn until_led_by_another(&self, than: &str) -> String {
        self.until_led(|name| name != than).await
    }

    /// Starts a node that was killed.
    pub fn bring_back(&mut self, name: &str) {
        self.node(name).come_back();
    }

    /// Ends everything.
    pub async fn end(self) {
        drop(self.nodes);
        self.etcd.kill().await;
    }

    async fn until_led(&self, is_meant: impl Fn(&str) -> bool) -> String {
        until("a node leads", LIMIT, async || {
            let members = self.members().await?;
            let leads = |one: &&Member| one.role == "leader" && one.state == "running" && is_meant(&one.name);
            members.iter().find(leads).map(|one| one.name.clone())
        })
        .await
    }

    /// What the first Patroni that answers says.
    async fn members(&self) -> Option<Vec<Member>> {
        for node in &self.nodes {
            if let Ok(answer) = self.http.get(node.members_url()).send().await
                && let Ok(members) = answer.json::<Members>().await
            {
                return Some(members.members);
            }
        }
        None
    }

    fn node(&mut self, name: &str) -> &mut Node {
        self.nodes.iter_mut().find(|node| node.name == name).expect("Patroni names one of ours")
    }

    fn address_for(&self, user: &str, database: &str) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(|node| format!("127.0.0.1:{}", node.port)).collect();
        format!("postgres://{user}@{}/{database}?target_session_attrs=read-write&connect_timeout=3", hosts.join(","))
    }

    async fn connect(&self, address: &str) -> Option<Client> {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.ok()?;
        tokio::spawn(connection);
        Some(client)
    }
}

/// One node of etcd is enough where it is not what is killed. Where it listens.
fn start_etcd(scratch: &Scratch) -> (String, Process) {
    let (clients, peers) = (ports::free(), ports::free());
    let [client_url, peer_url] = [clients, peers].map(|port| format!("http://127.0.0.1:{port}"));
    let mut command = Command::new("etcd");
    command.arg("--data-dir").arg(scratch.file("etcd"));
    for (option, url) in [
        ("--listen-client-urls", &client_url),
        ("--advertise-client-urls", &client_url),
        ("--listen-peer-urls", &peer_url),
        ("--initial-advertise-peer-urls", &peer_url),
        ("--initial-cluster", &format!("default={peer_url}")),
    ] {
        command.arg(option).arg(url);
    }
    let etcd = Process::start("etcd", &mut command, &scratch.file("etcd.log"));
    (format!("127.0.0.1:{clients}"), etcd)
}

/// The newest server's programs: Debian keeps them off the PATH.
fn postgres_programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: ./test does it").flatten();
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest =
        versions.map(|entry| entry.path()).filter(|path| path.join("bin/postgres").exists()).max_by_key(number);
    newest.expect("a server").join("bin")
}
