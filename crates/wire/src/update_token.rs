//! CallUpdateTokenS2S: gives the card behind a token a new expiry date. The token of an agreement has none.

use xml::Element;

use crate::{S2S_NAMESPACE, soap};

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The token.
    pub token: Option<String>,
    /// Two digits.
    pub expiry_month: Option<String>,
    /// Two digits.
    pub expiry_year: Option<String>,
    /// `withAut`, so spelled: `Y` when the date must not be later than the card's.
    pub with_aut: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

impl std::fmt::Debug for Request {
    /// Without the key and the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("shop_login", &self.shop_login).finish_non_exhaustive()
    }
}

impl Request {
    /// Reads the operation's element. Unknown children, and known ones in another namespace, count as not given.
    ///
    /// # Errors
    /// [`xml::Error::Repeated`] when a field stands twice.
    pub fn read(body: Element<'_>) -> Result<Request, xml::Error> {
        let field = |name| body.field(S2S_NAMESPACE, name);
        Ok(Request {
            shop_login: field("shopLogin")?,
            token: field("token")?,
            expiry_month: field("expiryMonth")?,
            expiry_year: field("expiryYear")?,
            with_aut: field("withAut")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "CallUpdateTokenS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("token", self.token.as_deref())
                .leaf_if("expiryMonth", self.expiry_month.as_deref())
                .leaf_if("expiryYear", self.expiry_year.as_deref())
                .leaf_if("withAut", self.with_aut.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }
}
