//! Two gateways, each a `pagam serve` as in production, behind a proxy that asks them whether they serve.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use url::Url;

use crate::amazon::Amazon;
use crate::patience::until;
use crate::ports;
use crate::process::Process;
use crate::proxy::Proxy;
use crate::scratch::Scratch;

const LIMIT: Duration = Duration::from_secs(60);
/// A page that needs neither shop nor database.
const PLAIN_PAGE: &str = "/gestpay/gestpayws/WSCryptDecrypt.asmx";

/// The proxy, and what stands behind it.
pub struct Gateways {
    pub address: Url,
    database: String,
    nodes: Vec<Gateway>,
    proxy: Proxy,
    http: reqwest::Client,
}

struct Gateway {
    name: String,
    port: u16,
    settings: PathBuf,
    log: PathBuf,
    process: Option<Process>,
}

/// The proxy's address, which everybody is told before it stands.
pub struct Place(u16);

impl Place {
    pub fn new() -> Place {
        Place(ports::free())
    }

    pub fn url(&self) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}", self.0)).expect("an address")
    }
}

impl Gateways {
    /// Starts both and the proxy; when this returns, the proxy has found them.
    pub async fn start(scratch: &Scratch, place: Place, database: String, amazon: &Amazon) -> Gateways {
        let address = place.url();
        let root = scratch.file("root.pem");
        fs::write(&root, amazon.notification_root()).expect("written");
        let nodes: Vec<Gateway> = (1..=2)
            .map(|number| {
                let name = format!("gateway{number}");
                let (port, settings) = (ports::free(), scratch.file(&format!("{name}.toml")));
                fs::write(&settings, toml(port, &address, amazon, &root)).expect("written");
                let log = scratch.file(&format!("{name}.log"));
                Gateway { name, port, settings, log, process: None }
            })
            .collect();
        let proxy = Proxy::start(scratch, place.0, [nodes[0].port, nodes[1].port]);
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().expect("a client");
        let mut gateways = Gateways { address, database, nodes, proxy, http };
        for number in 0..gateways.nodes.len() {
            gateways.bring_back(number).await;
        }
        let through = gateways.address.clone();
        until("the proxy serves", LIMIT, async || gateways.serves(&through).await.then_some(())).await;
        gateways
    }

    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// SIGKILL to one of them.
    pub async fn kill(&mut self, number: usize) {
        self.nodes[number].process.take().expect("it runs").kill().await;
    }

    /// A new release of one of them: the proxy sends it nothing new, SIGTERM, another one in its place.
    pub async fn replace(&mut self, number: usize) {
        let name = self.nodes[number].name.clone();
        self.proxy.drain(&name).await;
        self.stop(number).await;
        self.bring_back(number).await;
        self.proxy.admit(&name).await;
    }

    /// Starts one that is gone, and waits until it answers.
    pub async fn bring_back(&mut self, number: usize) {
        let database = self.database.clone();
        let node = &mut self.nodes[number];
        let mut command = Command::new(env!("CARGO_BIN_EXE_pagam"));
        command.arg("serve").arg("--config").arg(&node.settings).env("PAGAM_STORE__DATABASE", database);
        command.env_remove("CARGO").env("PAGAM_LOG", "info");
        node.process = Some(Process::start(&node.name, &mut command, &node.log));
        let own = Url::parse(&format!("http://127.0.0.1:{}", node.port)).expect("an address");
        until("a gateway serves", LIMIT, async || self.serves(&own).await.then_some(())).await;
    }

    /// Ends both and the proxy.
    pub async fn end(mut self) {
        for number in 0..self.count() {
            self.stop(number).await;
        }
        self.proxy.end().await;
    }

    /// SIGTERM, and waits for its end.
    async fn stop(&mut self, number: usize) {
        self.nodes[number].process.take().expect("it runs").end().await;
    }

    async fn serves(&self, at: &Url) -> bool {
        let page = at.join(PLAIN_PAGE).expect("an address");
        self.http.get(page).send().await.is_ok_and(|answer| answer.status().is_success())
    }
}

/// A visit that is left ends after a minute, so that the test can wait for it.
fn toml(port: u16, address: &Url, amazon: &Amazon, root: &Path) -> String {
    format!(
        "profile = \"local\"\n\n[gateway]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{address}\"\n\
         trusted_proxies = [\"127.0.0.1/32\"]\nsession_minutes = 1\n\n[amazon]\nsimulator_url = \"{}\"\n\
         simulator_root = \"{}\"\n",
        amazon.address,
        root.display()
    )
}
