//! Takes a buyer's visit through Amazon: record, ask, record. Decides the order of calls; what may happen is decided by
//! `payments`.
//!
//! ```text
//!   confirm    record what was chosen | Set…Details, Confirm… (an order reference, or an agreement)
//!   complete   read it back | unit 1: the attempt | Authorize… | unit 2: the answer, the order's details, the notice, the token
//! ```
//!
//! Cut anywhere, nothing is lost. Before unit 1 nothing was asked, and the buyer may press pay again. Between the units the
//! payment stands as `Authorizing`: the janitor asks Amazon what became of the attempt. After unit 2 all is decided; what is
//! left (closing or cancelling the order at Amazon) is tidiness. Called by the page; everybody whom Amazon has answered
//! uses [`Checkout::settle`].

mod agreement;
mod confirmation;
mod hurdle;
mod order;
mod wind_up;

use std::ops::Deref;
use std::sync::Arc;

use payments::{Answer, BankTransactionId, Instrument, Payment, Reason, Recurring, Stage, Terms, Token, Witness};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::{Committed, Merchant};
use crate::in_flight::Asking;

pub(crate) use hurdle::Hurdle;
pub(crate) use order::{can_authorize, is_alive};

/// One shop's checkout.
#[derive(Clone)]
pub(crate) struct Checkout(Merchant);

/// What came of pressing pay.
#[derive(Debug)]
pub(crate) enum Confirmation {
    /// Amazon may challenge the buyer and sends him back.
    Ready,
    /// The buyer has something to do first.
    Hurdle(Hurdle),
    /// The payment is no longer open.
    Moved,
}

/// What came of a try to authorize.
#[derive(Debug)]
pub(crate) enum Completion {
    /// The payment as it stands now, whoever moved it.
    Stands(Box<Payment>),
    /// Nothing was asked: the buyer has something to do first.
    Hurdle(Hurdle),
    /// Another visit has taken the shop's transaction identifier; nothing was asked.
    Taken,
}

/// Whether this very request recorded the attempt: only then may it ask Amazon.
enum Recorded {
    Ours(Box<Payment>),
    Not(Completion),
}

