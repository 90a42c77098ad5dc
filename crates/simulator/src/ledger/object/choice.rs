//! What the buyer of an order reference or an agreement chose, and how far its confirmation is.

use serde::{Deserialize, Serialize};

use super::Place;

/// How a buyer's authentication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// The buyer has yet to answer.
    Asked,
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
    /// Open again because a good card was chosen, and neither confirmed nor charged since: the
    /// buyer may still choose another.
    #[serde(default)]
    pub is_reopened: bool,
}

impl Choice {
    /// The chosen card was declined: another one is needed, and nothing that was asked for this one
    /// counts.
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
        self.is_reopened = false;
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
