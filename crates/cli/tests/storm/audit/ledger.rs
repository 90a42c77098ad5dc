//! Amazon's ledger as the simulator shows it to auditors.

use serde::Deserialize;
use serde_json::Value;

/// All of it that matters here.
#[derive(Debug, Deserialize)]
pub struct Ledger {
    order_references: Vec<OrderReference>,
    billing_agreements: Vec<Agreement>,
}

#[derive(Debug, Deserialize)]
struct OrderReference {
    seller_order_id: Option<String>,
    authorizations: Vec<Charge>,
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
}

impl Ledger {
    pub fn read(ledger: &Value) -> Ledger {
        Ledger::deserialize(ledger).expect("the ledger has these fields")
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

    pub fn is_agreement_open(&self, id: &str) -> bool {
        self.billing_agreements.iter().any(|agreement| agreement.id == id && agreement.state != "Closed")
    }
}

impl Charge {
    /// Whether Amazon has ever promised the money; what was voided before anybody was told counts as never promised.
    pub fn is_approved(&self) -> bool {
        let was_voided = self.captured_minor == 0 && self.reason.as_deref() == Some("OrderReferenceCanceled");
        matches!(self.state.as_str(), "Open" | "Closed") && !was_voided
    }

    pub fn is_pending(&self) -> bool {
        self.state == "Pending"
    }

    /// Whether the buyer's money is held.
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "Open" | "Pending")
    }
}
