//! `CloseOrderReference`: no further authorization. What is open stays open and can still be captured.

use amazon::ErrorCode;

use super::order_of;
use crate::faults::Simulation;
use crate::ledger::{Reason, Standing, State, Unit};
use crate::mws::{Done, front::Call, refusal::Refusal};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let description = call.text("ClosureReason", 1024)?;
    let as_amazon = call.is_sandbox && Simulation::closes_as_amazon(description.as_deref())?;
    let reason = if as_amazon { Reason::AmazonClosed } else { Reason::SellerClosed };
    let mut order = order_of(unit, call, id)?;
    if order.standing.is(State::Closed, reason) {
        return Ok(Done::void());
    }
    if !order.is_alive() {
        let message = format!("The order reference {id} cannot be closed: it is neither open nor suspended.");
        return Err(Refusal::new(ErrorCode::InvalidCloseAttempt, message));
    }
    unit.stand_order(&mut order, Standing { description, ..Standing::because(State::Closed, reason, call.now) });
    Ok(Done::void())
}
