//! What is served on this machine answers only to the machine's own names.
//!
//! A page anywhere may have its own name resolve to 127.0.0.1 (DNS rebinding): the browser then
//! takes what listens here for part of that page's site, and lets it read and press everything. The
//! Host tells: no page can change it. Simulator and demo shop, which let in whoever comes, are
//! served through this; so is whatever else `pagam up` comes to serve.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use url::Url;

/// The router, answering to loopback names and to the host of its public address, on any port.
pub fn at_own_host(router: Router, public_url: &Url) -> Router {
    let public: Arc<str> = public_url.host_str().unwrap_or_default().into();
    router.layer(from_fn_with_state(public, refuse_foreign))
}

async fn refuse_foreign(State(public): State<Arc<str>>, request: Request, next: Next) -> Response {
    if is_own(request.uri(), request.headers(), &public) {
        return next.run(request).await;
    }
    let text = format!(
        "This is not served under the name that was asked for. Open it as http://localhost or as {public}, with its port.\n"
    );
    let headers = [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (StatusCode::MISDIRECTED_REQUEST, headers, text).into_response()
}

/// Whether the one Host, and the host of an absolute target where there is one, are this machine's.
fn is_own(target: &Uri, headers: &HeaderMap, public: &str) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else { return false };
    is_own_name(&host, public) && target.authority().is_none_or(|host| is_own_name(host, public))
}

fn is_own_name(authority: &Authority, public: &str) -> bool {
    let host = authority.host();
    let is_loopback = host.eq_ignore_ascii_case("localhost")
        || host == "[::1]"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    !authority.as_str().contains('@') && (is_loopback || host.eq_ignore_ascii_case(public))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tower::ServiceExt as _;

    use super::*;
    use crate::up::{House, Options};

    async fn status(target: &str, hosts: &[&str]) -> u16 {
        let public = Url::parse("http://pay.example:2422/").expect("an address");
        let router = at_own_host(Router::new().route("/", get(|| async { "here" })), &public);
        let request = hosts.iter().fold(Request::get(target), |request, host| request.header(HOST, *host));
        let request = request.body(Body::empty()).expect("a request");
        router.oneshot(request).await.expect("an answer").status().as_u16()
    }

    #[tokio::test]
    async fn loopback_names_and_the_public_host_are_answered_on_any_port() {
        for host in [
            "localhost",
            "LocalHost:2422",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.8.9.10:1",
            "[::1]",
            "[::1]:2422",
            "pay.example",
            "PAY.example:443",
        ] {
            assert_eq!(status("/", &[host]).await, 200, "{host}");
        }
    }

    #[tokio::test]
    async fn foreign_hosts_are_refused() {
        for host in [
            "evil.example",
            "evil.example:2422",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "evil.pay.example",
            "10.0.0.1",
            "0.0.0.0",
            "[::2]",
            "2130706433",
            "0x7f.1",
            "localhost@evil.example",
            "evil.example@localhost",
            "pay.example.",
            "",
            "local host",
        ] {
            assert_eq!(status("/", &[host]).await, 421, "{host}");
        }
        assert_eq!(status("/nowhere", &["evil.example"]).await, 421, "also where there is nothing");
    }

    #[tokio::test]
    async fn a_missing_or_doubled_host_is_refused() {
        assert_eq!(status("/", &[]).await, 421);
        assert_eq!(status("/", &["localhost", "localhost"]).await, 421);
        assert_eq!(status("/", &["localhost", "evil.example"]).await, 421);
    }

    /// The first line of the answer to a request as it goes over the wire.
    async fn first_line(at: &Url, head: String) -> String {
        let address = (at.host_str().expect("a host"), at.port().expect("a port"));
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("an answer");
        text.lines().next().unwrap_or_default().to_owned()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn simulator_and_demo_shop_are_served_behind_it() {
        let house = House::start(Options::default()).await.expect("the house starts");
        for at in [&house.running().simulator, &house.running().shop] {
            let port = at.port().expect("a port");
            for (head, status) in [
                (format!("GET / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"), "200"),
                (format!("GET / HTTP/1.1\r\nhost: localhost:{port}\r\n"), "200"),
                (format!("GET http://localhost:{port}/ HTTP/1.1\r\nhost: localhost:{port}\r\n"), "200"),
                (format!("GET / HTTP/1.1\r\nhost: evil.example:{port}\r\n"), "421"),
                (format!("GET http://evil.example/ HTTP/1.1\r\nhost: localhost:{port}\r\n"), "421"),
                (format!("GET http://localhost/ HTTP/1.1\r\nhost: evil.example:{port}\r\n"), "421"),
                ("GET / HTTP/1.0\r\n".to_owned(), "421"),
                ("GET / HTTP/1.1\r\n".to_owned(), "400"),
                ("GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n".to_owned(), "400"),
            ] {
                let answered = first_line(at, head.clone()).await;
                assert!(answered.contains(status), "{head:?} at {at}: {answered}");
            }
        }
        house.stop().await;
    }

    #[tokio::test]
    async fn the_host_of_an_absolute_target_counts_as_well() {
        assert_eq!(status("http://localhost/", &["localhost"]).await, 200);
        assert_eq!(status("http://evil.example/", &["localhost"]).await, 421);
        assert_eq!(status("http://localhost/", &["evil.example"]).await, 421);
        assert_eq!(status("http://127.0.0.1/", &[]).await, 421);
    }
}
