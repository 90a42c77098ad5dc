//! `OrderReferenceDetails`: Amazon's order reference as callReadTrxS2S hands it on, typed for the shop.
//!
//! Children come in no fixed order and any may be missing: every one is looked up by name, and an empty one counts as
//! missing. Amazon's own enumerations (states, reasons, constraints) stay text here, because the list is Amazon's.

mod address;

use xml::{Document, Element, Limits};

pub use address::Address;

use crate::answer::{self, ReadError};

/// Every member that Amazon's order reference has.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OrderReferenceDetails {
    /// Amazon's id, `S02-0319513-4657042`.
    pub amazon_order_reference_id: Option<String>,
    /// Where it stands.
    pub order_reference_status: Option<Status>,
    /// Where the goods go.
    pub destination: Option<Destination>,
    /// The invoice address.
    pub billing_address: Option<BillingAddress>,
    /// Who buys.
    pub buyer: Option<Buyer>,
    /// The total.
    pub order_total: Option<Price>,
    /// The merchant's note.
    pub seller_note: Option<String>,
    /// The merchant's own words for it.
    pub seller_order_attributes: Option<SellerOrderAttributes>,
    /// The buyer's language, `it-IT`.
    pub order_language: Option<String>,
    /// `Sandbox` or `Live`.
    pub release_environment: Option<String>,
    /// ISO 8601, UTC.
    pub creation_timestamp: Option<String>,
    /// ISO 8601, UTC; 180 days after creation.
    pub expiration_timestamp: Option<String>,
    /// Ids of its authorizations.
    pub id_list: Vec<String>,
    /// Whether Amazon is to authorize when it is confirmed.
    pub request_payment_authorization: Option<bool>,
    /// The chosen payment method.
    pub payment_descriptor: Option<PaymentDescriptor>,
    /// What keeps it from being confirmed.
    pub constraints: Vec<Constraint>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// What it was made from.
    pub parent_details: Option<ParentDetails>,
    /// `PaymentReference/StaticToken`.
    pub payment_reference: Option<String>,
    /// `PaymentAuthenticationStatus/State`, `REQUIRED`.
    pub payment_authentication_status: Option<String>,
    /// Name and value of each child of `PaymentServiceProviderAttributes`.
    pub payment_service_provider_attributes: Vec<(String, String)>,
}

/// `OrderReferenceStatus`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// `Draft`, `Open`, `Suspended`, `Canceled`, `Closed`.
    pub state: Option<String>,
    /// ISO 8601, UTC.
    pub last_update_timestamp: Option<String>,
    /// Why it stands there.
    pub reason_code: Option<String>,
    /// The same in words.
    pub reason_description: Option<String>,
}

/// Where the goods go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destination {
    /// `Physical`.
    pub destination_type: Option<String>,
    /// The address.
    pub physical_destination: Option<Address>,
}

/// The invoice address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BillingAddress {
    /// The address.
    pub physical_address: Option<Address>,
    /// `Physical`.
    pub address_type: Option<String>,
}

/// Who buys.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Buyer {
    /// Name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// An amount with an ISO 4217 code; the rest of the service counts in UIC codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Price {
    /// Three letters.
    pub currency_code: Option<String>,
    /// With a dot.
    pub amount: Option<String>,
}

/// The merchant's own words for an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SellerOrderAttributes {
    /// The merchant's number.
    pub seller_order_id: Option<String>,
    /// Name of the shop.
    pub store_name: Option<String>,
    /// Categories of goods.
    pub order_item_categories: Vec<String>,
    /// Free text.
    pub custom_information: Option<String>,
    /// JSON text about the goods.
    pub supplementary_data: Option<String>,
}

/// The chosen payment method.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// One thing that keeps an order reference from being confirmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraint {
    /// `PaymentPlanNotSet` and the like.
    pub constraint_id: Option<String>,
    /// Amazon's sentence.
    pub description: Option<String>,
}

/// What an order reference was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParentDetails {
    /// `BillingAgreement`.
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<String>,
}

impl std::fmt::Debug for OrderReferenceDetails {
    /// Without what tells who the buyer is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderReferenceDetails")
            .field("amazon_order_reference_id", &self.amazon_order_reference_id)
            .field("order_reference_status", &self.order_reference_status)
            .field("order_total", &self.order_total)
            .field("constraints", &self.constraints)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Buyer {
    /// Nothing of it: it is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buyer").finish_non_exhaustive()
    }
}

