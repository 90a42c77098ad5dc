//! `Authorize`: asks for the buyer's money. One reference id makes one authorization; the same request again is answered with it.

use amazon::ErrorCode;

use super::{Claim, descriptor, free_id, order_of};
use crate::faults::{Fault, Simulation, fate_of};
use crate::ledger::{
    ASYNCHRONOUS_MS, AUTHORIZATIONS_MOST, Authorization, Due, Fate, Money, OrderReference, Reason, Standing, State,
    Step, Unit, allowance, minutes,
};
use crate::mws::details::authorization_details;
use crate::mws::parameters::constraint;
use crate::mws::{Done, front::Call, refusal::Refusal};

/// `TransactionTimeout` when the caller says none.
const LONGEST_MINUTES: i64 = 1440;

struct Asked<'c> {
    reference_id: &'c str,
    amount: Money,
    note: Option<&'c str>,
    timeout_minutes: i64,
    capture_now: bool,
    soft_descriptor: Option<&'c str>,
}

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let asked = Asked::read(call)?;
    let simulation = if call.is_sandbox { Simulation::of_authorization(asked.note)? } else { None };
    let order = order_of(unit, call, id)?;
    let claim = Claim::new(call, "authorization", asked.reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (authorization, _) = super::movement_of::<Authorization>(unit, call, &known)?;
        return Ok(Done::with(authorization_details(unit, &authorization, false)));
    }
    may_be_authorized(unit, &order, &asked.amount)?;
    let fault = order.card.as_deref().and_then(Fault::of_card);
    let fate = fate_of(&order, simulation.as_ref(), asked.timeout_minutes > 0);
    let authorization = asked.begin(unit, call, order, fate);
    claim.hold(unit, call, &authorization.id);
    Ok(Done { fault, ..Done::with(authorization_details(unit, &authorization, true)) })
}

fn may_be_authorized(unit: &Unit<'_>, order: &OrderReference, amount: &Money) -> Result<(), Refusal> {
    let id = &order.id;
    let total = match (&order.attributes.total, order.standing.state) {
        (Some(total), State::Open) => total,
        _ => {
            let message = format!("The order reference {id} is not in a state that allows this operation.");
            return Err(Refusal::new(ErrorCode::InvalidOrderReferenceStatus, message));
        }
    };
    if amount.currency != total.currency {
        let message = "The currency code does not match the currency of the order reference.";
        return Err(Refusal::new(ErrorCode::CurrencyMismatch, message));
    }
    let authorizations = order.authorizations.iter().filter_map(|id| unit.tables().authorizations.get(id));
    let held: Vec<&Authorization> = authorizations.filter(|authorization| authorization.holds_money()).collect();
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

impl<'c> Asked<'c> {
    fn read(call: &'c Call<'_>) -> Result<Asked<'c>, Refusal> {
        let timeout = match call.optional("TransactionTimeout", 4)? {
            None => Some(LONGEST_MINUTES),
            Some(text) => {
                text.parse().ok().filter(|minutes| (0..=LONGEST_MINUTES).contains(minutes) && minutes % 5 == 0)
            }
        };
        Ok(Asked {
            reference_id: call.reference_id("AuthorizationReferenceId")?,
            amount: call.money("AuthorizationAmount")?,
            note: call.optional("SellerAuthorizationNote", 255)?,
            timeout_minutes: timeout
                .ok_or_else(|| constraint("TransactionTimeout", "Member must be 0 to 1440 in multiples of 5"))?,
            capture_now: call.boolean("CaptureNow")?.unwrap_or(false),
            soft_descriptor: call.optional("SoftDescriptor", 16)?,
        })
    }

    /// Makes the authorization; a synchronous one meets its fate at once.
    fn begin(self, unit: &mut Unit<'_>, call: &Call<'_>, mut order: OrderReference, fate: Fate) -> Authorization {
        let id = free_id::<Authorization>(unit, call, &order.id, 'A');
        let soft_descriptor = descriptor(unit, &order, self.soft_descriptor);
        order.authorizations.push(id.clone());
        let order_id = order.id.clone();
        unit.put(order);
        let due = self.decided_at(call, &fate).map(|at| Due { at, step: Step::Decide });
        let mut authorization = Authorization {
            id,
            order_id,
            reference_id: self.reference_id.to_owned(),
            amount: self.amount,
            capture_now: self.capture_now,
            note: self.note.map(str::to_owned),
            soft_descriptor,
            created_at: call.now,
            standing: Standing::new(State::Pending, call.now),
            soft_decline: None,
            fate,
            due,
            captures: Vec::new(),
        };
        match due {
            Some(_) => {
                let pending = authorization.standing.clone();
                unit.stand_authorization(&mut authorization, pending);
            }
            None => unit.decide(&mut authorization, call.now),
        }
        authorization
    }

    /// When an asynchronous one is decided; a synchronous one is now.
    fn decided_at(&self, call: &Call<'_>, fate: &Fate) -> Option<i64> {
        match (self.timeout_minutes, fate) {
            (0, _) => None,
            (timeout, Fate::Declined { reason: Reason::TransactionTimedOut, .. }) => Some(call.now + minutes(timeout)),
            _ => Some(call.now + ASYNCHRONOUS_MS),
        }
    }
}
