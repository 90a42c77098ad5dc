//! An order reference of the shop's own widgets, made ready to be charged, or refused because it is somebody else's.
//!
//! Others may want it at the same moment: another call, a visit to our page, another shop with the same account at Amazon. Who
//! has named it when it is confirmed has it, because from then on Amazon lets nobody name it anew.

use amazon::OrderReferenceDetails;
use amazon::types::OrderReferenceState;
use payments::{Order, OrderReferenceId, Origin, PaymentId, ShopTransactionId, Stage};

use super::{Charging, NotCharged, Source, payment_id};
use crate::flow::checkout::{Hurdle, can_authorize, is_alive};
use crate::flow::merchant::price_of;

/// As many characters as a payment's identifier has, whoever made it.
const ID_CHARACTERS: usize = 24;

impl Charging {
    /// Makes the order reference of the shop's widgets ready to be authorized: gives it the total, unless it has it, and
    /// confirms it, unless it is. What Amazon knows of it then holds the whole addresses.
    ///
    /// Until it is confirmed, anybody else may give it a name and a total. So all is looked at again afterwards: who it is
    /// named for then has it.
    pub(super) async fn order_ready(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
    ) -> Result<String, NotCharged> {
        self.unless_used(reference, |_| true).await?;
        let details = self.set_order(id, order, reference).await.map_err(|error| NotCharged::of(&error))?;
        check(&details, order)?;
        Hurdle::of_constraints(&details).map_or(Ok(()), |hurdle| Err(NotCharged::Hurdle(hurdle)))?;
        if *details.state() != OrderReferenceState::Open {
            let confirmed = self.confirm_reference(order.amount, reference, None).await;
            confirmed.map_err(|error| NotCharged::of(&error))?;
        }
        let details = self.read(reference).await.map_err(|error| NotCharged::of(&error))?;
        if self.is_named_by_another(id, order, reference, &details).await? {
            return Err(NotCharged::OrderUnusable);
        }
        // A visit that is open and did not name it cannot be paid with it.
        self.unless_used(reference, |other| !matches!(other, Stage::Open { .. })).await?;
        check(&details, order)?;
        can_authorize(&details).map_err(NotCharged::Hurdle)?;
        self.unless_authorized(order, &details).await?;
        Ok(details.document)
    }

    /// The store knows this shop's payments only; others may have the same account at Amazon. An order on which one of them
    /// has money is not for this one. Amazon gives one authorization for one name, so under the shop's identifier there must
    /// be none yet, not even a declined one.
    async fn unless_authorized(&self, order: &Order, details: &OrderReferenceDetails) -> Result<(), NotCharged> {
        for authorization in &details.id_list {
            let read = self.connector().get_authorization_details(&self.account, authorization).await;
            let known = read.map_err(|error| NotCharged::of(&error))?;
            let has_no_money = known.is_over() && !known.is_approved() && known.id_list.is_empty();
            if known.authorization_reference_id == order.shop_transaction_id.as_str() || !has_no_money {
                return Err(NotCharged::OrderUnusable);
            }
        }
        Ok(())
    }

    /// Whether the order has its name from a visit, from another payment that counts, or from another shop. A visit of this
    /// shop is in the store, and cancels its order when it comes to nothing, perhaps in this moment; a call of it may have come
    /// to nothing unrecorded, and is known by what it asked for. Other words are the shop's own.
    async fn is_named_by_another(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
        details: &OrderReferenceDetails,
    ) -> Result<bool, store::Error> {
        let Some(set) = &details.seller_order_attributes else { return Ok(false) };
        let by = set.custom_information.as_deref().filter(|by| by.len() == ID_CHARACTERS);
        let Some(by) = by.and_then(|by| PaymentId::new(by).ok()).filter(|by| by != id) else { return Ok(false) };
        if let Some(known) = self.standing(&by).await? {
            return Ok(known.origin == Origin::Page || may_pay(&known.stage));
        }
        let earlier = set.seller_order_id.as_deref().and_then(|earlier| ShopTransactionId::new(earlier).ok());
        let is_earlier_call = earlier.is_some_and(|shop_transaction_id| {
            let earlier = Order { shop_transaction_id, ..order.clone() };
            payment_id(&self.shop, &earlier, &Source::OrderReference(reference.clone())) == by
        });
        Ok(!is_earlier_call)
    }

    /// An order reference pays once: another payment that took or may take money on it keeps it, if its stage `counts`.
    async fn unless_used(
        &self,
        reference: &OrderReferenceId,
        counts: impl Fn(&Stage) -> bool,
    ) -> Result<(), NotCharged> {
        let others = self.gateway.store().payments_of_order(&self.shop.login, reference).await?;
        let is_used = others.iter().any(|other| may_pay(&other.stage) && counts(&other.stage));
        if is_used { Err(NotCharged::OrderUnusable) } else { Ok(()) }
    }
}

/// Whether a payment has taken or may take money.
fn may_pay(stage: &Stage) -> bool {
    !matches!(stage, Stage::Refused { .. } | Stage::Abandoned)
}

/// Whether an order can still be authorized, for what is asked.
fn check(details: &OrderReferenceDetails, order: &Order) -> Result<(), NotCharged> {
    if !is_alive(details) {
        return Err(NotCharged::OrderUnusable);
    }
    let price = price_of(order.amount);
    match details.order_total.as_ref().is_some_and(|total| total.is_same_as(&price)) {
        true => Ok(()),
        false => Err(NotCharged::OtherAmount),
    }
}
