//! What the ledger keeps of a buyer's orders: order references, agreements, and the money that
//! hangs on them.

mod agreement;
mod choice;
mod money;
mod movement;
mod order;
mod outcome;
mod word;

use serde::{Deserialize, Serialize};

pub use agreement::{AgreementAttributes, BillingAgreement, Limits};
pub use choice::{Challenge, Choice};
pub use money::{Money, NoMoney};
pub use movement::{Authorization, Capture, Fate, Movement, Refund};
pub use order::{Attributes, OrderReference};
pub use outcome::{Decline, Outcome};
pub use word::{Reason, State};

/// A postal address; empty texts are absent ones.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub name: String,
    /// The three lines; any may be empty.
    pub lines: [String; 3],
    pub city: String,
    pub state: String,
    /// Some countries have none.
    pub postal_code: String,
    /// ISO 3166, two letters.
    pub country: String,
    pub phone: String,
}

/// State, reason and time of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub state: State,
    pub reason: Option<Reason>,
    /// The merchant's own words.
    pub description: Option<String>,
    /// UTC ms of the last change; a draft has none.
    pub changed_at: Option<i64>,
}

/// What happens by itself, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// UTC ms.
    pub at: i64,
    pub step: Step,
}

/// A step that an object takes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A pending one meets its fate.
    Decide,
    /// A pending one is declined.
    Decline(Reason),
    Close(Reason),
}

/// A reference id that was used: one object for one id of a seller.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reference {
    /// Kind, environment, seller and id.
    pub key: String,
    pub object_id: String,
    /// The parent given with it.
    pub parent_id: String,
    /// All business parameters of the request, in one text.
    pub parameters: String,
}

/// A change of state, to be told to the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// From 1, without gaps.
    pub number: u64,
    pub kind: String,
    pub id: String,
    pub seller_id: String,
    pub is_sandbox: bool,
    pub state: State,
    pub reason: Option<Reason>,
    /// UTC ms.
    pub at: i64,
}

impl Standing {
    /// A state since a time.
    pub fn new(state: State, at: i64) -> Standing {
        Standing { state, reason: None, description: None, changed_at: Some(at) }
    }

    /// A state for a reason, since a time.
    pub fn because(state: State, reason: Reason, at: i64) -> Standing {
        Standing { reason: Some(reason), ..Standing::new(state, at) }
    }

    /// A draft: no time, no reason.
    pub fn draft() -> Standing {
        Standing { state: State::Draft, reason: None, description: None, changed_at: None }
    }

    /// Whether it is in this state for this reason.
    pub fn is(&self, state: State, reason: Reason) -> bool {
        self.state == state && self.reason == Some(reason)
    }
}

impl Change {
    /// Sorted as numbers are.
    pub fn key_of(number: u64) -> String {
        format!("{number:020}")
    }
}
