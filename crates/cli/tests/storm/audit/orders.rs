//! What the shop's orders came to, over all identifiers that it has spent on each.

use std::collections::BTreeMap;

use testkit::ledger::{Charge, Ledger};

use super::ledger::Judged;
use crate::shop::Books;

/// Orders for which Amazon has promised or taken more than they cost. A shop that believes a KO
/// charges again: then a KO was said of something that happened.
pub fn paid_twice(ledger: &Ledger, books: &Books) -> Vec<String> {
    let mut orders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, sale) in &books.sales {
        orders.entry(&sale.order).or_default().push(id);
    }
    let mut findings = Vec::new();
    for (order, ids) in orders.into_iter().filter(|(_, ids)| ids.len() > 1) {
        let charges: Vec<&Charge> = ledger
            .charges()
            .filter(|charge| ids.contains(&&*charge.seller_order_id))
            .filter(|charge| charge.is_approved() && !charge.was_let_go())
            .collect();
        let (promised, price) =
            (charges.iter().map(|charge| charge.amount_minor).sum::<i64>(), books.sales[ids[0]].minor);
        if promised > price {
            findings.push(format!("the order {order} of {price} is paid twice, under {ids:?}: {charges:?}"));
        }
    }
    findings
}
