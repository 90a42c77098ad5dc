//! What is left to do at Amazon when an order reference or an agreement is of no further use: it is closed or cancelled, as
//! befits it. A failure costs nothing but tidiness.
//!
//! Cancelling voids whatever was authorized and not captured. Therefore only an order that is surely this payment's is cancelled,
//! and only when the payment is over without money; in any other case an order is closed, which voids nothing. An order of
//! the shop's own page is left to the shop: the buyer may choose another card for it.

use amazon::Error;
use payments::{BillingAgreementId, Funds, Instrument, OrderReferenceId, Origin, Payment, Recurring, Stage};

use super::Checkout;

impl Checkout {
    /// In a task of its own: nobody waits for it.
    pub(super) fn wind_up_later(&self, payment: &Payment, instrument: Instrument) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            match instrument {
                Instrument::OrderReference(order) => checkout.wind_up_order(&payment, &order).await,
                Instrument::Agreement(agreement) => checkout.wind_up_agreement(&payment, &agreement).await,
            }
        });
    }

    /// The buyer has chosen anew: what he chose before takes nothing any more.
    pub(super) fn close_later(&self, payment: &Payment, earlier: Instrument) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            let (connector, account, why) = (checkout.connector(), &checkout.account, Some("Another was chosen"));
            let id = earlier.as_str();
            let closed = match &earlier {
                Instrument::OrderReference(order) if checkout.is_order_of(&payment, order).await => {
                    connector.close_order_reference(account, id, why).await
                }
                Instrument::Agreement(agreement) if checkout.is_agreement_of(&payment, agreement).await => {
                    connector.close_billing_agreement(account, id, why).await
                }
                _ => return,
            };
            log_unless_ended(&payment, id, closed);
        });
    }

    /// Leaves the order at Amazon as it should be for an outcome that is final, and keeps its details as they are then.
    async fn wind_up_order(&self, payment: &Payment, reference: &OrderReferenceId) {
        let (connector, id) = (self.connector(), reference.as_str());
        let ended = match &payment.stage {
            Stage::Paid { funds: Funds::Settled { .. }, .. } => {
                connector.close_order_reference(&self.account, id, None).await
            }
            Stage::Refused { .. } | Stage::Abandoned
                if payment.origin == Origin::Page && self.is_order_of(payment, reference).await =>
            {
                connector.cancel_order_reference(&self.account, id, None).await
            }
            _ => Ok(()),
        };
        log_unless_ended(payment, id, ended);
        if matches!(payment.stage, Stage::Paid { .. }) {
            self.keep_details(payment, reference).await;
        }
    }

    /// An agreement that this visit was to make and did not; and the details of the order that came of its first payment.
    async fn wind_up_agreement(&self, payment: &Payment, agreement: &BillingAgreementId) {
        match &payment.stage {
            Stage::Refused { .. } | Stage::Abandoned
                if payment.order.recurring != Recurring::No && self.is_agreement_of(payment, agreement).await =>
            {
                let id = agreement.as_str();
                let closed = self.connector().close_billing_agreement(&self.account, id, None).await;
                log_unless_ended(payment, id, closed);
            }
            Stage::Paid { authorization, .. } if payment.origin == Origin::Page => {
                if let Some(order) = authorization.id.order_reference() {
                    self.keep_details(payment, &order).await;
                }
            }
            _ => {}
        }
    }
}

fn log_unless_ended(payment: &Payment, id: &str, ended: Result<(), Error>) {
    if let Err(error) = ended {
        tracing::info!(payment = payment.id.as_str(), subject = id, %error, "it stays open at Amazon");
    }
}
