//! The parts of an order reference: address, buyer, payment method, the merchant's words, constraints. Agreements
//! have some of them too.

use xml::{Element, Writer};

use super::field::{ReadError, boolean, list, member, part, required, spelled, text, write_list};
use super::state::AsText;
use super::{Address, ConstraintId};

/// Amazon's names of a payment service provider and its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentServiceProvider {
    /// Id of the provider.
    pub id: Option<String>,
    /// The provider's number of the order.
    pub order_id: Option<String>,
}

/// Where the goods go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    /// `Physical`.
    pub destination_type: Option<String>,
    /// The address; town, region, postcode and country only, until confirmed or with the buyer's token.
    pub physical_destination: Option<Address>,
}

/// What an order reference was made from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParentDetails {
    /// `BillingAgreement`.
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

/// The merchant's own words for an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SellerOrderAttributes {
    /// Name of the shop.
    pub store_name: Option<String>,
    /// Free text.
    pub custom_information: Option<String>,
    /// Categories of goods.
    pub order_item_categories: Vec<String>,
    /// The merchant's number; the gateway puts the shop transaction id here.
    pub seller_order_id: Option<String>,
    /// JSON text about the goods.
    pub supplementary_data: Option<String>,
}

/// The chosen payment method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentDescriptor {
    /// Brand.
    pub name: Option<String>,
    /// Last digits.
    pub account_number_tail: Option<String>,
    /// Brand and digits in a sentence.
    pub full_descriptor: Option<String>,
    /// Whether gift card balance is used first.
    pub use_amazon_balance_first: Option<bool>,
}

/// One thing that keeps an order reference, or with the words of one an agreement, from being confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint<I = ConstraintId> {
    /// Which.
    pub id: I,
    /// Amazon's sentence.
    pub description: Option<String>,
}

/// Whether the buyer must authenticate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaymentAuthentication {
    /// `REQUIRED`, or none.
    pub state: Option<String>,
}

/// Who buys.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Buyer {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

impl std::fmt::Debug for Buyer {
    /// Nothing of it: it is personal, and values like this end in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buyer").finish_non_exhaustive()
    }
}

impl PaymentServiceProvider {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(PaymentServiceProvider {
            id: text(element, "PaymentServiceProviderId")?,
            order_id: text(element, "PaymentServiceProviderOrderId")?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .open("PaymentServiceProviderAttributes")
            .leaf_if("PaymentServiceProviderId", self.id.as_deref())
            .leaf_if("PaymentServiceProviderOrderId", self.order_id.as_deref())
            .close();
    }
}

impl Destination {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(Destination {
            destination_type: text(element, "DestinationType")?,
            physical_destination: part(element, "PhysicalDestination", Address::read)?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.open("Destination").leaf_if("DestinationType", self.destination_type.as_deref());
        if let Some(address) = &self.physical_destination {
            address.write("PhysicalDestination", writer);
        }
        writer.close();
    }
}

impl ParentDetails {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(ParentDetails { kind: text(element, "Type")?, id: text(element, "Id")? })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.open("ParentDetails").leaf_if("Type", self.kind.as_deref()).leaf_if("Id", self.id.as_deref()).close();
    }
}

impl SellerOrderAttributes {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(SellerOrderAttributes {
            store_name: text(element, "StoreName")?,
            custom_information: text(element, "CustomInformation")?,
            order_item_categories: list(element, "OrderItemCategories", &["OrderItemCategory"])?,
            seller_order_id: text(element, "SellerOrderId")?,
            supplementary_data: text(element, "SupplementaryData")?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .open("SellerOrderAttributes")
            .leaf_if("StoreName", self.store_name.as_deref())
            .leaf_if("CustomInformation", self.custom_information.as_deref());
        if !self.order_item_categories.is_empty() {
            write_list(writer, "OrderItemCategories", "OrderItemCategory", &self.order_item_categories);
        }
        writer
            .leaf_if("SellerOrderId", self.seller_order_id.as_deref())
            .leaf_if("SupplementaryData", self.supplementary_data.as_deref())
            .close();
    }
}

impl PaymentDescriptor {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(PaymentDescriptor {
            name: text(element, "Name")?,
            account_number_tail: text(element, "AccountNumberTail")?,
            full_descriptor: text(element, "FullDescriptor")?,
            use_amazon_balance_first: boolean(element, "UseAmazonBalanceFirst")?,
        })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .open("PaymentDescriptor")
            .leaf_if("Name", self.name.as_deref())
            .leaf_if("AccountNumberTail", self.account_number_tail.as_deref())
            .leaf_if("FullDescriptor", self.full_descriptor.as_deref())
            .leaf_if("UseAmazonBalanceFirst", self.use_amazon_balance_first.map(spelled))
            .close();
    }
}

impl<I: AsText + for<'t> From<&'t str>> Constraint<I> {
    /// Reads the member `Constraints`; an absent one is an empty one.
    pub(super) fn read_all(parent: Element<'_>) -> Result<Vec<Self>, ReadError> {
        let Some(constraints) = member(parent, "Constraints")? else { return Ok(Vec::new()) };
        constraints
            .children()
            .filter(|child| child.local() == "Constraint")
            .map(|child| {
                let id = I::from(required(child, "ConstraintID")?.as_str());
                Ok(Constraint { id, description: text(child, "Description")? })
            })
            .collect()
    }

    /// Writes the element `Constraints`, or nothing when there is none.
    pub(super) fn write_all(constraints: &[Self], writer: &mut Writer) {
        if constraints.is_empty() {
            return;
        }
        writer.open("Constraints");
        for constraint in constraints {
            writer
                .open("Constraint")
                .leaf("ConstraintID", constraint.id.as_text())
                .leaf_if("Description", constraint.description.as_deref())
                .close();
        }
        writer.close();
    }
}

impl PaymentAuthentication {
    pub(super) fn write(&self, writer: &mut Writer) {
        match &self.state {
            Some(state) => writer.open("PaymentAuthenticationStatus").leaf("State", state).close(),
            None => writer.empty("PaymentAuthenticationStatus", &[]),
        };
    }
}

impl Buyer {
    pub(super) fn read(element: Element<'_>) -> Result<Self, ReadError> {
        Ok(Buyer { name: text(element, "Name")?, email: text(element, "Email")?, phone: text(element, "Phone")? })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .open("Buyer")
            .leaf_if("Name", self.name.as_deref())
            .leaf_if("Email", self.email.as_deref())
            .leaf_if("Phone", self.phone.as_deref())
            .close();
    }
}
