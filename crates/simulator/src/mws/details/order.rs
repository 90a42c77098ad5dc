//! An order reference as its callers see it, and what keeps it from being confirmed.

use amazon::Environment;
use amazon::types::{
    Address, Buyer, Constraint, ConstraintId, Destination, OrderReferenceDetails, OrderReferenceReason,
    OrderReferenceState, PaymentAuthentication, SellerOrderAttributes, timestamp_text,
};

use super::{address, billing, price, status, written};
use crate::faults::is_refused_card;
use crate::ledger::{Attributes, Challenge, ORDER_MS, OrderReference, State, Unit};

/// How much of the buyer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Town, region, postcode, country: enough for a price of shipping.
    Town,
    /// The whole address and the buyer.
    Everything {
        /// The billing address too.
        billing: bool,
    },
}

impl Sight {
    /// What a merchant of the EU sees of every order reference that was confirmed.
    pub const CONFIRMED: Sight = Sight::Everything { billing: true };
}

/// The element `OrderReferenceDetails`.
pub fn order_details(unit: &Unit<'_>, order: &OrderReference, sight: Sight) -> String {
    let buyer = unit.tables().buyers.get(&order.buyer_id);
    let attributes = &order.attributes;
    let sees_billing =
        sight == Sight::Everything { billing: true } && (order.card.is_some() || order.failed_card.is_some());
    let is_asked = matches!(order.challenge, Some(Challenge::Asked | Challenge::Failed | Challenge::Abandoned));
    let environment = if order.is_sandbox { Environment::Sandbox } else { Environment::Live };
    let details = OrderReferenceDetails {
        order_reference_status: status(&order.standing, OrderReferenceState::from, OrderReferenceReason::from),
        order_language: buyer.map(|buyer| buyer.language.clone()),
        destination: order.destination.as_ref().map(|place| Destination {
            destination_type: Some("Physical".to_owned()),
            physical_destination: Some(match sight {
                Sight::Town => town(address(place)),
                Sight::Everything { .. } => address(place),
            }),
        }),
        expiration_timestamp: Some(timestamp_text(order.created_at + ORDER_MS)),
        platform_id: attributes.platform_id.clone(),
        id_list: order.authorizations.clone(),
        seller_order_attributes: Some(words(attributes)),
        constraints: constraints(order),
        order_total: attributes.total.as_ref().map(price),
        payment_authentication_status: Some(PaymentAuthentication { state: is_asked.then(|| "REQUIRED".to_owned()) }),
        buyer: buyer.filter(|_| sight != Sight::Town).map(|buyer| Buyer {
            name: Some(buyer.name.clone()),
            email: Some(buyer.email.clone()),
            phone: order.destination.as_ref().map(|place| place.phone.clone()).filter(|phone| !phone.is_empty()),
        }),
        release_environment: Some(environment),
        seller_note: attributes.seller_note.clone(),
        creation_timestamp: Some(timestamp_text(order.created_at)),
        billing_address: sees_billing.then(|| billing(unit, order)).flatten(),
        request_payment_authorization: Some(attributes.request_payment_authorization),
        ..OrderReferenceDetails::new(&order.id, OrderReferenceState::Draft)
    };
    written(|writer| details.write(writer))
}

/// What keeps a draft or suspended order reference from being confirmed.
pub fn constraints(order: &OrderReference) -> Vec<Constraint> {
    if !order.is_draft() && order.standing.state != State::Suspended {
        return Vec::new();
    }
    let card = order.card.as_deref();
    let is_refused = order.attributes.is_method_refused || card.is_some_and(is_refused_card);
    let found = [
        (
            order.attributes.total.is_none(),
            ConstraintId::AmountNotSet,
            "The seller has not set a total for the order reference.",
        ),
        (
            card.is_none(),
            ConstraintId::PaymentPlanNotSet,
            "The buyer has not chosen a payment method for the order reference.",
        ),
        (
            order.wants_address && order.destination.is_none(),
            ConstraintId::ShippingAddressNotSet,
            "The buyer has not chosen a shipping address for the order reference.",
        ),
        (
            is_refused,
            ConstraintId::PaymentMethodNotAllowed,
            "The chosen payment method is not allowed for the order reference.",
        ),
    ];
    found
        .into_iter()
        .filter(|(is_there, ..)| *is_there)
        .map(|(_, id, description)| Constraint { id, description: Some(description.to_owned()) })
        .collect()
}

fn town(address: Address) -> Address {
    let Address { state_or_region, city, country_code, postal_code, .. } = address;
    Address { state_or_region, city, country_code, postal_code, ..Address::default() }
}

fn words(attributes: &Attributes) -> SellerOrderAttributes {
    SellerOrderAttributes {
        store_name: attributes.store_name.clone(),
        custom_information: attributes.custom_information.clone(),
        order_item_categories: Vec::new(),
        seller_order_id: attributes.seller_order_id.clone(),
        supplementary_data: attributes.supplementary_data.clone(),
    }
}
