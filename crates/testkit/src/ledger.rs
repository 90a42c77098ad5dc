//! Amazon's ledger as the simulator shows it to auditors. Knows the ledger's JSON and nothing of those who are audited.

use serde::Deserialize;
use serde_json::Value;

/// All of it that auditors look at.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Ledger {
    #[serde(rename = "order_references")]
    pub orders: Vec<OrderReference>,
    #[serde(rename = "billing_agreements")]
    pub agreements: Vec<Agreement>,
}

/// An order reference, and what hangs on it.
#[derive(Debug, Clone, Deserialize)]
pub struct OrderReference {
    pub id: String,
    pub state: String,
    seller_order_id: Option<String>,
    ended_by_hand: bool,
    #[serde(rename = "authorizations")]
    pub charges: Vec<Charge>,
    pub captures: Vec<Capture>,
}

/// One authorization, and what became of it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Charge {
    /// The shop's identifier, as Amazon was told it with the order; empty when it was told none.
    #[serde(skip)]
    pub seller_order_id: String,
    pub id: String,
    pub reference_id: String,
    pub state: String,
    pub reason: Option<String>,
    /// As it was written: `24.21`.
    pub amount: String,
    pub amount_minor: i64,
    pub captured_minor: i64,
    pub refunded_minor: i64,
    /// Of these, what the seller did by hand.
    pub captured_by_hand_minor: i64,
    pub refunded_by_hand_minor: i64,
    /// Whether the seller has ended its order by hand.
    #[serde(skip)]
    pub is_ended_by_hand: bool,
    /// Whether Amazon has declined a capture, or a refund, that it had accepted.
    #[serde(skip)]
    pub has_declined_capture: bool,
    #[serde(skip)]
    pub has_declined_refund: bool,
}

/// Money that was asked for after an authorization.
#[derive(Debug, Clone, Deserialize)]
pub struct Capture {
    pub id: String,
    pub authorization_id: String,
    pub state: String,
    pub refunds: Vec<Refund>,
}

/// Money that was asked back.
#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    pub state: String,
}

/// A billing agreement.
#[derive(Debug, Clone, Deserialize)]
pub struct Agreement {
    pub id: String,
    pub state: String,
}

impl Ledger {
    /// Reads what the simulator says, by its door or by a call.
    pub fn read(ledger: &Value) -> Ledger {
        let mut ledger = Ledger::deserialize(ledger).expect("the ledger has these fields");
        ledger.orders.iter_mut().for_each(OrderReference::look_after);
        ledger
    }

    /// Every charge there is.
    pub fn charges(&self) -> impl Iterator<Item = &Charge> {
        self.orders.iter().flat_map(|order| &order.charges)
    }

    /// The order reference of this identifier, which must be there.
    #[track_caller]
    pub fn order(&self, id: &str) -> &OrderReference {
        self.orders.iter().find(|order| order.id == id).expect("the order reference")
    }

    /// The agreement of this identifier.
    pub fn agreement(&self, id: &str) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.id == id)
    }
}

impl OrderReference {
    /// Writes down with each charge what became of its order and of its captures.
    fn look_after(&mut self) {
        for charge in &mut self.charges {
            charge.seller_order_id = self.seller_order_id.clone().unwrap_or_default();
            charge.is_ended_by_hand = self.ended_by_hand;
            for capture in self.captures.iter().filter(|capture| capture.authorization_id == charge.id) {
                charge.has_declined_capture |= capture.state == DECLINED;
                charge.has_declined_refund |= capture.refunds.iter().any(|refund| refund.state == DECLINED);
            }
        }
    }
}

const DECLINED: &str = "Declined";

impl Charge {
    /// Whether Amazon has not decided yet.
    pub fn is_pending(&self) -> bool {
        self.state == "Pending"
    }

    /// Whether the buyer's money is held.
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "Open" | "Pending")
    }

    /// Whether the buyer's money is held or was taken: open, undecided, or closed because its money was taken.
    pub fn holds_money(&self) -> bool {
        let is_taken = self.reason.as_deref() == Some("MaxCapturesProcessed") || self.captured_minor > 0;
        self.is_open() || (self.state == "Closed" && is_taken)
    }
}
