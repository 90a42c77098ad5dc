//! Amazon's ledger as the simulator shows it to auditors.

use serde::Deserialize;
use serde_json::Value;

/// Every authorization.
#[derive(Debug, Default)]
pub struct Ledger {
    pub charges: Vec<Charge>,
}

/// One authorization, and what became of it.
#[derive(Debug, Clone)]
pub struct Charge {
    /// The shop's identifier; empty when Amazon was told none.
    pub id: String,
    pub state: String,
    pub reason: Option<String>,
    pub minor: i64,
    pub captured_minor: i64,
    pub refunded_minor: i64,
}

#[derive(Deserialize)]
struct All {
    order_references: Vec<OrderReference>,
}

#[derive(Deserialize)]
struct OrderReference {
    seller_order_id: Option<String>,
    authorizations: Vec<Authorization>,
}

#[derive(Deserialize)]
struct Authorization {
    state: String,
    reason: Option<String>,
    amount_minor: i64,
    captured_minor: i64,
    refunded_minor: i64,
}

impl Ledger {
    pub fn read(ledger: &Value) -> Ledger {
        let all = All::deserialize(ledger).expect("the ledger has these fields");
        let of_order = |order: OrderReference| {
            let id = order.seller_order_id.unwrap_or_default();
            order.authorizations.into_iter().map(move |one| Charge {
                id: id.clone(),
                state: one.state,
                reason: one.reason,
                minor: one.amount_minor,
                captured_minor: one.captured_minor,
                refunded_minor: one.refunded_minor,
            })
        };
        Ledger { charges: all.order_references.into_iter().flat_map(of_order).collect() }
    }

    /// Those that hold or have taken the buyer's money.
    pub fn held(&self) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(|charge| charge.holds_money())
    }
}

impl Charge {
    /// Open, undecided, or closed because its money was taken.
    pub fn holds_money(&self) -> bool {
        match (self.state.as_str(), self.reason.as_deref()) {
            ("Open" | "Pending", _) => true,
            ("Closed", reason) => reason == Some("MaxCapturesProcessed") || self.captured_minor > 0,
            _ => false,
        }
    }

    pub fn is_pending(&self) -> bool {
        self.state == "Pending"
    }

    /// Whether all of this was taken, and nothing given back.
    pub fn is_of(&self, minor: i64) -> bool {
        self.minor == minor && self.captured_minor == minor && self.refunded_minor == 0
    }
}