impl OrderReferenceDetails {
    /// Reads the children of the element `OrderReferenceDetails`, in any namespace and order.
    #[must_use]
    pub fn read(element: Element<'_>) -> OrderReferenceDetails {
        let text = |name| text(element, name);
        let part = |name| element.child(name);
        OrderReferenceDetails {
            amazon_order_reference_id: text("AmazonOrderReferenceId"),
            order_reference_status: part("OrderReferenceStatus").map(Status::read),
            destination: part("Destination").map(Destination::read),
            billing_address: part("BillingAddress").map(BillingAddress::read),
            buyer: part("Buyer").map(Buyer::read),
            order_total: part("OrderTotal").map(Price::read),
            seller_note: text("SellerNote"),
            seller_order_attributes: part("SellerOrderAttributes").map(SellerOrderAttributes::read),
            order_language: text("OrderLanguage"),
            release_environment: text("ReleaseEnvironment"),
            creation_timestamp: text("CreationTimestamp"),
            expiration_timestamp: text("ExpirationTimestamp"),
            id_list: part("IdList").map(texts).unwrap_or_default(),
            request_payment_authorization: boolean(element, "RequestPaymentAuthorization"),
            payment_descriptor: part("PaymentDescriptor").map(PaymentDescriptor::read),
            constraints: part("Constraints").map(Constraint::read_all).unwrap_or_default(),
            platform_id: text("PlatformId"),
            parent_details: part("ParentDetails").map(ParentDetails::read),
            payment_reference: part("PaymentReference").and_then(|found| self::text(found, "StaticToken")),
            payment_authentication_status: part("PaymentAuthenticationStatus")
                .and_then(|found| self::text(found, "State")),
            payment_service_provider_attributes: part("PaymentServiceProviderAttributes")
                .map(pairs)
                .unwrap_or_default(),
        }
    }

    /// Reads the text of the element.
    ///
    /// # Errors
    /// [`ReadError::Xml`] when it is no XML.
    pub fn parse(document: &str) -> Result<OrderReferenceDetails, ReadError> {
        Ok(OrderReferenceDetails::read(Document::parse(document, Limits::default())?.root()))
    }

    /// The address of delivery, when the shop asks buyers for one.
    #[must_use]
    pub fn shipping_address(&self) -> Option<&Address> {
        self.destination.as_ref()?.physical_destination.as_ref()
    }

    /// The address for the invoice.
    #[must_use]
    pub fn invoice_address(&self) -> Option<&Address> {
        self.billing_address.as_ref()?.physical_address.as_ref()
    }
}

impl Status {
    fn read(element: Element<'_>) -> Status {
        Status {
            state: text(element, "State"),
            last_update_timestamp: text(element, "LastUpdateTimestamp"),
            reason_code: text(element, "ReasonCode"),
            reason_description: text(element, "ReasonDescription"),
        }
    }
}

impl Destination {
    fn read(element: Element<'_>) -> Destination {
        Destination {
            destination_type: text(element, "DestinationType"),
            physical_destination: element.child("PhysicalDestination").map(Address::read),
        }
    }
}

impl BillingAddress {
    fn read(element: Element<'_>) -> BillingAddress {
        BillingAddress {
            physical_address: element.child("PhysicalAddress").map(Address::read),
            address_type: text(element, "AddressType"),
        }
    }
}

impl Buyer {
    fn read(element: Element<'_>) -> Buyer {
        Buyer { name: text(element, "Name"), email: text(element, "Email"), phone: text(element, "Phone") }
    }
}

impl Price {
    fn read(element: Element<'_>) -> Price {
        Price { currency_code: text(element, "CurrencyCode"), amount: text(element, "Amount") }
    }
}

impl SellerOrderAttributes {
    fn read(element: Element<'_>) -> SellerOrderAttributes {
        SellerOrderAttributes {
            seller_order_id: text(element, "SellerOrderId"),
            store_name: text(element, "StoreName"),
            order_item_categories: element.child("OrderItemCategories").map(texts).unwrap_or_default(),
            custom_information: text(element, "CustomInformation"),
            supplementary_data: text(element, "SupplementaryData"),
        }
    }
}

impl PaymentDescriptor {
    fn read(element: Element<'_>) -> PaymentDescriptor {
        PaymentDescriptor {
            name: text(element, "Name"),
            account_number_tail: text(element, "AccountNumberTail"),
            full_descriptor: text(element, "FullDescriptor"),
            use_amazon_balance_first: boolean(element, "UseAmazonBalanceFirst"),
        }
    }
}

impl Constraint {
    fn read_all(list: Element<'_>) -> Vec<Constraint> {
        let constraints = list.children().filter(|child| child.local() == "Constraint");
        let read = |constraint| Constraint {
            constraint_id: text(constraint, "ConstraintID"),
            description: text(constraint, "Description"),
        };
        constraints.map(read).collect()
    }
}

impl ParentDetails {
    fn read(element: Element<'_>) -> ParentDetails {
        ParentDetails { kind: text(element, "Type"), id: text(element, "Id") }
    }
}

fn text(element: Element<'_>, name: &str) -> Option<String> {
    answer::optional(element, name).filter(|text| !text.is_empty())
}

fn boolean(element: Element<'_>, name: &str) -> Option<bool> {
    match element.child_text(name) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The texts of the children, whatever their names (Amazon's lists say `member`, some say `Id`).
fn texts(list: Element<'_>) -> Vec<String> {
    pairs(list).into_iter().map(|(_, text)| text).collect()
}

fn pairs(list: Element<'_>) -> Vec<(String, String)> {
    let pairs = list.children().map(|child| (child.local().to_owned(), child.text().trim().to_owned()));
    pairs.filter(|(_, text)| !text.is_empty()).collect()
}
