//! The call that asks Amazon for a buyer's money, once recorded as an attempt: its first sending
//! and its repetition.
//!
//! On an order reference and on an agreement it is one question under one name (the attempt's id),
//! for which Amazon gives one answer however often it comes. What comes back is read by `verdict`.

use std::time::Duration;

use amazon::{AuthorizationDetails, Authorize, AuthorizeOnBillingAgreement, Error, ErrorCode, REQUEST_LIFE_MS};
use payments::{Answer, Attempt, BillingAgreementId, Captured, Instrument, Payment, Reason};

use super::money::{money_of, price_of};
use super::verdict::{self, Plan};
use super::{Mws, movement_id};
use crate::rail::{Found, Sending, reason_of_later};

/// How long a capture that came with an authorization is read before the money counts as on its way.
const CAPTURE_PATIENCE: Duration = Duration::from_secs(5);

impl Mws {
    /// Ends before the janitor would take the attempt for unanswered.
    pub(in crate::rail) async fn authorize(&self, payment: &Payment, attempt: &Attempt) -> Option<Answer> {
        // A process that has slept since the attempt was recorded leaves it to the janitor, who may have concluded it.
        if self.now().0.saturating_sub(attempt.asked_at.0) > REQUEST_LIFE_MS {
            return None;
        }
        let sent = async {
            match self.send(payment, attempt, Sending::First).await {
                Err(Error::Unknown(_)) => self.send(payment, attempt, Sending::Again).await,
                known => known,
            }
        };
        match tokio::time::timeout(self.longest_ask, sent).await.ok()? {
            Ok(details) => self.answer_of(attempt, &details).await,
            Err(error) if error.code().is_some_and(ErrorCode::is_duplicate) => self.answer_of_duplicate(attempt).await,
            Err(error) => self.answer_of_failure(attempt, &error).await,
        }
    }

    /// Amazon has something under the attempt's name that is not what was asked for now. On this order, that is the answer.
    /// Elsewhere it is a charge that the database does not know any more: the shop must not be told that nothing was ever
    /// done. Nothing while that is not certain, and of an agreement, whose orders are listed late.
    async fn answer_of_duplicate(&self, attempt: &Attempt) -> Option<Answer> {
        let Instrument::OrderReference(order) = &attempt.instrument else { return None };
        let found = async {
            match self.find_on_order(attempt, order).await? {
                Found::Nothing(_) if self.prevent(order).await? => self.find_on_order(attempt, order).await,
                Found::Nothing(_) => Ok(Found::Undecided),
                found => Ok(found),
            }
        };
        match found.await {
            Ok(Found::Answer(answer, _)) => Some(answer),
            Ok(Found::Nothing(_)) => {
                tracing::error!(attempt = attempt.id.as_str(), "Amazon has a charge under this name on another order");
                Some(Answer::NeverHappened(Reason::ChargedBefore))
            }
            Ok(Found::Undecided) => None,
            Err(error) => {
                tracing::warn!(attempt = attempt.id.as_str(), %error, "What Amazon has under a used name was not seen");
                None
            }
        }
    }

    /// Any failure says nothing about the first sending.
    pub(in crate::rail) async fn authorize_again(&self, payment: &Payment, attempt: &Attempt) -> Result<Found, Error> {
        let details = self.send(payment, attempt, Sending::Again).await?;
        Ok(self.found(attempt, &details).await)
    }

    pub(in crate::rail) async fn decision(&self, attempt: &Attempt, id: &str) -> Result<Option<Answer>, Error> {
        let details = self.connector.get_authorization_details(&self.account, id).await?;
        Ok(self.answer_of(attempt, &details).await)
    }

    pub(super) async fn found(&self, attempt: &Attempt, details: &AuthorizationDetails) -> Found {
        self.answer_of(attempt, details).await.map_or(Found::Undecided, |answer| Found::Answer(answer, None))
    }

    /// What Amazon's authorization says of an attempt; nothing while it is in a state that is not known here.
    async fn answer_of(&self, attempt: &Attempt, details: &AuthorizationDetails) -> Option<Answer> {
        let captured = match verdict::is_captured(details) {
            true => match self.captured(details).await {
                Ok(captured) => captured,
                Err(reason) => return Some(Answer::Declined(reason)),
            },
            false => Captured::No,
        };
        let on_agreement = matches!(attempt.instrument, Instrument::Agreement(_));
        let plan = Plan { captures_now: attempt.capture_now, on_agreement, automatic: self.automatic, now: self.now() };
        verdict::answer_of(details, captured, plan)
    }

