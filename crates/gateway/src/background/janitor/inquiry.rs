//! Asks Amazon what became of one payment's questions.
//!
//! An attempt on an order is found at Amazon by its name among the order's authorizations: then
//! that decides. When there is none, the order is closed first, so that a request still on its way
//! cannot succeed, and Amazon is asked again: only an order that is over and holds no authorization
//! of ours means that nothing happened.
//!
//! An agreement cannot be closed to make a late request impossible: the buyer's future payments hang
//! on it. So its attempt is looked for in Amazon's list of orders, and as long as the request could
//! still be on its way it is asked again under its name, for which Amazon gives its first answer
//! again, or does now what the shop was told is pending. Once it is older than a request lives it
//! is concluded and never executed: the shop may have charged its buyer in another way by then. The
//! list lags, so "not listed" is believed only an hour after the last request can have been done.

use payments::{Answer, Attempt, Instrument, OrderReferenceId, Payment, Reason, Stage, Wait, Witness};

use super::{Janitor, age_ms};
use crate::flow::checkout::Checkout;
use crate::rail::{Error, Found, REQUEST_LIFE_MS};

/// An order that Amazon has made is listed within an hour. It may have been asked for up to a
/// request's life after the attempt was recorded, and have done it up to another after that.
const LISTED_AFTER_MS: i64 = 60 * 60 * 1000 + 2 * REQUEST_LIFE_MS;

/// Whether an attempt that Amazon does not know may be given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// The request may still be on its way.
    Left,
    Over,
}

/// Why an inquiry has no end yet.
#[derive(Debug, thiserror::Error)]
enum Stuck {
    #[error("Amazon: {0}")]
    Amazon(#[from] Error),
    #[error("the store: {0}")]
    Store(#[from] store::Error),
}

/// What became of an attempt, and the order's details when they were read.
type Decided = (Answer, Option<String>);

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
                tracing::warn!(shop, payment = id, %error, "What became of a payment is not known yet");
                false
            }
        }
    }

    async fn ask(&self, checkout: &Checkout, payment: Payment, patience: Patience) -> Result<Box<Payment>, Stuck> {
        match payment.stage.clone() {
            Stage::Authorizing { attempt } => {
                let decided = match &attempt.instrument {
                    Instrument::OrderReference(order) => {
                        seek_on_order(checkout, (&payment, &attempt), order, patience).await?
                    }
                    Instrument::Agreement(_) => self.seek_on_agreement(checkout, &payment, &attempt, patience).await?,
                };
                record(checkout, payment, decided).await
            }
            Stage::Pending { attempt, wait: Wait::Decision(placed) } => {
                let answer = checkout.rail.decision(&attempt, placed.authorization.as_str()).await?;
                record(checkout, payment, answer.map(|answer| (answer, None))).await
            }
            Stage::Pending { attempt, wait: Wait::Card } => self.wait_for_card(checkout, payment, &attempt).await,
            Stage::Paid { .. } => match self.settlement_of(&payment).await {
                Some(settlement) => Ok(settlement.pursue_in_background(payment).await),
                None => Ok(Box::new(payment)),
            },
            Stage::Open { .. } | Stage::Agreed { .. } | Stage::Refused { .. } | Stage::Abandoned { .. } => {
                Ok(Box::new(payment))
            }
        }
    }

    /// The answer; nothing while nothing is certain.
    async fn seek_on_agreement(
        &self,
        checkout: &Checkout,
        payment: &Payment,
        attempt: &Attempt,
        patience: Patience,
    ) -> Result<Option<Decided>, Error> {
        let age_ms = age_ms(payment, self.gateway.now());
        if patience == Patience::Over && age_ms <= REQUEST_LIFE_MS {
            match checkout.rail.authorize_again(payment, attempt).await {
                Ok(Found::Answer(answer, details)) => return Ok(Some((answer, details))),
                Ok(Found::Undecided | Found::Nothing(_)) => return Ok(None),
                // The first sending may be why it is refused.
                Err(error) if error.last_was_refused() => {}
                Err(error) => return Err(error),
            }
        }
        match checkout.rail.find(payment, attempt).await? {
            Found::Answer(answer, details) => Ok(Some((answer, details))),
            Found::Undecided => Ok(None),
            Found::Nothing(_) if age_ms <= LISTED_AFTER_MS => Ok(None),
            Found::Nothing(_) => never_happened(checkout, attempt).await.map(|answer| Some((answer, None))),
        }
    }

    /// A pending payment whose card was declined: once the buyer has chosen another, his order is open again.
    async fn wait_for_card(
        &self,
        checkout: &Checkout,
        payment: Payment,
        attempt: &Attempt,
    ) -> Result<Box<Payment>, Stuck> {
        let waited_ms = self.gateway.now().0.saturating_sub(payment.changed_at.0);
        Ok(match checkout.rail.has_new_card(&attempt.instrument).await? {
            // Turned away, the next attempt is not made at once: there are only so many.
            Some(true) if waited_ms < pause_ms(payment.attempts) => Box::new(payment),
            // In the buyer's class: a request that has only waited for its turn would count as one
            // that may have been done.
            Some(true) => match self.shop_of(&payment.shop).await.and_then(|shop| Checkout::of(&self.gateway, &shop)) {
                Some(checkout) => checkout.resume(payment).await?,
                None => Box::new(payment),
            },
            None if waited_ms < self.gateway.settings().card_patience_ms => Box::new(payment),
            Some(false) | None => checkout.stop_waiting(payment).await?,
        })
    }
}

