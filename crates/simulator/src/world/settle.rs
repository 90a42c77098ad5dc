//! The end of a confirmation: where the buyer goes on, and what an authentication says.

use super::choices::by_id;
use super::{CardView, World};
use crate::Error;
use crate::ledger::{BillingAgreement, Challenge, Contract, Money, OrderReference};
use crate::world::choices::is_agreement;

/// How an order reference or an agreement stands with the confirmation page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// Not known, or another seller's.
    Unknown,
    /// Not confirmed with return addresses, or an answer to its authentication was no.
    NotConfirmed,
    /// Nothing is asked, or it is answered well.
    Done { success_url: String },
    Asked {
        /// With its currency; empty: none is fixed.
        amount: String,
        /// Brand and last digits.
        card: String,
    },
}

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
    /// How an order reference or an agreement of this seller stands with the confirmation page.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn confirmation(&self, id: &str, seller_id: &str) -> Result<Confirmation, Error> {
        by_id!(id, |Kind| self.confirmation_in::<Kind>(id, seller_id))
    }

    fn confirmation_in<T: Asking>(&self, id: &str, seller_id: &str) -> Result<Confirmation, Error> {
        let now = self.now();
        self.work(|unit| {
            let own = T::ripe(unit, id, now).filter(|it| it.seller_id() == seller_id);
            Ok(own.map_or(Confirmation::Unknown, |it| confirmation_of(&it)))
        })
    }

    /// Writes down how the authentication ended; the answer is where the buyer goes on, nothing
    /// when none was asked.
    ///
    /// A passed one opens the order reference or the agreement.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn settle(&self, id: &str, seller_id: &str, verdict: Verdict) -> Result<Option<String>, Error> {
        by_id!(id, |Kind| self.settle_in::<Kind>(id, seller_id, verdict))
    }

    fn settle_in<T: Contract>(&self, id: &str, seller_id: &str, verdict: Verdict) -> Result<Option<String>, Error> {
        let now = self.now();
        self.work(|unit| {
            // An ended order or agreement has nothing to confirm.
            let asked = |it: &T| {
                it.seller_id() == seller_id
                    && (it.is_draft() || it.is_alive())
                    && it.choice().challenge == Some(Challenge::Asked)
            };
            let Some(mut own) = T::ripe(unit, id, now).filter(asked) else { return Ok(None) };
            let choice = own.choice_mut();
            let (challenge, address) = match verdict {
                Verdict::Passed => (Challenge::Passed, choice.success_url.clone()),
                Verdict::Failed => (Challenge::Failed, choice.failure_url.clone()),
                Verdict::Abandoned => (Challenge::Abandoned, choice.failure_url.clone()),
            };
            choice.challenge = Some(challenge);
            match verdict {
                Verdict::Passed => unit.open(&mut own, now),
                Verdict::Failed | Verdict::Abandoned => unit.put(own),
            }
            Ok(address)
        })
    }
}

/// What the bank asks the buyer about.
trait Asking: Contract {
    /// With its currency; empty: no amount is fixed.
    fn amount(&self) -> String;
}

impl Asking for OrderReference {
    fn amount(&self) -> String {
        self.attributes.total.as_ref().map_or(String::new(), Money::full)
    }
}

impl Asking for BillingAgreement {
    fn amount(&self) -> String {
        self.attributes.subscription_amount.as_ref().map_or(String::new(), Money::full)
    }
}

fn confirmation_of(contract: &impl Asking) -> Confirmation {
    let choice = contract.choice();
    let Some(success_url) = choice.success_url.clone() else { return Confirmation::NotConfirmed };
    match choice.challenge {
        Some(Challenge::Asked) => {
            Confirmation::Asked { amount: contract.amount(), card: CardView::name_of(choice.card.as_deref()) }
        }
        Some(Challenge::Failed | Challenge::Abandoned) => Confirmation::NotConfirmed,
        Some(Challenge::Passed) | None => Confirmation::Done { success_url },
    }
}
