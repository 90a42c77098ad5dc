//! After the outcome: the order at Amazon is closed or cancelled, as befits it. A failure costs nothing but tidiness.

use payments::{OrderReferenceId, Payment, Stage};

use super::Checkout;

impl Checkout {
    /// In a task of its own: nobody waits for it.
    pub(super) fn wind_up_later(&self, payment: &Payment, reference: OrderReferenceId) {
        let (checkout, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move { checkout.wind_up(&payment, &reference).await });
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
            Stage::Refused { .. } | Stage::Abandoned => connector.cancel_order_reference(&self.account, id, None).await,
        };
        if let Err(error) = ended {
            tracing::info!(payment = payment.id.as_str(), order_reference = id, %error, "the order stays open at Amazon");
        }
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
}
