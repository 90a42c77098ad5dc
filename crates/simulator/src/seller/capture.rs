//! Takes authorized money, once, all of it or a part.

use amazon::ErrorCode;

use super::New;
use crate::ledger::{Authorization, Capture, Money, OrderReference, State, Unit};
use crate::refusal::Refusal;

/// Captures an authorization of an order reference.
pub fn capture(
    unit: &mut Unit<'_>,
    order: &OrderReference,
    mut authorization: Authorization,
    new: New<'_>,
) -> Result<Capture, Refusal> {
    may_be_captured(&authorization, &new.amount)?;
    let descriptor = new.soft_descriptor.map(|text| unit.tables().soft_descriptor(order, Some(text)));
    let (standing, due) = new.begins;
    let capture = Capture {
        id: new.id,
        authorization_id: authorization.id.clone(),
        order_id: order.id.clone(),
        reference_id: new.reference_id.to_owned(),
        amount: new.amount,
        note: new.note.map(str::to_owned),
        soft_descriptor: descriptor.unwrap_or_else(|| authorization.soft_descriptor.clone()),
        created_at: new.now,
        standing,
        due,
        by_hand: new.by_hand,
        refunds: Vec::new(),
    };
    unit.capture(&mut authorization, capture.clone());
    Ok(capture)
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
