//! `GetCaptureDetails`.

use crate::ledger::{Capture, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::capture_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonCaptureId", 64)?;
    let (capture, _) = movement_of::<Capture>(unit, call, id)?;
    Ok(Done::with(capture_details(unit, &capture)))
}
