//! An authorization: what `Authorize` and `GetAuthorizationDetails` answer.

use xml::{Element, Writer};

use super::field::{ReadError, boolean, list, member, part, required, spelled, text, write_list};
use super::{Address, AuthorizationReason, AuthorizationState, AuthorizationStatus, Price, Status};

/// An authorization as Amazon shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationDetails {
    /// Billing address; in the EU, of approved ones.
    pub authorization_billing_address: Option<Address>,
    /// What was authorized.
    pub authorization_amount: Price,
    /// What was captured so far; still `0` in the first answer of a capture at once.
    pub captured_amount: Option<Price>,
    /// The text on the buyer's statement, with `AMZ*`.
    pub soft_descriptor: Option<String>,
    /// End of its life; absent while pending.
    pub expiration_timestamp: Option<String>,
    /// Ids of its captures: at most one that is not declined.
    pub id_list: Vec<String>,
    /// With InvalidPaymentMethod: whether repeating may succeed.
    pub soft_decline: Option<bool>,
    /// Where it stands.
    pub authorization_status: AuthorizationStatus,
    /// Amazon's fee.
    pub authorization_fee: Option<Price>,
    /// Whether it was to be captured at once.
    pub capture_now: bool,
    /// The merchant's note.
    pub seller_authorization_note: Option<String>,
    /// When it was made.
    pub creation_timestamp: Option<String>,
    /// Amazon's id.
    pub amazon_authorization_id: String,
    /// The id that the request chose; Amazon makes one authorization for it and never a second.
    pub authorization_reference_id: String,
    /// Categories of goods.
    pub order_item_categories: Vec<String>,
    /// Result of the address check.
    pub address_verification_code: Option<String>,
}

impl AuthorizationDetails {
    /// Whether it will never be captured again.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.authorization_status.state, AuthorizationState::Closed | AuthorizationState::Declined)
    }

    /// Whether the money is promised or taken: open, or closed by its own capture.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        let status = &self.authorization_status;
        match status.state {
            AuthorizationState::Open => true,
            AuthorizationState::Closed => status.reason_code == Some(AuthorizationReason::MaxCapturesProcessed),
            AuthorizationState::Pending | AuthorizationState::Declined | AuthorizationState::Other(_) => false,
        }
    }

    /// Whether Amazon accepts a capture of it.
    #[must_use]
    pub fn is_capturable(&self) -> bool {
        self.authorization_status.state == AuthorizationState::Open
    }

    /// Reads the members of an element.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without ids, amount or state; [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<AuthorizationDetails, ReadError> {
        let amount = member(element, "AuthorizationAmount")?.ok_or(ReadError::Missing("AuthorizationAmount"))?;
        let status = member(element, "AuthorizationStatus")?.ok_or(ReadError::Missing("AuthorizationStatus"))?;
        Ok(AuthorizationDetails {
            authorization_billing_address: part(element, "AuthorizationBillingAddress", Address::read)?,
            authorization_amount: Price::read(amount)?,
            captured_amount: part(element, "CapturedAmount", Price::read)?,
            soft_descriptor: text(element, "SoftDescriptor")?,
            expiration_timestamp: text(element, "ExpirationTimestamp")?,
            id_list: list(element, "IdList", &["member", "Id"])?,
            soft_decline: boolean(element, "SoftDecline")?,
            authorization_status: Status::read(status)?,
            authorization_fee: part(element, "AuthorizationFee", Price::read)?,
            capture_now: boolean(element, "CaptureNow")?.unwrap_or(false),
            seller_authorization_note: text(element, "SellerAuthorizationNote")?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            amazon_authorization_id: required(element, "AmazonAuthorizationId")?,
            authorization_reference_id: required(element, "AuthorizationReferenceId")?,
            order_item_categories: list(element, "OrderItemCategories", &["OrderItemCategory"])?,
            address_verification_code: text(element, "AddressVerificationCode")?,
        })
    }

    /// Writes the element `AuthorizationDetails`.
    pub fn write(&self, writer: &mut Writer) {
        writer.open("AuthorizationDetails");
        if let Some(address) = &self.authorization_billing_address {
            address.write("AuthorizationBillingAddress", writer);
        }
        self.authorization_amount.write("AuthorizationAmount", writer);
        if let Some(captured) = &self.captured_amount {
            captured.write("CapturedAmount", writer);
        }
        writer.leaf_if("SoftDescriptor", self.soft_descriptor.as_deref());
        writer.leaf_if("ExpirationTimestamp", self.expiration_timestamp.as_deref());
        write_list(writer, "IdList", "member", &self.id_list);
        writer.leaf_if("SoftDecline", self.soft_decline.map(spelled));
        self.authorization_status.write("AuthorizationStatus", writer);
        if let Some(fee) = &self.authorization_fee {
            fee.write("AuthorizationFee", writer);
        }
        writer.leaf("CaptureNow", spelled(self.capture_now));
        match &self.seller_authorization_note {
            Some(note) => writer.leaf("SellerAuthorizationNote", note),
            None => writer.empty("SellerAuthorizationNote", &[]),
        };
        writer.leaf_if("CreationTimestamp", self.creation_timestamp.as_deref());
        writer.leaf("AmazonAuthorizationId", &self.amazon_authorization_id);
        writer.leaf("AuthorizationReferenceId", &self.authorization_reference_id);
        if !self.order_item_categories.is_empty() {
            write_list(writer, "OrderItemCategories", "OrderItemCategory", &self.order_item_categories);
        }
        writer.leaf_if("AddressVerificationCode", self.address_verification_code.as_deref());
        writer.close();
    }
}
