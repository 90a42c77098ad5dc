//! `AuthorizeOnBillingAgreement`: charges an agreement without its buyer. Amazon makes an order reference, authorizes
//! on it and closes it, all in one call.

use xml::Element;

use super::parameter::{BadParameter, Given, Params};
use super::{Call, Repeat, same, same_amount};
use crate::types::{AgreementAuthorization, Price, ReadError};

const ORDER: &str = "SellerOrderAttributes.SellerOrderId";
const STORE: &str = "SellerOrderAttributes.StoreName";
const CUSTOM: &str = "SellerOrderAttributes.CustomInformation";
const SUPPLEMENTARY: &str = "SellerOrderAttributes.SupplementaryData";

/// What is to be charged.
///
/// `authorization_reference_id` is what Amazon tells repetitions by, as it does with [`super::Authorize`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthorizeOnBillingAgreement {
    /// Amazon's id of the agreement, which must be open.
    pub billing_agreement_id: String,
    /// The id of this attempt: `[A-Za-z0-9_-]{1,32}`, never used for another.
    pub authorization_reference_id: String,
    /// How much; all charges of a calendar month (UTC) together keep to the limit of the agreement.
    pub amount: Price,
    /// Whether to take the money at once.
    pub capture_now: bool,
    /// 0: Amazon decides while the call waits (about 8 s). 5 to 1440 in fives: it answers `Pending`.
    pub timeout_minutes: u32,
    /// A note, up to 255 characters; in the sandbox it may ask for a simulation.
    pub note: Option<String>,
    /// Up to 16 characters on the buyer's statement.
    pub soft_descriptor: Option<String>,
    /// A note to the buyer about the order, up to 1024 characters.
    pub seller_note: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// The merchant's number of the order, up to 127 characters.
    pub seller_order_id: Option<String>,
    /// Name of the shop, up to 1024 characters.
    pub store_name: Option<String>,
    /// Free text, up to 1024 characters.
    pub custom_information: Option<String>,
    /// JSON text about the goods.
    pub supplementary_data: Option<String>,
    /// Whether the order goes to the address of the agreement.
    pub inherit_shipping_address: Option<bool>,
}

impl Call for AuthorizeOnBillingAgreement {
    const ACTION: &'static str = "AuthorizeOnBillingAgreement";
    const REPEAT: Repeat = Repeat::Money;
    type Answer = AgreementAuthorization;

    fn subject(&self) -> &str {
        &self.billing_agreement_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonBillingAgreementId", &self.billing_agreement_id)
            .text("AuthorizationReferenceId", &self.authorization_reference_id)
            .price("AuthorizationAmount", &self.amount)
            .boolean("CaptureNow", self.capture_now)
            .text("TransactionTimeout", &self.timeout_minutes.to_string())
            .optional("SellerAuthorizationNote", self.note.as_deref())
            .optional("SoftDescriptor", self.soft_descriptor.as_deref())
            .optional("SellerNote", self.seller_note.as_deref())
            .optional("PlatformId", self.platform_id.as_deref())
            .optional(ORDER, self.seller_order_id.as_deref())
            .optional(STORE, self.store_name.as_deref())
            .optional(CUSTOM, self.custom_information.as_deref())
            .optional(SUPPLEMENTARY, self.supplementary_data.as_deref())
            .optional_boolean("InheritShippingAddress", self.inherit_shipping_address)
            .done()
    }

    /// An absent `TransactionTimeout` is 1440 minutes, an absent `CaptureNow` false.
    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        Ok(AuthorizeOnBillingAgreement {
            billing_agreement_id: given.id("AmazonBillingAgreementId")?,
            authorization_reference_id: given.reference("AuthorizationReferenceId")?,
            amount: given.price("AuthorizationAmount")?,
            capture_now: given.boolean("CaptureNow")?.unwrap_or(false),
            timeout_minutes: given.timeout_minutes()?,
            note: given.optional("SellerAuthorizationNote", 255)?,
            soft_descriptor: given.optional("SoftDescriptor", 16)?,
            seller_note: given.optional("SellerNote", 1024)?,
            platform_id: given.optional("PlatformId", 64)?,
            seller_order_id: given.optional(ORDER, 127)?,
            store_name: given.optional(STORE, 1024)?,
            custom_information: given.optional(CUSTOM, 1024)?,
            supplementary_data: given.optional(SUPPLEMENTARY, 65_536)?,
            inherit_shipping_address: given.boolean("InheritShippingAddress")?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<AgreementAuthorization, ReadError> {
        let answer = AgreementAuthorization::read(result.ok_or(ReadError::Missing("AuthorizationDetails"))?)?;
        let details = &answer.authorization_details;
        same("AuthorizationReferenceId", &self.authorization_reference_id, &details.authorization_reference_id)?;
        same_amount("AuthorizationAmount", &self.amount, &details.authorization_amount)?;
        Ok(answer)
    }
}