impl Deref for Checkout {
    type Target = Merchant;
    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Checkout {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Checkout> {
        Merchant::of(gateway, shop).map(Checkout)
    }

    /// The three beats. To be run in a task of its own: a buyer who leaves must not cut it.
    ///
    /// # Errors
    /// The store does not answer before unit 1; nothing was asked.
    pub(crate) async fn complete(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Stage::Open { instrument: Some(instrument), declined: None } = payment.stage.clone() else {
            return self.stands(payment).await;
        };
        let details = match self.ready(&payment, &instrument).await {
            Ok(details) => details,
            Err(Hurdle::Declined) => return self.ask_for_another_card(payment).await,
            Err(hurdle) => return Ok(Completion::Hurdle(hurdle)),
        };
        let asking = Asking::about(&self.gateway, &payment.shop, &payment.id);
        let payment = match self.record(payment, instrument).await? {
            Recorded::Ours(payment) => payment,
            Recorded::Not(completion) => return Ok(completion),
        };
        if payment.is_final() {
            return Ok(Completion::Stands(payment));
        }
        let stands = self.pursue(payment.clone(), details, Witness::Caller).await.unwrap_or(payment);
        asking.end(&stands).await;
        Ok(Completion::Stands(stands))
    }

    /// Asks about the attempt under way and records the answer; asks once more, and gives Amazon time, when it could not
    /// decide and the shop is willing to wait.
    ///
    /// # Errors
    /// The answer was not recorded, or perhaps it was: nobody may be told that the payment is undecided, for who finds it decided
    /// later may owe no notice of it.
    pub(crate) async fn pursue(
        &self,
        payment: Box<Payment>,
        details: Option<String>,
        by: Witness,
    ) -> Result<Box<Payment>, store::Error> {
        let mut payment = payment;
        loop {
            let Some(answer) = self.ask(&payment).await else {
                self.gateway.wake_janitor();
                return Ok(payment);
            };
            let minutes = self.given_time(&payment).filter(|_| answer == Answer::Declined(Reason::TimedOut));
            let Some(minutes) = minutes else { return self.record_answer(*payment, answer, details, by).await };
            match self.allow_time(&payment, minutes).await {
                Some(asked) => payment = asked,
                None => return self.record_answer(*payment, answer, details, by).await,
            }
        }
    }

    /// The buyer failed his bank's authentication: refused, and Amazon is never asked for the money.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn authentication_failed(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Ok(change) = payment.clone().refuse(Reason::AuthenticationFailed, self.now()) else {
            return self.stands(payment).await;
        };
        let chosen = payment.instrument();
        match self.commit(change).await? {
            Committed::Done(refused) => {
                if let Some(chosen) = chosen {
                    self.wind_up_later(&refused, chosen);
                }
                Ok(Completion::Stands(refused))
            }
            Committed::Stale | Committed::Taken => self.stands(payment).await,
        }
    }

    /// Gives the payment up when that is still possible; else tells how it stands.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn abandon(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let (chosen, now) = (payment.instrument(), self.now());
        let ended = match overtaken_by(&self.gateway, &payment).await?.is_some() {
            true => payment.clone().step_aside(now),
            false => payment.clone().abandon(now),
        };
        let Ok(change) = ended else { return Ok(Box::new(payment)) };
        match self.commit(change).await? {
            Committed::Done(abandoned) => {
                if let Some(chosen) = chosen {
                    self.wind_up_later(&abandoned, chosen);
                }
                Ok(abandoned)
            }
            Committed::Stale | Committed::Taken => self.reread(payment).await,
        }
    }

    /// Unit 2: records what Amazon said of the attempt under way, and tells how the payment stands then.
    ///
    /// When the store does not answer the payment stays as it is, and the janitor asks Amazon again.
    pub(crate) async fn settle(
        &self,
        payment: Payment,
        answer: Answer,
        details: Option<String>,
        by: Witness,
    ) -> Box<Payment> {
        let recorded = self.record_answer(payment.clone(), answer, details, by).await;
        recorded.unwrap_or(Box::new(payment))
    }

    async fn record_answer(
        &self,
        payment: Payment,
        answer: Answer,
        details: Option<String>,
        by: Witness,
    ) -> Result<Box<Payment>, store::Error> {
        let Some(attempt) = payment.attempt_in_flight().cloned() else { return Ok(Box::new(payment)) };
        let details = match details {
            None => self.order_made_by(&payment, &attempt.instrument, &answer).await,
            known => known,
        };
        let Ok(change) = payment.clone().answered(&attempt.id, answer, by, self.now()) else {
            return Ok(Box::new(payment));
        };
        let details = details.filter(|details| tells_addresses(change.payment()) && !details.is_empty());
        match self.commit(change.with_order_details(details)).await {
            Ok(Committed::Done(settled)) => {
                if settled.is_final() {
                    self.wind_up_later(&settled, attempt.instrument);
                }
                Ok(settled)
            }
            Ok(Committed::Stale | Committed::Taken) => self.reread(payment).await,
            Err(error) => {
                tracing::error!(payment = payment.id.as_str(), %error, "the answer of Amazon was not recorded");
                self.gateway.wake_janitor();
                Err(error)
            }
        }
    }

    /// The buyer, away from our page, has chosen another card for a pending payment: asks again.
    ///
    /// # Errors
    /// The store does not answer; nothing was asked.
    pub(crate) async fn resume(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let Ok(change) = payment.clone().authorize_again(self.now()) else { return Ok(Box::new(payment)) };
        match self.commit(change).await? {
            Committed::Done(asked) => self.pursue(asked, None, Witness::Janitor).await,
            Committed::Stale | Committed::Taken => self.reread(payment).await,
        }
    }

    /// Refuses a pending payment whose buyer has not chosen another card, or cannot any more.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn stop_waiting(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let chosen = payment.instrument();
        let Ok(change) = payment.clone().refuse(Reason::PaymentMethodDeclined, self.now()) else {
            return Ok(Box::new(payment));
        };
        match self.commit(change).await? {
            Committed::Done(refused) => {
                if let Some(chosen) = chosen {
                    self.wind_up_later(&refused, chosen);
                }
                Ok(refused)
            }
            Committed::Stale | Committed::Taken => self.reread(payment).await,
        }
    }

    /// Whether Amazon would take what comes next now, and what it knows of the order; after the confirmation that holds the
    /// whole addresses.
    async fn ready(&self, payment: &Payment, instrument: &Instrument) -> Result<Option<String>, Hurdle> {
        match instrument {
            Instrument::OrderReference(order) => self.order_ready(payment, order).await.map(Some),
            Instrument::Agreement(agreement) => self.agreement_ready(payment, agreement).await.map(|()| None),
        }
    }

    /// Amazon takes the card no more: what the buyer has pressed pay for is over, or a reloaded address would charge the next
    /// card as soon as it is chosen.
    async fn ask_for_another_card(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Ok(change) = payment.clone().card_declined(self.now()) else { return self.stands(payment).await };
        match self.commit(change).await? {
            Committed::Done(_) => Ok(Completion::Hurdle(Hurdle::Declined)),
            Committed::Stale | Committed::Taken => self.stands(payment).await,
        }
    }

    /// Unit 1. The version guard lets one of several requests through; the others see what it did. A token without payment
    /// is final with it.
    async fn record(&self, payment: Payment, instrument: Instrument) -> Result<Recorded, store::Error> {
        let number = match payment.bank_transaction_id {
            Some(number) => number,
            None => self.gateway.store().next_number(&payment.shop).await?,
        };
        let Some(change) = self.first_move(&payment, instrument, number) else {
            return self.stands(payment).await.map(Recorded::Not);
        };
        match self.commit(change).await? {
            Committed::Done(recorded) => Ok(Recorded::Ours(recorded)),
            Committed::Stale => self.stands(payment).await.map(Recorded::Not),
            Committed::Taken => Ok(Recorded::Not(Completion::Taken)),
        }
    }

    fn first_move(
        &self,
        payment: &Payment,
        instrument: Instrument,
        number: BankTransactionId,
    ) -> Option<payments::Change> {
        let now = self.now();
        let token = || -> Token { self.gateway.keyring().new_token() };
        let change = match (payment.order.recurring, instrument) {
            (Recurring::Only, Instrument::Agreement(agreement)) => {
                payment.clone().agree(agreement, token(), number, now)
            }
            (recurring, instrument) => {
                let token = (recurring == Recurring::WithPayment).then(token);
                let capture_now = self.shop.capture_now;
                payment.clone().authorize(Terms { instrument, capture_now, number, token }, now)
            }
        };
        change.ok()
    }

    /// How long Amazon may take over an attempt that it could not decide while we waited; nothing when the shop does not
    /// wait, or has waited.
    fn given_time(&self, payment: &Payment) -> Option<u16> {
        let waited = payment.attempt_in_flight().is_none_or(|attempt| attempt.timeout_minutes > 0);
        self.shop.decision_minutes.filter(|_| !waited)
    }

    async fn allow_time(&self, payment: &Payment, minutes: u16) -> Option<Box<Payment>> {
        let attempt = payment.attempt_in_flight()?.id.clone();
        let change = payment.clone().authorize_later(&attempt, minutes, self.now()).ok()?;
        match self.commit(change).await {
            Ok(Committed::Done(asked)) => Some(asked),
            Ok(Committed::Stale | Committed::Taken) => None,
            Err(error) => {
                tracing::error!(payment = payment.id.as_str(), %error, "a further attempt was not recorded");
                None
            }
        }
    }

    async fn stands(&self, payment: Payment) -> Result<Completion, store::Error> {
        self.reread(payment).await.map(Completion::Stands)
    }
}

/// Whether the shop may read the order's details of a payment: from when it has an outcome or waits for one.
fn tells_addresses(payment: &Payment) -> bool {
    payment.is_final() || matches!(payment.stage, Stage::Pending { .. })
}

/// The other visit that holds the shop's identifier, so that this one can never be paid; none when there is none.
pub(crate) async fn overtaken_by(gateway: &Gateway, payment: &Payment) -> Result<Option<Payment>, store::Error> {
    let id = &payment.order.shop_transaction_id;
    let claimant = gateway.store().payment_by_transaction(&payment.shop, id).await?;
    Ok(claimant.filter(|claimant| claimant.id != payment.id))
}
