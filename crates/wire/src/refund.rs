//! callRefundS2S: gives back what was taken, in whole or in part, also several times.
//!
//! Which goods came back (`OrderDetail`) is passed over, and written nil because it must stand in the message.

use xml::Element;

use crate::movement::{self, Named, REASON_MAX, Valid};
use crate::{Code, S2S_NAMESPACE, field, soap};

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The currency, that of the settlement.
    pub uic_code: Option<String>,
    /// How much is given back.
    pub amount: Option<String>,
    /// Which transaction.
    pub named: Named,
    /// The shop's own name for this refund.
    pub settlement_id: Option<String>,
    /// `RefundReason`.
    pub refund_reason: Option<String>,
    /// `chargeBackFraud`, `Y` or `N`.
    pub charge_back_fraud: Option<String>,
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
            named: Named::read(body, ["shopTransactionId", "bankTransactionId"])?,
            settlement_id: field("settlementID")?,
            refund_reason: field("RefundReason")?,
            charge_back_fraud: field("chargeBackFraud")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callRefundS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("uicCode", self.uic_code.as_deref())
                .leaf_if("amount", self.amount.as_deref())
                .leaf_if("shopTransactionId", self.named.shop_transaction_id.as_deref())
                .leaf_if("bankTransactionId", self.named.bank_transaction_id.as_deref())
                .leaf_if("settlementID", self.settlement_id.as_deref())
                .empty("OrderDetail", &soap::NIL)
                .leaf_if("RefundReason", self.refund_reason.as_deref())
                .leaf_if("chargeBackFraud", self.charge_back_fraud.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }

    /// Checks currency, amount, the refund's own name and the reason, which is given apart and may be empty.
    ///
    /// # Errors
    /// The code of the first rule that is not kept.
    pub fn validate(&self) -> Result<(Valid, String), Code> {
        let valid =
            movement::validate(self.uic_code.as_deref(), self.amount.as_deref(), self.settlement_id.as_deref())?;
        Ok((valid, field::text(self.refund_reason.as_deref(), REASON_MAX)?))
    }
}
