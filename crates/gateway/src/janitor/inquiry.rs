//! Asking Amazon what became of one attempt.

use amazon::types::OrderReferenceState;
use amazon::{Error, OrderReferenceDetails};
use payments::{Answer, Attempt, Payment, Reason};

use super::Janitor;
use crate::checkout::{Checkout, answer_of};

/// Whether an attempt that Amazon does not know may be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// The request may still be under way.
    Left,
    Over,
}

/// What Amazon knows of an attempt.
enum Seen {
    Decided(Answer),
    /// An authorization of ours that is not decided, or an answer that is none.
    Undecided,
    Nothing,
}

impl Janitor {
    /// Whether the outcome is known now.
    pub(super) async fn inquire(&self, payment: Payment, patience: Patience) -> bool {
        let Some(attempt) = payment.attempt_under_way().cloned() else { return true };
        let Some(checkout) = self.checkout_of(&payment).await else {
            let (shop, payment) = (payment.shop.as_str(), payment.id.as_str());
            tracing::error!(shop, payment, "an attempt is unanswered and its shop cannot be asked for");
            return false;
        };
        let found = match self.decide(&checkout, &attempt, patience).await {
            Ok(Some(found)) => found,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(payment = payment.id.as_str(), %error, "Amazon does not say what became of an attempt");
                return false;
            }
        };
        let (answer, document) = found;
        tracing::info!(payment = payment.id.as_str(), ?answer, "Amazon said what became of an attempt");
        checkout.settle(payment, answer, Some(document)).await.attempt_under_way() != Some(&attempt)
    }

    /// The answer and the order's details; nothing while nothing is certain.
    async fn decide(
        &self,
        checkout: &Checkout,
        attempt: &Attempt,
        patience: Patience,
    ) -> Result<Option<(Answer, String)>, Error> {
        let (seen, order) = self.look(checkout, attempt).await?;
        match seen {
            Seen::Decided(answer) => return Ok(Some((answer, order.document))),
            Seen::Undecided => return Ok(None),
            Seen::Nothing if patience == Patience::Left => return Ok(None),
            Seen::Nothing => {}
        }
        let id = attempt.order_reference.as_str();
        let reason = Some("The authorization was not answered");
        if let Err(error) = self.gateway.connector().close_order_reference(checkout.account(), id, reason).await {
            tracing::info!(order_reference = id, %error, "Amazon did not close; its state decides");
        }
        let (seen, order) = self.look(checkout, attempt).await?;
        Ok(match seen {
            Seen::Decided(answer) => Some((answer, order.document)),
            Seen::Nothing if is_over(&order) => Some((Answer::NeverHappened(Reason::NotDone), order.document)),
            Seen::Nothing | Seen::Undecided => None,
        })
    }

    async fn look(&self, checkout: &Checkout, attempt: &Attempt) -> Result<(Seen, OrderReferenceDetails), Error> {
        let (connector, account) = (self.gateway.connector(), checkout.account());
        let id = attempt.order_reference.as_str();
        let order = connector.get_order_reference_details(account, id, None).await?;
        for authorization in order.id_list.iter().rev() {
            let authorization = connector.get_authorization_details(account, authorization).await?;
            if authorization.authorization_reference_id == attempt.id.as_str() {
                let answer = answer_of(&authorization, self.gateway.now());
                return Ok((answer.map_or(Seen::Undecided, Seen::Decided), order));
            }
        }
        Ok((Seen::Nothing, order))
    }
}

fn is_over(order: &OrderReferenceDetails) -> bool {
    matches!(order.state(), OrderReferenceState::Canceled | OrderReferenceState::Closed)
}
