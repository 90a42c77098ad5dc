//! Order references and the money that hangs on them, as the ledger keeps them.

mod money;
mod word;

use serde::{Deserialize, Serialize};

pub use money::{Money, NoMoney};
pub use word::{Reason, State};

/// A postal address; empty texts are absent ones.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Full name.
    pub name: String,
    /// The three lines; any may be empty.
    pub lines: [String; 3],
    /// Town.
    pub city: String,
    /// Province, region, state.
    pub state: String,
    /// Some countries have none.
    pub postal_code: String,
    /// ISO 3166, two letters.
    pub country: String,
    /// Telephone.
    pub phone: String,
}

/// State, reason and time of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// Why.
    pub reason: Option<Reason>,
    /// The merchant's own words.
    pub description: Option<String>,
    /// UTC ms of the last change; a draft has none.
    pub changed_at: Option<i64>,
}

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

/// An order reference.
#[derive(Clone, Serialize, Deserialize)]
pub struct OrderReference {
    /// `S02-…`, `P02-…`
    pub id: String,
    /// Whose shop.
    pub seller_id: String,
    /// Through which client.
    pub client_id: String,
    /// Whose order.
    pub buyer_id: String,
    /// Sandbox, else live.
    pub is_sandbox: bool,
    /// UTC ms.
    pub created_at: i64,
    /// Where it stands.
    pub standing: Standing,
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
    /// What the merchant set.
    pub attributes: Attributes,
    /// First confirmation, UTC ms.
    pub confirmed_at: Option<i64>,
    /// Where the buyer goes on with `Success`.
    pub success_url: Option<String>,
    /// Where the buyer goes on otherwise.
    pub failure_url: Option<String>,
    /// The authentication of the chosen card.
    pub challenge: Option<Challenge>,
    /// Closed by itself unless authorized until then, UTC ms.
    pub authorize_before: Option<i64>,
    /// Open again by itself at this time, UTC ms: a simulated change of the payment method.
    pub reopens_at: Option<i64>,
    /// Ids, oldest first.
    pub authorizations: Vec<String>,
}

/// What `SetOrderReferenceDetails` sets; each call overwrites all of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Attributes {
    /// The total.
    pub total: Option<Money>,
    /// The merchant's number.
    pub seller_order_id: Option<String>,
    /// Name of the shop.
    pub store_name: Option<String>,
    /// Free text.
    pub custom_information: Option<String>,
    /// JSON text.
    pub supplementary_data: Option<String>,
    /// A note; in the sandbox it may ask for a constraint.
    pub seller_note: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// Marketplaces only.
    pub request_payment_authorization: bool,
    /// The note asks for the constraint PaymentMethodNotAllowed.
    pub is_method_refused: bool,
}

/// What becomes of an authorization, known when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It is approved.
    Approved,
    /// It is approved and closed by itself after this many ms.
    ClosedAfter(Reason, i64),
    /// It is declined.
    Declined {
        /// Why.
        reason: Reason,
        /// With InvalidPaymentMethod.
        soft: bool,
        /// An asynchronous one: the order reference is open again after this many ms.
        reopens_after_ms: Option<i64>,
    },
}

/// What happens by itself, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// UTC ms.
    pub at: i64,
    /// What.
    pub step: Step,
}

/// A step that an object takes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A pending one meets its fate.
    Decide,
    /// It is closed.
    Close(Reason),
}

/// An authorization.
#[derive(Clone, Serialize, Deserialize)]
pub struct Authorization {
    /// `S02-…-A031776`
    pub id: String,
    /// Its order reference.
    pub order_id: String,
    /// The caller's id.
    pub reference_id: String,
    /// What was asked.
    pub amount: Money,
    /// Whether to take the money at once.
    pub capture_now: bool,
    /// The caller's note.
    pub note: Option<String>,
    /// With `AMZ*`.
    pub soft_descriptor: String,
    /// UTC ms.
    pub created_at: i64,
    /// Where it stands.
    pub standing: Standing,
    /// With InvalidPaymentMethod.
    pub soft_decline: Option<bool>,
    /// What becomes of it.
    pub fate: Fate,
    /// What happens next by itself.
    pub due: Option<Due>,
    /// Ids; at most one.
    pub captures: Vec<String>,
}

/// A capture.
#[derive(Clone, Serialize, Deserialize)]
pub struct Capture {
    /// `S02-…-C031776`
    pub id: String,
    /// Its authorization.
    pub authorization_id: String,
    /// The order reference.
    pub order_id: String,
    /// The caller's id.
    pub reference_id: String,
    /// What is taken.
    pub amount: Money,
    /// The caller's note.
    pub note: Option<String>,
    /// With `AMZ*`.
    pub soft_descriptor: String,
    /// UTC ms.
    pub created_at: i64,
    /// Where it stands.
    pub standing: Standing,
    /// What happens next by itself.
    pub due: Option<Due>,
    /// Ids, oldest first.
    pub refunds: Vec<String>,
}

/// A refund.
#[derive(Clone, Serialize, Deserialize)]
pub struct Refund {
    /// `S02-…-R019346`
    pub id: String,
    /// Its capture.
    pub capture_id: String,
    /// The order reference.
    pub order_id: String,
    /// The caller's id.
    pub reference_id: String,
    /// What is given back.
    pub amount: Money,
    /// The caller's note.
    pub note: Option<String>,
    /// With `AMZ*`.
    pub soft_descriptor: String,
    /// UTC ms.
    pub created_at: i64,
    /// Where it stands.
    pub standing: Standing,
    /// Whether it will be declined.
    pub is_refused: bool,
    /// What happens next by itself.
    pub due: Option<Due>,
}

/// A reference id that was used: one object for one id of a seller.
#[derive(Clone, Serialize, Deserialize)]
pub struct Reference {
    /// Kind, environment, seller and id.
    pub key: String,
    /// The object it named.
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
    /// Which kind of object.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Whose.
    pub seller_id: String,
    /// In which environment.
    pub is_sandbox: bool,
    /// The new state.
    pub state: State,
    /// Its reason.
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

impl OrderReference {
    /// Whether the buyer may still change address and card, as a draft.
    pub fn is_draft(&self) -> bool {
        self.standing.state == State::Draft
    }

    /// Open or suspended: alive and confirmed at least once.
    pub fn is_alive(&self) -> bool {
        matches!(self.standing.state, State::Open | State::Suspended)
    }
}

impl Authorization {
    /// Money promised or asked for: it counts against the total.
    pub fn holds_money(&self) -> bool {
        matches!(self.standing.state, State::Pending | State::Open)
            || self.standing.is(State::Closed, Reason::MaxCapturesProcessed)
    }
}

impl Change {
    /// Sorted as numbers are.
    pub fn key_of(number: u64) -> String {
        format!("{number:020}")
    }
}
