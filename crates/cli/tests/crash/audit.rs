//! The auditor: reads Amazon's ledger and the shop's orders, and nothing of the gateway.

use std::collections::BTreeMap;
use std::fmt::Display;

use pagam_cli::up::House;
use serde::Deserialize;
use serde_json::Value;
use testkit::ledger::{Charge, Ledger};

/// Both sides of the story.
pub struct Books {
    orders: Vec<ShopOrder>,
    /// Charges that hold money, by their `SellerOrderId`.
    charges: BTreeMap<String, Vec<Charge>>,
}

/// An order as the shop's list tells it.
#[derive(Debug, Deserialize)]
struct ShopOrder {
    id: String,
    amount: String,
    status: String,
    paid_count: u32,
    /// Every shopTransactionId under which the order was sent to be paid.
    transactions: Vec<String>,
}

impl Books {
    /// Asks the simulator and the shop.
    pub async fn read(house: &House) -> Books {
        let amazon = house.running().simulator.join("/_simulator/ledger").expect("an address");
        let shop = house.running().shop.join("/api/orders").expect("an address");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let ledger: Value = http.get(amazon).send().await.expect("a ledger").json().await.expect("JSON");
        let asked = http.get(shop).bearer_auth(&house.local().counter_password);
        let orders: Vec<ShopOrder> = asked.send().await.expect("orders").json().await.expect("JSON");
        let mut charges: BTreeMap<String, Vec<Charge>> = BTreeMap::new();
        for charge in Ledger::read(&ledger).charges().filter(|charge| charge.holds_money()) {
            charges.entry(charge.seller_order_id.clone()).or_default().push(charge.clone());
        }
        Books { orders, charges }
    }

    /// Everything that is wrong.
    pub fn findings(&self, acknowledged: &[String]) -> Vec<String> {
        let mut findings = Vec::new();
        let mut known = 0;
        for order in &self.orders {
            let charges: Vec<&Charge> =
                order.transactions.iter().filter_map(|id| self.charges.get(id)).flatten().collect();
            known += charges.len();
            findings.extend(order.faults(&charges));
        }
        for id in acknowledged {
            if !self.orders.iter().any(|order| order.id == *id && order.is_sold()) {
                findings.push(format!("order {id} was acknowledged as paid and is lost"));
            }
        }
        let all: usize = self.charges.values().map(Vec::len).sum();
        if known != all {
            findings.push(format!("Amazon holds {all} charges, the shop's orders explain {known}"));
        }
        findings
    }

    /// Orders that the shop counts as sold.
    pub fn paid(&self) -> usize {
        self.orders.iter().filter(|order| order.is_sold()).count()
    }

    /// A sentence for the log.
    pub fn counted(&self) -> impl Display {
        format!("{} orders, {} paid, {} charges at Amazon", self.orders.len(), self.paid(), self.charges.len())
    }
}

impl ShopOrder {
    /// Amazon has authorized it at least, as far as the shop knows.
    fn is_sold(&self) -> bool {
        matches!(self.status.as_str(), "authorized" | "paid")
    }

    fn faults(&self, charges: &[&Charge]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |what: &str| faults.push(format!("order {} ({}): {what}: {charges:?}", self.id, self.status));
        match (self.status.as_str(), charges.len()) {
            ("authorized" | "paid", 1) | ("new" | "refused", 0) => {}
            ("authorized" | "paid", 0) => fault("the shop counts it as paid, Amazon holds nothing"),
            (_, 0 | 1) => fault("Amazon holds the money and the shop does not know"),
            _ => fault("charged more than once"),
        }
        if self.paid_count > 1 {
            fault("the shop acted on it twice");
        }
        if charges.iter().any(|charge| charge.amount != self.amount) {
            fault("another amount than the order's");
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shop with one order, and charges at Amazon under the identifiers given.
    fn books(status: &str, paid_count: u32, charged: &[(&str, &str)]) -> Books {
        let order = ShopOrder {
            id: "A".into(),
            amount: "5.00".into(),
            status: status.into(),
            paid_count,
            transactions: vec!["A-1".into(), "A-2".into()],
        };
        let mut charges: BTreeMap<String, Vec<Charge>> = BTreeMap::new();
        for (under, amount) in charged {
            let charge = Charge { id: "S02".into(), amount: (*amount).into(), ..Charge::default() };
            charges.entry((*under).into()).or_default().push(charge);
        }
        Books { orders: vec![order], charges }
    }

    #[test]
    fn a_right_story_has_no_findings() {
        assert_eq!(books("paid", 1, &[("A-2", "5.00")]).findings(&["A".into()]), [""; 0]);
        assert_eq!(books("refused", 0, &[]).findings(&[]), [""; 0]);
    }

    #[test]
    fn every_kind_of_loss_and_doubling_is_found() {
        let wrong = [
            books("paid", 1, &[]),
            books("refused", 0, &[("A-1", "5.00")]),
            books("new", 0, &[("A-1", "5.00")]),
            books("paid", 1, &[("A-1", "5.00"), ("A-2", "5.00")]),
            books("paid", 1, &[("A-1", "5.00"), ("A-1", "5.00")]),
            books("paid", 2, &[("A-1", "5.00")]),
            books("paid", 1, &[("A-1", "4.99")]),
            books("paid", 1, &[("A-1", "5.00"), ("B-1", "5.00")]),
        ];
        for (number, books) in wrong.iter().enumerate() {
            assert!(!books.findings(&[]).is_empty(), "number {number}");
        }
        assert!(!books("refused", 0, &[]).findings(&["A".into()]).is_empty(), "acknowledged and lost");
    }
}
