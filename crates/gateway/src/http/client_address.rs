//! Where a request comes from, behind however many proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// Where a call comes from: the connection's other end, or, when that is a trusted proxy, the last hop named in
/// `X-Forwarded-For` that is not one. What stands left of it could be anybody's invention.
pub(crate) fn client_address(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer.ip().to_canonical();
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().map(|line| line.to_str().unwrap_or("?")).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(nearest) {
            break;
        }
        let Some(address) = hop_address(hop.trim()) else { break };
        nearest = address;
    }
    nearest
}

/// `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|at| at.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_from(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().expect("a network"), "2001:db8::/32".parse().expect("a network")];
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().expect("a header value"));
        }
        client_address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(seen_from("203.0.113.7:99", &["198.51.100.1"]), "203.0.113.7");
        assert_eq!(seen_from("[::ffff:203.0.113.7]:99", &[]), "203.0.113.7");
        assert_eq!(seen_from("10.0.0.1:99", &[]), "10.0.0.1");
        assert_eq!(seen_from("[::ffff:10.0.0.1]:99", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn the_walk_goes_from_the_right_and_stops_at_the_first_stranger() {
        assert_eq!(seen_from("10.0.0.1:99", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(seen_from("10.0.0.1:99", &["1.1.1.1", "198.51.100.1:4711", "[2001:db8::5]:80"]), "198.51.100.1");
        assert_eq!(seen_from("10.0.0.1:99", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(seen_from("10.0.0.1:99", &["198.51.100.1, unknown, 10.0.0.2"]), "10.0.0.2");
    }
}
