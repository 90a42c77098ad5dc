//! A capture: money taken on an authorization.

use xml::{Element, Writer};

use super::field::{ReadError, list, member, part, required, text, write_list};
use super::{CaptureState, CaptureStatus, Price, Status};

/// A capture as Amazon shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureDetails {
    /// In the seller's currency, when the buyer paid in another.
    pub converted_amount: Option<Price>,
    /// The id that the request chose; with a capture at once, that of the authorization.
    pub capture_reference_id: String,
    /// Amazon's fee.
    pub capture_fee: Option<Price>,
    /// Amazon's id.
    pub amazon_capture_id: String,
    /// When it was made.
    pub creation_timestamp: Option<String>,
    /// The text on the buyer's statement.
    pub soft_descriptor: Option<String>,
    /// Ids of its refunds.
    pub id_list: Vec<String>,
    /// Rate of the conversion.
    pub conversion_rate: Option<String>,
    /// Where it stands.
    pub capture_status: CaptureStatus,
    /// The merchant's note.
    pub seller_capture_note: Option<String>,
    /// What was refunded so far.
    pub refunded_amount: Option<Price>,
    /// What was captured.
    pub capture_amount: Price,
}

impl CaptureDetails {
    /// Whether the money was taken, also when all of it was given back since: a capture is closed only after that.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        matches!(self.capture_status.state, CaptureState::Completed | CaptureState::Closed)
    }

    /// Whether Amazon has not decided yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.capture_status.state == CaptureState::Pending
    }

    /// Whether Amazon refused and nothing was taken. An authorization that is still open may be captured anew, under
    /// another reference.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        self.capture_status.state == CaptureState::Declined
    }

    /// Whether Amazon accepts a refund of it.
    #[must_use]
    pub fn is_refundable(&self) -> bool {
        self.capture_status.state == CaptureState::Completed
    }

    /// Reads the members of an element.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without ids, amount or state; [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<CaptureDetails, ReadError> {
        let amount = member(element, "CaptureAmount")?.ok_or(ReadError::Missing("CaptureAmount"))?;
        let status = member(element, "CaptureStatus")?.ok_or(ReadError::Missing("CaptureStatus"))?;
        Ok(CaptureDetails {
            converted_amount: part(element, "ConvertedAmount", Price::read)?,
            capture_reference_id: required(element, "CaptureReferenceId")?,
            capture_fee: part(element, "CaptureFee", Price::read)?,
            amazon_capture_id: required(element, "AmazonCaptureId")?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            soft_descriptor: text(element, "SoftDescriptor")?,
            id_list: list(element, "IdList", &["member", "Id"])?,
            conversion_rate: text(element, "ConversionRate")?,
            capture_status: Status::read(status)?,
            seller_capture_note: text(element, "SellerCaptureNote")?,
            refunded_amount: part(element, "RefundedAmount", Price::read)?,
            capture_amount: Price::read(amount)?,
        })
    }

    /// Writes the element `CaptureDetails`.
    pub fn write(&self, writer: &mut Writer) {
        writer.open("CaptureDetails");
        if let Some(converted) = &self.converted_amount {
            converted.write("ConvertedAmount", writer);
        }
        writer.leaf("CaptureReferenceId", &self.capture_reference_id);
        if let Some(fee) = &self.capture_fee {
            fee.write("CaptureFee", writer);
        }
        writer
            .leaf("AmazonCaptureId", &self.amazon_capture_id)
            .leaf_if("CreationTimestamp", self.creation_timestamp.as_deref())
            .leaf_if("SoftDescriptor", self.soft_descriptor.as_deref());
        write_list(writer, "IdList", "member", &self.id_list);
        writer.leaf_if("ConversionRate", self.conversion_rate.as_deref());
        self.capture_status.write("CaptureStatus", writer);
        match &self.seller_capture_note {
            Some(note) => writer.leaf("SellerCaptureNote", note),
            None => writer.empty("SellerCaptureNote", &[]),
        };
        if let Some(refunded) = &self.refunded_amount {
            refunded.write("RefundedAmount", writer);
        }
        self.capture_amount.write("CaptureAmount", writer);
        writer.close();
    }
}
