//! `Authorize`: asks for the buyer's money. One reference id makes one authorization; the same
//! request again is answered with it.

use amazon::ErrorCode;

use super::authorization::Asked;
use super::charge::{charged, may_be_charged};
use crate::ledger::{AUTHORIZATIONS_MOST, Authorization, Money, OrderReference, State, Unit, allowance};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::authorization_details;
use crate::mws::subject::{agreement_of, movement_of, order_of};
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let asked = Asked::read(call)?;
    let order = order_of(unit, call, id)?;
    let claim = Claim::new(call, "authorization", asked.reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (authorization, _) = movement_of::<Authorization>(unit, call, &known)?;
        return Ok(Done::with(authorization_details(unit, &authorization, false)));
    }
    may_be_authorized(unit, &order, &asked.amount)?;
    if let Some(agreement) = &order.agreement_id {
        let agreement = agreement_of(unit, call, agreement)?;
        may_be_charged(unit, call, &agreement, &asked.amount)?;
        unit.put(charged(agreement, &asked.amount));
    }
    let (authorization, fault) = asked.begin(unit, call, order);
    claim.hold(unit, call, &authorization.id);
    Ok(Done { fault, ..Done::with(authorization_details(unit, &authorization, true)) })
}

fn may_be_authorized(unit: &Unit<'_>, order: &OrderReference, amount: &Money) -> Result<(), Refusal> {
    let id = &order.id;
    let total = match (&order.attributes.total, order.standing.state) {
        (Some(total), State::Open) => total,
        _ => return Err(Refusal::order_status(id)),
    };
    if amount.currency != total.currency {
        return Err(Refusal::other_currency());
    }
    let authorizations = order.authorizations.iter().filter_map(|id| unit.tables().authorizations.get(id));
    let held: Vec<&Authorization> = authorizations.filter(|one| unit.tables().holds_money(one)).collect();
    if held.len() >= AUTHORIZATIONS_MOST {
        let message = "The number of transactions allowed on this object has been exceeded.";
        return Err(Refusal::new(ErrorCode::TransactionCountExceeded, message));
    }
    let (held, most): (i64, i64) = (held.iter().map(|one| one.amount.minor).sum(), allowance(total));
    if held + amount.minor > most {
        let (held, most, currency) = (total.with_minor(held).text, total.with_minor(most).text, &total.currency);
        let message = format!(
            "OrderReference {id} has already been authorized for amount {held} {currency}. A new authorization with amount {} {currency} \
             cannot be accepted as the total authorization amount cannot exceed {most} {currency}.",
            amount.text
        );
        return Err(Refusal::new(ErrorCode::TransactionAmountExceeded, message));
    }
    Ok(())
}
