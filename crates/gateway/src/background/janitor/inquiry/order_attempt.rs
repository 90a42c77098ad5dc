//! An attempt on an order reference: found among the order's authorizations, or made impossible.

use amazon::types::OrderReferenceState;
use amazon::{Error, OrderReferenceDetails};
use payments::{Answer, Attempt, OrderReferenceId, Reason};

use super::{Found, Janitor, Patience, Seen};
use crate::flow::checkout::Checkout;

impl Janitor {
    /// The answer and the order's details; nothing while nothing is certain.
    pub(super) async fn seek_on_order(
        &self,
        checkout: &Checkout,
        attempt: &Attempt,
        order: &OrderReferenceId,
        patience: Patience,
    ) -> Result<Option<Found>, Error> {
        let (seen, details) = self.look(checkout, attempt, order).await?;
        match seen {
            Seen::Decided(answer) => return Ok(Some((answer, Some(details.document)))),
            Seen::Undecided => return Ok(None),
            Seen::Nothing if patience == Patience::Left => return Ok(None),
            Seen::Nothing => {}
        }
        let (id, reason) = (order.as_str(), Some("The authorization was not answered"));
        if let Err(error) = checkout.connector().close_order_reference(&checkout.account, id, reason).await {
            tracing::info!(order_reference = id, %error, "Amazon did not close; its state decides");
        }
        let (seen, details) = self.look(checkout, attempt, order).await?;
        Ok(match seen {
            Seen::Decided(answer) => Some((answer, Some(details.document))),
            Seen::Nothing if is_over(&details) => {
                Some((Answer::NeverHappened(Reason::NotDone), Some(details.document)))
            }
            Seen::Nothing | Seen::Undecided => None,
        })
    }

    async fn look(
        &self,
        checkout: &Checkout,
        attempt: &Attempt,
        order: &OrderReferenceId,
    ) -> Result<(Seen, OrderReferenceDetails), Error> {
        let (connector, account) = (checkout.connector(), &checkout.account);
        let details = connector.get_order_reference_details(account, order.as_str(), None).await?;
        let seen = self.among(checkout, attempt, &details.id_list).await?;
        Ok((seen, details))
    }

    /// The attempt among authorizations.
    pub(super) async fn among(
        &self,
        checkout: &Checkout,
        attempt: &Attempt,
        authorizations: &[String],
    ) -> Result<Seen, Error> {
        for id in authorizations.iter().rev() {
            let authorization = checkout.connector().get_authorization_details(&checkout.account, id).await?;
            if authorization.authorization_reference_id == attempt.id.as_str() {
                return Ok(checkout.answer_of(attempt, &authorization).map_or(Seen::Undecided, Seen::Decided));
            }
        }
        Ok(Seen::Nothing)
    }
}

fn is_over(order: &OrderReferenceDetails) -> bool {
    matches!(order.state(), OrderReferenceState::Canceled | OrderReferenceState::Closed)
}
