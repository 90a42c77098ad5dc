//! Amazon's ledger as the simulator shows it to auditors.

use serde::Deserialize;
use serde_json::Value;

const DECLINED: &str = "Declined";

/// All of it that matters here.
#[derive(Debug, Deserialize)]
pub struct Ledger {
    order_references: Vec<OrderReference>,
    billing_agreements: Vec<Agreement>,
}

#[derive(Debug, Deserialize)]
struct OrderReference {
    seller_order_id: Option<String>,
    ended_by_hand: bool,
    authorizations: Vec<Charge>,
    captures: Vec<Capture>,
}

/// Money that was asked for after an authorization.
#[derive(Debug, Deserialize)]
struct Capture {
    authorization_id: String,
    state: String,
    refunds: Vec<Refund>,
}

#[derive(Debug, Deserialize)]
struct Refund {
    state: String,
}

#[derive(Debug, Deserialize)]
struct Agreement {
    id: String,
    state: String,
}

/// One authorization, and what became of it.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "the names are there for whoever reads a finding")]
pub struct Charge {
    id: String,
    reference_id: String,
    state: String,
    reason: Option<String>,
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

impl Ledger {
    pub fn read(ledger: &Value) -> Ledger {
        let mut ledger = Ledger::deserialize(ledger).expect("the ledger has these fields");
        ledger.order_references.iter_mut().for_each(OrderReference::look_after);
        ledger
    }

    /// What was asked for under an identifier of the shop.
    pub fn charges_of(&self, id: &str) -> impl Iterator<Item = &Charge> {
        let of_shop = move |order: &&OrderReference| order.seller_order_id.as_deref() == Some(id);
        self.order_references.iter().filter(of_shop).flat_map(|order| &order.authorizations)
    }

    /// What was asked for under an identifier that the shop does not know.
    pub fn strangers(&self, is_known: impl Fn(&str) -> bool) -> impl Iterator<Item = &Charge> {
        let is_strange = move |order: &&OrderReference| !order.seller_order_id.as_deref().is_some_and(&is_known);
        self.order_references.iter().filter(is_strange).flat_map(|order| &order.authorizations)
    }

    pub fn taken_minor(&self) -> i64 {
        self.order_references.iter().flat_map(|order| &order.authorizations).map(|charge| charge.captured_minor).sum()
    }

    pub fn is_agreement_open(&self, id: &str) -> bool {
        self.billing_agreements.iter().any(|agreement| agreement.id == id && agreement.state != "Closed")
    }
}

impl OrderReference {
    /// Writes down with each charge what became of its captures.
    fn look_after(&mut self) {
        for charge in &mut self.authorizations {
            charge.is_ended_by_hand = self.ended_by_hand;
            for capture in self.captures.iter().filter(|capture| capture.authorization_id == charge.id) {
                charge.has_declined_capture |= capture.state == DECLINED;
                charge.has_declined_refund |= capture.refunds.iter().any(|refund| refund.state == DECLINED);
            }
        }
    }
}

impl Charge {
    /// Whether the seller had a hand in it.
    pub fn is_touched(&self) -> bool {
        self.is_ended_by_hand || self.captured_by_hand_minor > 0 || self.refunded_by_hand_minor > 0
    }

    /// Whether Amazon has ever promised the money; what was voided before anybody was told counts as never promised.
    pub fn is_approved(&self) -> bool {
        let was_voided = self.captured_minor == 0
            && !self.is_ended_by_hand
            && self.reason.as_deref() == Some("OrderReferenceCanceled");
        matches!(self.state.as_str(), "Open" | "Closed") && !was_voided
    }

    /// Whether Amazon has let go of it because it was not used in time.
    pub fn has_expired(&self) -> bool {
        self.reason.as_deref() == Some("ExpiredUnused")
    }

    /// Whether it is over with nothing taken, because it expired, its capture was declined, or the seller has ended it:
    /// the buyer has his money, and a KO is true.
    pub fn was_let_go(&self) -> bool {
        let is_ended = self.has_expired() || self.has_declined_capture || self.is_ended_by_hand;
        self.captured_minor == 0 && !self.is_open() && is_ended
    }

    pub fn is_pending(&self) -> bool {
        self.state == "Pending"
    }

    /// Whether the buyer's money is held.
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "Open" | "Pending")
    }
}
