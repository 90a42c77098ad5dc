//! `SetBillingAgreementDetails`: the merchant's words for a draft agreement, and what the buyer's bank is told of it.

use xml::Element;

use super::parameter::{BadParameter, Given, Params, invalid};
use super::{Call, Repeat, expected, same};
use crate::types::{BillingAgreementDetails, BillingAgreementType, Price, ReadError};

const PLATFORM: &str = "BillingAgreementAttributes.PlatformId";
const NOTE: &str = "BillingAgreementAttributes.SellerNote";
const AGREEMENT: &str = "BillingAgreementAttributes.SellerBillingAgreementAttributes.SellerBillingAgreementId";
const STORE: &str = "BillingAgreementAttributes.SellerBillingAgreementAttributes.StoreName";
const CUSTOM: &str = "BillingAgreementAttributes.SellerBillingAgreementAttributes.CustomInformation";
const TYPE: &str = "BillingAgreementAttributes.BillingAgreementType";
const SUBSCRIPTION: &str = "BillingAgreementAttributes.SubscriptionAmount";

/// What is to be set; at least one of it. The answer lists the constraints that are left.
///
/// Under strong customer authentication a fixed charge wants `MerchantInitiatedTransaction` and its amount.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetBillingAgreementDetails {
    /// Amazon's id.
    pub billing_agreement_id: String,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// A note to the buyer, up to 1024 characters.
    pub seller_note: Option<String>,
    /// The merchant's number of the agreement, up to 127 characters.
    pub seller_billing_agreement_id: Option<String>,
    /// Name of the shop, up to 1024 characters.
    pub store_name: Option<String>,
    /// Free text, up to 1024 characters.
    pub custom_information: Option<String>,
    /// Who starts the charges; Amazon takes the buyer when nothing is said.
    pub billing_agreement_type: Option<BillingAgreementType>,
    /// What each charge will be.
    pub subscription_amount: Option<Price>,
}

impl Call for SetBillingAgreementDetails {
    const ACTION: &'static str = "SetBillingAgreementDetails";
    const REPEAT: Repeat = Repeat::Idempotent;
    type Answer = BillingAgreementDetails;

    fn subject(&self) -> &str {
        &self.billing_agreement_id
    }

    fn params(&self) -> Vec<(String, String)> {
        Params::default()
            .text("AmazonBillingAgreementId", &self.billing_agreement_id)
            .optional(PLATFORM, self.platform_id.as_deref())
            .optional(NOTE, self.seller_note.as_deref())
            .optional(AGREEMENT, self.seller_billing_agreement_id.as_deref())
            .optional(STORE, self.store_name.as_deref())
            .optional(CUSTOM, self.custom_information.as_deref())
            .optional(TYPE, self.billing_agreement_type.as_ref().map(BillingAgreementType::as_str))
            .optional_price(SUBSCRIPTION, self.subscription_amount.as_ref())
            .done()
    }

    fn from_params(params: &[(String, String)]) -> Result<Self, BadParameter> {
        let given = Given(params);
        let billing_agreement_id = given.id("AmazonBillingAgreementId")?;
        if !params.iter().any(|(name, _)| name.starts_with("BillingAgreementAttributes.")) {
            return Err(BadParameter::Missing("billingAgreementAttributes".to_owned()));
        }
        Ok(SetBillingAgreementDetails {
            billing_agreement_id,
            platform_id: given.optional(PLATFORM, 64)?,
            seller_note: given.optional(NOTE, 1024)?,
            seller_billing_agreement_id: given.optional(AGREEMENT, 127)?,
            store_name: given.optional(STORE, 1024)?,
            custom_information: given.optional(CUSTOM, 1024)?,
            billing_agreement_type: billing_agreement_type(&given)?,
            subscription_amount: given.optional_price(SUBSCRIPTION)?,
        })
    }

    fn read_answer(&self, result: Option<Element<'_>>) -> Result<BillingAgreementDetails, ReadError> {
        let details = BillingAgreementDetails::read(expected(result, "BillingAgreementDetails")?)?;
        same("AmazonBillingAgreementId", &self.billing_agreement_id, &details.amazon_billing_agreement_id)?;
        Ok(details)
    }
}

fn billing_agreement_type(given: &Given<'_>) -> Result<Option<BillingAgreementType>, BadParameter> {
    match given.optional(TYPE, 64)?.as_deref().map(BillingAgreementType::from) {
        Some(BillingAgreementType::Other(_)) => {
            let known = BillingAgreementType::KNOWN.join(", ");
            Err(invalid(TYPE, format!("Member must satisfy enum value set: [{known}]")))
        }
        known => Ok(known),
    }
}
