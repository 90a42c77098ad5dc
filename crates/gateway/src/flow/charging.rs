//! Charging by a call of the shop (callPagamS2S): an order reference that its own page's widgets made, or a token.
//!
//! The same call is the same payment: its identifier is made of what the call asks for, so that two of them, at once or
//! one after the other, meet in the store, which takes the first. Whoever comes second waits for what comes of it and
//! is answered the same. A payment that is not decided while the caller waits is told as pending; then, and only then,
//! a notice follows.

mod order;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use amazon::{Error, ErrorCode};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE32_DNSSEC;
use payments::{Instrument, Order, OrderReferenceId, Origin, Payment, PaymentId, Reason, Stage, Terms, Token, Witness};
use store::Shop;

use crate::Gateway;
use crate::flow::checkout::{Checkout, Hurdle};
use crate::flow::merchant::{Committed, Merchant};
use crate::flow::recurrence::Recurrence;
use crate::in_flight::Asking;

/// After how long a second caller looks what has become of the first one's payment; then after twice as long, and so on.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// How often a call asks Amazon for the money at most: once more when Amazon wants time.
const QUESTIONS: u32 = 2;
const ID_BYTES: usize = 15;

/// One shop's charges.
#[derive(Clone)]
pub(crate) struct Charging(Checkout);

/// What is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    OrderReference(OrderReferenceId),
    Token(Token),
}

/// Why nothing was attempted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotCharged {
    /// The buyer has something to do first, or Amazon does not answer.
    #[error("the buyer cannot be charged yet: {0:?}")]
    Hurdle(Hurdle),
    /// Amazon knows no such order reference.
    #[error("the order reference is unknown")]
    OrderUnknown,
    /// The order reference is over, or another payment's.
    #[error("the order reference is of no use")]
    OrderUnusable,
    /// The shop's identifier is another payment's.
    #[error("the identifier is taken")]
    Taken,
    /// The order reference has, or the identifier was used for, another amount or currency.
    #[error("the amount is another one")]
    OtherAmount,
    /// No agreement stands behind the token, or it is over.
    #[error("the token is unknown or over")]
    TokenUnknown,
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A payment that is under way, and Amazon's document of its order.
type Begun = (Box<Payment>, Option<String>);

