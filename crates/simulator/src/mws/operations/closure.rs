//! What `CloseOrderReference` and `CloseBillingAgreement` share: nothing new is authorized; what is authorized can still be captured.

use amazon::ErrorCode;

use crate::ledger::{Contract, Standing, State, Unit};
use crate::mws::call::Done;
use crate::refusal::Refusal;

/// Closes what is open or suspended. What is closed for the same reason stays as it is.
pub fn close<T: Contract>(unit: &mut Unit<'_>, mut contract: T, closed: Standing) -> Result<Done, Refusal> {
    if contract.standing().state == State::Closed && contract.standing().reason == closed.reason {
        return Ok(Done::void());
    }
    if !contract.is_alive() {
        let message = format!("{} cannot be closed: it is neither open nor suspended.", contract.id());
        return Err(Refusal::new(ErrorCode::InvalidCloseAttempt, message));
    }
    unit.stand(&mut contract, closed);
    Ok(Done::void())
}