/// How long after an attempt with another card the next is made. The first two went before any
/// other card was wanted: the third is made at once, the fourth after a minute, the fifth after
/// four.
fn pause_ms(attempts: u8) -> i64 {
    match attempts {
        0..=2 => 0,
        more => 60_000 << (2 * (more - 3)).min(10),
    }
}

async fn seek_on_order(
    checkout: &Checkout,
    (payment, attempt): (&Payment, &Attempt),
    order: &OrderReferenceId,
    patience: Patience,
) -> Result<Option<Decided>, Error> {
    match checkout.rail.find(payment, attempt).await? {
        Found::Answer(answer, details) => return Ok(Some((answer, details))),
        Found::Undecided => return Ok(None),
        Found::Nothing(_) if patience == Patience::Left => return Ok(None),
        Found::Nothing(_) => {}
    }
    let is_prevented = checkout.rail.prevent(order).await?;
    Ok(match checkout.rail.find(payment, attempt).await? {
        Found::Answer(answer, details) => Some((answer, details)),
        Found::Nothing(details) if is_prevented => Some((Answer::NeverHappened(Reason::Unreachable), details)),
        Found::Nothing(_) | Found::Undecided => None,
    })
}

/// Amazon has not charged an agreement and never will under this name.
async fn never_happened(checkout: &Checkout, attempt: &Attempt) -> Result<Answer, Error> {
    let Instrument::Agreement(agreement) = &attempt.instrument else {
        return Ok(Answer::NeverHappened(Reason::Unreachable));
    };
    let reason = match checkout.rail.is_agreement_over(agreement).await {
        Ok(true) => Reason::AgreementOver,
        // An agreement that Amazon does not know is another account's, which may have been charged.
        Ok(false) => Reason::Unreachable,
        Err(error) => return Err(error),
    };
    Ok(Answer::NeverHappened(reason))
}

async fn record(checkout: &Checkout, payment: Payment, decided: Option<Decided>) -> Result<Box<Payment>, Stuck> {
    let Some((answer, details)) = decided else { return Ok(Box::new(payment)) };
    let (shop, id) = (payment.shop.as_str(), payment.id.as_str());
    tracing::info!(shop, payment = id, ?answer, "Amazon said what became of an attempt");
    Ok(checkout.record_answer(payment, answer, details, Witness::Janitor).await?)
}
