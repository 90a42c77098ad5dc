//! Charging by a call of the shop (callPagamS2S): an order reference that its own page's widgets
//! made, or a token.
//!
//! The same call is the same payment: its identifier is made of what the call asks for, so that two
//! of them, at once or one after the other, in one gateway or in two, meet in the store, which takes
//! the first. The second caller waits for what comes of it and is answered the same. A payment that
//! is not decided while the caller waits is told as pending, and its end by a notice. So is every
//! outcome whose answer was not surely written out.
//!
//! That nothing was done is recorded before it is told: see [`Call`].

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE32_DNSSEC;
use payments::{
    Call, Instrument, Order, OrderReferenceId, Origin, Payment, PaymentId, Reason, ShopTransactionId, Stage, Token,
    Witness,
};
use store::Shop;

use crate::Gateway;
use crate::flow::checkout::Checkout;
use crate::flow::merchant::Committed;
use crate::flow::outcome::{NoOutcome, OrUnknown, Unknown};
use crate::flow::recurrence::Recurrence;
use crate::in_flight::Asking;
use crate::rail::{Hurdle, NotReady, Ready};

/// After how long a second caller looks what has become of the first one's payment; then after
/// twice as long, and so on.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// How often a call asks Amazon for the money at most: once more when Amazon wants time.
const QUESTIONS: u32 = 2;
/// How often a call that comes to nothing meets another one like it before it gives up.
const TRIES: usize = 8;
const ID_BYTES: usize = 15;

#[derive(Clone)]
pub(crate) struct Charging {
    checkout: Checkout,
}

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
    /// The same call came to nothing for another caller meanwhile, who was told so.
    #[error("the same call was turned away")]
    TurnedAway,
    /// The order reference has, or the identifier was used for, another amount or currency.
    #[error("amount differs")]
    OtherAmount,
    /// No agreement stands behind the token, or it is over.
    #[error("the token is unknown or over")]
    TokenUnknown,
    /// The agreement is in another currency.
    #[error("currency differs from the agreement's")]
    OtherCurrency,
}

/// A payment whose attempt is recorded, and Amazon's document of its order.
type Begun = (Box<Payment>, Option<String>);

type Charged<T> = Result<T, NoOutcome<NotCharged>>;

impl Charging {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Charging> {
        Checkout::of(gateway, shop).map(|checkout| Charging { checkout })
    }

    /// Charges, or tells what became of the same call. To be run in a task of its own: a shop that
    /// hangs up must not cut it.
    ///
    /// # Errors
    /// [`NoOutcome`].
    pub(crate) async fn charge(&self, order: Order, source: Source) -> Charged<Box<Payment>> {
        let merchant = &self.checkout.merchant;
        let id = payment_id(&merchant.shop, &order, &source);
        let before = self.standing(&id).await?;
        let before = match before {
            Some(attempted) if !attempted.was_turned_away() => return self.follow(attempted).await,
            before => before,
        };
        let asking = Asking::about(&merchant.gateway, &merchant.shop.login, &id);
        match self.begin(before, (&id, &order), source).await {
            Ok((asked, details)) => {
                let ended = self.checkout.pursue(asked, details, Witness::Caller).await.or_unknown()?;
                self.note_end_of_agreement(&ended).await;
                asking.end(&ended).await;
                Ok(ended)
            }
            Err(why) => {
                drop(asking);
                self.turn_away((&id, &order), why).await
            }
        }
    }

    /// Makes true what is about to be told: nothing was done, and nothing will be done under this
    /// call. What stood in its way may be what the same call has done in the meantime: then that is
    /// the answer.
    async fn turn_away(&self, (id, order): (&PaymentId, &Order), why: NoOutcome<NotCharged>) -> Charged<Box<Payment>> {
        let merchant = &self.checkout.merchant;
        for _ in 0..TRIES {
            let before = match self.standing(id).await? {
                Some(attempted) if !attempted.was_turned_away() => return self.follow(attempted).await,
                before => before,
            };
            // An identifier that is another payment's stays so.
            let is_certain = matches!(why, NoOutcome::Nothing(NotCharged::Taken | NotCharged::OtherAmount));
            if is_certain || matches!(why, NoOutcome::Unknown(_)) {
                return Err(why);
            }
            let change = self.call(before, (id, order))?.turn_away(merchant.now());
            if let Committed::Done(_) = merchant.commit(change).await.or_unknown()? {
                return Err(why);
            }
        }
        Err(NoOutcome::Unknown(Unknown::SameCall))
    }

    fn call(&self, before: Option<Payment>, (id, order): (&PaymentId, &Order)) -> Charged<Call> {
        match before {
            Some(before) => Call::again(before, order.clone()).map_err(|_| NotCharged::TurnedAway.into()),
            None => Ok(Call::first(self.checkout.merchant.shop.login.clone(), id.clone(), order.clone())),
        }
    }

    /// What the same call has begun, or come to, before.
    async fn standing(&self, id: &PaymentId) -> Charged<Option<Payment>> {
        let merchant = &self.checkout.merchant;
        merchant.gateway.store().payment(&merchant.shop.login, id).await.or_unknown()
    }

