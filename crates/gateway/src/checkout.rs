//! Takes a payment through Amazon: record, ask, record. Decides the order of calls; what may happen is decided by `payments`.
//!
//! ```text
//!   confirm    record the order reference | SetOrderReferenceDetails, ConfirmOrderReference
//!   complete   read the order | unit 1: the attempt | Authorize | unit 2: the answer, the order's details, the notice
//! ```
//!
//! Cut anywhere, nothing is lost. Before unit 1 nothing was asked, and the buyer may press pay again. Between the units the
//! payment stands as `Authorizing`: the janitor asks Amazon what became of the attempt. After unit 2 all is decided; what is
//! left (closing or cancelling the order at Amazon) is tidiness. Called by the page; the janitor uses [`Checkout::settle`].

mod confirmation;
mod hurdle;
mod verdict;
mod wind_up;

use std::sync::Arc;
use std::time::Duration;

use amazon::types::OrderReferenceState;
use amazon::{Account, Authorize, Error, OrderReferenceDetails, Price};
use payments::{Answer, Change, OrderReferenceId, Payment, Reason, Stage};
use store::{ApplyError, Shop};

use crate::Gateway;

pub(crate) use hurdle::Hurdle;
pub(crate) use verdict::answer_of;

/// One shop's checkout.
#[derive(Clone)]
pub(crate) struct Checkout {
    gateway: Gateway,
    shop: Arc<Shop>,
    account: Account,
}

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

enum Committed {
    Done(Box<Payment>),
    Stale,
    Taken,
}

impl Checkout {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Checkout> {
        let account = shop.amazon.get(&gateway.settings().environment)?;
        let mws_token = (!account.mws_token.is_empty()).then(|| account.mws_token.clone().into());
        let account = Account {
            seller_id: account.seller_id.clone(),
            client_id: account.client_id.clone(),
            access_key: account.access_key.clone(),
            secret_key: account.secret_key.clone().into(),
            mws_token,
        };
        Some(Checkout { gateway: gateway.clone(), shop: Arc::clone(shop), account })
    }

    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    /// The three beats. To be run in a task of its own: a buyer who leaves must not cut it.
    ///
    /// # Errors
    /// The store does not answer before unit 1; nothing was asked.
    pub(crate) async fn complete(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Stage::Open { order_reference: Some(reference), declined: None } = payment.stage.clone() else {
            return self.stands(payment).await;
        };
        let details = match self.ready(&payment, &reference).await {
            Ok(details) => details,
            Err(hurdle) => return Ok(Completion::Hurdle(hurdle)),
        };
        let payment = match self.record_attempt(payment, &reference).await? {
            Recorded::Ours(payment) => payment,
            Recorded::Not(completion) => return Ok(completion),
        };
        match self.ask(&payment).await {
            Some(answer) => Ok(Completion::Stands(self.settle(*payment, answer, Some(details.document)).await)),
            None => {
                self.gateway.wake_janitor();
                Ok(Completion::Stands(payment))
            }
        }
    }

