//! The shop's account at Amazon, as far as its own pages need it: they load Amazon's widgets, nothing else of the shop
//! ever speaks to Amazon.

use url::Url;

/// Who the shop is for Amazon's widgets, and where they come from.
///
/// The shop's address and its [return page](crate::RETURN_PATH) must be registered in Seller Central for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amazon {
    /// The merchant's id, `A…`.
    pub seller_id: String,
    /// Of Login with Amazon, `amzn1.application-oa2-client.…`.
    pub client_id: String,
    /// Widgets.js of the region and environment.
    pub widgets: Url,
    /// Where buyers look after their permissions and cards at Amazon.
    pub account: Url,
}

impl Amazon {
    /// Where the widgets' frames and pictures come from. Amazon's own script brings some from further hosts of Amazon.
    pub(crate) fn sources(&self) -> String {
        let own = self.widgets.origin().ascii_serialization();
        match self.widgets.host_str() {
            Some(host) if host.ends_with(".payments-amazon.com") => format!(
                "{own} https://*.payments-amazon.com https://*.amazon.com https://*.amazon.de https://*.amazon.co.uk \
                 https://*.media-amazon.com https://*.ssl-images-amazon.com"
            ),
            _ => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_host_than_amazons_is_trusted_alone() {
        let at = |widgets: &str| Amazon {
            seller_id: "A1".into(),
            client_id: "c".into(),
            widgets: widgets.parse().expect("an address"),
            account: "https://pay.amazon.example/".parse().expect("an address"),
        };
        assert_eq!(at("http://127.0.0.1:2421/eur/Widgets.js").sources(), "http://127.0.0.1:2421");
        assert_eq!(at("https://static-eu.payments-amazon.com.example/W.js").sources().matches("https").count(), 1);
        assert!(at("https://static-eu.payments-amazon.com/W.js").sources().contains("https://*.amazon.de"));
    }
}
