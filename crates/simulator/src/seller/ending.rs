//! Cancels an order reference, or closes one or an agreement. Done again, for the same reason, both
//! change nothing.

use amazon::ErrorCode;

use crate::ledger::{Contract, OrderReference, Reason, Standing, State, Unit};
use crate::refusal::Refusal;

/// Cancels: nothing was taken and nothing will be. Open and pending authorizations end with it.
pub fn cancel(unit: &mut Unit<'_>, mut order: OrderReference, why: Option<String>, now: i64) -> Result<(), Refusal> {
    if order.standing.is(State::Canceled, Reason::SellerCanceled) {
        return Ok(());
    }
    let is_captured = unit.tables().captures_of(&order).next().is_some();
    if is_captured || !(order.is_draft() || order.is_alive()) {
        let because = if is_captured { "it has captures" } else { "it is over" };
        let message = format!("The order reference {} cannot be canceled: {because}.", order.id);
        return Err(Refusal::new(ErrorCode::InvalidCancelAttempt, message));
    }
    let canceled = Standing::because(State::Canceled, Reason::SellerCanceled, now);
    unit.cancel_order(&mut order, Standing { description: why, ..canceled }, now);
    Ok(())
}

/// Closes what is open or suspended: nothing new is authorized, what is authorized can still be
/// captured.
pub fn close<T: Contract>(unit: &mut Unit<'_>, mut contract: T, closed: Standing) -> Result<(), Refusal> {
    if contract.standing().state == State::Closed && contract.standing().reason == closed.reason {
        return Ok(());
    }
    if !contract.is_alive() {
        let message = format!("{} cannot be closed: it is neither open nor suspended.", contract.id());
        return Err(Refusal::new(ErrorCode::InvalidCloseAttempt, message));
    }
    unit.stand(&mut contract, closed);
    Ok(())
}