    /// Up to unit 1: the payment with its attempt, and what Amazon knows of its order. The store
    /// lets one of several same calls through, and only that one may ask Amazon for the money.
    async fn begin(
        &self,
        before: Option<Payment>,
        (id, order): (&PaymentId, &Order),
        source: Source,
    ) -> Charged<Begun> {
        let merchant = &self.checkout.merchant;
        self.unless_taken(order).await?;
        let (instrument, token, details) = match source {
            Source::OrderReference(reference) => {
                let details = self.order_ready(id, order, &reference).await?;
                (Instrument::OrderReference(reference), None, Some(details))
            }
            Source::Token(token) => (self.agreement_of(&token, order).await?, Some(token), None),
        };
        let number = merchant.gateway.store().next_number(&merchant.shop.login).await.or_unknown()?;
        let terms = self.checkout.terms(&order.shop_transaction_id, instrument, number, token);
        let change = self.call(before, (id, order))?.charge(terms, merchant.now());
        match merchant.commit(change).await.or_unknown()? {
            Committed::Done(asked) => Ok((asked, details)),
            Committed::OrderTaken => Err(NotCharged::OrderUnusable.into()),
            Committed::Stale | Committed::Taken => {
                self.unless_taken(order).await.and(Err(NotCharged::TurnedAway.into()))
            }
        }
    }

    async fn agreement_of(&self, token: &Token, order: &Order) -> Charged<Instrument> {
        let merchant = &self.checkout.merchant;
        let agreement = merchant.gateway.store().agreement(&merchant.shop.login, token).await.or_unknown()?;
        let agreement = agreement.filter(payments::Agreement::is_active).ok_or(NotCharged::TokenUnknown)?;
        match agreement.currency {
            Some(currency) if currency != order.amount.currency => Err(NotCharged::OtherCurrency.into()),
            _ => Ok(Instrument::Agreement(agreement.billing_agreement)),
        }
    }

    /// An order of the shop's own page, ready to be charged, unless it is named for somebody else:
    /// a visit that is open has named it and has not charged it yet. Who charges it first has it,
    /// by the claim that comes with the attempt.
    async fn order_ready(&self, id: &PaymentId, order: &Order, reference: &OrderReferenceId) -> Charged<String> {
        let ready = self.checkout.rail.prepare(id, order, reference).await.map_err(NotCharged::from)?;
        match self.is_named_by_another(id, order, reference, &ready).await? {
            true => Err(NotCharged::OrderUnusable.into()),
            false => Ok(ready.details),
        }
    }

    /// Whether the order has its name from a visit, from another payment that counts, or from
    /// another shop. A visit of this shop is in the store, and cancels its order when it comes to
    /// nothing, perhaps in this moment; a call of it may have come to nothing unrecorded, and is
    /// known by what it asked for. Other words are the shop's own.
    async fn is_named_by_another(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
        ready: &Ready,
    ) -> Charged<bool> {
        let Some(by) = ready.named_for.as_ref().filter(|by| *by != id) else { return Ok(false) };
        if let Some(known) = self.standing(by).await? {
            let is_over = matches!(known.stage, Stage::Refused { .. } | Stage::Abandoned { .. });
            return Ok(known.origin == Origin::Page || !is_over);
        }
        let earlier = ready.named_as.as_deref().and_then(|earlier| ShopTransactionId::new(earlier).ok());
        let is_earlier_call = earlier.is_some_and(|shop_transaction_id| {
            let earlier = Order { shop_transaction_id, ..order.clone() };
            let source = Source::OrderReference(reference.clone());
            payment_id(&self.checkout.merchant.shop, &earlier, &source) == *by
        });
        Ok(!is_earlier_call)
    }

    /// When Amazon has refused because the agreement is over, that is recorded: no further charge begins on it.
    async fn note_end_of_agreement(&self, payment: &Payment) {
        let (Stage::Refused { reason: Reason::AgreementOver, .. }, Some(token)) = (&payment.stage, &payment.token)
        else {
            return;
        };
        let merchant = &self.checkout.merchant;
        let agreement = merchant.gateway.store().agreement(&merchant.shop.login, token).await;
        if let Ok(Some(agreement)) = agreement {
            Recurrence { merchant: merchant.clone(), rail: self.checkout.rail.clone() }.look_at(agreement).await;
        }
    }

    /// Waits for what another call, or the janitor, makes of a payment, for longer than the other
    /// call can take over both its questions.
    async fn follow(&self, payment: Payment) -> Charged<Box<Payment>> {
        let merchant = &self.checkout.merchant;
        let mut left = merchant.gateway.settings().longest_ask() * (QUESTIONS + 1);
        let (mut payment, mut pause) = (Box::new(payment), FIRST_LOOK);
        while !left.is_zero() && matches!(payment.stage, Stage::Authorizing { .. }) {
            tokio::time::sleep(pause.min(left)).await;
            (left, pause) = (left.saturating_sub(pause), (pause * 2).min(LONGEST_LOOK));
            payment = merchant.reread(*payment).await.or_unknown()?;
        }
        Ok(payment)
    }

    /// Refused when the shop's identifier is another payment's: another amount is told apart, because a shop may have
    /// mistaken it.
    async fn unless_taken(&self, order: &Order) -> Charged<()> {
        let (merchant, id) = (&self.checkout.merchant, &order.shop_transaction_id);
        let taken = merchant.gateway.store().payment_by_transaction(&merchant.shop.login, id).await.or_unknown()?;
        match taken {
            None => Ok(()),
            Some(other) if other.origin == Origin::WebService && other.order.amount != order.amount => {
                Err(NotCharged::OtherAmount.into())
            }
            Some(_) => Err(NotCharged::Taken.into()),
        }
    }
}

impl From<NotReady> for NotCharged {
    fn from(why: NotReady) -> NotCharged {
        match why {
            NotReady::Hurdle(hurdle) => NotCharged::Hurdle(hurdle),
            NotReady::Unknown => NotCharged::OrderUnknown,
            NotReady::Over => NotCharged::OrderUnusable,
            NotReady::OtherAmount => NotCharged::OtherAmount,
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
