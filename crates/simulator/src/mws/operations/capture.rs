//! `Capture`: takes authorized money, once, all of it or a part.

use amazon::ErrorCode;

use crate::faults::Simulation;
use crate::ledger::{ASYNCHRONOUS_MS, Authorization, Capture, Due, Money, Reason, Standing, State, Step, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::capture_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonAuthorizationId", 64)?;
    let reference_id = call.reference_id("CaptureReferenceId")?;
    let amount = call.money("CaptureAmount")?;
    let note = call.optional("SellerCaptureNote", 255)?;
    let soft_descriptor = call.optional("SoftDescriptor", 16)?;
    let simulation = if call.is_sandbox { Simulation::of_capture(note)? } else { None };
    let (mut authorization, order) = movement_of::<Authorization>(unit, call, id)?;
    let claim = Claim::new(call, "capture", reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (capture, _) = movement_of::<Capture>(unit, call, &known)?;
        return Ok(Done::with(capture_details(unit, &capture)));
    }
    may_be_captured(&authorization, &amount)?;
    let (standing, due) = standing_of(&authorization, simulation.as_ref(), call.now);
    let capture = Capture {
        id: call.world.free_movement_id::<Capture>(unit, &order.id, 'C'),
        authorization_id: id.to_owned(),
        order_id: order.id.clone(),
        reference_id: reference_id.to_owned(),
        amount,
        note: note.map(str::to_owned),
        soft_descriptor: soft_descriptor.map_or_else(
            || authorization.soft_descriptor.clone(),
            |text| unit.tables().soft_descriptor(&order, Some(text)),
        ),
        created_at: call.now,
        standing,
        due,
        refunds: Vec::new(),
    };
    claim.hold(unit, call, &capture.id);
    unit.capture(&mut authorization, capture.clone());
    Ok(Done::with(capture_details(unit, &capture)))
}

fn may_be_captured(authorization: &Authorization, amount: &Money) -> Result<(), Refusal> {
    if authorization.standing.state != State::Open {
        let message = format!("The authorization {} is not in a state that allows this operation.", authorization.id);
        return Err(Refusal::new(ErrorCode::InvalidAuthorizationStatus, message));
    }
    if amount.currency != authorization.amount.currency {
        return Err(Refusal::other_currency());
    }
    if amount.minor > authorization.amount.minor {
        let message = format!(
            "The authorization {} is of {} {}; a capture of {} cannot be accepted.",
            authorization.id, authorization.amount.text, amount.currency, amount.text
        );
        return Err(Refusal::new(ErrorCode::TransactionAmountExceeded, message));
    }
    Ok(())
}

fn standing_of(authorization: &Authorization, simulation: Option<&Simulation>, now: i64) -> (Standing, Option<Due>) {
    let soon = |step| Some(Due { at: now + ASYNCHRONOUS_MS, step });
    match simulation {
        Some(Simulation::Declined { reason, .. }) => (Standing::because(State::Declined, *reason, now), None),
        Some(Simulation::Pending) => (Standing::new(State::Pending, now), soon(Step::Decide)),
        Some(Simulation::ClosedAfter { .. }) => {
            (Standing::new(State::Completed, now), soon(Step::Close(Reason::AmazonClosed)))
        }
        None => authorization.first_of_capture(now),
    }
}
