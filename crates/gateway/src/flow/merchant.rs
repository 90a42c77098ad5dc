//! One shop's payments: the one way to change them, and the way to the shop's account at Amazon.

use std::sync::Arc;

use payments::{Agreement, AgreementChange, Change, Due, EventKind, Payment, UtcMs};
use store::{ApplyError, Shop};

use crate::Gateway;
use crate::rail::Rail;

/// A shop, as every flow about its money works with it.
#[derive(Clone)]
pub(crate) struct Merchant {
    pub(crate) gateway: Gateway,
    pub(crate) shop: Arc<Shop>,
}

/// What came of writing a change.
pub(crate) enum Committed {
    Done(Box<Payment>),
    /// Somebody else has moved the payment since it was read.
    Stale,
    /// The shop's identifier belongs to another payment, or a payment of this id exists.
    Taken,
    /// The order at Amazon is another payment's.
    OrderTaken,
}

impl Merchant {
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Merchant {
        Merchant { gateway: gateway.clone(), shop: Arc::clone(shop) }
    }

    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn rail(&self) -> Option<Rail> {
        Rail::of(&self.gateway, &self.shop)
    }

    /// The same for background work.
    pub(crate) fn background_rail(&self) -> Option<Rail> {
        Rail::in_background(&self.gateway, &self.shop)
    }

    pub(crate) fn now(&self) -> UtcMs {
        self.gateway.now()
    }

    /// Writes a change as [`commit`] does, and has a shop that wants it told of what was declined
    /// after it was accepted.
    ///
    /// # Errors
    /// As [`commit`].
    pub(crate) async fn commit(&self, change: Change) -> Result<Committed, store::Error> {
        let change = if self.shop.notify_movements { change.telling_declined_movement() } else { change };
        commit(&self.gateway, change).await
    }

    /// Writes a move of an agreement: the agreement after it, or nothing when somebody else was quicker.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn commit_agreement(&self, change: AgreementChange) -> Result<Option<Agreement>, store::Error> {
        match self.gateway.store().apply_agreement(&change).await {
            Ok(()) => Ok(Some(change.into_agreement())),
            Err(ApplyError::Stale | ApplyError::Taken | ApplyError::OrderTaken) => Ok(None),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Keeps the order's details in place of those known so far.
    pub(crate) async fn keep_details(&self, payment: &Payment, details: &str) {
        let saved = self.gateway.store().save_order_details(&payment.shop, &payment.id, details).await;
        if let Err(error) = saved {
            tracing::warn!(payment = payment.id.as_str(), %error, "Newer order details were not kept");
        }
    }

    /// The payment as it stands in the store.
    pub(crate) async fn reread(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let read = self.gateway.store().payment(&payment.shop, &payment.id).await?;
        Ok(Box::new(read.unwrap_or(payment)))
    }
}

/// Writes a change, and has the shop told at once when it is owed a notice and no caller is being answered.
///
/// # Errors
/// The store does not answer. The change may have been written all the same.
pub(crate) async fn commit(gateway: &Gateway, change: Change) -> Result<Committed, store::Error> {
    let change = change.with_answer_patience(gateway.settings().answer_patience_ms);
    let (payment, kind) = (change.payment().clone(), change.event().kind);
    let owes_notice = change.notice().is_some_and(|(_, due)| due == Due::AtOnce);
    match gateway.store().apply(change).await {
        Ok(()) => {
            log(&payment, kind);
            gateway.counters().count(kind);
            if owes_notice {
                gateway.wake_notices();
            }
            Ok(Committed::Done(Box::new(payment)))
        }
        Err(ApplyError::Stale) => Ok(Committed::Stale),
        Err(ApplyError::Taken) => Ok(Committed::Taken),
        Err(ApplyError::OrderTaken) => Ok(Committed::OrderTaken),
        Err(ApplyError::Store(error)) => Err(error),
    }
}

/// One line for each step of a payment, so that it can be followed by any of its names.
fn log(payment: &Payment, kind: EventKind) {
    let shop = payment.shop.as_str();
    let shop_transaction_id = payment.order.shop_transaction_id.as_str();
    let bank_transaction_id = payment.bank_transaction_id.map(|number| number.0);
    let payment = payment.id.as_str();
    match kind {
        EventKind::MovedElsewhere => {
            tracing::error!(
                shop,
                shop_transaction_id,
                bank_transaction_id,
                payment,
                "Money moved at Amazon for a payment that is refused or abandoned here"
            );
        }
        EventKind::SettlementDeclined | EventKind::RefundDeclined => {
            tracing::error!(shop, shop_transaction_id, bank_transaction_id, payment, ?kind, "Movement declined");
        }
        EventKind::ChargedBack | EventKind::RefundedElsewhere => {
            tracing::warn!(shop, shop_transaction_id, bank_transaction_id, payment, ?kind, "Payment changed at Amazon");
        }
        _ => tracing::info!(shop, shop_transaction_id, bank_transaction_id, payment, ?kind, "Payment changed"),
    }
}