    /// The buyer failed his bank's authentication: refused, and Amazon is never asked for the money.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn authentication_failed(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Stage::Open { order_reference: Some(reference), .. } = payment.stage.clone() else {
            return self.stands(payment).await;
        };
        let Ok(change) = payment.clone().refuse(Reason::AuthenticationFailed, self.gateway.now()) else {
            return self.stands(payment).await;
        };
        match self.commit(change).await? {
            Committed::Done(refused) => {
                self.wind_up_later(&refused, reference);
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
        let reference = match &payment.stage {
            Stage::Open { order_reference, .. } => order_reference.clone(),
            Stage::Authorizing { .. } | Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => None,
        };
        let now = self.gateway.now();
        let ended = match overtaken_by(&self.gateway, &payment).await?.is_some() {
            true => payment.clone().step_aside(now),
            false => payment.clone().abandon(now),
        };
        let Ok(change) = ended else { return Ok(Box::new(payment)) };
        match self.commit(change).await? {
            Committed::Done(abandoned) => {
                if let Some(reference) = reference {
                    self.wind_up_later(&abandoned, reference);
                }
                Ok(abandoned)
            }
            Committed::Stale | Committed::Taken => self.reread(payment).await,
        }
    }

    /// Unit 2: records what Amazon said of the attempt under way, and tells how the payment stands then.
    ///
    /// When the store does not answer the payment stays `Authorizing`, and the janitor asks Amazon again.
    pub(crate) async fn settle(&self, payment: Payment, answer: Answer, details: Option<String>) -> Box<Payment> {
        let Some(attempt) = payment.attempt_under_way().cloned() else { return Box::new(payment) };
        let Ok(change) = payment.clone().answered(&attempt.id, answer, self.gateway.now()) else {
            return Box::new(payment);
        };
        let details = details.filter(|details| change.payment().is_final() && !details.is_empty());
        match self.commit(change.with_order_details(details)).await {
            Ok(Committed::Done(settled)) => {
                if settled.is_final() {
                    self.wind_up_later(&settled, attempt.order_reference);
                }
                settled
            }
            Ok(Committed::Stale | Committed::Taken) => self.reread(payment.clone()).await.unwrap_or(Box::new(payment)),
            Err(error) => {
                tracing::error!(payment = payment.id.as_str(), %error, "the answer of Amazon was not recorded");
                self.gateway.wake_janitor();
                Box::new(payment)
            }
        }
    }

    /// Whether Amazon would take an authorization now. After the confirmation the details hold the whole addresses.
    async fn ready(&self, payment: &Payment, reference: &OrderReferenceId) -> Result<OrderReferenceDetails, Hurdle> {
        let details = self.read(reference).await?;
        self.check_order(&details, payment)?;
        let challenge = details.payment_authentication_status.as_ref().and_then(|status| status.state.as_deref());
        match details.state() {
            OrderReferenceState::Open if challenge != Some("REQUIRED") => Ok(details),
            OrderReferenceState::Suspended => Err(Hurdle::Declined),
            _ => Err(Hurdle::Unfinished),
        }
    }

    /// Unit 1. The version guard lets one of several requests through; the others see what it did.
    async fn record_attempt(&self, payment: Payment, reference: &OrderReferenceId) -> Result<Recorded, store::Error> {
        let number = match payment.bank_transaction_id {
            Some(number) => number,
            None => self.gateway.store().next_number(&payment.shop).await?,
        };
        let now = self.gateway.now();
        let Ok(change) = payment.clone().authorize(reference, self.shop.capture_now, number, now) else {
            return self.stands(payment).await.map(Recorded::Not);
        };
        match self.commit(change).await? {
            Committed::Done(recorded) => Ok(Recorded::Ours(recorded)),
            Committed::Stale => self.stands(payment).await.map(Recorded::Not),
            Committed::Taken => Ok(Recorded::Not(Completion::Taken)),
        }
    }

    /// The call. An unknown end is repeated with the same reference, which Amazon answers with what it did the first time.
    /// Nothing when it stays unknown. Ends before the janitor would take the attempt for unanswered.
    async fn ask(&self, payment: &Payment) -> Option<Answer> {
        let attempt = payment.attempt_under_way()?;
        let request = Authorize {
            order_reference_id: attempt.order_reference.to_string(),
            authorization_reference_id: attempt.id.to_string(),
            amount: price_of(payment),
            capture_now: attempt.capture_now,
            timeout_minutes: 0,
            note: None,
            soft_descriptor: None,
        };
        let connector = self.gateway.connector();
        let asked = async {
            let answer = match connector.authorize(&self.account, &request).await {
                Err(Error::Unknown(_)) => connector.authorize_again(&self.account, &request).await,
                known => known,
            };
            verdict::answer_of_call(answer, self.gateway.now())
        };
        let patience_ms = u64::try_from(self.gateway.settings().attempt_patience_ms).unwrap_or(0) / 4 * 3;
        tokio::time::timeout(Duration::from_millis(patience_ms.max(1_000)), asked).await.ok().flatten()
    }

    async fn commit(&self, change: Change) -> Result<Committed, store::Error> {
        let payment = change.payment().clone();
        let owes_notice = change.notice().is_some();
        match self.gateway.store().apply(change).await {
            Ok(()) => {
                if owes_notice {
                    self.gateway.wake_notices();
                }
                Ok(Committed::Done(Box::new(payment)))
            }
            Err(ApplyError::Stale) => Ok(Committed::Stale),
            Err(ApplyError::Taken) => Ok(Committed::Taken),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    async fn stands(&self, payment: Payment) -> Result<Completion, store::Error> {
        self.reread(payment).await.map(Completion::Stands)
    }

    async fn reread(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let read = self.gateway.store().payment(&payment.shop, &payment.id).await?;
        Ok(Box::new(read.unwrap_or(payment)))
    }
}

fn price_of(payment: &Payment) -> Price {
    let amount = payment.order.amount;
    let currency = wire::Currency::by_iso(amount.currency.as_str()).unwrap_or(wire::Currency::EUR);
    Price::new(wire::amount::format(amount.minor, currency), amount.currency.as_str())
}

/// The other visit that holds the shop's identifier, so that this one can never be paid; none when there is none.
pub(crate) async fn overtaken_by(gateway: &Gateway, payment: &Payment) -> Result<Option<Payment>, store::Error> {
    let id = &payment.order.shop_transaction_id;
    let claimant = gateway.store().payment_by_transaction(&payment.shop, id).await?;
    Ok(claimant.filter(|claimant| claimant.id != payment.id))
}
