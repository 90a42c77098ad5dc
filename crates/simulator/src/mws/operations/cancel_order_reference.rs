//! `CancelOrderReference`.

use crate::ledger::Unit;
use crate::mws::call::{Call, Done};
use crate::mws::subject::order_of;
use crate::refusal::Refusal;
use crate::seller;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let description = call.text("CancelationReason", 1024)?;
    let order = order_of(unit, call, id)?;
    seller::cancel(unit, order, description, call.now)?;
    Ok(Done::void())
}
