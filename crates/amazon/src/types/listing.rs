//! One page of the order references that carry a merchant's number: what `ListOrderReference` answers.

use xml::{Element, Writer};

use super::field::{ReadError, environment, member, part, required, text};
use super::order_parts::SellerOrderAttributes;
use super::{OrderReferenceStatus, Price, Status};
use crate::Environment;

/// A page of order references.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderReferenceList {
    /// Those of this page.
    pub order_references: Vec<ListedOrderReference>,
    /// The name of the next page, when Amazon has more.
    pub next_page_token: Option<String>,
}

/// An order reference as a list shows it: less than `GetOrderReferenceDetails`, and nothing of the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOrderReference {
    /// Sandbox or live.
    pub release_environment: Option<Environment>,
    /// Where it stands.
    pub order_reference_status: OrderReferenceStatus,
    /// Amazon's id.
    pub amazon_order_reference_id: String,
    /// When it was made.
    pub creation_timestamp: Option<String>,
    /// The merchant's own words for it.
    pub seller_order_attributes: Option<SellerOrderAttributes>,
    /// The total.
    pub order_total: Option<Price>,
}

impl OrderReferenceList {
    /// Whether Amazon has more than this page shows.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.next_page_token.is_some()
    }

    /// Reads the members of a result.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without a list, or when one of it lacks id or state; [`ReadError::Xml`] when a member
    /// is given twice.
    pub fn read(result: Element<'_>) -> Result<OrderReferenceList, ReadError> {
        let list = member(result, "OrderReferenceList")?.ok_or(ReadError::Missing("OrderReferenceList"))?;
        let listed = list.children().filter(|child| child.local() == "OrderReference");
        Ok(OrderReferenceList {
            order_references: listed.map(ListedOrderReference::read).collect::<Result<_, _>>()?,
            next_page_token: text(result, "NextPageToken")?,
        })
    }

    /// Writes the members of a result.
    pub fn write(&self, writer: &mut Writer) {
        if self.order_references.is_empty() {
            writer.empty("OrderReferenceList", &[]);
        } else {
            writer.open("OrderReferenceList");
            for order_reference in &self.order_references {
                order_reference.write(writer);
            }
            writer.close();
        }
        writer.leaf_if("NextPageToken", self.next_page_token.as_deref());
    }
}

impl ListedOrderReference {
    fn read(element: Element<'_>) -> Result<ListedOrderReference, ReadError> {
        let status = member(element, "OrderReferenceStatus")?.ok_or(ReadError::Missing("OrderReferenceStatus"))?;
        Ok(ListedOrderReference {
            release_environment: environment(element)?,
            order_reference_status: Status::read(status)?,
            amazon_order_reference_id: required(element, "AmazonOrderReferenceId")?,
            creation_timestamp: text(element, "CreationTimestamp")?,
            seller_order_attributes: part(element, "SellerOrderAttributes", SellerOrderAttributes::read)?,
            order_total: part(element, "OrderTotal", Price::read)?,
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.open("OrderReference").leaf_if("ReleaseEnvironment", self.release_environment.map(Environment::as_str));
        self.order_reference_status.write("OrderReferenceStatus", writer);
        writer
            .leaf("AmazonOrderReferenceId", &self.amazon_order_reference_id)
            .leaf_if("CreationTimestamp", self.creation_timestamp.as_deref());
        if let Some(attributes) = &self.seller_order_attributes {
            attributes.write(writer);
        }
        if let Some(total) = &self.order_total {
            total.write("OrderTotal", writer);
        }
        writer.close();
    }
}
