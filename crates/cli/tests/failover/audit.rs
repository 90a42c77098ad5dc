//! The auditor. Reads Amazon's ledger, the database by plain SQL, the demo shop's orders and what
//! people were told, and shares no code with gateway and store.

pub mod rows;

use std::collections::{BTreeMap, BTreeSet};

use pagam::Status;
use serde::Deserialize;
use testkit::ledger::Charge;

use self::rows::{Notice, Payment};
use crate::shops::{ABBONAMENTI, BOTTEGA};

/// How a payment ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Paid,
    /// No money moved.
    Refused,
    Pending,
}

/// By what way somebody was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A buyer, by the shop's page.
    Page,
    /// A caller, by the answer to his charge.
    Call,
    /// A caller who asked later, because there was no answer.
    Asked,
}

/// What somebody was told.
#[derive(Debug, Clone)]
pub struct Told {
    pub way: Way,
    pub shop: &'static str,
    /// The identifiers under which the order was sent to be paid.
    pub ids: Vec<String>,
    pub verdict: Verdict,
    pub minor: i64,
    /// The gateway's number, when he was told one.
    pub number: Option<String>,
}

/// A notice that the shop of the tokens heard.
#[derive(Debug, Clone)]
pub struct Heard {
    pub id: String,
    pub verdict: Verdict,
}

/// An order as the demo shop's list tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Order {
    status: String,
    paid_count: u32,
    bank_transaction_id: Option<String>,
    transactions: Vec<String>,
}

/// All sides of the story.
pub struct Evidence {
    /// What was asked of Amazon, as its ledger has it.
    pub charges: Vec<Charge>,
    pub payments: Vec<Payment>,
    pub notices: Vec<Notice>,
    pub orders: Vec<Order>,
    pub told: Vec<Told>,
    pub heard: Vec<Heard>,
}

impl Evidence {
    /// Every contradiction.
    pub fn findings(&self) -> Vec<String> {
        [self.of_amazon(), self.of_payments(), self.of_numbers(), self.of_told(), self.of_orders(), self.of_notices()]
            .concat()
    }

    /// A sentence for the log.
    pub fn counted(&self) -> String {
        let paid = self.payments.iter().filter(|payment| payment.is_paid()).count();
        format!(
            "{} payments in the database, {paid} paid; {} charges at Amazon; {} orders; {} notices, {} heard by listener",
            self.payments.len(),
            self.held().count(),
            self.orders.len(),
            self.notices.len(),
            self.heard.len()
        )
    }

    /// Whether all that is to be told of has happened: paid and refused, on the page and by call.
    pub fn is_telling(&self) -> bool {
        let told = |way: Way, verdict: Verdict| self.told.iter().any(|told| told.way == way && told.verdict == verdict);
        told(Way::Page, Verdict::Paid) && told(Way::Page, Verdict::Refused) && told(Way::Call, Verdict::Paid)
    }

    /// Amazon holds nothing that is not some payment's, nothing twice, and nothing undecided.
    fn of_amazon(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut charged: BTreeMap<&str, Vec<&Charge>> = BTreeMap::new();
        for charge in &self.charges {
            if charge.is_pending() {
                wrong.push(format!("Amazon has not decided: {charge:?}"));
            }
            if charge.holds_money() {
                charged.entry(&charge.seller_order_id).or_default().push(charge);
            }
        }
        for (id, charges) in charged {
            if charges.len() > 1 {
                wrong.push(format!("{id}: charged {} times: {charges:?}", charges.len()));
            }
            if !self.payments_of(id).any(Payment::is_paid) {
                wrong.push(format!("{id}: Amazon holds the money, no payment in the database is paid: {charges:?}"));
            }
        }
        wrong
    }

    /// What is paid in the database is held at Amazon, to the cent; nothing is left undecided.
    fn of_payments(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut paid_ids = BTreeSet::new();
        for payment in &self.payments {
            if !payment.is_over() {
                wrong.push(format!("unresolved: {payment:?}"));
            }
            if !payment.is_paid() {
                continue;
            }
            if !paid_ids.insert((&payment.shop, &payment.id)) {
                wrong.push(format!("{}: two payments are paid under one identifier", payment.id));
            }
            let held: Vec<&Charge> = self.held().filter(|charge| charge.seller_order_id == payment.id).collect();
            if held.is_empty() {
                wrong.push(format!("paid, and Amazon holds nothing: {payment:?}"));
            }
            wrong.extend(held.iter().filter(|charge| !is_of(charge, payment.minor)).map(|charge| {
                format!("{}: {} in the database, another amount at Amazon: {charge:?}", payment.id, payment.minor)
            }));
        }
        wrong
    }

