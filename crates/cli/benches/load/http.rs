//! The lightest client that can be fair to both sides: keep-alive connections that send the same bytes again and again.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pagam_cli::clock::Stopwatch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request that is sent over and over.
#[derive(Clone)]
pub struct Request {
    /// Where.
    pub to: SocketAddr,
    bytes: Vec<u8>,
}

impl Request {
    /// A POST of a SOAP message.
    pub fn soap(to: SocketAddr, path: &str, body: &str) -> Request {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {to}\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Request { to, bytes: [head.as_bytes(), body.as_bytes()].concat() }
    }

    /// Sends it once on a connection of its own and gives the answer's body.
    pub async fn once(&self) -> Result<String> {
        let mut connection = Connection::open(self.to).await?;
        connection.call(self).await?;
        Ok(connection.text())
    }

    /// Answers per second of `connections` connections at once over about `span`.
    pub async fn rate(&self, connections: usize, span: Duration) -> Result<f64> {
        let watch = Stopwatch::start();
        let callers: Vec<_> = (0..connections)
            .map(|_| {
                let request = self.clone();
                tokio::spawn(async move {
                    let mut connection = Connection::open(request.to).await?;
                    let mut answers = 0_u64;
                    while watch.elapsed() < span {
                        connection.call(&request).await?;
                        answers += 1;
                    }
                    anyhow::Ok(answers)
                })
            })
            .collect();
        let mut answers = 0;
        for caller in callers {
            answers += caller.await??;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        Ok(answers as f64 / watch.elapsed().as_secs_f64())
    }
}

/// One that is kept alive.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body_at: usize,
    end: usize,
}

impl Connection {
    /// Connects.
    pub async fn open(to: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: vec![0; 64 * 1024], body_at: 0, end: 0 })
    }

    /// The body of the last answer.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.buffer[self.body_at..self.end]).into_owned()
    }

    /// One request, one answer read to its end; anything but 200 is an error.
    pub async fn call(&mut self, request: &Request) -> Result<()> {
        self.stream.write_all(&request.bytes).await?;
        self.end = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[self.end..]).await?;
            ensure!(read > 0, "the server closed the connection");
            self.end += read;
            let seen = &self.buffer[..self.end];
            if let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
                ensure!(seen.starts_with(b"HTTP/1.1 200"), "not a 200: {}", String::from_utf8_lossy(&seen[..head]));
                self.body_at = head + 4;
                if self.end >= self.body_at + length(&seen[..head])? {
                    return Ok(());
                }
            }
        }
    }
}

fn length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let value = head.lines().filter_map(|line| line.split_once(':'));
    let value = value.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    Ok(value.context("an answer without length")?.1.trim().parse()?)
}
