//! Chargebacks: a buyer's bank takes money back, and all that Amazon does about it here is to tell.

use super::{Chargeback, enrolment};
use crate::ledger::{Capture, OrderReference, State};
use crate::world::MovementView;
use crate::{Error, World};

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl World {
    /// A buyer disputes a capture. The answer is Amazon's id of the chargeback; none when there is
    /// no such capture or it took no money.
    ///
    /// Each call is another chargeback; no other object changes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn raise_chargeback(&self, capture_id: &str, reason: &str) -> Result<Option<String>, Error> {
        let mut owed = None;
        let id = self.work(|unit| {
            let took = |capture: &Capture| matches!(capture.standing.state, State::Completed | State::Closed);
            let Some(capture) = unit.find::<Capture>(capture_id).filter(took) else { return Ok::<_, Error>(None) };
            let chargeback = Chargeback {
                id: self.chargeback_id(),
                order_id: capture.order_id,
                capture_id: capture.id,
                reference_id: capture.reference_id,
                amount: capture.amount,
                reason: reason.to_owned(),
                created_at: self.now(),
            };
            owed = enrolment::enrol_chargeback(self, unit, &chargeback);
            let id = chargeback.id.clone();
            unit.put(chargeback);
            Ok(Some(id))
        })?;
        self.outbox().add(owed.as_slice());
        Ok(id)
    }

    /// The chargebacks of an order reference, oldest first.
    #[must_use]
    pub fn chargebacks(&self, order_id: &str) -> Vec<MovementView> {
        self.read(|tables| {
            let Some(OrderReference { id, .. }) = tables.orders.get(order_id) else { return Vec::new() };
            let mut own: Vec<&Chargeback> = tables.chargebacks.values().filter(|one| one.order_id == *id).collect();
            own.sort_by_key(|one| one.created_at);
            own.into_iter().map(view).collect()
        })
    }

    /// `C` and twelve letters and digits: five bits of a byte for each.
    fn chargeback_id(&self) -> String {
        let letters = self.dice::<12>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        std::iter::once('C').chain(letters).collect()
    }
}

fn view(chargeback: &Chargeback) -> MovementView {
    MovementView {
        what: "Chargeback",
        id: chargeback.id.clone(),
        reference_id: chargeback.reference_id.clone(),
        state: "Received",
        reason: "",
        amount: chargeback.amount.full(),
        currency: chargeback.amount.currency.clone(),
        left: String::new(),
        by_hand: false,
        created_at: chargeback.created_at,
    }
}
