//! A refund: money given back on a capture.

use xml::{Element, Writer};

use super::field::{ReadError, member, part, required, text};
use super::{Price, RefundState, RefundStatus, Status};

/// A refund as Amazon shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundDetails {
    /// The id that the request chose.
    pub refund_reference_id: String,
    /// `SellerInitiated` or one of Amazon's own kinds.
    pub refund_type: Option<String>,
    /// The merchant's note.
    pub seller_refund_note: Option<String>,
    /// When it was made.
    pub creation_timestamp: Option<String>,
    /// The text on the buyer's statement.
    pub soft_descriptor: Option<String>,
    /// Where it stands.
    pub refund_status: RefundStatus,
    /// What Amazon gives back of its fee.
    pub fee_refunded: Option<Price>,
    /// What is refunded.
    pub refund_amount: Price,
    /// Amazon's id.
    pub amazon_refund_id: String,
    /// In the seller's currency, when the buyer paid in another.
    pub converted_amount: Option<Price>,
    /// Rate of the conversion.
    pub conversion_rate: Option<String>,
}

impl RefundDetails {
    /// Whether the money was returned.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.refund_status.state == RefundState::Completed
    }

    /// Whether Amazon has not decided yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.refund_status.state == RefundState::Pending
    }

    /// Whether Amazon refused and nothing was returned.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.refund_status.state == RefundState::Declined
    }

    /// Reads the members of an element.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without ids, amount or state; [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<RefundDetails, ReadError> {
        let amount = member(element, "RefundAmount")?.ok_or(ReadError::Missing("RefundAmount"))?;
        let status = member(element, "RefundStatus")?.ok_or(ReadError::Missing("RefundStatus"))?;
        Ok(RefundDetails {
            refund_reference_id: required(element, "RefundReferenceId")?,
            refund_type: text(element, "RefundType")?,
            seller_refund_note: text(element, "SellerRefundNote")?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            soft_descriptor: text(element, "SoftDescriptor")?,
            refund_status: Status::read(status)?,
            fee_refunded: part(element, "FeeRefunded", Price::read)?,
            refund_amount: Price::read(amount)?,
            amazon_refund_id: required(element, "AmazonRefundId")?,
            converted_amount: part(element, "ConvertedAmount", Price::read)?,
            conversion_rate: text(element, "ConversionRate")?,
        })
    }

    /// Writes the element `RefundDetails`.
    pub fn write(&self, writer: &mut Writer) {
        writer
            .open("RefundDetails")
            .leaf("RefundReferenceId", &self.refund_reference_id)
            .leaf_if("RefundType", self.refund_type.as_deref());
        match &self.seller_refund_note {
            Some(note) => writer.leaf("SellerRefundNote", note),
            None => writer.empty("SellerRefundNote", &[]),
        };
        writer
            .leaf_if("CreationTimestamp", self.creation_timestamp.as_deref())
            .leaf_if("SoftDescriptor", self.soft_descriptor.as_deref());
        self.refund_status.write("RefundStatus", writer);
        if let Some(fee) = &self.fee_refunded {
            fee.write("FeeRefunded", writer);
        }
        self.refund_amount.write("RefundAmount", writer);
        writer.leaf("AmazonRefundId", &self.amazon_refund_id);
        if let Some(converted) = &self.converted_amount {
            converted.write("ConvertedAmount", writer);
        }
        writer.leaf_if("ConversionRate", self.conversion_rate.as_deref());
        writer.close();
    }
}
