//! `SetOrderReferenceDetails`: overwrites total and words of a draft; the answer lists the
//! constraints that are left.

use super::attributes;
use crate::ledger::{Contract, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::{Sight, order_details};
use crate::mws::parameters::missing;
use crate::mws::subject::order_of;
use crate::refusal::Refusal;

const ATTRIBUTES: &str = "OrderReferenceAttributes";

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    if !attributes::are_there(call, ATTRIBUTES) {
        return Err(missing(ATTRIBUTES));
    }
    let attributes = attributes::read(call, ATTRIBUTES)?;
    if attributes.total.is_none() {
        return Err(missing("OrderReferenceAttributes.OrderTotal"));
    }
    let mut order = order_of(unit, call, id)?;
    if !order.is_draft() {
        return Err(Refusal::not_modifiable(&order.id));
    }
    order.set_attributes(attributes, call.now);
    unit.put(order.clone());
    Ok(Done::with(order_details(unit, &order, Sight::Town)))
}
