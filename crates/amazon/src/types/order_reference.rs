//! An order reference: the buyer's address, payment method and consent for one order.

use xml::{Element, Writer};

use super::field::{ReadError, boolean, environment, list, member, part, required, spelled, text, write_list};
use super::order_parts::{
    Buyer, Constraint, Destination, ParentDetails, PaymentAuthentication, PaymentDescriptor, PaymentServiceProvider,
    SellerOrderAttributes,
};
use super::{Address, OrderReferenceState, OrderReferenceStatus, Price, Status};
use crate::Environment;

/// An order reference as Amazon shows it. Members are those of recorded answers, in their order.
///
/// `Debug` leaves out whatever tells who the buyer is.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderReferenceDetails {
    /// Of orders that came through a payment service provider.
    pub payment_service_provider_attributes: Option<PaymentServiceProvider>,
    /// Where it stands.
    pub order_reference_status: OrderReferenceStatus,
    /// The buyer's language, `it-IT`.
    pub order_language: Option<String>,
    /// `PaymentReference/StaticToken`.
    pub payment_reference: Option<String>,
    /// Where the goods go; absent until the buyer has picked an address.
    pub destination: Option<Destination>,
    /// End of its life, 180 days after creation.
    pub expiration_timestamp: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// Ids of its authorizations.
    pub id_list: Vec<String>,
    /// The agreement it was made from.
    pub parent_details: Option<ParentDetails>,
    /// The merchant's own words for it.
    pub seller_order_attributes: Option<SellerOrderAttributes>,
    /// The chosen payment method; approved merchants only.
    pub payment_descriptor: Option<PaymentDescriptor>,
    /// What keeps it from being confirmed.
    pub constraints: Vec<Constraint>,
    /// The total; absent until it is set.
    pub order_total: Option<Price>,
    /// Whether the buyer must authenticate; may be there without a state.
    pub payment_authentication_status: Option<PaymentAuthentication>,
    /// Who buys; shown when confirmed, or with the buyer's token.
    pub buyer: Option<Buyer>,
    /// Sandbox or live.
    pub release_environment: Option<Environment>,
    /// The merchant's note.
    pub seller_note: Option<String>,
    /// Amazon's id, `S02-0319513-4657042`.
    pub amazon_order_reference_id: String,
    /// When the widget made it.
    pub creation_timestamp: Option<String>,
    /// `BillingAddress/PhysicalAddress`.
    pub billing_address: Option<Address>,
    /// Whether Amazon is to authorize when it is confirmed.
    pub request_payment_authorization: Option<bool>,
    /// The element this was read from, without namespace, to be handed on as it is; empty when it was not read.
    pub document: String,
}

impl std::fmt::Debug for OrderReferenceDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderReferenceDetails")
            .field("amazon_order_reference_id", &self.amazon_order_reference_id)
            .field("order_reference_status", &self.order_reference_status)
            .field("order_total", &self.order_total)
            .field("constraints", &self.constraints)
            .field("id_list", &self.id_list)
            .field("release_environment", &self.release_environment)
            .finish_non_exhaustive()
    }
}

