//! A payment that Amazon's answer ends without money, and what is left to do at Amazon when any has its outcome.

use payments::{Instrument, Payment, Reason, Stage};

use super::{Checkout, Completion};
use crate::flow::merchant::Committed;
use crate::rail::own_order;

impl Checkout {
    /// The buyer failed his bank's authentication: refused, and Amazon is never asked for the money.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn authentication_failed(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Ok(change) = payment.clone().refuse(Reason::AuthenticationFailed, self.merchant.now()) else {
            return self.stands(payment).await;
        };
        self.end(payment, change).await.map(Completion::Stands)
    }

    /// Refuses a pending payment whose buyer has not chosen another card, or cannot any more.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn stop_waiting(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let Ok(change) = payment.clone().refuse(Reason::PaymentMethodDeclined, self.merchant.now()) else {
            return Ok(Box::new(payment));
        };
        self.end(payment, change).await
    }

    async fn end(&self, payment: Payment, change: payments::Change) -> Result<Box<Payment>, store::Error> {
        let chosen = payment.instrument();
        match self.merchant.commit(change).await? {
            Committed::Done(ended) => {
                if let Some(chosen) = chosen {
                    self.wind_up_later(&ended, chosen);
                }
                Ok(ended)
            }
            Committed::Stale | Committed::Taken | Committed::OrderTaken => self.merchant.reread(payment).await,
        }
    }

    /// In a task of its own, not awaited: a failure costs nothing but tidiness.
    pub(in crate::flow) fn wind_up_later(&self, payment: &Payment, chosen: Instrument) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            checkout.rail.wind_up(&payment, &chosen).await;
            let Stage::Paid { authorization, .. } = &payment.stage else { return };
            let is_of_page = payment.origin == payments::Origin::Page;
            let order = own_order(&payment).or(authorization.made_order.clone().filter(|_| is_of_page));
            if let Some(order) = order
                && let Ok(details) = checkout.rail.details(&order).await
            {
                checkout.merchant.keep_details(&payment, &details).await;
            }
        });
    }

    /// The buyer has chosen something else: what he chose before is closed.
    pub(super) fn drop_choice_later(&self, payment: &Payment, earlier: Instrument) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move { checkout.rail.drop_choice(&payment, &earlier).await });
    }
}
