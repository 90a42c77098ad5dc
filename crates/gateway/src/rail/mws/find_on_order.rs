//! An attempt on an order reference: found among the order's authorizations by its name, or made impossible.

use amazon::types::OrderReferenceState;
use amazon::{Error, OrderReferenceDetails};
use payments::{Attempt, OrderReferenceId};

use super::Mws;
use crate::rail::Found;

impl Mws {
    pub(in crate::rail) async fn find_on_order(
        &self,
        attempt: &Attempt,
        order: &OrderReferenceId,
    ) -> Result<Found, Error> {
        let details = self.read(order).await?;
        Ok(match self.find_among(attempt, &details.id_list).await? {
            Found::Answer(answer, _) => Found::Answer(answer, Some(details.document)),
            Found::Nothing(_) => Found::Nothing(Some(details.document)),
            Found::Undecided => Found::Undecided,
        })
    }

    /// Closed and never cancelled: cancelling would void an authorization that came between, of
    /// which the page may have told the shop already. Its state decides, whatever the call says.
    pub(in crate::rail) async fn prevent(&self, order: &OrderReferenceId) -> Result<bool, Error> {
        let (id, reason) = (order.as_str(), Some("The authorization was not answered"));
        if let Err(error) = self.connector.close_order_reference(&self.account, id, reason).await {
            tracing::info!(order_reference = id, %error, "Close failed, re-reading the order");
        }
        Ok(is_over(&self.read(order).await?))
    }

    /// The attempt among authorizations, the latest first.
    pub(super) async fn find_among(&self, attempt: &Attempt, authorizations: &[String]) -> Result<Found, Error> {
        for id in authorizations.iter().rev() {
            let authorization = self.connector.get_authorization_details(&self.account, id).await?;
            if authorization.authorization_reference_id == attempt.id.as_str() {
                return Ok(self.found(attempt, &authorization).await);
            }
        }
        Ok(Found::Nothing(None))
    }
}

fn is_over(order: &OrderReferenceDetails) -> bool {
    matches!(order.state(), OrderReferenceState::Canceled | OrderReferenceState::Closed)
}