impl Deref for Charging {
    type Target = Merchant;
    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Charging {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Charging> {
        Checkout::of(gateway, shop).map(Charging)
    }

    /// Charges, or tells what became of the same call. To be run in a task of its own: a shop that hangs up must not cut it.
    ///
    /// # Errors
    /// [`NotCharged`]: nothing was attempted.
    pub(crate) async fn charge(&self, order: Order, source: Source) -> Result<Box<Payment>, NotCharged> {
        let id = payment_id(&self.shop, &order, &source);
        if let Some(standing) = self.standing(&id).await? {
            return self.follow(standing).await;
        }
        let asking = Asking::about(&self.gateway, &self.shop.login, &id);
        match self.begin(&id, order, source).await {
            Ok((asked, details)) => {
                let ended = self.0.pursue(asked, details, Witness::Caller).await?;
                self.note_end_of_agreement(&ended).await;
                asking.end(&ended).await;
                Ok(ended)
            }
            // What stands in the way may be what the same call has done in the meantime: then that is the answer.
            Err(why) => {
                drop(asking);
                match self.standing(&id).await? {
                    Some(standing) => self.follow(standing).await,
                    None => Err(why),
                }
            }
        }
    }

    /// What the same call has begun before.
    async fn standing(&self, id: &PaymentId) -> Result<Option<Payment>, store::Error> {
        self.gateway.store().payment(&self.shop.login, id).await
    }

    /// Up to unit 1: the payment with its attempt, and what Amazon knows of its order. The store lets one of several same
    /// calls through, and only that one may ask Amazon for the money.
    async fn begin(&self, id: &PaymentId, order: Order, source: Source) -> Result<Begun, NotCharged> {
        self.unless_taken(&order).await?;
        let (instrument, token, details) = match source {
            Source::OrderReference(reference) => {
                let details = self.order_ready(id, &order, &reference).await?;
                (Instrument::OrderReference(reference), None, Some(details))
            }
            Source::Token(token) => {
                let agreement = self.gateway.store().agreement(&self.shop.login, &token).await?;
                let agreement = agreement.filter(|agreement| agreement.is_active()).ok_or(NotCharged::TokenUnknown)?;
                (Instrument::Agreement(agreement.billing_agreement), Some(token), None)
            }
        };
        let number = self.gateway.store().next_number(&self.shop.login).await?;
        let terms = Terms { instrument, capture_now: self.shop.capture_now, number, token };
        let change = Payment::charge(self.shop.login.clone(), id.clone(), order.clone(), terms, self.now());
        match self.commit(change).await? {
            Committed::Done(asked) => Ok((asked, details)),
            Committed::Stale | Committed::Taken => self.unless_taken(&order).await.and(Err(NotCharged::Taken)),
        }
    }

    /// When Amazon has refused because the agreement is over, that is recorded: no further charge begins on it.
    async fn note_end_of_agreement(&self, payment: &Payment) {
        let (Stage::Refused { reason: Reason::AgreementOver, .. }, Some(token)) = (&payment.stage, &payment.token)
        else {
            return;
        };
        let agreement = self.gateway.store().agreement(&self.shop.login, token).await;
        if let (Ok(Some(agreement)), Some(recurrence)) = (agreement, Recurrence::of(&self.gateway, &self.shop)) {
            recurrence.look_at(agreement).await;
        }
    }

    /// Waits for what another call, or the janitor, makes of a payment.
    ///
    /// Longer than the other call can take over both its questions: whoever hears here that nothing is decided hears the end by a
    /// notice, and that is owed only for what the janitor finds.
    async fn follow(&self, payment: Payment) -> Result<Box<Payment>, NotCharged> {
        let (mut payment, mut left, mut pause) = (Box::new(payment), self.longest_ask() * (QUESTIONS + 1), FIRST_LOOK);
        while !left.is_zero() && matches!(payment.stage, Stage::Authorizing { .. }) {
            tokio::time::sleep(pause.min(left)).await;
            (left, pause) = (left.saturating_sub(pause), (pause * 2).min(LONGEST_LOOK));
            payment = self.reread(*payment).await?;
        }
        Ok(payment)
    }

    /// Refused when the shop's identifier is another payment's: another amount is told apart, because a shop may have
    /// mistaken it.
    async fn unless_taken(&self, order: &Order) -> Result<(), NotCharged> {
        let id = &order.shop_transaction_id;
        match self.gateway.store().payment_by_transaction(&self.shop.login, id).await? {
            None => Ok(()),
            Some(other) if other.origin == Origin::WebService && other.order.amount != order.amount => {
                Err(NotCharged::OtherAmount)
            }
            Some(_) => Err(NotCharged::Taken),
        }
    }
}

impl NotCharged {
    /// From the error of a call that prepares the order reference.
    fn of(error: &Error) -> NotCharged {
        if error.code() == Some(&ErrorCode::InvalidOrderReferenceId) {
            return NotCharged::OrderUnknown;
        }
        match Hurdle::of_confirmation(error) {
            Hurdle::ChoiceExpired => NotCharged::OrderUnusable,
            hurdle => NotCharged::Hurdle(hurdle),
        }
    }
}

/// The same for the same call, and for no other.
fn payment_id(shop: &Shop, order: &Order, source: &Source) -> PaymentId {
    let (kind, source) = match source {
        Source::OrderReference(reference) => ("order", reference.as_str()),
        Source::Token(token) => ("token", token.as_str()),
    };
    let minor = order.amount.minor.to_string();
    let parts =
        [shop.login.as_str(), order.shop_transaction_id.as_str(), &minor, order.amount.currency.as_str(), kind, source];
    // None of the parts can hold the separator.
    let hash = digest(&SHA256, parts.join("\n").as_bytes());
    PaymentId::new(BASE32_DNSSEC.encode(&hash.as_ref()[..ID_BYTES])).expect("24 letters and digits")
}
