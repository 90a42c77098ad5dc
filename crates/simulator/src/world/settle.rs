//! The end of a confirmation: where the buyer goes on, and what an authentication says.

use super::{CARDS, World};
use crate::Error;
use crate::ledger::{Challenge, OrderReference, Standing, State, Unit};

/// How an order reference stands with the confirmation page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// Not known, or another seller's.
    Unknown,
    /// Not confirmed with return addresses, or an answer to its authentication was no.
    NotConfirmed,
    /// Nothing is asked, or it is answered well.
    Done {
        /// Where to go on.
        success_url: String,
    },
    /// The buyer must answer.
    Asked {
        /// With its currency.
        amount: String,
        /// Brand and last digits.
        card: String,
    },
}

/// How the buyer answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is me.
    Passed,
    /// The bank said no.
    Failed,
    /// Went back.
    Abandoned,
}

impl World {
    /// How an order reference of this seller stands with the confirmation page.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn confirmation(&self, id: &str, seller_id: &str) -> Result<Confirmation, Error> {
        let now = self.now();
        self.work(|unit| {
            let order = unit.ripe_order(id, now).filter(|order| order.seller_id == seller_id);
            Ok(order.map_or(Confirmation::Unknown, |order| confirmation_of(&order)))
        })
    }

    /// Writes down how the authentication ended; the answer is where the buyer goes on, nothing when none was asked.
    ///
    /// A passed one opens the order reference.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn settle(&self, id: &str, seller_id: &str, verdict: Verdict) -> Result<Option<String>, Error> {
        let now = self.now();
        self.work(|unit| {
            let asked =
                |order: &OrderReference| order.seller_id == seller_id && order.challenge == Some(Challenge::Asked);
            let Some(mut order) = unit.ripe_order(id, now).filter(asked) else { return Ok(None) };
            let (challenge, address) = match verdict {
                Verdict::Passed => (Challenge::Passed, order.success_url.clone()),
                Verdict::Failed => (Challenge::Failed, order.failure_url.clone()),
                Verdict::Abandoned => (Challenge::Abandoned, order.failure_url.clone()),
            };
            order.challenge = Some(challenge);
            match verdict {
                Verdict::Passed => unit.open_order(order, now),
                Verdict::Failed | Verdict::Abandoned => unit.put(order),
            }
            Ok(address)
        })
    }
}

fn confirmation_of(order: &OrderReference) -> Confirmation {
    let Some(success_url) = order.success_url.clone() else { return Confirmation::NotConfirmed };
    match order.challenge {
        Some(Challenge::Asked) => Confirmation::Asked { amount: amount_of(order), card: card_of(order) },
        Some(Challenge::Failed | Challenge::Abandoned) => Confirmation::NotConfirmed,
        Some(Challenge::Passed) | None => Confirmation::Done { success_url },
    }
}

fn amount_of(order: &OrderReference) -> String {
    order.attributes.total.as_ref().map_or(String::new(), |total| format!("{} {}", total.text, total.currency))
}

fn card_of(order: &OrderReference) -> String {
    let card = CARDS.iter().find(|card| order.card.as_deref() == Some(card.slug));
    card.map_or(String::new(), |card| format!("{} …{}", card.brand, card.tail))
}

impl Unit<'_> {
    /// A confirmed order reference is open from now on.
    pub(crate) fn open_order(&mut self, mut order: OrderReference, now: i64) {
        order.confirmed_at = order.confirmed_at.or(Some(now));
        order.failed_card = None;
        order.reopens_at = None;
        self.stand_order(&mut order, Standing::new(State::Open, now));
    }
}
