//! `Refund`. The answer is always pending; half a minute later it is decided.

use crate::faults::{Simulation, refund_outcome};
use crate::ledger::{ASYNCHRONOUS_MS, Capture, Decline, Outcome, Refund, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::refund_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;
use crate::seller::{self, New};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonCaptureId", 64)?;
    let reference_id = call.reference_id("RefundReferenceId")?;
    let amount = call.money("RefundAmount")?;
    let note = call.optional("SellerRefundNote", 255)?;
    let soft_descriptor = call.optional("SoftDescriptor", 16)?;
    let simulation = if call.is_sandbox { Simulation::of_refund(note)? } else { None };
    let (capture, order) = movement_of::<Capture>(unit, call, id)?;
    let claim = Claim::new(call, "refund", reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (refund, _) = movement_of::<Refund>(unit, call, &known)?;
        return Ok(Done::with(refund_details(&refund)));
    }
    let outcome = match simulation {
        Some(_) => Outcome::declined_after(ASYNCHRONOUS_MS, Decline::AmazonRejected),
        None => refund_outcome(call.world.refund_outcome()),
    };
    let new = New {
        id: call.world.free_movement_id::<Refund>(unit, &order.id, 'R'),
        reference_id,
        amount,
        note,
        soft_descriptor,
        begins: outcome.begin_pending(call.now),
        by_hand: false,
        now: call.now,
    };
    let refund = seller::refund(unit, &order, capture, new)?;
    claim.hold(unit, call, &refund.id);
    Ok(Done::with(refund_details(&refund)))
}
