//! callSettleS2S: takes what was authorized, in whole or in part. Amazon Pay: once.
//!
//! Its identifiers have names of their own, `shopTransID` and `bankTransID`; the names of the other operations count as
//! unknown here, as recorded. What was shipped (`FullFillment`) is passed over.

use xml::Element;

use crate::movement::{self, Named, Valid};
use crate::{Code, S2S_NAMESPACE, soap};

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The currency, that of the authorization.
    pub uic_code: Option<String>,
    /// How much is taken.
    pub amount: Option<String>,
    /// Which transaction.
    pub named: Named,
    /// The shop's own name for this settlement.
    pub settlement_id: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

impl std::fmt::Debug for Request {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("shop_login", &self.shop_login)
            .field("amount", &self.amount)
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
            uic_code: field("uicCode")?,
            amount: field("amount")?,
            named: Named::read(body, ["shopTransID", "bankTransID"])?,
            settlement_id: field("settlementID")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callSettleS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("uicCode", self.uic_code.as_deref())
                .leaf_if("amount", self.amount.as_deref())
                .leaf_if("shopTransID", self.named.shop_transaction_id.as_deref())
                .leaf_if("bankTransID", self.named.bank_transaction_id.as_deref())
                .leaf_if("settlementID", self.settlement_id.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }

    /// Checks currency, amount and the settlement's own name. Which transaction is meant is not checked here: what is
    /// no identifier finds none.
    ///
    /// # Errors
    /// The code of the first rule that is not kept.
    pub fn validate(&self) -> Result<Valid, Code> {
        movement::validate(self.uic_code.as_deref(), self.amount.as_deref(), self.settlement_id.as_deref())
    }
}
