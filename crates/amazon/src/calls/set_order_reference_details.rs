//! `SetOrderReferenceDetails`: total and merchant's words of a draft. It overwrites what was set before.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same};
use crate::types::{OrderReferenceDetails, Price, ReadError};

const TOTAL: &str = "OrderReferenceAttributes.OrderTotal";
const PLATFORM: &str = "OrderReferenceAttributes.PlatformId";
const NOTE: &str = "OrderReferenceAttributes.SellerNote";
const ORDER: &str = "OrderReferenceAttributes.SellerOrderAttributes.SellerOrderId";
const STORE: &str = "OrderReferenceAttributes.SellerOrderAttributes.StoreName";
const CUSTOM: &str = "OrderReferenceAttributes.SellerOrderAttributes.CustomInformation";
const SUPPLEMENTARY: &str = "OrderReferenceAttributes.SellerOrderAttributes.SupplementaryData";
const REQUEST: &str = "OrderReferenceAttributes.RequestPaymentAuthorization";

/// What is to be set. The answer lists the constraints that are left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetOrderReferenceDetails {
    /// Amazon's id.
    pub order_reference_id: String,
    /// The total.
    pub amount: Price,
    /// The merchant's number of the order, up to 127 characters.
    pub seller_order_id: Option<String>,
    /// A note to the buyer, up to 1024 characters; in the sandbox it may ask for a simulation.
    pub seller_note: Option<String>,
    /// Name of the shop, up to 1024 characters.
    pub store_name: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// Free text, up to 1024 characters.
    pub custom_information: Option<String>,
    /// JSON text about the goods.
    pub supplementary_data: Option<String>,
    /// Whether Amazon is to authorize at the confirmation (marketplaces).
    pub request_payment_authorization: Option<bool>,
}

impl Call for SetOrderReferenceDetails {
    const ACTION: &'static str = "SetOrderReferenceDetails";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = OrderReferenceDetails;

    fn subject(&self) -> &str {
        &self.order_reference_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonOrderReferenceId", &self.order_reference_id)
            .price(TOTAL, &self.amount)
            .optional(PLATFORM, self.platform_id.as_deref())
            .optional(NOTE, self.seller_note.as_deref())
            .optional(ORDER, self.seller_order_id.as_deref())
            .optional(STORE, self.store_name.as_deref())
            .optional(CUSTOM, self.custom_information.as_deref())
            .optional(SUPPLEMENTARY, self.supplementary_data.as_deref())
            .optional_boolean(REQUEST, self.request_payment_authorization)
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        let order_reference_id = given.id("AmazonOrderReferenceId")?;
        if !params.iter().any(|(name, _)| name.starts_with("OrderReferenceAttributes.")) {
            return Err(BadParameter::Missing("orderReferenceAttributes".to_owned()));
        }
        Ok(SetOrderReferenceDetails {
            order_reference_id,
            amount: given.price(TOTAL)?,
            platform_id: given.optional(PLATFORM, 64)?,
            seller_note: given.optional(NOTE, 1024)?,
            seller_order_id: given.optional(ORDER, 127)?,
            store_name: given.optional(STORE, 1024)?,
            custom_information: given.optional(CUSTOM, 1024)?,
            supplementary_data: given.optional(SUPPLEMENTARY, 65_536)?,
            request_payment_authorization: given.boolean(REQUEST)?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<OrderReferenceDetails, ReadError> {
        let details = OrderReferenceDetails::read(expected(result, "OrderReferenceDetails")?)?;
        same("AmazonOrderReferenceId", &self.order_reference_id, &details.amazon_order_reference_id)?;
        Ok(details)
    }
}
