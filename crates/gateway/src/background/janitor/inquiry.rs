//! Asking Amazon what became of one payment's questions: one file a kind, one of them after the other.

mod agreement_attempt;
mod order_attempt;

use amazon::Error;
use amazon::types::OrderReferenceState;
use payments::{Answer, Attempt, Funds, Instrument, Payment, Stage, Wait, Witness};

use super::Janitor;
use crate::flow::checkout::Checkout;
use crate::flow::settlement::Settlement;
use crate::rail::asking::Sending;

/// Whether an attempt that Amazon does not know may be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// The request may still be under way.
    Left,
    Over,
}

/// What became of an attempt, and the order's details when they were read.
type Found = (Answer, Option<String>);

/// What Amazon knows of an attempt.
enum Seen {
    Decided(Answer),
    /// It is there, in a state that says nothing; or it could not be looked for everywhere.
    Undecided,
    Nothing,
}

impl Janitor {
    /// Whether something is known now that was not, or nothing is owed any more.
    pub(super) async fn inquire(&self, payment: Payment, patience: Patience) -> bool {
        let (shop, id, version) = (payment.shop.to_string(), payment.id.to_string(), payment.version);
        let Some(checkout) = self.checkout_of(&payment).await else {
            tracing::error!(shop, payment = id, "Amazon owes an answer and cannot be asked for this shop");
            return false;
        };
        match self.ask(&checkout, payment, patience).await {
            Ok(now) => now.unresolved_at().is_none() || now.version != version,
            Err(error) => {
                tracing::warn!(payment = id, %error, "Amazon does not say what became of a payment");
                false
            }
        }
    }

    async fn ask(&self, checkout: &Checkout, payment: Payment, patience: Patience) -> Result<Box<Payment>, Error> {
        match payment.stage.clone() {
            Stage::Authorizing { attempt } => {
                let found = match &attempt.instrument {
                    Instrument::OrderReference(order) => {
                        self.seek_on_order(checkout, &attempt, order, patience).await?
                    }
                    Instrument::Agreement(_) => self.seek_on_agreement(checkout, &payment, &attempt, patience).await?,
                };
                Ok(self.record(checkout, payment, found).await)
            }
            Stage::Pending { attempt, wait: Wait::Decision(authorization) } => {
                let id = authorization.as_str();
                let details = self.gateway.connector().get_authorization_details(&checkout.account, id).await?;
                let answer = checkout.answer_of(&attempt, &details);
                Ok(self.record(checkout, payment, answer.map(|answer| (answer, None))).await)
            }
            Stage::Pending { attempt, wait: Wait::Card } => self.wait_for_card(checkout, payment, &attempt).await,
            Stage::Paid { funds, .. } => Ok(self.pursue(payment, funds).await),
            Stage::Open { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned => {
                Ok(Box::new(payment))
            }
        }
    }

    async fn record(&self, checkout: &Checkout, payment: Payment, found: Option<Found>) -> Box<Payment> {
        let Some((answer, details)) = found else { return Box::new(payment) };
        tracing::info!(payment = payment.id.as_str(), ?answer, "Amazon said what became of an attempt");
        checkout.settle(payment, answer, details, Witness::Janitor).await
    }

    /// A pending payment whose card was declined: once the buyer has chosen another, his order is open again.
    async fn wait_for_card(
        &self,
        checkout: &Checkout,
        payment: Payment,
        attempt: &Attempt,
    ) -> Result<Box<Payment>, Error> {
        let order = self
            .gateway
            .connector()
            .get_order_reference_details(&checkout.account, attempt.instrument.as_str(), None)
            .await?;
        let waited_ms = self.gateway.now().0.saturating_sub(payment.changed_at.0);
        let standing = match order.state() {
            OrderReferenceState::Open => checkout.resume(payment.clone()).await,
            OrderReferenceState::Suspended if waited_ms < self.gateway.settings().card_patience_ms => {
                return Ok(Box::new(payment));
            }
            _ => checkout.stop_waiting(payment.clone()).await,
        };
        Ok(standing.unwrap_or_else(|error| {
            tracing::error!(payment = payment.id.as_str(), %error, "a pending payment could not be moved");
            Box::new(payment)
        }))
    }

    /// Money that was authorized and is on its way.
    async fn pursue(&self, payment: Payment, funds: Funds) -> Box<Payment> {
        let Some(settlement) = self.settlement_of(&payment).await else { return Box::new(payment) };
        match funds {
            Funds::Settling { .. } => settlement.pursue_capture(payment, Sending::Again).await,
            Funds::Releasing { .. } => settlement.pursue_release(payment).await,
            Funds::Settled { refunds, .. } => self.pursue_refunds(&settlement, payment, &refunds).await,
            Funds::Held { .. } | Funds::Released { .. } => Box::new(payment),
        }
    }

    async fn pursue_refunds(
        &self,
        settlement: &Settlement,
        payment: Payment,
        refunds: &[payments::Refund],
    ) -> Box<Payment> {
        let mut payment = Box::new(payment);
        for refund in refunds.iter().filter(|refund| refund.is_in_flight()) {
            payment = settlement.pursue_refund(*payment, refund.number, Sending::Again).await;
        }
        payment
    }
}
