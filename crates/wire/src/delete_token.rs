//! callDeleteTokenS2S: ends the permission that a token stands for. The one operation whose schema does not begin with
//! the shop.

use xml::Element;

use crate::{S2S_NAMESPACE, soap};

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The token.
    pub token_value: Option<String>,
    /// The shop.
    pub shop_login: Option<String>,
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
        Ok(Request { token_value: field("tokenValue")?, shop_login: field("shopLogin")?, apikey: field("apikey")? })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callDeleteTokenS2S", |writer| {
            writer
                .leaf_if("tokenValue", self.token_value.as_deref())
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }
}
