//! `GetOrderReferenceDetails`.

use super::sight::{sight, token};
use crate::ledger::Unit;
use crate::mws::call::{Call, Done};
use crate::mws::details::order_details;
use crate::mws::subject::order_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let token = token(call)?;
    let order = order_of(unit, call, id)?;
    let sight = sight(unit, call, &order, token)?;
    Ok(Done::with(order_details(unit, &order, sight)))
}
