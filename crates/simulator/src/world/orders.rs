//! Order references as the widgets make them, and as Seller Central and the account page show them.

use std::collections::BTreeMap;

use super::{AddressView, MovementView, OrderView, World};
use crate::Error;
use crate::ledger::{Attributes, Choice, Contract, OrderReference, Standing};

/// What a widget makes an order reference or an agreement of.
#[derive(Debug, Clone)]
pub struct NewOrder<'a> {
    /// The seller of the client.
    pub seller_id: &'a str,
    /// The client that the buyer signed in for.
    pub client_id: &'a str,
    pub is_sandbox: bool,
    pub buyer_id: &'a str,
    /// Whether an address book makes it: an address must be chosen then.
    pub wants_address: bool,
}

impl World {
    /// A new draft.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new_order(&self, new: &NewOrder<'_>) -> Result<OrderView, Error> {
        let now = self.now();
        self.work(|unit| {
            let order = OrderReference {
                id: self.free_id::<OrderReference>(unit, if new.is_sandbox { 'S' } else { 'P' }),
                seller_id: new.seller_id.to_owned(),
                client_id: new.client_id.to_owned(),
                buyer_id: new.buyer_id.to_owned(),
                is_sandbox: new.is_sandbox,
                created_at: now,
                standing: Standing::draft(),
                choice: Choice { wants_address: new.wants_address, ..Choice::default() },
                attributes: Attributes::default(),
                numbered_at: None,
                ended_by_hand: false,
                agreement_id: None,
                authorize_before: None,
                authorizations: Vec::new(),
            };
            let view = OrderView::of(&order);
            unit.put(order);
            Ok(view)
        })
    }

    /// An order reference as it stands now.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn order(&self, id: &str) -> Result<Option<OrderView>, Error> {
        let now = self.now();
        self.work(|unit| Ok(unit.ripe_order(id, now).as_ref().map(OrderView::of)))
    }

    /// The newest order references, at most `most`, and how many there are; of one buyer, or of
    /// all.
    ///
    /// # Errors
    /// As [`World::order`].
    pub fn newest_orders(&self, buyer_id: Option<&str>, most: usize) -> Result<(Vec<OrderView>, usize), Error> {
        let now = self.now();
        self.work(|unit| {
            let (ids, all) = newest(&unit.tables().orders, buyer_id, most);
            let ripe = ids.iter().filter_map(|id| unit.ripe_order(id, now));
            Ok((ripe.map(|order| OrderView::of(&order)).collect(), all))
        })
    }

    /// How many order references each seller has.
    #[must_use]
    pub fn order_counts(&self) -> BTreeMap<String, usize> {
        self.read(|tables| counts(&tables.orders))
    }

    /// Authorizations of an order reference, each followed by its captures and their refunds.
    ///
    /// # Errors
    /// As [`World::order`].
    pub fn movements(&self, id: &str) -> Result<Vec<MovementView>, Error> {
        let now = self.now();
        self.work(|unit| {
            let Some(order) = unit.ripe_order(id, now) else { return Ok(Vec::new()) };
            let tables = unit.tables();
            let mut movements = Vec::new();
            for authorization in order.authorizations.iter().filter_map(|id| tables.authorizations.get(id)) {
                movements.push(MovementView::of_authorization(authorization));
                for capture in authorization.captures.iter().filter_map(|id| tables.captures.get(id)) {
                    movements.push(MovementView::of_capture(tables, capture));
                    let refunds = capture.refunds.iter().filter_map(|id| tables.refunds.get(id));
                    movements.extend(refunds.map(MovementView::of_refund));
                }
            }
            Ok(movements)
        })
    }

    /// Where the goods of an order reference go; nothing until an address is chosen.
    #[must_use]
    pub fn destination(&self, id: &str) -> Option<AddressView> {
        self.read(|tables| tables.orders.get(id)?.choice.destination.as_ref().map(AddressView::of_place))
    }

    /// Does for all agreements and order references what was due.
    pub(crate) fn ripen_all(&self) -> Result<(), Error> {
        let now = self.now();
        self.work(|unit| {
            let agreements: Vec<String> = unit.tables().agreements.keys().cloned().collect();
            // Those of an agreement ripen with it.
            let alone = unit.tables().orders.values().filter(|order| order.agreement_id.is_none());
            let orders: Vec<String> = alone.map(|order| order.id.clone()).collect();
            agreements.iter().for_each(|id| drop(unit.ripe_agreement(id, now)));
            orders.iter().for_each(|id| drop(unit.ripe_order(id, now)));
            Ok(())
        })
    }
}

/// How many of a table each seller has.
pub(super) fn counts<T: Contract>(table: &BTreeMap<String, T>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for contract in table.values() {
        *counts.entry(contract.seller_id().to_owned()).or_default() += 1;
    }
    counts
}

/// Ids of the newest, at most `most`, and how many there are; of one buyer, or of all.
pub(super) fn newest<T: Contract>(
    table: &BTreeMap<String, T>,
    buyer_id: Option<&str>,
    most: usize,
) -> (Vec<String>, usize) {
    let own = table.values().filter(|it| buyer_id.is_none_or(|buyer| it.buyer_id() == buyer));
    let mut found: Vec<(i64, &str)> = own.map(|it| (it.created_at(), it.id())).collect();
    let all = found.len();
    found.sort_unstable_by(|a, b| b.cmp(a));
    (found.into_iter().take(most).map(|(_, id)| id.to_owned()).collect(), all)
}
