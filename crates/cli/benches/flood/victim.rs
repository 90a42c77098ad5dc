//! The program that is attacked, and the shop that goes on calling it.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use pagam_cli::clock::{Stopwatch, now_ms};
use pagam_cli::up::SHOP_LOGIN;
use serde_json::Value;

use crate::http::{Connection, Request};

pub const ENCRYPT: &str = "/gestpay/gestpayws/WSCryptDecrypt.asmx";

/// `pagam up` in a folder of its own.
pub struct Victim {
    program: Child,
    folder: PathBuf,
    pub gateway: SocketAddr,
    api_key: String,
}

/// How a shop is served.
pub struct Served {
    pub calls: usize,
    pub p50: Duration,
    pub p99: Duration,
}

impl Victim {
    pub fn start() -> Result<Victim> {
        let folder = std::env::temp_dir().join(format!("pagam-flood-{}-{}", std::process::id(), now_ms()));
        let mut command = Command::new(env!("CARGO_BIN_EXE_pagam"));
        command.args(["up", "--json", "--port", "0", "--dir"]).arg(&folder).env("PAGAM_LOG", "off");
        let mut program = command.stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(program.stdout.take().context("its output")?).read_line(&mut line)?;
        let told: Value = serde_json::from_str(&line).with_context(|| format!("not what was expected: {line}"))?;
        let text = |name: &str| told[name].as_str().map(str::to_owned).with_context(|| format!("{name} is not told"));
        let gateway: url::Url = text("gateway")?.parse()?;
        let gateway = *gateway.socket_addrs(|| None)?.first().context("an address")?;
        Ok(Victim { program, folder, gateway, api_key: text("api_key")? })
    }

    /// Calls Encrypt for so long, one call after the other, from an address that attacks nobody.
    pub async fn encrypts(&self, span: Duration) -> Result<Served> {
        let body = wire::encrypt::Request {
            shop_login: Some(SHOP_LOGIN.into()),
            uic_code: Some("242".into()),
            amount: Some("24.21".into()),
            shop_transaction_id: Some("flood-0001".into()),
            apikey: Some(self.api_key.clone()),
            ..wire::encrypt::Request::default()
        };
        let request = Request::soap(self.gateway, ENCRYPT, &body.write());
        let (watch, mut times) = (Stopwatch::start(), Vec::new());
        let mut connection = Connection::open(self.gateway).await?;
        while watch.elapsed() < span {
            let began = Stopwatch::start();
            connection.call(&request).await?;
            times.push(began.elapsed());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // And a connection of its own now and then, as shops do.
        Connection::open(self.gateway).await?.call(&request).await.context("a new connection")?;
        times.sort();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        Ok(Served { calls: times.len(), p50: at(50), p99: at(99) })
    }

    /// The most memory that the program has held.
    pub fn peak_mib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

impl fmt::Display for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls, p50 {:?}, p99 {:?}", self.calls, self.p50, self.p99)
    }
}
