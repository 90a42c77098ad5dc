//! `GetOrderReferenceDetails`: how an order reference stands, and with the buyer's token his whole address.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same};
use crate::Secret;
use crate::types::{OrderReferenceDetails, ReadError};

/// Which order reference, and for whom.
#[derive(Debug, Clone, Default)]
pub struct GetOrderReferenceDetails {
    /// Amazon's id.
    pub order_reference_id: String,
    /// The buyer's token of Login with Amazon. Without it a draft shows only a part of the address.
    pub access_token: Option<Secret>,
}

impl Call for GetOrderReferenceDetails {
    const ACTION: &'static str = "GetOrderReferenceDetails";
    const REPEAT: Repeat = Repeat::Reads;
    type Answer = OrderReferenceDetails;

    fn subject(&self) -> &str {
        &self.order_reference_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonOrderReferenceId", &self.order_reference_id)
            .optional("AccessToken", self.access_token.as_ref().map(Secret::expose))
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(GetOrderReferenceDetails {
            order_reference_id: given.id("AmazonOrderReferenceId")?,
            access_token: given.access_token()?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<OrderReferenceDetails, ReadError> {
        let details = OrderReferenceDetails::read(expected(result, "OrderReferenceDetails")?)?;
        same("AmazonOrderReferenceId", &self.order_reference_id, &details.amazon_order_reference_id)?;
        Ok(details)
    }
}