    fn of_numbers(&self) -> Vec<String> {
        let mut seen = BTreeMap::new();
        let numbered = self.payments.iter().filter_map(|payment| Some((payment, payment.number?)));
        numbered
            .filter_map(|(payment, number)| {
                let first = seen.insert((&payment.shop, number), payment)?;
                Some(format!("number {number} is given to {} and to {}", first.id, payment.id))
            })
            .collect()
    }

    /// Whatever anybody was told is so.
    fn of_told(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for told in &self.told {
            let of_it = |payment: &&Payment| payment.shop == told.shop && told.ids.contains(&payment.id);
            let paid: Vec<&Payment> = self.payments.iter().filter(of_it).filter(|payment| payment.is_paid()).collect();
            let mut fault = |what: &str| wrong.push(format!("{what}: {told:?}, {paid:?}"));
            match (told.verdict, paid.as_slice()) {
                (Verdict::Paid, []) => fault("told paid, and it is lost"),
                (Verdict::Paid, [one]) => {
                    if one.minor != told.minor {
                        fault("told another amount");
                    }
                    if one.number.map(|number| number.to_string()) != told.number {
                        fault("told another number");
                    }
                }
                (Verdict::Refused, [_, ..]) => fault("told refused, and it is paid"),
                (Verdict::Paid, _) => fault("told paid once, and it is paid twice"),
                (Verdict::Refused, []) | (Verdict::Pending, _) => {}
            }
            let held = self.held().any(|charge| told.ids.contains(&charge.seller_order_id));
            match told.verdict {
                Verdict::Paid if !held => fault("told paid, and Amazon holds nothing"),
                Verdict::Refused if held => fault("told refused, and Amazon holds the money"),
                Verdict::Paid | Verdict::Refused | Verdict::Pending => {}
            }
        }
        wrong
    }

    /// The demo shop has heard how each visit ended, and acted once.
    fn of_orders(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for order in &self.orders {
            let of_it = |payment: &&Payment| payment.shop == BOTTEGA && order.transactions.contains(&payment.id);
            let visits: Vec<&Payment> = self.payments.iter().filter(of_it).collect();
            let paid = visits.iter().find(|payment| payment.is_paid());
            let mut fault = |what: &str| wrong.push(format!("{what}: {order:?}, {visits:?}"));
            let number = paid.and_then(|payment| payment.number).map(|number| number.to_string());
            match order.status.as_str() {
                "authorized" | "paid" if paid.is_none() => fault("paid for the shop, not for the gateway"),
                "authorized" | "paid" if number != order.bank_transaction_id => fault("paid under another number"),
                "authorized" | "paid" => {}
                _ if paid.is_some() => fault("paid, and the shop never heard it"),
                "new" | "pending" if !visits.is_empty() => fault("over, and the shop never heard it"),
                _ => {}
            }
            if order.paid_count > 1 {
                fault("the shop acted twice");
            }
        }
        wrong
    }

    /// Every notice is delivered; what must be told has one; what was heard is so.
    fn of_notices(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let left = self.notices.iter().filter(|notice| !notice.is_heard());
        wrong.extend(left.map(|notice| format!("not delivered: {notice:?}")));
        for payment in self.payments.iter().filter(|payment| payment.is_of_page() && payment.is_told_when_over()) {
            let is_told = self.notices.iter().any(|notice| notice.is_of(payment));
            if !is_told {
                wrong.push(format!("over, and there is no notice: {payment:?}"));
            }
        }
        for heard in &self.heard {
            let mut of_it = self.payments_of(&heard.id).filter(|payment| payment.shop == ABBONAMENTI);
            if heard.verdict == Verdict::Paid && !of_it.any(|payment| payment.is_paid() || payment.is_agreed()) {
                wrong.push(format!("the shop heard it paid, and it is lost: {heard:?}"));
            }
        }
        let charges = |told: &&Told| told.way == Way::Call && told.verdict == Verdict::Pending;
        for told in self.told.iter().filter(charges) {
            let is_heard = |heard: &Heard| told.ids.contains(&heard.id) && heard.verdict != Verdict::Pending;
            if !self.heard.iter().any(is_heard) {
                wrong.push(format!("told pending, and the shop never heard the end: {told:?}"));
            }
        }
        wrong
    }

    /// Charges that hold or have taken the buyer's money.
    fn held(&self) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(|charge| charge.holds_money())
    }

    fn payments_of<'e>(&'e self, id: &'e str) -> impl Iterator<Item = &'e Payment> {
        self.payments.iter().filter(move |payment| payment.id == id)
    }
}

/// Whether all of this was taken, and nothing given back.
fn is_of(charge: &Charge, minor: i64) -> bool {
    charge.amount_minor == minor && charge.captured_minor == minor && charge.refunded_minor == 0
}

impl From<Status> for Verdict {
    fn from(status: Status) -> Verdict {
        match status {
            Status::Paid => Verdict::Paid,
            Status::Refused { .. } => Verdict::Refused,
            Status::Pending => Verdict::Pending,
        }
    }
}

#[cfg(test)]
mod tests;
