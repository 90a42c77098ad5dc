//! Patterns of IP addresses, as a shop's list has them.

use std::net::IpAddr;

use ipnet::IpNet;

/// Whether a pattern of a shop's list covers an address.
///
/// A pattern is an address, `*` for every address, an IPv4 address with `*` for whole octets, or a network as
/// `address/bits`. An IPv4 address written as IPv6 is taken as the IPv4 address.
pub(crate) fn covers(pattern: &str, address: IpAddr) -> bool {
    let pattern = pattern.trim();
    let address = address.to_canonical();
    if pattern == "*" {
        return true;
    }
    if let Ok(exact) = pattern.parse::<IpAddr>() {
        return exact.to_canonical() == address;
    }
    if let Ok(network) = pattern.parse::<IpNet>() {
        return network.contains(&address);
    }
    let IpAddr::V4(address) = address else { return false };
    let mut octets = pattern.split('.');
    let each = address.octets().iter().all(|octet| octets.next().is_some_and(|part| octet_is(part, *octet)));
    each && octets.next().is_none()
}

/// Whether a text is a pattern that can cover an address: an IPv4 or IPv6 address, a network as `address/bits`, `*`, or
/// an IPv4 address with `*` for whole octets.
pub(crate) fn is_address_pattern(pattern: &str) -> bool {
    let octets: Vec<&str> = pattern.split('.').collect();
    let octet = |part: &&str| *part == "*" || (part.bytes().all(|b| b.is_ascii_digit()) && part.parse::<u8>().is_ok());
    pattern == "*"
        || pattern.parse::<IpAddr>().is_ok()
        || pattern.parse::<IpNet>().is_ok()
        || (octets.len() == 4 && octets.iter().all(octet))
}

fn octet_is(part: &str, octet: u8) -> bool {
    part == "*" || (part.bytes().all(|b| b.is_ascii_digit()) && part.parse() == Ok(octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_what_they_say_and_nothing_else() {
        let v4: IpAddr = "10.1.2.3".parse().expect("an address");
        let mapped: IpAddr = "::ffff:10.1.2.3".parse().expect("an address");
        let v6: IpAddr = "2001:db8::1".parse().expect("an address");
        for pattern in ["10.1.2.3", "*", "10.1.*.*", "*.*.*.3", "10.0.0.0/8", "::ffff:10.1.2.3", " 10.1.2.* "] {
            assert!(covers(pattern, v4) && covers(pattern, mapped), "{pattern}");
        }
        for pattern in ["", "10.1.2", "10.1.2.3.4", "10.1.2.", "10.1.2.+3", "1*.1.2.3", "10.2.*.*", "0.0.0.0/33", "**"]
        {
            assert!(!covers(pattern, v4), "{pattern}");
        }
        for pattern in ["2001:db8::1", "2001:DB8:0::1", "2001:db8::/32", "*"] {
            assert!(covers(pattern, v6), "{pattern}");
        }
        for pattern in ["*.*.*.*", "0.0.0.0/0", "2001:db9::/32"] {
            assert!(!covers(pattern, v6), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_can_cover_nothing_is_known() {
        for good in ["*", "10.1.*.*", "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "::1"] {
            assert!(is_address_pattern(good), "{good}");
        }
        for wrong in ["300.1.1.1", "10.*", "1.2.3.4.5", "", "shop.example", "10.0.0.0/33", "*.*.*"] {
            assert!(!is_address_pattern(wrong), "{wrong}");
        }
    }
}
