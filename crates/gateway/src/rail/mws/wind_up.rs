//! Closes or cancels at Amazon what is of no further use. A failure costs nothing but tidiness.
//!
//! Cancelling voids whatever was authorized and not captured. Therefore only an order that is
//! surely this payment's is cancelled, and only when the payment is over without money; in any
//! other case an order is closed, which voids nothing. An order of the shop's own page is left to
//! the shop: the buyer may choose another card for it.

use amazon::Error;
use payments::{BillingAgreementId, Funds, Instrument, OrderReferenceId, Origin, Payment, Recurring, Stage};

use super::Mws;

impl Mws {
    /// The buyer has chosen something else: what he chose before takes nothing any more.
    pub(in crate::rail) async fn drop_choice(&self, payment: &Payment, earlier: &Instrument) {
        let (id, why) = (earlier.as_str(), Some("Another was chosen"));
        let closed = match earlier {
            Instrument::OrderReference(order) if self.is_order_of(payment, order).await => {
                self.connector.close_order_reference(&self.account, id, why).await
            }
            Instrument::Agreement(agreement) if self.is_agreement_of(payment, agreement).await => {
                self.connector.close_billing_agreement(&self.account, id, why).await
            }
            _ => return,
        };
        log_unless_ended(payment, id, closed);
    }

    /// Leaves the order as it should be for an outcome that is final.
    pub(in crate::rail) async fn wind_up_order(&self, payment: &Payment, reference: &OrderReferenceId) {
        let id = reference.as_str();
        let ended = match &payment.stage {
            Stage::Paid { funds: Funds::Settled { .. }, .. } => {
                self.connector.close_order_reference(&self.account, id, None).await
            }
            Stage::Refused { .. } | Stage::Abandoned { .. }
                if payment.origin == Origin::Page && self.is_order_of(payment, reference).await =>
            {
                self.connector.cancel_order_reference(&self.account, id, None).await
            }
            _ => Ok(()),
        };
        log_unless_ended(payment, id, ended);
    }

    /// Closes an agreement that this visit was to make and did not.
    pub(in crate::rail) async fn wind_up_agreement(&self, payment: &Payment, agreement: &BillingAgreementId) {
        let is_over_without = matches!(payment.stage, Stage::Refused { .. } | Stage::Abandoned { .. });
        if is_over_without && payment.order.recurring != Recurring::No && self.is_agreement_of(payment, agreement).await
        {
            let id = agreement.as_str();
            let closed = self.connector.close_billing_agreement(&self.account, id, None).await;
            log_unless_ended(payment, id, closed);
        }
    }

    pub(in crate::rail) async fn close_settled(&self, order: &OrderReferenceId) {
        if let Err(error) = self.connector.close_order_reference(&self.account, order.as_str(), None).await {
            tracing::info!(order_reference = order.as_str(), %error, "A settled order stays open at Amazon");
        }
    }
}

fn log_unless_ended(payment: &Payment, id: &str, ended: Result<(), Error>) {
    if let Err(error) = ended {
        let (shop, payment) = (payment.shop.as_str(), payment.id.as_str());
        tracing::info!(shop, payment, subject = id, %error, "An object that is not needed stays open at Amazon");
    }
}
