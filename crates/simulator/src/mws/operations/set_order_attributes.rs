//! `SetOrderAttributes`: adds to a draft what the call names. A confirmed order reference takes
//! only what was never set, and no total.

use super::attributes;
use crate::ledger::{Attributes, Contract, OrderReference, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::{Sight, order_details};
use crate::mws::parameters::missing;
use crate::mws::subject::order_of;
use crate::refusal::Refusal;

const ATTRIBUTES: &str = "OrderAttributes";

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    if !attributes::are_there(call, ATTRIBUTES) {
        return Err(missing(ATTRIBUTES));
    }
    let given = attributes::read(call, ATTRIBUTES)?;
    let mut order = order_of(unit, call, id)?;
    let is_draft = order.is_draft();
    if !is_draft && (!order.is_alive() || given.total.is_some()) {
        return Err(Refusal::not_modifiable(&order.id));
    }
    let merged = merged(&order, given, is_draft)?;
    order.set_attributes(merged, call.now);
    unit.put(order.clone());
    let sight = if is_draft { Sight::Town } else { Sight::CONFIRMED };
    Ok(Done::with(order_details(unit, &order, sight)))
}

fn merged(order: &OrderReference, given: Attributes, is_draft: bool) -> Result<Attributes, Refusal> {
    let known = order.attributes.clone();
    let text = |known: Option<String>, given: Option<String>| match (known, given) {
        (Some(known), Some(given)) if known != given && !is_draft => Err(Refusal::not_modifiable(&order.id)),
        (known, given) => Ok(given.or(known)),
    };
    let categories = match (known.categories.is_empty(), given.categories.is_empty()) {
        (_, true) => known.categories,
        (false, false) if !is_draft && known.categories != given.categories => {
            return Err(Refusal::not_modifiable(&order.id));
        }
        _ => given.categories,
    };
    let is_note_new = given.seller_note.is_some() && is_draft;
    let ((known_provider, known_number), (provider, number)) =
        (known.payment_service_provider, given.payment_service_provider);
    Ok(Attributes {
        total: given.total.or(known.total),
        seller_order_id: text(known.seller_order_id, given.seller_order_id)?,
        store_name: text(known.store_name, given.store_name)?,
        custom_information: text(known.custom_information, given.custom_information)?,
        supplementary_data: text(known.supplementary_data, given.supplementary_data)?,
        seller_note: text(known.seller_note, given.seller_note)?,
        platform_id: text(known.platform_id, given.platform_id)?,
        request_payment_authorization: known.request_payment_authorization || given.request_payment_authorization,
        payment_service_provider: (text(known_provider, provider)?, text(known_number, number)?),
        categories,
        is_method_refused: if is_note_new { given.is_method_refused } else { known.is_method_refused },
    })
}
