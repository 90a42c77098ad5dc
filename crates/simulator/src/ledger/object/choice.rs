//! What order references and agreements have in common: a buyer chooses an address and a card at a merchant's, and the merchant confirms.

use serde::{Deserialize, Serialize};

use super::{BillingAgreement, OrderReference, Place, Standing, State};
use crate::ledger::tables::Kept;
use crate::ledger::unit::Unit;

/// How a buyer's authentication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// The buyer has yet to answer.
    Asked,
    /// It is the buyer.
    Passed,
    /// The bank said no.
    Failed,
    /// The buyer went back.
    Abandoned,
}

/// What the buyer chose, and how its confirmation stands.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Choice {
    /// Whether an address book shows it: then an address must be chosen.
    pub wants_address: bool,
    /// The chosen entry of the address book.
    pub address_id: Option<String>,
    /// What was in it when it was chosen.
    pub destination: Option<Place>,
    /// Slug of the chosen card.
    pub card: Option<String>,
    /// The card that was declined last.
    pub failed_card: Option<String>,
    /// First confirmation, UTC ms.
    pub confirmed_at: Option<i64>,
    /// Where the buyer goes on with `Success`.
    pub success_url: Option<String>,
    /// Where the buyer goes on otherwise.
    pub failure_url: Option<String>,
    /// The authentication of the chosen card.
    pub challenge: Option<Challenge>,
    /// Open again by itself at this time, UTC ms: a simulated change of the payment method.
    pub reopens_at: Option<i64>,
}

/// What a buyer agrees to at a merchant's: an order reference or an agreement.
pub trait Contract: Kept {
    /// The word for its kind in the outbox.
    const WORD: &'static str;
    /// Amazon's id.
    fn id(&self) -> &str;
    /// Whose shop.
    fn seller_id(&self) -> &str;
    /// Who buys.
    fn buyer_id(&self) -> &str;
    /// Sandbox, else live.
    fn is_sandbox(&self) -> bool;
    /// UTC ms.
    fn created_at(&self) -> i64;
    /// Where it stands.
    fn standing(&self) -> &Standing;
    /// Where it stands, to be moved by a unit.
    fn standing_mut(&mut self) -> &mut Standing;
    /// What the buyer chose.
    fn choice(&self) -> &Choice;
    /// What the buyer chose, to be changed.
    fn choice_mut(&mut self) -> &mut Choice;
    /// The one of this id as it stands now, every step that was due being done.
    fn ripe(unit: &mut Unit<'_>, id: &str, now: i64) -> Option<Self>;

    /// Whether the buyer may still change everything.
    fn is_draft(&self) -> bool {
        self.standing().state == State::Draft
    }

    /// Open or suspended: alive and confirmed at least once.
    fn is_alive(&self) -> bool {
        matches!(self.standing().state, State::Open | State::Suspended)
    }

    /// Whether it waits for another card.
    fn is_suspended(&self) -> bool {
        self.standing().state == State::Suspended
    }
}

impl Choice {
    /// The chosen card was declined: another one is needed, and nothing that was asked for this one counts.
    pub fn lose_card(&mut self, reopens_at: Option<i64>) {
        self.failed_card = self.card.take();
        self.reopens_at = reopens_at;
        self.forget_confirmation();
    }

    /// A card is chosen. What was asked for another one is void.
    pub fn take_card(&mut self, slug: &str) {
        if self.card.as_deref() != Some(slug) {
            self.forget_confirmation();
        }
        self.card = Some(slug.to_owned());
    }

    /// It is open from now on.
    pub fn open(&mut self, now: i64) {
        self.confirmed_at = self.confirmed_at.or(Some(now));
        self.failed_card = None;
        self.reopens_at = None;
    }

    /// Whether the card that was declined is still, or again, the chosen one.
    pub fn has_failed_card(&self) -> bool {
        self.card.is_some() && self.card == self.failed_card
    }

    /// Whether an authentication stands between it and its confirmation.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.challenge, Some(Challenge::Asked | Challenge::Failed | Challenge::Abandoned))
    }

    fn forget_confirmation(&mut self) {
        self.challenge = None;
        self.success_url = None;
        self.failure_url = None;
    }
}

/// The parts that a contract names by its own fields.
macro_rules! contract {
    ($name:ident = $word:literal, |$unit:ident, $id:ident, $now:ident| $ripe:expr) => {
        impl Contract for $name {
            const WORD: &'static str = $word;

            fn id(&self) -> &str {
                &self.id
            }

            fn seller_id(&self) -> &str {
                &self.seller_id
            }

            fn buyer_id(&self) -> &str {
                &self.buyer_id
            }

            fn is_sandbox(&self) -> bool {
                self.is_sandbox
            }

            fn created_at(&self) -> i64 {
                self.created_at
            }

            fn standing(&self) -> &Standing {
                &self.standing
            }

            fn standing_mut(&mut self) -> &mut Standing {
                &mut self.standing
            }

            fn choice(&self) -> &Choice {
                &self.choice
            }

            fn choice_mut(&mut self) -> &mut Choice {
                &mut self.choice
            }

            fn ripe($unit: &mut Unit<'_>, $id: &str, $now: i64) -> Option<Self> {
                $ripe
            }
        }
    };
}

contract!(OrderReference = "OrderReference", |unit, id, now| unit.ripe_order(id, now));
contract!(BillingAgreement = "agreement", |unit, id, now| unit.ripe_agreement(id, now));
