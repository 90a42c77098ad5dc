//! Gateways, each a process of its own as in production, on one database.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use url::Url;

use crate::process;

/// Running gateways. Dropped, they are killed.
pub struct Fleet(Vec<Member>);

struct Member {
    process: Child,
    at: SocketAddr,
}

impl Fleet {
    /// Starts so many; when this returns, all of them answer.
    pub async fn start(many: usize, folder: &Path, database: &str, amazon: &Url) -> Result<Fleet> {
        let mut members = Vec::new();
        for _ in 0..many {
            members.push(Member::start(folder, database, amazon).await?);
        }
        Ok(Fleet(members))
    }

    /// Where the first so many listen.
    pub fn addresses(&self, many: usize) -> Vec<SocketAddr> {
        self.0.iter().take(many).map(|member| member.at).collect()
    }

    /// What browsers call them.
    pub fn urls(&self) -> Result<Vec<Url>> {
        Ok(self.0.iter().map(|member| Url::parse(&format!("http://{}", member.at))).collect::<Result<_, _>>()?)
    }

    /// Time on a processor of all of them together.
    pub fn cpu(&self) -> Result<Duration> {
        self.pids().map(|pid| process::cpu(pid?)).sum()
    }

    /// Bytes that all of them together have sent to the disk.
    pub fn bytes_written(&self) -> Result<u64> {
        self.pids().map(|pid| process::bytes_written(pid?)).sum()
    }

    /// Asks them to end and waits until they have.
    pub async fn stop(self) -> Result<()> {
        for mut member in self.0 {
            let pid = member.process.id().context("a gateway has ended")?.to_string();
            Command::new("kill").arg(&pid).status().await?;
            member.process.wait().await?;
        }
        Ok(())
    }

    fn pids(&self) -> impl Iterator<Item = Result<u32>> {
        self.0.iter().map(|member| member.process.id().context("a gateway has ended"))
    }
}

impl Member {
    async fn start(folder: &Path, database: &str, amazon: &Url) -> Result<Member> {
        let mut process = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", env!("CARGO_BIN_EXE_pagam"), "serve", "--database", database])
            // Where no configuration lies.
            .current_dir(folder)
            .env("PAGAM_PROFILE", "local")
            .env("PAGAM_GATEWAY__LISTEN", "127.0.0.1:0")
            .env("PAGAM_AMAZON__SIMULATOR_URL", amazon.as_str())
            .env("PAGAM_LOG", "error")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("setpriv starts pagam")?;
        let mut lines = BufReader::new(process.stderr.take().context("piped")?).lines();
        let mut said = String::new();
        let at = loop {
            let line = lines.next_line().await?.with_context(|| format!("pagam ended: {said}"))?;
            match line.split_once(" listens on ").and_then(|(_, places)| places.split_whitespace().next()) {
                Some(at) => break at.parse()?,
                None => said.push_str(&line),
            }
        };
        tokio::spawn(pass_on(lines));
        Ok(Member { process, at })
    }
}

/// What goes wrong in a gateway is seen where the bench runs.
async fn pass_on(mut lines: Lines<BufReader<ChildStderr>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        eprintln!("{line}");
    }
}
