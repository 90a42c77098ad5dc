//! A billing agreement: the buyer's permission to be charged again, up to a limit in every calendar month.

mod answer;
mod part;
mod word;

use xml::{Element, Writer};

use super::field::{ReadError, boolean, environment, member, part, required, spelled, text};
use super::order_parts::{Buyer, Constraint, Destination};
use super::{Address, BillingAgreementStatus, Price, Status};
use crate::Environment;

pub use answer::{AgreementAuthorization, AgreementValidation};
pub use part::{BillingAgreementLimits, SellerBillingAgreementAttributes};
pub use word::{
    AgreementConstraintId, BillingAgreementReason, BillingAgreementState, BillingAgreementType, ValidationFailure,
    ValidationResult,
};

/// One thing that keeps an agreement from being confirmed, or that suspended it.
pub type AgreementConstraint = Constraint<AgreementConstraintId>;

/// An agreement as Amazon shows it, in the order of recorded answers.
///
/// `expiration_timestamp` and `billing_address` are in no recorded answer: they are members of Amazon's own client.
/// `Debug` leaves out whatever tells who the buyer is.
#[derive(Clone, PartialEq, Eq)]
pub struct BillingAgreementDetails {
    /// Amazon's id, `C02-5533845-8537141`.
    pub amazon_billing_agreement_id: String,
    /// Where it stands.
    pub billing_agreement_status: BillingAgreementStatus,
    /// The buyer's language, `it-IT`.
    pub order_language: Option<String>,
    /// Whether the buyer ticked the box of the consent widget.
    pub billing_agreement_consent: bool,
    /// Where the goods go; absent until the buyer has picked an address.
    pub destination: Option<Destination>,
    /// What keeps it from being confirmed, or suspended it.
    pub constraints: Vec<AgreementConstraint>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// Who starts the charges; absent in older answers.
    pub billing_agreement_type: Option<BillingAgreementType>,
    /// The merchant's own words for it; an empty element when nothing was set.
    pub seller_billing_agreement_attributes: Option<SellerBillingAgreementAttributes>,
    /// Who buys; shown when confirmed, or with the buyer's token.
    pub buyer: Option<Buyer>,
    /// Sandbox or live.
    pub release_environment: Option<Environment>,
    /// The merchant's note.
    pub seller_note: Option<String>,
    /// What the buyer's bank was told that each charge will be.
    pub subscription_amount: Option<Price>,
    /// When the widget made it.
    pub creation_timestamp: Option<String>,
    /// End of its life.
    pub expiration_timestamp: Option<String>,
    /// What may be charged in the present month.
    pub billing_agreement_limits: Option<BillingAgreementLimits>,
    /// `BillingAddress/PhysicalAddress`.
    pub billing_address: Option<Address>,
}

impl std::fmt::Debug for BillingAgreementDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BillingAgreementDetails")
            .field("amazon_billing_agreement_id", &self.amazon_billing_agreement_id)
            .field("billing_agreement_status", &self.billing_agreement_status)
            .field("billing_agreement_consent", &self.billing_agreement_consent)
            .field("constraints", &self.constraints)
            .field("billing_agreement_limits", &self.billing_agreement_limits)
            .field("release_environment", &self.release_environment)
            .finish_non_exhaustive()
    }
}

impl BillingAgreementDetails {
    /// An agreement with nothing but its id and state, without consent.
    #[must_use]
    pub fn new(id: impl Into<String>, state: BillingAgreementState) -> Self {
        BillingAgreementDetails {
            amazon_billing_agreement_id: id.into(),
            billing_agreement_status: Status::new(state),
            order_language: None,
            billing_agreement_consent: false,
            destination: None,
            constraints: Vec::new(),
            platform_id: None,
            billing_agreement_type: None,
            seller_billing_agreement_attributes: None,
            buyer: None,
            release_environment: None,
            seller_note: None,
            subscription_amount: None,
            creation_timestamp: None,
            expiration_timestamp: None,
            billing_agreement_limits: None,
            billing_address: None,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> &BillingAgreementState {
        &self.billing_agreement_status.state
    }

    /// Whether it can be charged.
    #[must_use]
    pub fn is_chargeable(&self) -> bool {
        *self.state() == BillingAgreementState::Open
    }

    /// Whether it will never be charged again.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state(), BillingAgreementState::Canceled | BillingAgreementState::Closed)
    }

    /// Reads the members of an element.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without id or state; [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<BillingAgreementDetails, ReadError> {
        let status = member(element, "BillingAgreementStatus")?.ok_or(ReadError::Missing("BillingAgreementStatus"))?;
        let kind = text(element, "BillingAgreementType")?;
        Ok(BillingAgreementDetails {
            amazon_billing_agreement_id: required(element, "AmazonBillingAgreementId")?,
            billing_agreement_status: Status::read(status)?,
            order_language: text(element, "OrderLanguage")?,
            billing_agreement_consent: boolean(element, "BillingAgreementConsent")?.unwrap_or(false),
            destination: part(element, "Destination", Destination::read)?,
            constraints: Constraint::read_all(element)?,
            platform_id: text(element, "PlatformId")?,
            billing_agreement_type: kind.map(|word| BillingAgreementType::from(word.as_str())),
            seller_billing_agreement_attributes: part(
                element,
                "SellerBillingAgreementAttributes",
                SellerBillingAgreementAttributes::read,
            )?,
            buyer: part(element, "Buyer", Buyer::read)?,
            release_environment: environment(element)?,
            seller_note: text(element, "SellerNote")?,
            subscription_amount: part(element, "SubscriptionAmount", Price::read)?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            expiration_timestamp: text(element, "ExpirationTimestamp")?,
            billing_agreement_limits: part(element, "BillingAgreementLimits", BillingAgreementLimits::read)?,
            billing_address: Address::read_billing(element)?,
        })
    }

    /// Writes the element `BillingAgreementDetails`.
    pub fn write(&self, writer: &mut Writer) {
        writer.open("BillingAgreementDetails").leaf("AmazonBillingAgreementId", &self.amazon_billing_agreement_id);
        self.billing_agreement_status.write("BillingAgreementStatus", writer);
        writer
            .leaf_if("OrderLanguage", self.order_language.as_deref())
            .leaf("BillingAgreementConsent", spelled(self.billing_agreement_consent));
        if let Some(destination) = &self.destination {
            destination.write(writer);
        }
        Constraint::write_all(&self.constraints, writer);
        writer
            .leaf_if("PlatformId", self.platform_id.as_deref())
            .leaf_if("BillingAgreementType", self.billing_agreement_type.as_ref().map(BillingAgreementType::as_str));
        if let Some(attributes) = &self.seller_billing_agreement_attributes {
            attributes.write(writer);
        }
        if let Some(buyer) = &self.buyer {
            buyer.write(writer);
        }
        writer
            .leaf_if("ReleaseEnvironment", self.release_environment.map(Environment::as_str))
            .leaf_if("SellerNote", self.seller_note.as_deref());
        if let Some(amount) = &self.subscription_amount {
            amount.write("SubscriptionAmount", writer);
        }
        writer
            .leaf_if("CreationTimestamp", self.creation_timestamp.as_deref())
            .leaf_if("ExpirationTimestamp", self.expiration_timestamp.as_deref());
        if let Some(limits) = &self.billing_agreement_limits {
            limits.write(writer);
        }
        if let Some(address) = &self.billing_address {
            address.write_billing(writer);
        }
        writer.close();
    }
}
