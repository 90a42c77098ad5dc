//! What order references and agreements have in common: a buyer chooses an address and a card at a
//! merchant's, and the merchant confirms. Choosing, confirming and authenticating are written once,
//! for both.

use super::object::{BillingAgreement, Choice, OrderReference, Standing, State};
use super::tables::Kept;
use super::unit::Unit;

/// What a buyer agrees to at a merchant's: an order reference or an agreement.
pub trait Contract: Kept {
    /// The word for its kind in the outbox.
    const WORD: &'static str;
    fn id(&self) -> &str;
    fn seller_id(&self) -> &str;
    fn buyer_id(&self) -> &str;
    fn is_sandbox(&self) -> bool;
    /// UTC ms.
    fn created_at(&self) -> i64;
    fn standing(&self) -> &Standing;
    /// Where it stands, to be moved by a unit.
    fn standing_mut(&mut self) -> &mut Standing;
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

    /// Whether a widget lets the buyer choose a card.
    fn card_may_change(&self) -> bool {
        self.is_draft() || self.is_suspended() || (self.is_alive() && self.choice().is_reopened)
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
