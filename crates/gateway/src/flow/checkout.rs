//! Takes a buyer's visit through Amazon: record, ask, record. Decides the order of calls; what may
//! happen is decided by `payments`.
//!
//! ```text
//!   confirm    record what was chosen | name it and confirm it at Amazon
//!   complete   read it back | unit 1: the attempt | authorize | unit 2: the answer, the order's details, the notice, the token
//! ```
//!
//! Cut anywhere, nothing is lost. Before unit 1 nothing was asked, and the buyer may press pay
//! again. Between the units the payment stands as `Authorizing`: the janitor asks Amazon what
//! became of the attempt. After unit 2 all is decided; what is left (closing or cancelling the
//! order at Amazon) is tidiness. Called by the page; charges by call and the janitor record
//! Amazon's answers here as well. How a visit begins, and ends without Amazon, is in `flow::visit`.

mod confirmation;
mod ending;

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE32_DNSSEC;
use payments::{
    Answer, AttemptId, BankTransactionId, Instrument, Origin, Payment, Reason, Recurring, ShopLogin, ShopTransactionId,
    Stage, Terms, Token, Witness,
};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::{Committed, Merchant};
use crate::in_flight::Asking;
use crate::rail::{Hurdle, Rail};

pub(crate) use confirmation::Press;

/// Of 32 that Amazon takes.
const NAME_BYTES: usize = 16;

#[derive(Clone)]
pub(crate) struct Checkout {
    pub(crate) merchant: Merchant,
    pub(crate) rail: Rail,
}

/// What came of pressing pay.
#[derive(Debug)]
pub(crate) enum Confirmation {
    /// Amazon may challenge the buyer and sends him back.
    Ready,
    /// The buyer has something to do first.
    Hurdle(Hurdle),
    /// He has to sign in first.
    SignIn,
    /// This visit has pressed pay as often as one may.
    TooOften,
    /// The payment is no longer open.
    Moved,
}

/// What came of a try to authorize.
#[derive(Debug)]
pub(crate) enum Completion {
    /// The payment as it stands now, even if another task moved it.
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

impl Checkout {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Checkout> {
        let merchant = Merchant::of(gateway, shop);
        merchant.rail().map(|rail| Checkout { merchant, rail })
    }

