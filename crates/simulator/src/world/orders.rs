//! Order references as the widgets make and change them, and as Seller Central shows them.

use std::collections::BTreeMap;

use super::{AddressView, CARDS, CardView, MovementView, OrderView, World};
use crate::Error;
use crate::ledger::{Attributes, BuyerAddress, OrderReference, Place, Standing, State, Unit};

/// What a widget makes an order reference of.
#[derive(Debug, Clone)]
pub struct NewOrder<'a> {
    /// The seller of the client.
    pub seller_id: &'a str,
    /// The client that the buyer signed in for.
    pub client_id: &'a str,
    /// In which environment.
    pub is_sandbox: bool,
    /// Who buys.
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
                id: self.free_order_id(unit, new.is_sandbox),
                seller_id: new.seller_id.to_owned(),
                client_id: new.client_id.to_owned(),
                buyer_id: new.buyer_id.to_owned(),
                is_sandbox: new.is_sandbox,
                created_at: now,
                standing: Standing::draft(),
                wants_address: new.wants_address,
                address_id: None,
                destination: None,
                card: None,
                failed_card: None,
                attributes: Attributes::default(),
                confirmed_at: None,
                success_url: None,
                failure_url: None,
                challenge: None,
                authorize_before: None,
                reopens_at: None,
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

    /// The newest order references, at most `most`, and how many there are.
    ///
    /// # Errors
    /// As [`World::order`].
    pub fn newest_orders(&self, most: usize) -> Result<(Vec<OrderView>, usize), Error> {
        let now = self.now();
        self.work(|unit| {
            let orders = &unit.tables().orders;
            let mut found: Vec<(i64, String)> =
                orders.values().map(|order| (order.created_at, order.id.clone())).collect();
            let all = found.len();
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.truncate(most);
            let ripe = found.iter().filter_map(|(_, id)| unit.ripe_order(id, now));
            Ok((ripe.map(|order| OrderView::of(&order)).collect(), all))
        })
    }

    /// How many order references each seller has.
    #[must_use]
    pub fn order_counts(&self) -> BTreeMap<String, usize> {
        self.read(|tables| {
            let mut counts = BTreeMap::new();
            for order in tables.orders.values() {
                *counts.entry(order.seller_id.clone()).or_default() += 1;
            }
            counts
        })
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
                movements.push(authorization.into());
                for capture in authorization.captures.iter().filter_map(|id| tables.captures.get(id)) {
                    movements.push(capture.into());
                    movements
                        .extend(capture.refunds.iter().filter_map(|id| tables.refunds.get(id)).map(MovementView::from));
                }
            }
            Ok(movements)
        })
    }

    /// Where the goods of an order reference go; nothing until an address is chosen.
    #[must_use]
    pub fn destination(&self, id: &str) -> Option<AddressView> {
        self.read(|tables| tables.orders.get(id)?.destination.as_ref().map(AddressView::of_place))
    }

    /// A buyer's address book, in the order of its entries.
    #[must_use]
    pub fn addresses(&self, buyer_id: &str) -> Vec<AddressView> {
        self.read(|tables| {
            let own = tables.addresses.values().filter(|address| address.buyer_id == buyer_id);
            own.map(AddressView::of).collect()
        })
    }

    /// Writes an address into a buyer's book; the answer is its id there. Empty texts are absent ones.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_address(&self, buyer_id: &str, new: AddressView) -> Result<String, Error> {
        self.work(|unit| {
            let own = unit.tables().addresses.values().filter(|address| address.buyer_id == buyer_id);
            let last = own.filter_map(|address| address.id.strip_prefix('a')?.parse::<u32>().ok()).max().unwrap_or(0);
            let id = format!("a{:04}", last + 1);
            let AddressView { name, lines, city, state, postal_code, country, phone, .. } = new;
            let place = Place { name, lines, city, state, postal_code, country, phone };
            unit.put(BuyerAddress { buyer_id: buyer_id.to_owned(), id: id.clone(), place });
            Ok(id)
        })
    }

    /// The buyer picks an entry of the address book for a draft. False: there is no such draft or entry.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn choose_address(&self, id: &str, buyer_id: &str, address_id: &str) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let address = unit.find::<BuyerAddress>(&BuyerAddress::key_of(buyer_id, address_id));
            let draft = unit.ripe_order(id, now).filter(|order| order.buyer_id == buyer_id && order.is_draft());
            let (Some(address), Some(mut order)) = (address, draft) else { return Ok(false) };
            order.wants_address = true;
            order.address_id = Some(address.id);
            order.destination = Some(address.place);
            unit.put(order);
            Ok(true)
        })
    }

    /// Every card of every wallet.
    #[must_use]
    pub fn cards(&self) -> &'static [CardView] {
        CARDS
    }

    /// The buyer picks a card for a draft or a suspended order reference. An authentication that was asked for another card is void.
    /// False: there is no such order reference or card, or its card stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn choose_card(&self, id: &str, buyer_id: &str, slug: &str) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let known = CARDS.iter().any(|card| card.slug == slug);
            let open = |order: &OrderReference| order.is_draft() || order.standing.state == State::Suspended;
            let own = unit.ripe_order(id, now).filter(|order| known && order.buyer_id == buyer_id && open(order));
            let Some(mut order) = own else { return Ok(false) };
            if order.card.as_deref() != Some(slug) {
                order.challenge = None;
                order.success_url = None;
                order.failure_url = None;
            }
            order.card = Some(slug.to_owned());
            unit.put(order);
            Ok(true)
        })
    }

    /// Does for all order references what was due.
    pub(crate) fn ripen_all(&self) -> Result<(), Error> {
        let now = self.now();
        self.work(|unit| {
            let ids: Vec<String> = unit.tables().orders.keys().cloned().collect();
            ids.iter().for_each(|id| drop(unit.ripe_order(id, now)));
            Ok(())
        })
    }

    fn free_order_id(&self, unit: &Unit<'_>, is_sandbox: bool) -> String {
        loop {
            let number = u64::from_le_bytes(self.dice()) % 100_000_000_000_000;
            let letter = if is_sandbox { 'S' } else { 'P' };
            let id = format!("{letter}02-{:07}-{:07}", number / 10_000_000, number % 10_000_000);
            if !unit.tables().orders.contains_key(&id) {
                return id;
            }
        }
    }
}
