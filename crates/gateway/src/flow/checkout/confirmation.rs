//! Pressing pay: what the buyer has chosen is recorded, named for the visit, and confirmed. Nothing is charged here.

use payments::{Instrument, Payment, Stage};

use super::{Checkout, Confirmation};
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
        let Ok(change) = payment.clone().confirm(chosen.clone(), self.merchant.now()) else {
            return Ok(Confirmation::Moved);
        };
        match self.merchant.commit(change).await? {
            Committed::Done(_) => {}
            Committed::Stale | Committed::Taken | Committed::OrderTaken => return Ok(Confirmation::Moved),
        }
        if let Err(hurdle) = self.rail.confirm(&payment, &chosen, is_known, result_url).await {
            return Ok(Confirmation::Hurdle(hurdle));
        }
        if let Some(earlier) = recorded.filter(|_| !is_known) {
            self.drop_choice_later(&payment, earlier);
        }
        Ok(Confirmation::Ready)
    }
}
