//! An order reference as its callers see it, and what keeps it from being confirmed.

use amazon::types::{
    Constraint, ConstraintId, ListedOrderReference, OrderReferenceDetails, OrderReferenceList, OrderReferenceReason,
    OrderReferenceState, ParentDetails, PaymentAuthentication, PaymentServiceProvider, SellerOrderAttributes,
    timestamp_text,
};

use super::{Sight, billing, destination, environment, price, shown_buyer, status, written};
use crate::faults::is_refused_card;
use crate::ledger::{Attributes, Contract, ORDER_MS, OrderReference, Unit};

/// The element `OrderReferenceDetails`.
pub fn order_details(unit: &Unit<'_>, order: &OrderReference, sight: Sight) -> String {
    let buyer = unit.tables().buyers.get(&order.buyer_id);
    let (choice, attributes) = (&order.choice, &order.attributes);
    let has_card = choice.card.is_some() || choice.failed_card.is_some();
    let sees_billing = sight == Sight::Everything { billing: true } && has_card;
    let is_asked = choice.is_unanswered();
    let details = OrderReferenceDetails {
        payment_service_provider_attributes: provider(attributes),
        order_reference_status: status(&order.standing, OrderReferenceState::from, OrderReferenceReason::from),
        order_language: buyer.map(|buyer| buyer.language.clone()),
        destination: destination(choice, sight),
        expiration_timestamp: Some(timestamp_text(order.created_at + ORDER_MS)),
        platform_id: attributes.platform_id.clone(),
        id_list: order.authorizations.clone(),
        parent_details: order
            .agreement_id
            .as_ref()
            .map(|id| ParentDetails { kind: Some("BillingAgreement".to_owned()), id: Some(id.clone()) }),
        seller_order_attributes: Some(words(attributes)),
        constraints: constraints(order),
        order_total: attributes.total.as_ref().map(price),
        payment_authentication_status: Some(PaymentAuthentication { state: is_asked.then(|| "REQUIRED".to_owned()) }),
        buyer: shown_buyer(unit, order, sight),
        release_environment: Some(environment(order)),
        seller_note: attributes.seller_note.clone(),
        creation_timestamp: Some(timestamp_text(order.created_at)),
        billing_address: sees_billing.then(|| billing(unit, &order.buyer_id)).flatten(),
        request_payment_authorization: Some(attributes.request_payment_authorization),
        ..OrderReferenceDetails::new(&order.id, OrderReferenceState::Draft)
    };
    written(|writer| details.write(writer))
}

/// A page of order references, and the name of the next one.
pub fn order_list(orders: &[OrderReference], next_page_token: Option<String>) -> String {
    let listed = |order: &OrderReference| ListedOrderReference {
        release_environment: Some(environment(order)),
        order_reference_status: status(&order.standing, OrderReferenceState::from, OrderReferenceReason::from),
        amazon_order_reference_id: order.id.clone(),
        creation_timestamp: Some(timestamp_text(order.created_at)),
        seller_order_attributes: Some(words(&order.attributes)),
        order_total: order.attributes.total.as_ref().map(price),
    };
    let list = OrderReferenceList { order_references: orders.iter().map(listed).collect(), next_page_token };
    written(|writer| list.write(writer))
}

/// What keeps a draft or suspended order reference from being confirmed.
pub fn constraints(order: &OrderReference) -> Vec<Constraint> {
    if !order.is_draft() && !order.is_suspended() {
        return Vec::new();
    }
    let choice = &order.choice;
    let card = choice.card.as_deref();
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
            choice.wants_address && choice.destination.is_none(),
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

fn provider(attributes: &Attributes) -> Option<PaymentServiceProvider> {
    let (id, order_id) = attributes.payment_service_provider.clone();
    (id.is_some() || order_id.is_some()).then_some(PaymentServiceProvider { id, order_id })
}

fn words(attributes: &Attributes) -> SellerOrderAttributes {
    SellerOrderAttributes {
        store_name: attributes.store_name.clone(),
        custom_information: attributes.custom_information.clone(),
        order_item_categories: attributes.categories.clone(),
        seller_order_id: attributes.seller_order_id.clone(),
        supplementary_data: attributes.supplementary_data.clone(),
    }
}
