//! Who may call: shop, status, API key, address, in this order.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use payments::{Language, ShopLogin};
use store::Shop;
use wire::Code;

use crate::Gateway;
use crate::address_pattern::covers;

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
    /// The store does not answer, and the shop was never seen before. The same request may have
    /// been made before: what became of it is not known.
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
    gateway.places().remember_shop(caller.address);
    gateway.rates().shops.check(&login).map_err(NotAdmitted::TooManyCalls)?;
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
}
