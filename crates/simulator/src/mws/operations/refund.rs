//! `Refund`: gives captured money back. The answer is always pending; half a minute later it is decided.

use amazon::ErrorCode;

use crate::faults::Simulation;
use crate::ledger::{
    ASYNCHRONOUS_MS, Capture, Due, Money, REFUNDS_MOST, Refund, Standing, State, Step, Unit, allowance,
};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::refund_details;
use crate::mws::subject::movement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonCaptureId", 64)?;
    let reference_id = call.reference_id("RefundReferenceId")?;
    let amount = call.money("RefundAmount")?;
    let note = call.optional("SellerRefundNote", 255)?;
    let soft_descriptor = call.optional("SoftDescriptor", 16)?;
    let simulation = if call.is_sandbox { Simulation::of_refund(note)? } else { None };
    let (mut capture, order) = movement_of::<Capture>(unit, call, id)?;
    let claim = Claim::new(call, "refund", reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (refund, _) = movement_of::<Refund>(unit, call, &known)?;
        return Ok(Done::with(refund_details(&refund)));
    }
    may_be_refunded(unit, &capture, &amount)?;
    let refund = Refund {
        id: call.world.free_movement_id::<Refund>(unit, &order.id, 'R'),
        capture_id: id.to_owned(),
        order_id: order.id.clone(),
        reference_id: reference_id.to_owned(),
        amount,
        note: note.map(str::to_owned),
        soft_descriptor: soft_descriptor
            .map_or_else(|| capture.soft_descriptor.clone(), |text| unit.tables().soft_descriptor(&order, Some(text))),
        created_at: call.now,
        standing: Standing::new(State::Pending, call.now),
        is_refused: simulation.is_some(),
        due: Some(Due { at: call.now + ASYNCHRONOUS_MS, step: Step::Decide }),
    };
    capture.refunds.push(refund.id.clone());
    unit.put(capture);
    claim.hold(unit, call, &refund.id);
    unit.stand_refund(refund.clone());
    Ok(Done::with(refund_details(&refund)))
}

fn may_be_refunded(unit: &Unit<'_>, capture: &Capture, amount: &Money) -> Result<(), Refusal> {
    if capture.standing.state != State::Completed {
        let message = format!("The capture {} is not in a state that allows refunds.", capture.id);
        return Err(Refusal::new(ErrorCode::CaptureNotRefundable, message));
    }
    if amount.currency != capture.amount.currency {
        return Err(Refusal::other_currency());
    }
    if capture.refunds.len() >= REFUNDS_MOST {
        let message = "The number of transactions allowed on this object has been exceeded.";
        return Err(Refusal::new(ErrorCode::TransactionCountExceeded, message));
    }
    let (refunded, most) = (unit.refunded(capture), allowance(&capture.amount));
    if refunded + amount.minor > most {
        let message = format!(
            "Of the capture {} {} {} are refunded already; with {} more the limit of {} is exceeded.",
            capture.id,
            capture.amount.with_minor(refunded).text,
            amount.currency,
            amount.text,
            capture.amount.with_minor(most).text
        );
        return Err(Refusal::new(ErrorCode::TransactionAmountExceeded, message));
    }
    Ok(())
}
