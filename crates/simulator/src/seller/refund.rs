//! Gives captured money back, all of it or a part, up to ten times.

use amazon::ErrorCode;

use super::New;
use crate::ledger::{Capture, Money, OrderReference, REFUNDS_MOST, Refund, State, Unit, allowance};
use crate::refusal::Refusal;

/// Refunds a capture of an order reference.
pub fn refund(
    unit: &mut Unit<'_>,
    order: &OrderReference,
    mut capture: Capture,
    new: New<'_>,
) -> Result<Refund, Refusal> {
    may_be_refunded(unit, &capture, &new.amount)?;
    let descriptor = new.soft_descriptor.map(|text| unit.tables().soft_descriptor(order, Some(text)));
    let (standing, due) = new.begins;
    let refund = Refund {
        id: new.id,
        capture_id: capture.id.clone(),
        order_id: order.id.clone(),
        reference_id: new.reference_id.to_owned(),
        amount: new.amount,
        note: new.note.map(str::to_owned),
        soft_descriptor: descriptor.unwrap_or_else(|| capture.soft_descriptor.clone()),
        created_at: new.now,
        standing,
        due,
        by_hand: new.by_hand,
    };
    capture.refunds.push(refund.id.clone());
    unit.put(capture);
    unit.stand_refund(refund.clone());
    Ok(refund)
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
    let (refunded, most) = (unit.tables().refunded(capture), allowance(&capture.amount));
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
