//! Who may call: shop, status, API key, address, in this order.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use payments::{Language, ShopLogin};
use store::Shop;
use wire::Code;

use crate::Gateway;

/// Claimed shop, credentials and source address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller<'r> {
    pub(crate) shop_login: Option<&'r str>,
    pub(crate) api_key: Option<&'r str>,
    pub(crate) address: IpAddr,
}

/// A caller who is not let in, and the language to say so in: the shop's, or Italian when there is no shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: Code,
    pub(crate) language: Language,
}

/// Why a caller is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotAdmitted {
    Refused(Refused),
    /// The store does not answer, and the shop was never seen before. The same request may have been made before: what became
    /// of it is not known.
    StoreSilent,
    /// The shop calls too often; after so long it may call again.
    TooManyCalls(Duration),
}

/// The shop that the caller may speak for.
///
/// # Errors
/// 1131 the shop is not named or unknown, 1132 it is not active, 1404 it has enabled no way to prove who calls, 1169
/// the API key is not its own, 1142 the address is not on its list; the store does not answer; too many calls.
pub(crate) async fn admit(gateway: &Gateway, caller: Caller<'_>) -> Result<Arc<Shop>, NotAdmitted> {
    let unknown = NotAdmitted::Refused(Refused { code: Code::SHOP_UNKNOWN, language: Language::Italian });
    let login = caller.shop_login.and_then(|login| ShopLogin::new(login).ok()).ok_or(unknown)?;
    let shop = gateway.shops().shop(&login).await.map_err(|_| NotAdmitted::StoreSilent)?.ok_or(unknown)?;
    check(&shop, caller).map_err(|code| NotAdmitted::Refused(Refused { code, language: shop.language }))?;
    gateway.shop_rate().check(&login).map_err(NotAdmitted::TooManyCalls)?;
    Ok(shop)
}

fn check(shop: &Shop, caller: Caller<'_>) -> Result<(), Code> {
    if !shop.active {
        return Err(Code::SHOP_INACTIVE);
    }
    if shop.api_key.is_none() && shop.addresses.is_none() {
        return Err(Code::AUTHENTICATION_NOT_ALLOWED);
    }
    if let Some(expected) = &shop.api_key
        && !caller.api_key.is_some_and(|key| expected.matches(key))
    {
        return Err(Code::API_KEY_WRONG);
    }
    if let Some(patterns) = &shop.addresses
        && !patterns.iter().any(|pattern| covers(pattern, caller.address))
    {
        return Err(Code::IP_REFUSED);
    }
    Ok(())
}

/// Whether a pattern of a shop's list covers an address.
///
/// A pattern is an address, `*` for every address, an IPv4 address with `*` for whole octets, or a network as
/// `address/bits`. An IPv4 address written as IPv6 is taken as the IPv4 address.
fn covers(pattern: &str, address: IpAddr) -> bool {
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
#[must_use]
pub fn is_address_pattern(pattern: &str) -> bool {
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
    use store::ApiKeyHash;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

    fn shop() -> Shop {
        Shop::new(ShopLogin::new("GESPAY00001").expect("a login"), "Bottega".to_owned())
    }

    fn answer(shop: &Shop, api_key: Option<&str>) -> Result<(), Code> {
        check(shop, Caller { shop_login: Some("GESPAY00001"), api_key, address: HERE })
    }

    #[test]
    fn a_shop_without_a_way_to_prove_who_calls_is_closed() {
        assert_eq!(answer(&shop(), Some("key")), Err(Code::AUTHENTICATION_NOT_ALLOWED));
    }

    #[test]
    fn an_inactive_shop_is_refused_before_anything_else() {
        let shop = Shop { active: false, ..shop() };
        assert_eq!(answer(&shop, None), Err(Code::SHOP_INACTIVE));
    }

    #[test]
    fn what_is_enabled_must_pass_and_the_key_comes_first() {
        let key = || Some(ApiKeyHash::of("key"));
        let addresses = |pattern: &str| Some(vec!["198.51.100.1".to_owned(), pattern.to_owned()]);
        let by_key = Shop { api_key: key(), ..shop() };
        assert_eq!(answer(&by_key, Some("key")), Ok(()));
        assert_eq!(answer(&by_key, Some("Key")), Err(Code::API_KEY_WRONG));
        assert_eq!(answer(&by_key, None), Err(Code::API_KEY_WRONG));
        let by_address = Shop { addresses: addresses("203.0.113.*"), ..shop() };
        assert_eq!(answer(&by_address, None), Ok(()));
        assert_eq!(answer(&by_address, Some("whatever")), Ok(()));
        let elsewhere = Shop { addresses: addresses("203.0.112.*"), ..shop() };
        assert_eq!(answer(&elsewhere, None), Err(Code::IP_REFUSED));
        let both = Shop { api_key: key(), ..elsewhere };
        assert_eq!(answer(&both, Some("key")), Err(Code::IP_REFUSED));
        assert_eq!(answer(&both, None), Err(Code::API_KEY_WRONG));
        let nobody = Shop { addresses: Some(Vec::new()), ..shop() };
        assert_eq!(answer(&nobody, None), Err(Code::IP_REFUSED));
    }

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
