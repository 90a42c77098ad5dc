//! What a buyer chooses in the widgets and on the account page: an address, a card, the consent;
//! for order references and agreements alike, told apart by their ids.

use super::{AddressView, CARDS, CardView, ChoiceView, World};
use crate::Error;
use crate::faults::{is_refused_card, needs_challenge};
use crate::ledger::{BillingAgreement, BuyerAddress, Contract, OrderReference, Place};

/// Where a card may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desk {
    /// A merchant's page with a widget.
    Widget,
    /// The buyer's own page at the simulator.
    Account,
}

/// Does the same for an order reference or an agreement, as the letter of the id says.
macro_rules! by_id {
    ($id:expr, |$kind:ident| $work:expr) => {
        if is_agreement($id) {
            type $kind = BillingAgreement;
            $work
        } else {
            type $kind = OrderReference;
            $work
        }
    };
}
pub(super) use by_id;

/// Whether an id is one of an agreement.
pub(crate) fn is_agreement(id: &str) -> bool {
    id.starts_with(['C', 'B'])
}

impl World {
    /// What the widgets see of an order reference or an agreement, as it stands now.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn choice(&self, id: &str) -> Result<Option<ChoiceView>, Error> {
        let now = self.now();
        self.work(|unit| {
            Ok(match is_agreement(id) {
                true => unit.ripe_agreement(id, now).as_ref().map(ChoiceView::of_agreement),
                false => unit.ripe_order(id, now).as_ref().map(ChoiceView::of),
            })
        })
    }

    /// The buyer picks an entry of the address book for a draft. False: there is no such draft or
    /// entry.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn choose_address(&self, id: &str, buyer_id: &str, address_id: &str) -> Result<bool, Error> {
        by_id!(id, |Kind| self.choose_address_of::<Kind>(id, buyer_id, address_id))
    }

    fn choose_address_of<T: Contract>(&self, id: &str, buyer_id: &str, address_id: &str) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let address = unit.find::<BuyerAddress>(&BuyerAddress::key_of(buyer_id, address_id));
            let draft = T::ripe(unit, id, now).filter(|it| it.buyer_id() == buyer_id && it.is_draft());
            let (Some(address), Some(mut draft)) = (address, draft) else { return Ok(false) };
            let choice = draft.choice_mut();
            choice.wants_address = true;
            choice.address_id = Some(address.id);
            choice.destination = Some(address.place);
            unit.put(draft);
            Ok(true)
        })
    }

    /// The buyer picks a card in a widget: for a draft, or for a suspended one, which is open again
    /// then unless it is the card that failed or one that asks for more. An authentication that was
    /// asked for another card is void. False: there is no such order reference, agreement or card,
    /// or its card stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn choose_card(&self, id: &str, buyer_id: &str, slug: &str) -> Result<bool, Error> {
        by_id!(id, |Kind| self.choose_card_of::<Kind>(id, buyer_id, slug, Desk::Widget))
    }

    /// The buyer picks a card on the account page: as [`World::choose_card`], and for an open
    /// agreement too.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn change_card(&self, id: &str, buyer_id: &str, slug: &str) -> Result<bool, Error> {
        by_id!(id, |Kind| self.choose_card_of::<Kind>(id, buyer_id, slug, Desk::Account))
    }

    fn choose_card_of<T: Contract>(&self, id: &str, buyer_id: &str, slug: &str, desk: Desk) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let known = CARDS.iter().any(|card| card.slug == slug);
            let may = |it: &T| it.card_may_change() || (desk == Desk::Account && is_agreement(it.id()));
            let living = |it: &T| it.is_draft() || it.is_alive();
            let own = T::ripe(unit, id, now).filter(|it| known && it.buyer_id() == buyer_id && living(it) && may(it));
            let Some(mut own) = own else { return Ok(false) };
            own.choice_mut().take_card(slug);
            let is_good = !own.choice().has_failed_card() && !is_refused_card(slug) && !needs_challenge(slug);
            match own.is_suspended() && is_good {
                true => {
                    unit.open(&mut own, now);
                    own.choice_mut().is_reopened = true;
                    unit.put(own);
                }
                false => unit.put(own),
            }
            Ok(true)
        })
    }

    /// The buyer ticks the consent of a draft agreement, or takes it back. False: there is no such
    /// draft.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn agree(&self, id: &str, buyer_id: &str, has_consent: bool) -> Result<bool, Error> {
        let now = self.now();
        self.work(|unit| {
            let draft = unit.ripe_agreement(id, now).filter(|it| it.buyer_id == buyer_id && it.is_draft());
            let Some(draft) = draft else { return Ok(false) };
            unit.put(BillingAgreement { has_consent, ..draft });
            Ok(true)
        })
    }

    /// Every card of every wallet.
    #[must_use]
    pub fn cards(&self) -> &'static [CardView] {
        CARDS
    }

    /// A buyer's address book, in the order of its entries.
    #[must_use]
    pub fn addresses(&self, buyer_id: &str) -> Vec<AddressView> {
        self.read(|tables| {
            let own = tables.addresses.values().filter(|address| address.buyer_id == buyer_id);
            own.map(AddressView::of).collect()
        })
    }

    /// Writes an address into a buyer's book; the answer is its id there. Empty texts are absent
    /// ones.
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
}