impl OrderReferenceDetails {
    /// An order reference with nothing but its id and state.
    #[must_use]
    pub fn new(id: impl Into<String>, state: OrderReferenceState) -> Self {
        OrderReferenceDetails {
            payment_service_provider_attributes: None,
            order_reference_status: Status::new(state),
            order_language: None,
            payment_reference: None,
            destination: None,
            expiration_timestamp: None,
            platform_id: None,
            id_list: Vec::new(),
            parent_details: None,
            seller_order_attributes: None,
            payment_descriptor: None,
            constraints: Vec::new(),
            order_total: None,
            payment_authentication_status: None,
            buyer: None,
            release_environment: None,
            seller_note: None,
            amazon_order_reference_id: id.into(),
            creation_timestamp: None,
            billing_address: None,
            request_payment_authorization: None,
            document: String::new(),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> &OrderReferenceState {
        &self.order_reference_status.state
    }

    /// Reads the members of an element and keeps a copy of it in [`OrderReferenceDetails::document`].
    ///
    /// # Errors
    /// [`ReadError::Missing`] without id or state; [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<OrderReferenceDetails, ReadError> {
        let status = member(element, "OrderReferenceStatus")?.ok_or(ReadError::Missing("OrderReferenceStatus"))?;
        let payment_reference = part(element, "PaymentReference", |reference| text(reference, "StaticToken"))?;
        Ok(OrderReferenceDetails {
            payment_service_provider_attributes: part(
                element,
                "PaymentServiceProviderAttributes",
                PaymentServiceProvider::read,
            )?,
            order_reference_status: Status::read(status)?,
            order_language: text(element, "OrderLanguage")?,
            payment_reference: payment_reference.flatten(),
            destination: part(element, "Destination", Destination::read)?,
            expiration_timestamp: text(element, "ExpirationTimestamp")?,
            platform_id: text(element, "PlatformId")?,
            id_list: list(element, "IdList", &["member", "Id"])?,
            parent_details: part(element, "ParentDetails", ParentDetails::read)?,
            seller_order_attributes: part(element, "SellerOrderAttributes", SellerOrderAttributes::read)?,
            payment_descriptor: part(element, "PaymentDescriptor", PaymentDescriptor::read)?,
            constraints: Constraint::read_all(element)?,
            order_total: part(element, "OrderTotal", Price::read)?,
            payment_authentication_status: part(element, "PaymentAuthenticationStatus", |status| {
                Ok(PaymentAuthentication { state: text(status, "State")? })
            })?,
            buyer: part(element, "Buyer", Buyer::read)?,
            release_environment: environment(element)?,
            seller_note: text(element, "SellerNote")?,
            amazon_order_reference_id: required(element, "AmazonOrderReferenceId")?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            billing_address: Address::read_billing(element)?,
            request_payment_authorization: boolean(element, "RequestPaymentAuthorization")?,
            document: xml::copy_without_namespace(element),
        })
    }

    /// Writes the element `OrderReferenceDetails`.
    pub fn write(&self, writer: &mut Writer) {
        writer.open("OrderReferenceDetails");
        if let Some(provider) = &self.payment_service_provider_attributes {
            provider.write(writer);
        }
        self.order_reference_status.write("OrderReferenceStatus", writer);
        writer.leaf_if("OrderLanguage", self.order_language.as_deref());
        if let Some(token) = &self.payment_reference {
            writer.open("PaymentReference").leaf("StaticToken", token).close();
        }
        if let Some(destination) = &self.destination {
            destination.write(writer);
        }
        writer.leaf_if("ExpirationTimestamp", self.expiration_timestamp.as_deref());
        writer.leaf_if("PlatformId", self.platform_id.as_deref());
        write_list(writer, "IdList", "member", &self.id_list);
        if let Some(parent) = &self.parent_details {
            parent.write(writer);
        }
        if let Some(attributes) = &self.seller_order_attributes {
            attributes.write(writer);
        }
        if let Some(descriptor) = &self.payment_descriptor {
            descriptor.write(writer);
        }
        Constraint::write_all(&self.constraints, writer);
        if let Some(total) = &self.order_total {
            total.write("OrderTotal", writer);
        }
        if let Some(authentication) = &self.payment_authentication_status {
            authentication.write(writer);
        }
        if let Some(buyer) = &self.buyer {
            buyer.write(writer);
        }
        writer.leaf_if("ReleaseEnvironment", self.release_environment.map(Environment::as_str));
        writer.leaf_if("SellerNote", self.seller_note.as_deref());
        writer.leaf("AmazonOrderReferenceId", &self.amazon_order_reference_id);
        writer.leaf_if("CreationTimestamp", self.creation_timestamp.as_deref());
        if let Some(address) = &self.billing_address {
            address.write_billing(writer);
        }
        writer.leaf_if("RequestPaymentAuthorization", self.request_payment_authorization.map(spelled));
        writer.close();
    }
}
