//! callDeleteS2S: gives back an authorization of which nothing was taken. There is no deleting a part.

use xml::Element;

use crate::movement::{Named, REASON_MAX};
use crate::{Code, S2S_NAMESPACE, field, soap};

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// Which transaction.
    pub named: Named,
    /// `CancelReason`.
    pub cancel_reason: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

impl std::fmt::Debug for Request {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("shop_login", &self.shop_login)
            .field("named", &self.named)
            .finish_non_exhaustive()
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
            named: Named::read(body, ["shopTransactionId", "bankTransactionId"])?,
            cancel_reason: field("CancelReason")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callDeleteS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("shopTransactionId", self.named.shop_transaction_id.as_deref())
                .leaf_if("bankTransactionId", self.named.bank_transaction_id.as_deref())
                .leaf_if("CancelReason", self.cancel_reason.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }

    /// Checks the reason and gives it; it may be empty.
    ///
    /// # Errors
    /// [`Code::PARAMETER_TOO_LONG`], [`Code::PARAMETER_INVALID`].
    pub fn validate(&self) -> Result<String, Code> {
        field::text(self.cancel_reason.as_deref(), REASON_MAX)
    }
}
