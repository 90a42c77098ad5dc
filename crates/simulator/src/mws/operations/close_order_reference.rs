//! `CloseOrderReference`: no further authorization. What is open stays open and can still be
//! captured.

use crate::faults::Simulation;
use crate::ledger::{Reason, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::subject::order_of;
use crate::refusal::Refusal;
use crate::seller;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let description = call.text("ClosureReason", 1024)?;
    let as_amazon = call.is_sandbox && Simulation::closes_as_amazon(description.as_deref())?;
    let reason = if as_amazon { Reason::AmazonClosed } else { Reason::SellerClosed };
    let order = order_of(unit, call, id)?;
    seller::close(unit, order, Standing { description, ..Standing::because(State::Closed, reason, call.now) })?;
    Ok(Done::void())
}
