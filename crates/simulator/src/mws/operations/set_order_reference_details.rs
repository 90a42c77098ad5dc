//! `SetOrderReferenceDetails`: overwrites total and words of a draft; the answer lists the constraints that are left.

use amazon::ErrorCode;

use super::order_of;
use crate::faults::Simulation;
use crate::ledger::{Attributes, Unit};
use crate::mws::details::{Sight, order_details};
use crate::mws::parameters::missing;
use crate::mws::{Done, front::Call, refusal::Refusal};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let attributes = attributes(call)?;
    let mut order = order_of(unit, call, id)?;
    if !order.is_draft() {
        let message = format!(
            "OrderReference {id} is not in draft state and cannot be modified with the request submitted by you."
        );
        return Err(Refusal::new(ErrorCode::OrderReferenceNotModifiable, message));
    }
    order.attributes = attributes;
    unit.put(order.clone());
    Ok(Done::with(order_details(unit, &order, Sight::Town)))
}

fn attributes(call: &Call<'_>) -> Result<Attributes, Refusal> {
    if !call.params.iter().any(|(name, _)| name.starts_with("OrderReferenceAttributes.")) {
        return Err(missing("OrderReferenceAttributes"));
    }
    let text = |name: &str, most: usize| call.text(&format!("OrderReferenceAttributes.{name}"), most);
    let seller_note = text("SellerNote", 1024)?;
    Ok(Attributes {
        total: Some(call.money("OrderReferenceAttributes.OrderTotal")?),
        seller_order_id: text("SellerOrderAttributes.SellerOrderId", 127)?,
        store_name: text("SellerOrderAttributes.StoreName", 1024)?,
        custom_information: text("SellerOrderAttributes.CustomInformation", 1024)?,
        supplementary_data: text("SellerOrderAttributes.SupplementaryData", 65_536)?,
        is_method_refused: call.is_sandbox && Simulation::refuses_method(seller_note.as_deref())?,
        seller_note,
        platform_id: text("PlatformId", 64)?,
        request_payment_authorization: call
            .boolean("OrderReferenceAttributes.RequestPaymentAuthorization")?
            .unwrap_or(false),
    })
}
