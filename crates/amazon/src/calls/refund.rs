//! `Refund`: gives money of a capture back to the buyer. The answer is `Pending`; how it ends is told later.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, expected, same, same_amount};
use crate::types::{Price, ReadError, RefundDetails};

/// What is to be refunded.
///
/// `refund_reference_id` is what Amazon tells repetitions by, as it does with authorizations. A capture can be
/// refunded ten times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refund {
    /// Amazon's id of the capture, which must be completed.
    pub capture_id: String,
    /// The id of this attempt: `[A-Za-z0-9_-]{1,32}`, never used for another.
    pub refund_reference_id: String,
    /// How much, in the currency of the order. All refunds of a capture together may exceed it by 15 %, at most 75.
    pub amount: Price,
    /// A note to the buyer, up to 255 characters; in the sandbox it may ask for a simulation.
    pub note: Option<String>,
    /// Up to 16 characters on the buyer's statement.
    pub soft_descriptor: Option<String>,
}

impl Call for Refund {
    const ACTION: &'static str = "Refund";
    const REPEAT: Repeat = Repeat::Money;
    type Answer = RefundDetails;

    fn subject(&self) -> &str {
        &self.capture_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonCaptureId", &self.capture_id)
            .text("RefundReferenceId", &self.refund_reference_id)
            .price("RefundAmount", &self.amount)
            .optional("SellerRefundNote", self.note.as_deref())
            .optional("SoftDescriptor", self.soft_descriptor.as_deref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(Refund {
            capture_id: given.id("AmazonCaptureId")?,
            refund_reference_id: given.reference("RefundReferenceId")?,
            amount: given.price("RefundAmount")?,
            note: given.optional("SellerRefundNote", 255)?,
            soft_descriptor: given.optional("SoftDescriptor", 16)?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<RefundDetails, ReadError> {
        let details = RefundDetails::read(expected(result, "RefundDetails")?)?;
        same("RefundReferenceId", &self.refund_reference_id, &details.refund_reference_id)?;
        same_amount("RefundAmount", &self.amount, &details.refund_amount)?;
        Ok(details)
    }
}
