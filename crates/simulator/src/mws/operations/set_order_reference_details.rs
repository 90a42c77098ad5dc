//! `SetOrderReferenceDetails`: overwrites total and words of a draft; the answer lists the constraints that are left.

use super::{attributes, not_modifiable, order_of};
use crate::ledger::{Contract, Unit};
use crate::mws::details::{Sight, order_details};
use crate::mws::parameters::missing;
use crate::mws::{Done, front::Call, refusal::Refusal};

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
        return Err(not_modifiable(&order));
    }
    order.attributes = attributes;
    unit.put(order.clone());
    Ok(Done::with(order_details(unit, &order, Sight::Town)))
}
