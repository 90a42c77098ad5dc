//! Pressing pay: the choice is shown to be the buyer's own, recorded, named for the visit, and
//! confirmed. Nothing is charged here.

use payments::{Instrument, Payment, Refusal, Stage};

use super::{Checkout, Confirmation};
use crate::flow::merchant::Committed;
use crate::rail::Secret;

/// A press of pay.
pub(crate) struct Press<'p> {
    pub(crate) chosen: Instrument,
    /// The access token from the browser's cookie.
    pub(crate) token: Option<Secret>,
    /// Where Amazon sends the browser back to.
    pub(crate) result_url: &'p str,
}

impl Checkout {
    /// Records the buyer's choice and confirms it at Amazon. May be repeated with the same or another.
    ///
    /// # Errors
    /// The store does not answer; nothing was charged.
    pub(crate) async fn confirm(&self, payment: Payment, press: Press<'_>) -> Result<Confirmation, store::Error> {
        let Press { chosen, token, result_url } = press;
        let recorded = match &payment.stage {
            Stage::Open { instrument, .. } => instrument.clone(),
            _ => None,
        };
        let is_known = recorded.as_ref() == Some(&chosen);
        let change = match payment.clone().confirm(chosen.clone(), self.merchant.now()) {
            Ok(change) => change,
            Err(Refusal::TooManyMoves) => return Ok(Confirmation::TooOften),
            Err(_) => return Ok(Confirmation::Moved),
        };
        // Before anything is recorded: an invented reference, or another buyer's, leaves no row.
        if !is_known {
            let Some(token) = token else { return Ok(Confirmation::SignIn) };
            if let Err(hurdle) = self.rail.is_of_buyer(&chosen, token.expose()).await {
                return Ok(Confirmation::Hurdle(hurdle));
            }
        }
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
