//! `GetRefundDetails`.

use crate::ledger::{Refund, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::refund_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonRefundId", 64)?;
    let (refund, _) = movement_of::<Refund>(unit, call, id)?;
    Ok(Done::with(refund_details(&refund)))
}
