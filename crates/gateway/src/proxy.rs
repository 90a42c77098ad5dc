//! A proxy on the way out, where the network wants one: for calls to Amazon, or for notices to shops. What is on this
//! machine is never asked through it, and none is ever taken from the environment.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// This machine, by every name it has for itself.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// The address of a proxy, `http://proxy.example:3128`; a name and a password may stand in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

/// What is no address of a proxy. The text does not repeat it: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is given by scheme, host and port, as in http://proxy.example:3128")]
pub struct NoProxyAddress;

impl FromStr for Proxy {
    type Err = NoProxyAddress;

    fn from_str(text: &str) -> Result<Proxy, NoProxyAddress> {
        let url = Url::parse(text).map_err(|_| NoProxyAddress)?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        match matches!(url.scheme(), "http" | "https") && url.has_host() && is_bare {
            true => Ok(Proxy(url)),
            false => Err(NoProxyAddress),
        }
    }
}

impl Proxy {
    /// As clients take it, this machine left out.
    pub(crate) fn for_clients(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        Ok(reqwest::Proxy::all(self.0.clone())?.no_proxy(reqwest::NoProxy::from_string(LOOPBACK)))
    }
}

impl fmt::Debug for Proxy {
    /// Without name and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use amazon::Timeouts;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    use super::*;
    use crate::background::notices;

    /// Answers one request with 502, and tells its first line.
    async fn answer_once(address: &str) -> Option<(u16, JoinHandle<String>)> {
        let listener = TcpListener::bind(address).await.ok()?;
        let port = listener.local_addr().expect("bound").port();
        let heard = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a caller");
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let first = lines.next_line().await.expect("readable").unwrap_or_default();
            while lines.next_line().await.expect("readable").is_some_and(|line| !line.is_empty()) {}
            write.write_all(b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n").await.expect("written");
            first
        });
        Some((port, heard))
    }

    fn clients(proxy: &Proxy) -> [reqwest::Client; 2] {
        let through = proxy.for_clients().expect("a proxy");
        [
            amazon::http_client_through(through, Timeouts::default()).expect("a client"),
            notices::messenger(Some(proxy), 5_000).expect("a client"),
        ]
    }

    #[test]
    fn an_address_of_a_proxy_is_bare_and_its_password_is_not_shown() {
        for wrong in
            ["", "proxy", "proxy:3128", "socks5://proxy:1080", "http://", "http://p/x", "http://p/?q", "ftp://p"]
        {
            assert_eq!(wrong.parse::<Proxy>(), Err(NoProxyAddress), "{wrong}");
        }
        let proxy: Proxy = "http://me:s3cret@proxy.example:3128".parse().expect("an address");
        assert_eq!(format!("{proxy:?}"), "http://proxy.example:3128");
    }

    #[tokio::test]
    async fn what_is_elsewhere_is_asked_through_the_proxy_by_both_clients() {
        for (number, url, asked) in [
            (0, "https://mws.example/call", "CONNECT mws.example:443 HTTP/1.1"),
            (1, "https://shop.example/s2s?a=1", "CONNECT shop.example:443 HTTP/1.1"),
            (1, "http://shop.example/s2s?a=1", "GET http://shop.example/s2s?a=1 HTTP/1.1"),
        ] {
            let (port, heard) = answer_once("127.0.0.1:0").await.expect("a port");
            let proxy: Proxy = format!("http://127.0.0.1:{port}").parse().expect("an address");
            let answer = clients(&proxy)[number].get(url).send().await;
            assert_eq!(heard.await.expect("it was asked"), asked);
            // No tunnel, no request: Amazon has heard nothing.
            assert!(url.starts_with("http:") || answer.is_err_and(|error| error.is_connect()), "{url}");
        }
    }

    #[tokio::test]
    async fn this_machine_is_never_asked_through_a_proxy() {
        let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let proxy: Proxy = format!("http://{}", nobody.local_addr().expect("bound")).parse().expect("an address");
        drop(nobody);
        for client in clients(&proxy) {
            for (address, host) in [
                ("127.0.0.1:0", "127.0.0.1"),
                ("127.0.0.1:0", "localhost"),
                ("127.0.0.9:0", "127.0.0.9"),
                ("[::1]:0", "[::1]"),
            ] {
                let Some((port, heard)) = answer_once(address).await else { continue };
                let answer = client.get(format!("http://{host}:{port}/here")).send().await;
                assert_eq!(answer.expect("an answer").status(), 502, "{host}");
                assert_eq!(heard.await.expect("it was asked"), "GET /here HTTP/1.1", "{host}");
            }
        }
    }
}
