//! The shop's addresses with the outcome added: what the buyer is sent to and what a notice calls.

use payments::ShopLogin;
use url::Url;

/// A shop's setting that is no address to call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAddress {
    #[error("not an address: {0}")]
    Unreadable(#[from] url::ParseError),
    #[error("an address begins with http or https, not {0}")]
    Scheme(String),
}

/// The address with `a` (the shop) and `b` (the sealed outcome) after whatever query it has.
pub(crate) fn with_outcome(address: &str, shop: &ShopLogin, sealed: &str) -> Result<Url, BadAddress> {
    let mut url = Url::parse(address.trim())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadAddress::Scheme(url.scheme().to_owned()));
    }
    url.query_pairs_mut().append_pair("a", shop.as_str()).append_pair("b", sealed);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(address: &str) -> Result<String, BadAddress> {
        let shop = ShopLogin::new("GESPAY00001").expect("a login");
        with_outcome(address, &shop, "Ab_0").map(String::from)
    }

    #[test]
    fn the_query_of_the_shop_is_kept() {
        let address = |text| told(text).expect("an address");
        assert_eq!(address("https://shop.example/ok"), "https://shop.example/ok?a=GESPAY00001&b=Ab_0");
        let with_query = address("http://shop.example/?wc-api=WC_Gateway&x=%20y");
        assert_eq!(with_query, "http://shop.example/?wc-api=WC_Gateway&x=%20y&a=GESPAY00001&b=Ab_0");
        assert_eq!(address("https://shop.example/ok#top"), "https://shop.example/ok?a=GESPAY00001&b=Ab_0#top");
    }

    #[test]
    fn only_web_addresses_are_called() {
        assert_eq!(told("file:///etc/passwd"), Err(BadAddress::Scheme("file".into())));
        assert!(matches!(told("shop.example"), Err(BadAddress::Unreadable(_))));
    }
}
