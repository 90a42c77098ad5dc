//! What is left to do at Amazon when an order reference is of no further use: it is closed or cancelled, as befits it. A failure
//! costs nothing but tidiness.
//!
//! Cancelling voids whatever was authorized and not captured. Therefore only an order that is surely this payment's is cancelled,
//! and only when the payment is over without money; in any other case an order is closed, which voids nothing.

use amazon::Error;
use payments::{OrderReferenceId, Payment, Stage};

use super::Checkout;

impl Checkout {
    /// In a task of its own: nobody waits for it.
    pub(super) fn wind_up_later(&self, payment: &Payment, reference: OrderReferenceId) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move { checkout.wind_up(&payment, &reference).await });
    }

    /// The buyer has chosen anew: the order reference that he chose before takes no authorization any more.
    pub(super) fn close_later(&self, payment: &Payment, earlier: OrderReferenceId) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            if checkout.is_ours(&payment, &earlier).await {
                let (connector, id) = (checkout.gateway.connector(), earlier.as_str());
                let closed = connector.close_order_reference(&checkout.account, id, Some("Another was chosen")).await;
                log_unless_ended(&payment, id, closed);
            }
        });
    }

    /// Leaves the order at Amazon as it should be for an outcome that is final, and keeps its details as they are then. A
    /// failure costs nothing but tidiness.
    async fn wind_up(&self, payment: &Payment, reference: &OrderReferenceId) {
        let (connector, id) = (self.gateway.connector(), reference.as_str());
        let ended = match &payment.stage {
            Stage::Paid { authorization, .. } if authorization.captured => {
                connector.close_order_reference(&self.account, id, None).await
            }
            Stage::Paid { .. } | Stage::Open { .. } | Stage::Authorizing { .. } => Ok(()),
            Stage::Refused { .. } | Stage::Abandoned if !self.is_ours(payment, reference).await => Ok(()),
            Stage::Refused { .. } | Stage::Abandoned => connector.cancel_order_reference(&self.account, id, None).await,
        };
        log_unless_ended(payment, id, ended);
        if !matches!(payment.stage, Stage::Paid { .. }) {
            return;
        }
        if let Ok(details) = connector.get_order_reference_details(&self.account, id, None).await {
            let saved = self.gateway.store().save_order_details(&payment.shop, &payment.id, &details.document).await;
            if let Err(error) = saved {
                tracing::warn!(payment = payment.id.as_str(), %error, "newer order details were not kept");
            }
        }
    }

    /// Whether the order is this payment's and not over. What a buyer sent is recorded before it is checked: it may be the order of
    /// another payment, which has been paid with it.
    async fn is_ours(&self, payment: &Payment, reference: &OrderReferenceId) -> bool {
        match self.read(reference).await {
            Ok(details) => self.check_order(&details, payment).is_ok(),
            Err(_) => false,
        }
    }
}

fn log_unless_ended(payment: &Payment, id: &str, ended: Result<(), Error>) {
    if let Err(error) = ended {
        tracing::info!(payment = payment.id.as_str(), order_reference = id, %error, "the order stays open at Amazon");
    }
}
