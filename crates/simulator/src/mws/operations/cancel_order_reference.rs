//! `CancelOrderReference`: nothing was taken and nothing will be. Open and pending authorizations end with it.

use amazon::ErrorCode;

use crate::ledger::{Contract, Reason, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::subject::order_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let description = call.text("CancelationReason", 1024)?;
    let mut order = order_of(unit, call, id)?;
    if order.standing.is(State::Canceled, Reason::SellerCanceled) {
        return Ok(Done::void());
    }
    let is_captured = unit.captures_of(&order).next().is_some();
    if is_captured || !(order.is_draft() || order.is_alive()) {
        let why = if is_captured { "it has captures" } else { "it is over" };
        return Err(Refusal::new(
            ErrorCode::InvalidCancelAttempt,
            format!("The order reference {id} cannot be canceled: {why}."),
        ));
    }
    let standing = Standing { description, ..Standing::because(State::Canceled, Reason::SellerCanceled, call.now) };
    unit.cancel_order(&mut order, standing, call.now);
    Ok(Done::void())
}
