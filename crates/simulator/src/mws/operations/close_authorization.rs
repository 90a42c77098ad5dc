//! `CloseAuthorization`: gives back what was not captured.

use amazon::ErrorCode;

use crate::ledger::{Authorization, Reason, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonAuthorizationId", 64)?;
    let description = call.text("ClosureReason", 255)?;
    let (mut authorization, _) = movement_of::<Authorization>(unit, call, id)?;
    if authorization.standing.is(State::Closed, Reason::SellerClosed) {
        return Ok(Done::void());
    }
    if !matches!(authorization.standing.state, State::Open | State::Pending) {
        let message = format!("The authorization {id} is not in a state that allows this operation.");
        return Err(Refusal::new(ErrorCode::InvalidAuthorizationStatus, message));
    }
    let standing = Standing { description, ..Standing::because(State::Closed, Reason::SellerClosed, call.now) };
    unit.stand_authorization(&mut authorization, standing);
    Ok(Done::void())
}