    /// How much was taken of an authorization that is closed by its capture: until Amazon says so,
    /// it is on its way. The reason when every capture was declined, and so nothing was taken and
    /// nothing is held.
    async fn captured(&self, details: &AuthorizationDetails) -> Result<Captured, Reason> {
        let unread = || match details.id_list.as_slice() {
            [only] => Captured::Pending(movement_id(only)),
            _ => Captured::Pending(None),
        };
        let captures = match tokio::time::timeout(CAPTURE_PATIENCE, self.captures_of(details)).await {
            Ok(Ok(captures)) => captures,
            Ok(Err(error)) => {
                tracing::warn!(authorization = details.amazon_authorization_id, %error, "A capture could not be read");
                return Ok(unread());
            }
            Err(_) => return Ok(unread()),
        };
        if let Some(taken) = captures.iter().find(|capture| capture.is_taken()) {
            let id = movement_id(&taken.amazon_capture_id);
            return Ok(match money_of(&taken.capture_amount) {
                Some(amount) => Captured::Yes { id, amount },
                None => Captured::Pending(id),
            });
        }
        match captures.iter().find(|capture| !capture.is_declined()) {
            Some(pending) => Ok(Captured::Pending(movement_id(&pending.amazon_capture_id))),
            None => match captures.last() {
                Some(declined) => Err(verdict::reason_of_capture(declined)),
                None => Ok(Captured::Pending(None)),
            },
        }
    }

    /// What the end of a call without an answer says; nothing when the money may have been promised.
    async fn answer_of_failure(&self, attempt: &Attempt, error: &Error) -> Option<Answer> {
        match error {
            Error::Unknown(_) => {
                tracing::warn!(attempt = attempt.id.as_str(), %error, "Amazon's answer to an attempt was not seen");
                None
            }
            Error::Later(_) => {
                tracing::warn!(attempt = attempt.id.as_str(), %error, "Amazon does not take an attempt for now");
                Some(Answer::TurnedAway(reason_of_later(error)))
            }
            Error::Refused(failure) => {
                tracing::warn!(attempt = attempt.id.as_str(), %error, "Amazon refused an attempt");
                match &attempt.instrument {
                    Instrument::Agreement(agreement)
                        if failure.code == Some(ErrorCode::InvalidBillingAgreementStatus) =>
                    {
                        Some(self.why_not_charged(agreement).await)
                    }
                    _ => Some(Answer::NeverHappened(verdict::reason_of_refusal(failure.code.as_ref()))),
                }
            }
        }
    }

    /// Amazon did not charge an agreement because of where it stands: another card may do, or it is over.
    async fn why_not_charged(&self, agreement: &BillingAgreementId) -> Answer {
        match self.is_agreement_over(agreement).await {
            Ok(true) => Answer::NeverHappened(Reason::AgreementOver),
            Ok(false) => Answer::DeclinedTryAnother,
            Err(error) => {
                let agreement = agreement.as_str();
                tracing::warn!(agreement, %error, "Amazon does not say why an agreement was not charged");
                Answer::NeverHappened(Reason::NotDone)
            }
        }
    }

    async fn send(
        &self,
        payment: &Payment,
        attempt: &Attempt,
        sending: Sending,
    ) -> Result<AuthorizationDetails, Error> {
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
                    Sending::First => self.connector.authorize(&self.account, &request).await,
                    Sending::Again => self.connector.authorize_again(&self.account, &request).await,
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
                    store_name: self.store_name.clone(),
                    custom_information: Some(payment.id.to_string()),
                    ..AuthorizeOnBillingAgreement::default()
                };
                let end = match sending {
                    Sending::First => self.connector.authorize_on_billing_agreement(&self.account, &request).await,
                    Sending::Again => {
                        self.connector.authorize_on_billing_agreement_again(&self.account, &request).await
                    }
                };
                end.map(|answer| answer.authorization_details)
            }
        }
    }
}