    /// The same for background work.
    pub(crate) fn in_background(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Checkout> {
        let merchant = Merchant::of(gateway, shop);
        merchant.background_rail().map(|rail| Checkout { merchant, rail })
    }

    /// The three beats. To be run in a task of its own: a buyer who leaves must not cut it.
    ///
    /// # Errors
    /// The store does not answer before unit 1; nothing was asked.
    pub(crate) async fn complete(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Stage::Open { instrument: Some(instrument), declined: None } = payment.stage.clone() else {
            return self.stands(payment).await;
        };
        let details = match self.rail.ready(&payment, &instrument).await {
            Ok(details) => details,
            Err(Hurdle::Declined) => return self.ask_for_another_card(payment).await,
            Err(hurdle) => return Ok(Completion::Hurdle(hurdle)),
        };
        let asking = Asking::about(&self.merchant.gateway, &payment.shop, &payment.id);
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

    /// Asks about the attempt in flight and records the answer; asks once more, and gives Amazon
    /// time, when it could not decide and the shop is willing to wait.
    ///
    /// # Errors
    /// The store does not answer: the answer was not recorded, or perhaps it was.
    pub(crate) async fn pursue(
        &self,
        payment: Box<Payment>,
        details: Option<String>,
        by: Witness,
    ) -> Result<Box<Payment>, store::Error> {
        let mut payment = payment;
        loop {
            let Some(attempt) = payment.attempt_in_flight().cloned() else { return Ok(payment) };
            let Some(answer) = self.rail.authorize(&payment, &attempt).await else {
                self.merchant.gateway.wake_janitor();
                return Ok(payment);
            };
            let minutes = self.given_time(&payment).filter(|_| answer == Answer::Declined(Reason::TimedOut));
            let Some(minutes) = minutes else { return self.record_answer(*payment, answer, details, by).await };
            match self.allow_time(&payment, minutes).await? {
                Some(asked) => payment = asked,
                None => return self.record_answer(*payment, answer, details, by).await,
            }
        }
    }

    /// Unit 2: records what Amazon said of the attempt in flight, and tells how the payment stands
    /// then.
    ///
    /// # Errors
    /// The store does not answer. The answer may have been recorded all the same; if not, the
    /// janitor asks Amazon again.
    pub(crate) async fn record_answer(
        &self,
        payment: Payment,
        answer: Answer,
        details: Option<String>,
        by: Witness,
    ) -> Result<Box<Payment>, store::Error> {
        let Some(attempt) = payment.attempt_in_flight().cloned() else { return Ok(Box::new(payment)) };
        let details = match details {
            None => self.details_of_made_order(&payment, &answer).await,
            known => known,
        };
        let Ok(change) = payment.clone().answered(&attempt.id, answer, by, self.merchant.now()) else {
            return Ok(Box::new(payment));
        };
        let details = details.filter(|details| tells_addresses(change.payment()) && !details.is_empty());
        match self.merchant.commit(change.with_order_details(details)).await {
            Ok(Committed::Done(recorded)) => {
                if recorded.is_final() {
                    self.wind_up_later(&recorded, attempt.instrument);
                }
                Ok(recorded)
            }
            Ok(Committed::Stale | Committed::Taken | Committed::OrderTaken) => self.merchant.reread(payment).await,
            Err(error) => {
                let (shop, payment) = (payment.shop.as_str(), payment.id.as_str());
                tracing::error!(shop, payment, %error, "Amazon's answer to an attempt was not recorded");
                self.merchant.gateway.wake_janitor();
                Err(error)
            }
        }
    }

    /// The buyer, away from our page, has chosen another card for a pending payment: asks again.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn resume(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let Ok(change) = payment.clone().authorize_again(self.merchant.now()) else { return Ok(Box::new(payment)) };
        match self.merchant.commit(change).await? {
            Committed::Done(asked) => self.pursue(asked, None, Witness::Janitor).await,
            Committed::Stale | Committed::Taken | Committed::OrderTaken => self.merchant.reread(payment).await,
        }
    }

    /// The details of the order that Amazon makes of an agreement's first payment: the buyer's
    /// addresses are in it. Later charges go to nobody's address.
    async fn details_of_made_order(&self, payment: &Payment, answer: &Answer) -> Option<String> {
        let (Answer::Approved(approval), Origin::Page) = (answer, payment.origin) else { return None };
        let order = approval.authorization.made_order.as_ref()?;
        self.rail.details(order).await.ok()
    }

    /// Amazon takes the card no more: what the buyer has pressed pay for is over, or a reloaded
    /// address would charge the next card as soon as it is chosen.
    async fn ask_for_another_card(&self, payment: Payment) -> Result<Completion, store::Error> {
        let Ok(change) = payment.clone().card_declined(self.merchant.now()) else { return self.stands(payment).await };
        match self.merchant.commit(change).await? {
            Committed::Done(_) => Ok(Completion::Hurdle(Hurdle::Declined)),
            Committed::Stale | Committed::Taken | Committed::OrderTaken => self.stands(payment).await,
        }
    }

    /// Unit 1. The version guard lets one of several requests through; the others see what it did.
    /// A token without payment is final with it.
    async fn record(&self, payment: Payment, instrument: Instrument) -> Result<Recorded, store::Error> {
        let number = match payment.bank_transaction_id {
            Some(number) => number,
            None => self.merchant.gateway.store().next_number(&payment.shop).await?,
        };
        let Some(change) = self.first_move(&payment, instrument, number) else {
            return self.stands(payment).await.map(Recorded::Not);
        };
        match self.merchant.commit(change).await? {
            Committed::Done(recorded) => Ok(Recorded::Ours(recorded)),
            Committed::Stale => self.stands(payment).await.map(Recorded::Not),
            Committed::Taken => Ok(Recorded::Not(Completion::Taken)),
            Committed::OrderTaken => Ok(Recorded::Not(Completion::Hurdle(Hurdle::ChoiceExpired))),
        }
    }

    fn first_move(
        &self,
        payment: &Payment,
        instrument: Instrument,
        number: BankTransactionId,
    ) -> Option<payments::Change> {
        let now = self.merchant.now();
        let token = || -> Token { self.merchant.gateway.keyring().new_token() };
        let change = match (payment.order.recurring, instrument) {
            (Recurring::Only, Instrument::Agreement(agreement)) => {
                payment.clone().agree(agreement, token(), number, now)
            }
            (recurring, instrument) => {
                let token = (recurring == Recurring::WithPayment).then(token);
                let id = &payment.order.shop_transaction_id;
                payment.clone().authorize(self.terms(id, instrument, number, token), now)
            }
        };
        change.ok()
    }

    /// How a first attempt is to be made.
    pub(crate) fn terms(
        &self,
        id: &ShopTransactionId,
        instrument: Instrument,
        number: BankTransactionId,
        token: Option<Token>,
    ) -> Terms {
        let (name, seller) = (first_name(&self.merchant.shop.login, id), self.rail.seller());
        Terms { name, seller, instrument, capture_now: self.merchant.shop.capture_now, number, token }
    }

    /// How long Amazon may take over an attempt that it could not decide while we waited; nothing
    /// when the shop does not wait, or has waited.
    fn given_time(&self, payment: &Payment) -> Option<u16> {
        let waited = payment.attempt_in_flight().is_none_or(|attempt| attempt.timeout_minutes > 0);
        self.merchant.shop.decision_minutes.filter(|_| !waited)
    }

    async fn allow_time(&self, payment: &Payment, minutes: u16) -> Result<Option<Box<Payment>>, store::Error> {
        let Some(attempt) = payment.attempt_in_flight() else { return Ok(None) };
        let Ok(change) = payment.clone().authorize_later(&attempt.id, minutes, self.merchant.now()) else {
            return Ok(None);
        };
        match self.merchant.commit(change).await? {
            Committed::Done(asked) => Ok(Some(asked)),
            Committed::Stale | Committed::Taken | Committed::OrderTaken => Ok(None),
        }
    }

    async fn stands(&self, payment: Payment) -> Result<Completion, store::Error> {
        self.merchant.reread(payment).await.map(Completion::Stands)
    }
}

/// What a first attempt is called at Amazon: made of shop and identifier alone, so that the same
/// payment has the same name even on a restored backup, and two shops of one account never have the
/// same.
fn first_name(shop: &ShopLogin, id: &ShopTransactionId) -> AttemptId {
    // Neither can hold the separator.
    let hash = digest(&SHA256, format!("{shop}\n{id}").as_bytes());
    AttemptId::new(BASE32_DNSSEC.encode(&hash.as_ref()[..NAME_BYTES])).expect("26 letters and digits")
}

/// Whether the shop may read the order's details of a payment: from when it has an outcome or waits for one.
fn tells_addresses(payment: &Payment) -> bool {
    payment.is_final() || matches!(payment.stage, Stage::Pending { .. })
}
