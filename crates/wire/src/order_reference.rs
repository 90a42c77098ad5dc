//! Amazon's order reference as callReadTrxS2S gives it: a copy of Amazon's own answer, without namespace.
//!
//! The order of the children is not fixed and any may be missing: everything is read by name.

use xml::Element;

/// All that is known of an order reference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct OrderReferenceDetails {
    pub amazon_order_reference_id: String,
    pub status: Status,
    /// Shipping address; absent when the shop does not ask for one.
    pub destination: Option<Address>,
    pub billing_address: Option<Address>,
    pub buyer: Option<Buyer>,
    pub order_total: Option<Price>,
    pub seller_note: String,
    pub seller_order_attributes: Option<SellerOrderAttributes>,
    /// For example `it-IT`.
    pub order_language: String,
    /// `Sandbox` or `Live`.
    pub release_environment: String,
    /// ISO 8601, UTC.
    pub creation_timestamp: String,
    /// ISO 8601, UTC.
    pub expiration_timestamp: String,
    /// Authorizations made on it.
    pub authorization_ids: Vec<String>,
    pub request_payment_authorization: bool,
    pub payment_descriptor: Option<PaymentDescriptor>,
    pub constraints: Vec<Constraint>,
    pub platform_id: String,
    /// Type and id of the agreement that it was made from.
    pub parent: Option<(String, String)>,
    pub payment_reference_static_token: String,
    pub payment_authentication_state: String,
    /// Provider's id and its order id.
    pub payment_service_provider: Option<(String, String)>,
}

/// `OrderReferenceStatus`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct Status {
    /// `Draft`, `Open`, `Suspended`, `Canceled` or `Closed`.
    pub state: String,
    pub last_update_timestamp: String,
    pub reason_code: String,
    pub reason_description: String,
}

/// A postal address. Which line holds the street differs by country, and any field may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct Address {
    pub name: String,
    pub address_line_1: String,
    pub address_line_2: String,
    pub address_line_3: String,
    pub city: String,
    pub county: String,
    pub district: String,
    pub state_or_region: String,
    pub postal_code: String,
    /// ISO 3166, two letters.
    pub country_code: String,
    pub phone: String,
}

/// The buyer's account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct Buyer {
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// An amount as Amazon writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct Price {
    /// ISO 4217.
    pub currency_code: String,
    pub amount: String,
}

/// What the seller noted on the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct SellerOrderAttributes {
    pub seller_order_id: String,
    pub store_name: String,
    pub order_item_categories: Vec<String>,
    pub custom_information: String,
    pub supplementary_data: String,
}

/// The card, for sellers that may see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct PaymentDescriptor {
    pub name: String,
    pub account_number_tail: String,
    pub full_descriptor: String,
    pub use_amazon_balance_first: bool,
}

/// What stands in the way of confirming.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Amazon's")]
pub struct Constraint {
    pub id: String,
    pub description: String,
}

impl OrderReferenceDetails {
    /// Reads the element.
    #[must_use]
    pub fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        let list = |container: &str, of: &'static str| {
            let container = element.child(container);
            container.into_iter().flat_map(Element::children).filter(move |child| child.local() == of)
        };
        let pair = |name: &str, first: &str, second: &str| {
            element.child(name).map(|e| (e.child_text(first).to_owned(), e.child_text(second).to_owned()))
        };
        OrderReferenceDetails {
            amazon_order_reference_id: text("AmazonOrderReferenceId"),
            status: element.child("OrderReferenceStatus").map(Status::read).unwrap_or_default(),
            destination: element.child("Destination").and_then(|e| e.child("PhysicalDestination")).map(Address::read),
            billing_address: element
                .child("BillingAddress")
                .and_then(|e| e.child("PhysicalAddress"))
                .map(Address::read),
            buyer: element.child("Buyer").map(Buyer::read),
            order_total: element.child("OrderTotal").map(Price::read),
            seller_note: text("SellerNote"),
            seller_order_attributes: element.child("SellerOrderAttributes").map(SellerOrderAttributes::read),
            order_language: text("OrderLanguage"),
            release_environment: text("ReleaseEnvironment"),
            creation_timestamp: text("CreationTimestamp"),
            expiration_timestamp: text("ExpirationTimestamp"),
            authorization_ids: list("IdList", "member").map(|e| e.text().trim().to_owned()).collect(),
            request_payment_authorization: text("RequestPaymentAuthorization") == "true",
            payment_descriptor: element.child("PaymentDescriptor").map(PaymentDescriptor::read),
            constraints: list("Constraints", "Constraint").map(Constraint::read).collect(),
            platform_id: text("PlatformId"),
            parent: pair("ParentDetails", "Type", "Id"),
            payment_reference_static_token: element
                .child("PaymentReference")
                .map_or("", |e| e.child_text("StaticToken"))
                .to_owned(),
            payment_authentication_state: element
                .child("PaymentAuthenticationStatus")
                .map_or("", |e| e.child_text("State"))
                .to_owned(),
            payment_service_provider: pair(
                "PaymentServiceProviderAttributes",
                "PaymentServiceProviderId",
                "PaymentServiceProviderOrderId",
            ),
        }
    }
}

impl Status {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        Status {
            state: text("State"),
            last_update_timestamp: text("LastUpdateTimestamp"),
            reason_code: text("ReasonCode"),
            reason_description: text("ReasonDescription"),
        }
    }
}

impl Address {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        Address {
            name: text("Name"),
            address_line_1: text("AddressLine1"),
            address_line_2: text("AddressLine2"),
            address_line_3: text("AddressLine3"),
            city: text("City"),
            county: text("County"),
            district: text("District"),
            state_or_region: text("StateOrRegion"),
            postal_code: text("PostalCode"),
            country_code: text("CountryCode"),
            phone: text("Phone"),
        }
    }
}

impl Buyer {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        Buyer { name: text("Name"), email: text("Email"), phone: text("Phone") }
    }
}

impl Price {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        Price { currency_code: text("CurrencyCode"), amount: text("Amount") }
    }
}

impl SellerOrderAttributes {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        let categories = element.child("OrderItemCategories").into_iter().flat_map(Element::children);
        SellerOrderAttributes {
            seller_order_id: text("SellerOrderId"),
            store_name: text("StoreName"),
            order_item_categories: categories.map(|e| e.text().trim().to_owned()).collect(),
            custom_information: text("CustomInformation"),
            supplementary_data: text("SupplementaryData"),
        }
    }
}

impl PaymentDescriptor {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        PaymentDescriptor {
            name: text("Name"),
            account_number_tail: text("AccountNumberTail"),
            full_descriptor: text("FullDescriptor"),
            use_amazon_balance_first: text("UseAmazonBalanceFirst") == "true",
        }
    }
}

impl Constraint {
    fn read(element: Element<'_>) -> Self {
        let text = |name| element.child_text(name).to_owned();
        Constraint { id: text("ConstraintID"), description: text("Description") }
    }
}
