//! What one address does to keep everybody else out.

use std::fmt;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::RISE;
use crate::victim::{ENCRYPT, Victim};

const HALF_SENT: u32 = 10_100;
const BODIES: u32 = 400;
const BODY_BYTES: usize = 1_000_000;
const READERS: u32 = 400;
/// After how long one that was turned away comes back: two thousand connections a second of the first attack.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy)]
pub enum Attack {
    HalfSentHeaders,
    HeldBodies,
    SlowReaders,
    All,
}

/// An attack that goes on until it is ended.
pub struct UnderWay(JoinSet<()>);

impl Attack {
    pub const ALL: [Attack; 4] = [Attack::HalfSentHeaders, Attack::HeldBodies, Attack::SlowReaders, Attack::All];

    pub fn begin(self, victim: &Victim) -> UnderWay {
        let (to, mut tasks) = (victim.gateway, JoinSet::new());
        if matches!(self, Attack::HalfSentHeaders | Attack::All) {
            again(&mut tasks, HALF_SENT, move || half_sent(to));
        }
        if matches!(self, Attack::HeldBodies | Attack::All) {
            again(&mut tasks, BODIES, move || held_body(to));
        }
        if matches!(self, Attack::SlowReaders | Attack::All) {
            again(&mut tasks, READERS, move || slow_reader(to));
        }
        UnderWay(tasks)
    }
}

impl UnderWay {
    pub async fn end(mut self) {
        self.0.shutdown().await;
    }
}

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Attack::HalfSentHeaders => write!(f, "{HALF_SENT} half-sent headers"),
            Attack::HeldBodies => write!(f, "{BODIES} held bodies of {BODY_BYTES} bytes"),
            Attack::SlowReaders => write!(f, "{READERS} readers of 100 bytes a second"),
            Attack::All => f.write_str("all of them"),
        }
    }
}

/// So many who begin again whenever they were turned away.
fn again<F: Future<Output = std::io::Result<()>> + Send>(
    tasks: &mut JoinSet<()>,
    count: u32,
    act: impl Fn() -> F + Clone + Send + 'static,
) {
    for number in 0..count {
        let act = act.clone();
        tasks.spawn(async move {
            // One after the other, so that they do not come back all at once.
            tokio::time::sleep(RISE * number / count).await;
            loop {
                drop(act().await);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
}

async fn connect(to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 0, 3), 0).into())?;
    socket.connect(to).await
}

/// Until the other side has had enough.
async fn wait(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 1024];
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}

async fn half_sent(to: SocketAddr) -> std::io::Result<()> {
    let mut stream = connect(to).await?;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\nx-").await?;
    wait(&mut stream).await
}

async fn held_body(to: SocketAddr) -> std::io::Result<()> {
    let mut stream = connect(to).await?;
    let head = format!("POST {ENCRYPT} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {BODY_BYTES}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&vec![b' '; BODY_BYTES - 1]).await?;
    wait(&mut stream).await
}

async fn slow_reader(to: SocketAddr) -> std::io::Result<()> {
    let mut stream = connect(to).await?;
    let request = format!("GET {ENCRYPT}?wsdl HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.repeat(1_000).as_bytes()).await?;
    let mut buffer = [0; 10];
    while stream.read(&mut buffer).await? > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}
