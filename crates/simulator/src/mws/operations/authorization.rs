//! What `Authorize` and `AuthorizeOnBillingAgreement` share: what they ask for, and how an
//! authorization begins.

use crate::faults::{Fault, Simulation, captures_late, fate_of};
use crate::ledger::{
    ASYNCHRONOUS_MS, Authorization, Due, Fate, Money, OrderReference, Reason, Standing, State, Step, Unit, minutes,
};
use crate::mws::call::Call;
use crate::mws::parameters::constraint;
use crate::refusal::Refusal;

/// `TransactionTimeout` when the caller says none.
const LONGEST_MINUTES: i64 = 1440;

/// What a caller asks for.
pub struct Asked<'c> {
    /// The caller's id.
    pub reference_id: &'c str,
    pub amount: Money,
    note: Option<&'c str>,
    simulation: Option<Simulation>,
    timeout_minutes: i64,
    capture_now: bool,
    soft_descriptor: Option<&'c str>,
}

impl<'c> Asked<'c> {
    /// Reads the parameters that both operations have.
    pub fn read(call: &'c Call<'_>) -> Result<Asked<'c>, Refusal> {
        let timeout = match call.optional("TransactionTimeout", 4)? {
            None => Some(LONGEST_MINUTES),
            Some(text) => {
                text.parse().ok().filter(|minutes| (0..=LONGEST_MINUTES).contains(minutes) && minutes % 5 == 0)
            }
        };
        let note = call.optional("SellerAuthorizationNote", 255)?;
        Ok(Asked {
            reference_id: call.reference_id("AuthorizationReferenceId")?,
            amount: call.money("AuthorizationAmount")?,
            note,
            simulation: if call.is_sandbox { Simulation::of_authorization(note)? } else { None },
            timeout_minutes: timeout
                .ok_or_else(|| constraint("TransactionTimeout", "Member must be 0 to 1440 in multiples of 5"))?,
            capture_now: call.boolean("CaptureNow")?.unwrap_or(false),
            soft_descriptor: call.optional("SoftDescriptor", 16)?,
        })
    }

    /// Makes the authorization, and says what is to go wrong with the answer. A synchronous one
    /// meets its fate at once.
    pub fn begin(
        self,
        unit: &mut Unit<'_>,
        call: &Call<'_>,
        mut order: OrderReference,
    ) -> (Authorization, Option<Fault>) {
        let card = order.choice.card.clone().unwrap_or_default();
        let fate = fate_of(&order.choice, self.simulation.as_ref(), self.timeout_minutes > 0);
        let id = call.world.free_movement_id::<Authorization>(unit, &order.id, 'A');
        let soft_descriptor = unit.tables().soft_descriptor(&order, self.soft_descriptor);
        order.authorizations.push(id.clone());
        order.choice.is_reopened = false;
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
            captures_late: captures_late(&card),
            capture_outcome: call.world.capture_outcome(),
            captures: Vec::new(),
        };
        match due {
            Some(_) => {
                let pending = authorization.standing.clone();
                unit.stand_authorization(&mut authorization, pending);
            }
            None => unit.decide(&mut authorization, call.now),
        }
        (authorization, Fault::of_card(&card))
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
