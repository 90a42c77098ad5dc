//! SIGHUP to `pagam serve`: what it takes up, what it names, and that nothing ends the process.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

use super::play::Folder;

/// A gateway of its own, and what it says.
struct Served {
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
    address: String,
}

impl Served {
    async fn start(config: &Path) -> Served {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pagam"));
        command.arg("serve").arg("--config").arg(config).env("PAGAM_LOG", "info").env("NO_COLOR", "1");
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("it runs");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = loop {
            let line = said.next_line().await.expect("text").expect("it starts");
            if let Some((_, address)) = line.split_once(" as ") {
                break address.to_owned();
            }
        };
        Served { child, said, address }
    }

    fn send(&self, signal: Signal) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).expect("it runs");
        kill_process(pid, signal).expect("it can be signalled");
    }

    /// Sends SIGHUP and reads on until all of this was said.
    async fn hang_up(&mut self, awaited: &[&str]) {
        self.send(Signal::HUP);
        let mut left = awaited.to_vec();
        while !left.is_empty() {
            let line = self.said.next_line().await.expect("text").unwrap_or_else(|| panic!("it ended before {left:?}"));
            left.retain(|words| !line.contains(words));
        }
    }

    /// Whether it answers somebody who believes this certificate alone.
    async fn answers(&self, certificate: &rcgen::Certificate) -> bool {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.der().clone()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = tls.expect("versions").with_root_certificates(roots).with_no_client_auth();
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().expect("a client");
        let answer = client.get(format!("{}health", self.address)).send().await;
        answer.is_ok_and(|answer| answer.status() == 200)
    }
}

fn renew(folder: &Path) -> rcgen::Certificate {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    std::fs::write(folder.join("chain.pem"), made.cert.pem()).expect("written");
    made.cert
}

fn configure(folder: &Path, more: &str) -> std::path::PathBuf {
    let place = folder.display();
    let text = format!(
        "profile = \"local\"\n[amazon]\nsimulator_url = \"http://127.0.0.1:9\"\n[store]\ndatabase = \"{place}/pagam.db\"\n\
         [gateway]\ntls_certificate = \"{place}/chain.pem\"\ntls_key = \"{place}/key.pem\"\n{more}\n"
    );
    let file = folder.join("pagam.toml");
    std::fs::write(&file, text).expect("written");
    file
}

const AT_ANY_PORT: &str = "listen = \"127.0.0.1:0\"";

#[tokio::test]
async fn a_signal_renews_what_it_can_names_the_rest_and_never_ends_the_process() {
    let folder = Folder::new("hangup");
    let first = renew(&folder.0);
    let mut served = Served::start(&configure(&folder.0, AT_ANY_PORT)).await;
    assert!(served.answers(&first).await);

    let second = renew(&folder.0);
    served.hang_up(&["Certificate read again", "Configuration reloaded"]).await;
    assert!(served.answers(&second).await && !served.answers(&first).await);

    std::fs::write(folder.0.join("chain.pem"), "").expect("written");
    served.hang_up(&["Certificate not renewed; the one before is served on", "Configuration reloaded"]).await;
    assert!(served.answers(&second).await);

    std::fs::write(folder.0.join("pagam.toml"), "profil = \"local\"").expect("written");
    served.hang_up(&["Configuration not reloaded; it stays as it was", "did you mean"]).await;
    let third = renew(&folder.0);
    served.hang_up(&["Configuration not reloaded", "Certificate read again"]).await;
    assert!(served.answers(&third).await);

    configure(&folder.0, "listen = \"127.0.0.1:1\"\nsession_minutes = 5\ncalls_per_second = 7");
    let waiting = "these keys need a restart keys=\"gateway.listen, gateway.session_minutes\"";
    served.hang_up(&[waiting]).await;
    configure(&folder.0, AT_ANY_PORT);
    served.hang_up(&["Configuration reloaded"]).await;
    assert!(served.answers(&third).await);

    served.send(Signal::TERM);
    assert!(served.child.wait().await.expect("it ends").success());
}
