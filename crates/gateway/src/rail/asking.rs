//! The call that asks Amazon for a buyer's money, once recorded as an attempt: its first sending and its repetition. What
//! comes back is read by `verdict`.
//!
//! On an order reference and on an agreement it is one question under one name (the attempt's id), for which Amazon gives
//! one answer however often it comes.

use std::time::Duration;

use amazon::{AuthorizationDetails, Authorize, AuthorizeOnBillingAgreement, Error, ErrorCode};
use payments::{Answer, Attempt, BillingAgreementId, Instrument, Payment, Reason};

use super::verdict::{self, Plan};
use crate::flow::merchant::{Merchant, price_of};

impl Merchant {
    /// Asks, and repeats once what ended unknown. Nothing when it stays unknown. Ends before the janitor would take the
    /// attempt for unanswered.
    pub(crate) async fn ask(&self, payment: &Payment) -> Option<Answer> {
        let attempt = payment.attempt_in_flight()?;
        let asked = async {
            let end = match self.send(payment, attempt, Sending::First).await {
                Err(Error::Unknown(_)) => self.send(payment, attempt, Sending::Again).await,
                known => known,
            };
            match (&attempt.instrument, &end) {
                (Instrument::Agreement(agreement), Err(Error::NotDone(failure)))
                    if failure.code == Some(ErrorCode::InvalidBillingAgreementStatus) =>
                {
                    self.why_not_charged(agreement).await
                }
                _ => verdict::answer_of_call(end, self.plan(attempt)),
            }
        };
        tokio::time::timeout(self.longest_ask(), asked).await.ok().flatten()
    }

    /// How long [`Merchant::ask`] takes at most.
    pub(crate) fn longest_ask(&self) -> Duration {
        let patience_ms = u64::try_from(self.gateway.settings().attempt_patience_ms).unwrap_or(0) / 4 * 3;
        Duration::from_millis(patience_ms.max(1_000))
    }

    /// Sends an attempt that was sent before. Any failure says nothing about the first sending.
    pub(crate) async fn ask_again(&self, payment: &Payment, attempt: &Attempt) -> Result<AuthorizationDetails, Error> {
        self.send(payment, attempt, Sending::Again).await
    }

    async fn send(
        &self,
        payment: &Payment,
        attempt: &Attempt,
        sending: Sending,
    ) -> Result<AuthorizationDetails, Error> {
        let (connector, account) = (self.connector(), &self.account);
        match &attempt.instrument {
            Instrument::OrderReference(order) => {
                let request = Authorize {
                    order_reference_id: order.to_string(),
                    authorization_reference_id: attempt.id.to_string(),
                    amount: price_of(payment.order.amount),
                    capture_now: attempt.capture_now,
                    timeout_minutes: attempt.timeout_minutes.into(),
                    note: None,
                    soft_descriptor: None,
                };
                match sending {
                    Sending::First => connector.authorize(account, &request).await,
                    Sending::Again => connector.authorize_again(account, &request).await,
                }
            }
            Instrument::Agreement(agreement) => {
                let request = AuthorizeOnBillingAgreement {
                    billing_agreement_id: agreement.to_string(),
                    authorization_reference_id: attempt.id.to_string(),
                    amount: price_of(payment.order.amount),
                    capture_now: attempt.capture_now,
                    timeout_minutes: attempt.timeout_minutes.into(),
                    seller_order_id: Some(payment.order.shop_transaction_id.to_string()),
                    store_name: Some(self.shop.name.clone()).filter(|name| !name.is_empty()),
                    custom_information: Some(payment.id.to_string()),
                    ..AuthorizeOnBillingAgreement::default()
                };
                let end = match sending {
                    Sending::First => connector.authorize_on_billing_agreement(account, &request).await,
                    Sending::Again => connector.authorize_on_billing_agreement_again(account, &request).await,
                };
                end.map(|answer| answer.authorization_details)
            }
        }
    }

    /// What Amazon's authorization says of an attempt; nothing while it is in a state that is not known here.
    pub(crate) fn answer_of(&self, attempt: &Attempt, details: &AuthorizationDetails) -> Option<Answer> {
        verdict::answer_of(details, self.plan(attempt))
    }

    /// Amazon did not charge an agreement because of where it stands: another card may do, or it is over.
    pub(crate) async fn why_not_charged(&self, agreement: &BillingAgreementId) -> Option<Answer> {
        let details = self.connector().get_billing_agreement_details(&self.account, agreement.as_str(), None).await;
        match details {
            Ok(details) if details.is_over() => Some(Answer::NeverHappened(Reason::AgreementOver)),
            Ok(_) => Some(Answer::DeclinedTryAnother),
            Err(error) => {
                tracing::warn!(%error, "Amazon does not say why an agreement was not charged");
                Some(Answer::NeverHappened(Reason::NotDone))
            }
        }
    }

    fn plan(&self, attempt: &Attempt) -> Plan {
        Plan { captures_now: attempt.capture_now, automatic: self.shop.automatic, now: self.now() }
    }
}

/// Whether a request may have been sent before: then a refusal says nothing about the earlier sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// By whoever has just recorded the wish.
    First,
    /// By anybody else.
    Again,
}
