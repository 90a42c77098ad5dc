//! `ListOrderReference`: finds order references by the merchant's number, for when Amazon's id was lost.

use xml::Element;

use super::parameter::{BadParameter, Given, Params, invalid};
use super::{Call, Repeat, same};
use crate::Environment;
use crate::types::{OrderReferenceList, ReadError};

/// Which of Amazon's ledgers keeps a merchant's orders: by region and by the currency he is paid in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentDomain {
    /// Europe, euro.
    EuEur,
    /// Europe, pound.
    EuGbp,
    /// North America, dollar.
    NaUsd,
    /// Far East, yen.
    FeJpy,
}

/// What is looked for. The answer is the first page; [`OrderReferenceList::has_more`] tells whether there are others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOrderReference {
    /// The merchant's number, as it was set on the order reference; up to 127 characters.
    pub seller_order_id: String,
    /// The ledger to look in.
    pub payment_domain: PaymentDomain,
}

impl PaymentDomain {
    /// Every one.
    pub const ALL: [PaymentDomain; 4] =
        [PaymentDomain::EuEur, PaymentDomain::EuGbp, PaymentDomain::NaUsd, PaymentDomain::FeJpy];

    /// The domain of a merchant who is paid in this currency (ISO 4217); none where Amazon keeps no ledger.
    ///
    /// A buyer may pay in another: that currency says nothing about the domain.
    #[must_use]
    pub fn of_currency(code: &str) -> Option<PaymentDomain> {
        let is_paid_in = |domain: &PaymentDomain| domain.as_str().split_once('_').is_some_and(|(_, paid)| paid == code);
        PaymentDomain::ALL.into_iter().find(is_paid_in)
    }

    /// As requests spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PaymentDomain::EuEur => "EU_EUR",
            PaymentDomain::EuGbp => "EU_GBP",
            PaymentDomain::NaUsd => "NA_USD",
            PaymentDomain::FeJpy => "FE_JPY",
        }
    }
}

impl Call for ListOrderReference {
    const ACTION: &'static str = "ListOrderReference";
    const REPEAT: Repeat = Repeat::Reads;
    type Answer = OrderReferenceList;

    fn subject(&self) -> &str {
        &self.seller_order_id
    }

    /// Always: the number is the merchant's own, whatever its first letter.
    fn fits(&self, _: Environment) -> bool {
        true
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("QueryId", &self.seller_order_id)
            .text("QueryIdType", "SellerOrderId")
            .text("PaymentDomain", self.payment_domain.as_str())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        let seller_order_id = given.required("QueryId", 127)?;
        if given.required("QueryIdType", 32)? != "SellerOrderId" {
            return Err(invalid("QueryIdType", "Member must satisfy enum value set: [SellerOrderId]".to_owned()));
        }
        let named = given.required("PaymentDomain", 32)?;
        let known = PaymentDomain::ALL.into_iter().find(|domain| domain.as_str() == named);
        let payment_domain = known.ok_or_else(|| {
            let all = PaymentDomain::ALL.map(PaymentDomain::as_str).join(", ");
            invalid("PaymentDomain", format!("Member must satisfy enum value set: [{all}]"))
        })?;
        Ok(ListOrderReference { seller_order_id, payment_domain })
    }

    /// Refuses a page with an order reference of another number, or of none: it may be another's order.
    fn read_answer(&self, result: Option<Element<'_>>) -> Result<OrderReferenceList, ReadError> {
        let list = OrderReferenceList::read(result.ok_or(ReadError::Missing("OrderReferenceList"))?)?;
        for listed in &list.order_references {
            let attributes = listed.seller_order_attributes.as_ref();
            let number = attributes.and_then(|attributes| attributes.seller_order_id.as_deref());
            same("SellerOrderId", &self.seller_order_id, number.unwrap_or_default())?;
        }
        Ok(list)
    }
}
