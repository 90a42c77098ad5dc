//! `CreateOrderReferenceForId`: an order reference from an agreement, with its card and, unless the
//! caller says otherwise, its address. A draft agreement gets one at most; confirmed at once only
//! by an open one.

use amazon::ErrorCode;

use super::attributes;
use super::charge::{is_within_limits, may_be_charged};
use super::confirm_billing_agreement::has_no_constraints;
use super::confirm_order_reference::may_be_confirmed;
use crate::ledger::{Attributes, BillingAgreement, Challenge, Choice, OrderReference, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::{Sight, order_details};
use crate::mws::parameters::{constraint, missing};
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;

const ATTRIBUTES: &str = "OrderReferenceAttributes";

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("Id", 64)?;
    if call.required("IdType", 64)? != "BillingAgreement" {
        return Err(constraint("IdType", "Member must be BillingAgreement"));
    }
    let confirms = call.boolean("ConfirmNow")?.unwrap_or(false);
    let inherits = call.boolean("InheritShippingAddress")?.unwrap_or(true);
    let attributes = attributes::read(call, ATTRIBUTES)?;
    if confirms && !attributes::are_there(call, ATTRIBUTES) {
        return Err(missing(ATTRIBUTES));
    }
    let agreement = agreement_of(unit, call, id)?;
    may_have_another(&agreement)?;
    if confirms {
        has_no_constraints(&agreement)?;
    }
    match (&attributes.total, confirms) {
        (Some(total), true) => may_be_charged(unit, call, &agreement, total)?,
        (Some(total), false) => is_within_limits(unit, call, &agreement, total)?,
        (None, _) => {}
    }
    let mut order = made_from(unit, call, agreement, attributes, inherits);
    if confirms {
        may_be_confirmed(&order)?;
        unit.open(&mut order, call.now);
    }
    let sight = if confirms { Sight::CONFIRMED } else { Sight::Town };
    Ok(Done::with(order_details(unit, &order, sight)))
}

fn may_have_another(agreement: &BillingAgreement) -> Result<(), Refusal> {
    match agreement.standing.state {
        State::Open => Ok(()),
        State::Draft if agreement.orders.is_empty() => Ok(()),
        State::Draft => {
            let message = "The number of Order References that could be created on a DRAFT Billing Agreement has exceeded the \
                           maximum allowed limit of one Order Reference.";
            Err(Refusal::new(ErrorCode::OrderReferenceCountExceeded, message))
        }
        _ => Err(Refusal::agreement_status(&agreement.id)),
    }
}

/// A draft order reference with the agreement's buyer and card.
pub fn made_from(
    unit: &mut Unit<'_>,
    call: &Call<'_>,
    mut agreement: BillingAgreement,
    attributes: Attributes,
    inherits_address: bool,
) -> OrderReference {
    let order = OrderReference {
        id: call.world.free_id::<OrderReference>(unit, if agreement.is_sandbox { 'S' } else { 'P' }),
        seller_id: agreement.seller_id.clone(),
        client_id: agreement.client_id.clone(),
        buyer_id: agreement.buyer_id.clone(),
        is_sandbox: agreement.is_sandbox,
        created_at: call.now,
        standing: Standing::draft(),
        choice: inherited(&agreement.choice, inherits_address),
        attributes,
        numbered_at: Some(call.now),
        ended_by_hand: false,
        agreement_id: Some(agreement.id.clone()),
        authorize_before: None,
        authorizations: Vec::new(),
    };
    agreement.orders.push(order.id.clone());
    unit.put(agreement);
    unit.put(order.clone());
    order
}

/// What the buyer chose for the agreement counts for each of its orders, an authentication that was
/// passed too.
fn inherited(choice: &Choice, with_address: bool) -> Choice {
    let address = if with_address { choice.clone() } else { Choice::default() };
    Choice {
        wants_address: address.wants_address,
        address_id: address.address_id,
        destination: address.destination,
        card: choice.card.clone(),
        challenge: choice.challenge.filter(|challenge| *challenge == Challenge::Passed),
        ..Choice::default()
    }
}
