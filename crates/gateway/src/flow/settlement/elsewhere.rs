//! Money that moves at Amazon without us, in the seller's own pages: found, and recorded as it is there.

use std::sync::Arc;

use payments::{Change, Chargeback, ChargebackId, EventKind, Funds, Money, OrderReferenceId, Payment, Refusal, Stage};
use store::Shop;

use super::Settlement;
use crate::flow::merchant::{Committed, Merchant};
use crate::rail;

/// How often a move is decided again when others move the payment meanwhile.
const TRIES: usize = 8;

/// Why what happened at Amazon is not known here, or not recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotLooked {
    #[error("Amazon: {0}")]
    Amazon(#[from] rail::Error),
    #[error("the store: {0}")]
    Store(#[from] store::Error),
    #[error("others kept moving the payment")]
    Contended,
}

impl Settlement {
    /// Looks what has become of held money, or which refunds were made, without us, and records it.
    ///
    /// # Errors
    /// [`NotLooked`]: it is not known, or not recorded.
    pub(crate) async fn look_at_money_elsewhere(&self, payment: Payment) -> Result<Box<Payment>, NotLooked> {
        match &payment.stage {
            Stage::Paid { authorization, funds: Funds::Held { .. }, .. } => {
                match self.rail.end_of(authorization.id.as_str()).await? {
                    Some(end) => {
                        let now = self.merchant.now();
                        self.write(payment, |payment| payment.authorization_ended(end.clone(), now)).await
                    }
                    None => Ok(Box::new(payment)),
                }
            }
            Stage::Paid { funds: Funds::Settled { .. }, .. } => self.record_refunds_elsewhere(payment).await,
            _ => Ok(Box::new(payment)),
        }
    }

    /// Keeps the order's details as they are at Amazon now.
    pub(crate) async fn refresh_details(&self, payment: &Payment, order: &OrderReferenceId) {
        if let Ok(details) = self.rail.details(order).await {
            self.merchant.keep_details(payment, &details).await;
        }
    }

    /// Writes down that the buyer's bank takes money back; once, and only of a payment that has
    /// taken some. Not, when that is not decided yet.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn charged_back(
        &self,
        payment: Payment,
        id: ChargebackId,
        amount: Option<Money>,
    ) -> Result<bool, store::Error> {
        let mut payment = Box::new(payment);
        for _ in 0..TRIES {
            let at = self.merchant.now();
            let change = match (*payment).clone().charged_back(Chargeback { id: id.clone(), amount, at }, at) {
                Ok(change) => change,
                Err(Refusal::NotSettled) => return Ok(payment.unresolved_at().is_none()),
                Err(_) => return Ok(true),
            };
            match self.merchant.commit(change).await? {
                Committed::Done(_) => return Ok(true),
                Committed::Stale | Committed::Taken | Committed::OrderTaken => {
                    payment = self.merchant.reread(*payment).await?;
                }
            }
        }
        Ok(false)
    }

    /// Amazon tells of money on an order of which no payment of these shops expects any. When it
    /// was named for a payment that is refused, abandoned or released, and Amazon does hold or has
    /// taken money on it, that is written down once, and logged as an error. Gives the payments
    /// that it was named for and that are not decided yet.
    ///
    /// # Errors
    /// [`NotLooked`].
    pub(crate) async fn raise_alarm_about(
        &self,
        order: &OrderReferenceId,
        shops: &[Arc<Shop>],
    ) -> Result<Vec<Payment>, NotLooked> {
        let Some(unexpected) = self.rail.look_at_order(order).await?.filter(|found| found.has_money) else {
            return Ok(Vec::new());
        };
        let mut undecided = Vec::new();
        for shop in shops {
            let merchant = Merchant::of(&self.merchant.gateway, shop);
            let store = merchant.gateway.store();
            let Some(payment) = store.payment(&shop.login, &unexpected.payment).await? else { continue };
            let events = store.events(&payment.shop, &payment.id).await?;
            if events.iter().any(|event| event.kind == EventKind::MovedElsewhere) {
                continue;
            }
            if payment.unresolved_at().is_some() {
                undecided.push(payment);
                continue;
            }
            let settlement = Settlement { merchant, rail: self.rail.clone() };
            let now = settlement.merchant.now();
            settlement.write(payment, |payment| payment.money_moved_elsewhere(now)).await?;
        }
        Ok(undecided)
    }

    /// The payment with the refunds that the seller has made by hand.
    ///
    /// # Errors
    /// [`NotLooked`]: how much is left to refund is not known.
    pub(super) async fn record_refunds_elsewhere(&self, payment: Payment) -> Result<Box<Payment>, NotLooked> {
        let mut payment = Box::new(payment);
        for made in self.rail.refunds_elsewhere(&payment).await? {
            let now = self.merchant.now();
            payment = self.write(*payment, |payment| payment.refunded_elsewhere(made.clone(), now)).await?;
        }
        Ok(payment)
    }

    /// The payment with Amazon's identifier of its capture, looked for when it was not said;
    /// without it when Amazon does not say it now.
    pub(super) async fn with_known_capture(&self, payment: Payment) -> Box<Payment> {
        let Stage::Paid { authorization, funds: Funds::Settled { capture, .. }, .. } = &payment.stage else {
            return Box::new(payment);
        };
        if capture.id.is_some() {
            return Box::new(payment);
        }
        match self.rail.capture_of(authorization.id.as_str()).await {
            Ok(Some(id)) => {
                let now = self.merchant.now();
                let known = self.write(payment.clone(), |payment| payment.capture_known(id.clone(), now)).await;
                known.unwrap_or_else(|error| {
                    tracing::warn!(payment = payment.id.as_str(), %error, "The name of a capture was not recorded");
                    Box::new(payment)
                })
            }
            Ok(None) => Box::new(payment),
            Err(error) => {
                tracing::warn!(payment = payment.id.as_str(), %error, "Amazon does not name a capture");
                Box::new(payment)
            }
        }
    }

    /// Writes a move, decided again when others are quicker. Tells how the payment stands when it
    /// cannot be made any more.
    async fn write(
        &self,
        payment: Payment,
        moved: impl Fn(Payment) -> Result<Change, Refusal>,
    ) -> Result<Box<Payment>, NotLooked> {
        let mut payment = Box::new(payment);
        for _ in 0..TRIES {
            let Ok(change) = moved((*payment).clone()) else { return Ok(payment) };
            match self.merchant.commit(change).await? {
                Committed::Done(written) => return Ok(written),
                Committed::Stale | Committed::Taken | Committed::OrderTaken => {
                    payment = self.merchant.reread(*payment).await?;
                }
            }
        }
        Err(NotLooked::Contended)
    }
}
