//! `Capture`.

use crate::faults::{Simulation, capture_outcome};
use crate::ledger::{
    ASYNCHRONOUS_MS, Authorization, Capture, Decline, Due, Outcome, Reason, Standing, State, Step, Unit,
};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::capture_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;
use crate::seller::{self, New};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonAuthorizationId", 64)?;
    let reference_id = call.reference_id("CaptureReferenceId")?;
    let amount = call.money("CaptureAmount")?;
    let note = call.optional("SellerCaptureNote", 255)?;
    let soft_descriptor = call.optional("SoftDescriptor", 16)?;
    let simulation = if call.is_sandbox { Simulation::of_capture(note)? } else { None };
    let (authorization, order) = movement_of::<Authorization>(unit, call, id)?;
    let claim = Claim::new(call, "capture", reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (capture, _) = movement_of::<Capture>(unit, call, &known)?;
        return Ok(Done::with(capture_details(unit, &capture)));
    }
    let new = New {
        id: call.world.free_movement_id::<Capture>(unit, &order.id, 'C'),
        reference_id,
        amount,
        note,
        soft_descriptor,
        begins: beginning(&authorization, simulation.as_ref(), call),
        by_hand: false,
        now: call.now,
    };
    let capture = seller::capture(unit, &order, authorization, new)?;
    claim.hold(unit, call, &capture.id);
    Ok(Done::with(capture_details(unit, &capture)))
}

/// What the note asks for, else what is switched on, else what the card does.
fn beginning(
    authorization: &Authorization,
    simulation: Option<&Simulation>,
    call: &Call<'_>,
) -> (Standing, Option<Due>) {
    let outcome = match simulation {
        Some(Simulation::Declined { .. }) => Outcome::declined_after(0, Decline::AmazonRejected),
        Some(Simulation::Pending) => Outcome::completed_after(ASYNCHRONOUS_MS),
        Some(Simulation::ClosedAfter { .. }) => {
            let due = Due { at: call.now + ASYNCHRONOUS_MS, step: Step::Close(Reason::AmazonClosed) };
            return (Standing::new(State::Completed, call.now), Some(due));
        }
        None => capture_outcome(call.world.capture_outcome(), authorization),
    };
    outcome.begin(call.now)
}
