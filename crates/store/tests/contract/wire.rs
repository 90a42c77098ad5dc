//! A wire between a store and its server that can be cut at a COMMIT.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

/// What happens at the next COMMIT; the connection breaks then.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    Nothing,
    /// It arrives, and its answer does not.
    Answer,
    /// It does not arrive.
    Commit,
}

const CUTS: [Cut; 3] = [Cut::Nothing, Cut::Answer, Cut::Commit];

/// The wire; it ends with the runtime of the test.
pub struct Wire {
    address: String,
    next: Arc<AtomicU8>,
}

impl Wire {
    /// A wire to the server that an address names by the folder of its socket.
    pub async fn to(address: &str) -> Result<Wire> {
        let host =
            address.split(' ').find_map(|word| word.strip_prefix("host=")).context("the address names a host")?;
        let socket = format!("{host}/.s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let here = format!("host=127.0.0.1 port={}", listener.local_addr()?.port());
        let next = Arc::new(AtomicU8::new(0));
        let wire = Wire { address: address.replace(&format!("host={host}"), &here), next: Arc::clone(&next) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (socket, next) = (socket.clone(), Arc::clone(&next));
                tokio::spawn(async move { between(client, UnixStream::connect(socket).await?, &next).await });
            }
        });
        Ok(wire)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn cut(&self, cut: Cut) {
        let place = CUTS.iter().position(|one| *one == cut).and_then(|place| u8::try_from(place).ok());
        self.next.store(place.expect("one of three"), Ordering::SeqCst);
    }
}

/// Carries bytes both ways. A COMMIT comes in a packet of its own: the store waits for every answer
/// before it sends one.
async fn between(mut client: TcpStream, mut server: UnixStream, next: &AtomicU8) -> std::io::Result<()> {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let packet = &asked[..read?];
                if packet.is_empty() {
                    return Ok(());
                }
                let commits = packet.windows(6).any(|word| word == b"COMMIT");
                let cut = if commits { CUTS[usize::from(next.swap(0, Ordering::SeqCst))] } else { Cut::Nothing };
                if cut != Cut::Commit {
                    server.write_all(packet).await?;
                }
                if cut == Cut::Answer {
                    let read = server.read(&mut answered).await?;
                    assert!(read > 0, "the server has answered: it has committed");
                }
                if cut != Cut::Nothing {
                    return Ok(());
                }
            }
            read = server.read(&mut answered) => match read? {
                0 => return Ok(()),
                read => client.write_all(&answered[..read]).await?,
            },
        }
    }
}
