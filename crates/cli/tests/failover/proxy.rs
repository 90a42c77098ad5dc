//! The proxy before the gateways, and the socket on which it takes orders: haproxy, with the template in `deploy/`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::Command;

use crate::patience::until;
use crate::process::Process;
use crate::scratch::Scratch;
use crate::templates;

/// Where Debian puts it, off the PATH of users.
const HAPROXY: &str = "/usr/sbin/haproxy";
/// Longer than any request takes.
const LIMIT: Duration = Duration::from_secs(90);

/// A running proxy.
pub struct Proxy {
    process: Process,
    socket: PathBuf,
}

impl Proxy {
    /// Starts it on a port, before two gateways on theirs.
    pub fn start(scratch: &Scratch, port: u16, gateways: [u16; 2]) -> Proxy {
        let (settings, socket) = (scratch.file("haproxy.cfg"), scratch.file("haproxy.sock"));
        let [first, second] = gateways.map(|port| format!("127.0.0.1:{port}"));
        let words = [
            ("192.0.2.10:443 ssl crt /etc/pagam/pay.example.com.pem", format!("127.0.0.1:{port}")),
            ("192.0.2.21:2420", first),
            ("192.0.2.22:2420", second),
            ("/run/haproxy/admin.sock", socket.display().to_string()),
        ];
        let text = templates::filled("haproxy.cfg", &words.each_ref().map(|(ours, now)| (*ours, now.as_str())));
        fs::write(&settings, text).expect("written");
        let mut command = Command::new(HAPROXY);
        command.arg("-db").arg("-f").arg(settings);
        Proxy { process: Process::start("haproxy", &mut command, &scratch.file("haproxy.log")), socket }
    }

    /// Sends a gateway nothing new, and waits until it has answered everything.
    pub async fn drain(&self, gateway: &str) {
        self.order(&format!("set server gateways/{gateway} state drain")).await;
        until("a gateway has nothing in hand", LIMIT, async || {
            (self.sight(gateway, "scur").await == "0").then_some(())
        })
        .await;
    }

    /// Sends a gateway requests again, once it serves.
    pub async fn admit(&self, gateway: &str) {
        self.order(&format!("set server gateways/{gateway} state ready")).await;
        until("the proxy sees a gateway", LIMIT, async || (self.sight(gateway, "status").await == "UP").then_some(()))
            .await;
    }

    pub async fn end(self) {
        self.process.kill().await;
    }

    /// A column of what it tells of a gateway.
    async fn sight(&self, gateway: &str, column: &str) -> String {
        let table = self.order("show stat").await;
        let mut lines = table.lines().map(|line| line.trim_start_matches("# ").split(',').collect::<Vec<_>>());
        let columns = lines.next().expect("a header");
        let at = columns.iter().position(|name| *name == column).expect("a column");
        let line = lines.find(|line| line.starts_with(&["gateways", gateway])).expect("a line for each gateway");
        line[at].to_owned()
    }

    async fn order(&self, words: &str) -> String {
        let mut socket = UnixStream::connect(&self.socket).await.expect("the proxy takes orders");
        socket.write_all(format!("{words}\n").as_bytes()).await.expect("written");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.expect("text");
        answer
    }
}
