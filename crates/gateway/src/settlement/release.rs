//! Giving held money up: the authorization is closed, and its order cancelled.

use amazon::{Error, ErrorCode};
use payments::{Funds, Instrument, Payment, Releaser, Stage};

use super::capture::has_ended_empty;
use super::{NotMoved, Recorded, Settlement};

impl Settlement {
    /// Releases what is held. From the moment it is recorded nothing can be settled any more, so the shop is told that it is
    /// done even when Amazon has to be told later.
    ///
    /// # Errors
    /// [`NotMoved`].
    pub(crate) async fn release(&self, payment: Payment) -> Result<Box<Payment>, NotMoved> {
        match self.record(payment, |payment| Ok(Some(payment.release(self.now())?))).await? {
            Recorded::Now(payment) | Recorded::Before(payment) => Ok(self.pursue_release(*payment).await),
        }
    }

    /// Tells Amazon that the money is given up, and records that it knows.
    pub(crate) async fn pursue_release(&self, payment: Payment) -> Box<Payment> {
        let Stage::Paid { attempt, authorization, funds: Funds::Releasing { .. } } = &payment.stage else {
            return Box::new(payment);
        };
        let (connector, account, id) = (self.connector(), &self.account, authorization.id.as_str());
        let closed = match connector.close_authorization(account, id, None).await {
            Ok(()) => true,
            Err(error) if error.code() == Some(&ErrorCode::InvalidAuthorizationStatus) => {
                self.is_over(id).await.unwrap_or_else(|error| {
                    tracing::warn!(authorization = id, %error, "Amazon does not say where an authorization stands");
                    false
                })
            }
            Err(error) => {
                tracing::warn!(payment = payment.id.as_str(), %error, "Amazon has not released what was held");
                false
            }
        };
        if !closed {
            return Box::new(payment);
        }
        if let Instrument::OrderReference(order) = &attempt.instrument
            && let Err(error) = connector.cancel_order_reference(account, order.as_str(), None).await
        {
            tracing::info!(order = order.as_str(), %error, "an order whose money was released stays open at Amazon");
        }
        let now = self.now();
        self.record_answer(payment, |payment| payment.released(Releaser::Shop, now)).await
    }

    /// Records what Amazon has ended by itself: a held authorization that is over without a capture.
    ///
    /// # Errors
    /// Amazon does not say how it stands.
    pub(crate) async fn look_at_held(&self, payment: Payment) -> Result<(), Error> {
        let Stage::Paid { authorization, funds: Funds::Held { .. }, .. } = &payment.stage else { return Ok(()) };
        if self.is_over(authorization.id.as_str()).await? {
            let now = self.now();
            self.record_answer(payment, |payment| payment.released(Releaser::Amazon, now)).await;
        }
        Ok(())
    }

    /// Whether an authorization is over and nothing was captured of it.
    async fn is_over(&self, authorization: &str) -> Result<bool, Error> {
        let details = self.connector().get_authorization_details(&self.account, authorization).await?;
        if !details.id_list.is_empty() {
            tracing::error!(authorization, "money that is held here was captured by somebody else");
        }
        Ok(has_ended_empty(&details))
    }
}
