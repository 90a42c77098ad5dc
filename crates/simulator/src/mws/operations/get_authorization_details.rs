//! `GetAuthorizationDetails`.

use crate::ledger::{Authorization, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::authorization_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonAuthorizationId", 64)?;
    let (authorization, _) = movement_of::<Authorization>(unit, call, id)?;
    Ok(Done::with(authorization_details(unit, &authorization, false)))
}
