//! Pressing pay: what the buyer has chosen is recorded, named for the visit, and confirmed. Nothing is charged here.

use payments::{Instrument, Payment, Stage};

use super::{Checkout, Confirmation, Hurdle};
use crate::flow::merchant::Committed;

impl Checkout {
    /// Records the buyer's choice and confirms it at Amazon. May be repeated with the same or another.
    ///
    /// # Errors
    /// The store does not answer; nothing was charged.
    pub(crate) async fn confirm(
        &self,
        payment: Payment,
        chosen: Instrument,
        result_url: &str,
    ) -> Result<Confirmation, store::Error> {
        let recorded = match &payment.stage {
            Stage::Open { instrument, .. } => instrument.clone(),
            _ => None,
        };
        let is_known = recorded.as_ref() == Some(&chosen);
        let Ok(change) = payment.clone().confirm(chosen.clone(), self.now()) else {
            return Ok(Confirmation::Moved);
        };
        match self.commit(change).await? {
            Committed::Done(_) => {}
            Committed::Stale | Committed::Taken => return Ok(Confirmation::Moved),
        }
        if let Err(hurdle) = self.confirm_at_amazon(&payment, &chosen, is_known, result_url).await {
            return Ok(Confirmation::Hurdle(hurdle));
        }
        if let Some(earlier) = recorded.filter(|_| !is_known) {
            self.close_later(&payment, earlier);
        }
        Ok(Confirmation::Ready)
    }

    async fn confirm_at_amazon(
        &self,
        payment: &Payment,
        chosen: &Instrument,
        is_known: bool,
        result_url: &str,
    ) -> Result<(), Hurdle> {
        match chosen {
            Instrument::OrderReference(order) => self.confirm_order(payment, order, is_known, result_url).await,
            Instrument::Agreement(agreement) => self.confirm_agreement(payment, agreement, is_known, result_url).await,
        }
    }
}
