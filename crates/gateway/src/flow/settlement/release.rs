//! Giving held money up: the authorization is closed, and its order cancelled.

use amazon::ErrorCode;
use payments::{Funds, Instrument, Payment, Refusal, Releaser, Stage};

use super::ended_elsewhere::End;
use super::{NotMoved, Recorded, Settlement};
use crate::in_flight::Asking;

impl Settlement {
    /// Releases what is held. From the moment it is recorded nothing can be settled any more, so the shop is told that it is
    /// done even when Amazon has to be told later; not when Amazon says that the seller has taken the money.
    ///
    /// # Errors
    /// [`NotMoved`].
    pub(crate) async fn release(&self, payment: Payment) -> Result<Box<Payment>, NotMoved> {
        let asking = Asking::about(&self.gateway, &payment.shop, &payment.id);
        let (Recorded::Now(payment) | Recorded::Before(payment)) =
            self.record(payment, |payment| Ok(Some(payment.release(self.now())?))).await?;
        let released = self.pursue_release(*payment).await;
        asking.end(&released).await;
        match &released.stage {
            Stage::Paid { funds: Funds::Settled { .. }, .. } => Err(Refusal::NotHeld.into()),
            _ => Ok(released),
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
            Err(error) if error.code() == Some(&ErrorCode::InvalidAuthorizationStatus) => match self.ended(id).await {
                Ok(Some(End::Taken(taken))) => return self.record_end(payment, End::Taken(taken)).await,
                Ok(end) => end.is_some(),
                Err(error) => {
                    tracing::warn!(authorization = id, %error, "Amazon does not say where an authorization stands");
                    false
                }
            },
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
}
