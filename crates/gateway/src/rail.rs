//! Amazon as the flows use it: what is asked in the words of `payments`, and what each answer means
//! for the money.
//!
//! Each verb ends in an answer, or in an [`amazon::Error`]: *later* (nothing was done, and it may
//! be asked again), *refused* (nothing was done, and nothing will be) or *unknown* (it may have
//! been done: ask). Which of Amazon's models a merchant has is known here and nowhere above; there
//! is one so far, so this is an enum with one arm.

mod hurdle;
mod mws;

use payments::{
    Answer, Attempt, BillingAgreementId, Currency, End, Instrument, MadeElsewhere, Movement, MovementAnswer,
    MovementId, Order, OrderReferenceId, Payment, PaymentId, Reason, SellerId,
};
use store::Shop;

use crate::Gateway;

pub(crate) use amazon::{Error, REQUEST_LIFE_MS, Secret};
pub(crate) use hurdle::Hurdle;
use mws::Mws;
pub(crate) use mws::money_of;

/// A merchant's account at Amazon.
#[derive(Clone)]
pub(crate) enum Rail {
    /// "Checkout v1": order references and billing agreements.
    Mws(Mws),
}

/// Whether a request may have been sent before: then a refusal says nothing about the earlier sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// By the task that has just recorded the wish.
    First,
    /// By anybody else.
    Again,
}

/// An order of the merchant's own page, ready to be charged.
pub(crate) struct Ready {
    /// Amazon's document of it, with the whole addresses.
    pub(crate) details: String,
    /// Which payment has named it, when it has the name of one.
    pub(crate) named_for: Option<PaymentId>,
    /// The shop's identifier that it was named with.
    pub(crate) named_as: Option<String>,
}

/// Why an order of the merchant's own page cannot be charged.
#[derive(Debug)]
pub(crate) enum NotReady {
    /// The buyer has something to do first, or Amazon does not answer.
    Hurdle(Hurdle),
    /// Amazon knows no such order.
    Unknown,
    /// The order is over.
    Over,
    /// The order has another total.
    OtherAmount,
}

/// What Amazon knows of an attempt whose answer was not seen.
pub(crate) enum Found {
    /// The answer, and the order's details when they were read.
    Answer(Answer, Option<String>),
    /// Amazon has it and has not decided, or could not be asked everywhere.
    Undecided,
    /// Amazon does not have it; the order's details when they were read.
    Nothing(Option<String>),
}

/// What Amazon says of a capture, a refund or a release.
#[derive(Debug)]
pub(crate) enum Moved {
    Answer(MovementAnswer),
    /// Amazon declined a capture because of a fault of its own, and the money is still held.
    MayBeCapturedAgain,
    /// The authorization is over, with what was asked for or without.
    Over(End),
    /// Nothing certain.
    Unknown,
}

/// What Amazon has of an order about which it has told us something that we do not expect.
pub(crate) struct Unexpected {
    /// The payment that has named the order.
    pub(crate) payment: PaymentId,
    /// Whether money is held or was taken on it.
    pub(crate) has_money: bool,
}

impl Rail {
    /// Nothing when the shop has no account at Amazon in this gateway's environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Shop) -> Option<Rail> {
        Mws::of(gateway.connector().clone(), gateway, shop).map(Rail::Mws)
    }

    /// The same for background work: it lets callers and buyers pass when Amazon's quota is short.
    pub(crate) fn in_background(gateway: &Gateway, shop: &Shop) -> Option<Rail> {
        Mws::of(gateway.connector().in_background(), gateway, shop).map(Rail::Mws)
    }

    /// Whose account it is.
    pub(crate) fn seller(&self) -> SellerId {
        match self {
            Rail::Mws(mws) => mws.seller(),
        }
    }

    /// What a buyer has chosen on our page is named for his visit and confirmed; Amazon may then
    /// challenge him and sends him to `result_url`. May be repeated (`is_known`).
    pub(crate) async fn confirm(
        &self,
        payment: &Payment,
        chosen: &Instrument,
        is_known: bool,
        result_url: &str,
    ) -> Result<(), Hurdle> {
        match (self, chosen) {
            (Rail::Mws(mws), Instrument::OrderReference(order)) => {
                mws.confirm_order(payment, order, is_known, result_url).await
            }
            (Rail::Mws(mws), Instrument::Agreement(agreement)) => {
                mws.confirm_agreement(payment, agreement, is_known, result_url).await
            }
        }
    }

    /// Whether Amazon would take an attempt now, and what it knows of the order; after the confirmation that holds the
    /// whole addresses.
    pub(crate) async fn ready(&self, payment: &Payment, chosen: &Instrument) -> Result<Option<String>, Hurdle> {
        match (self, chosen) {
            (Rail::Mws(mws), Instrument::OrderReference(order)) => mws.order_ready(payment, order).await.map(Some),
            (Rail::Mws(mws), Instrument::Agreement(agreement)) => {
                mws.agreement_ready(payment, agreement).await.map(|()| None)
            }
        }
    }

    /// Whether the signed-in buyer made what is to pay. Amazon decides: a read with the buyer's
    /// access token is refused for any other buyer's order or agreement. The identifier alone
    /// proves nothing: its fourteen digits can be guessed, or seen.
    pub(crate) async fn is_of_buyer(&self, chosen: &Instrument, token: &str) -> Result<(), Hurdle> {
        match self {
            Rail::Mws(mws) => mws.is_of_buyer(chosen, token).await,
        }
    }

    /// An order of the merchant's own page is named, confirmed and read back.
    pub(crate) async fn prepare(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
    ) -> Result<Ready, NotReady> {
        match self {
            Rail::Mws(mws) => mws.prepare_order(id, order, reference).await,
        }
    }

    /// Asks for the money of an attempt, and once more under the same name when the end is unknown.
    /// Nothing when it stays unknown.
    pub(crate) async fn authorize(&self, payment: &Payment, attempt: &Attempt) -> Option<Answer> {
        match self {
            Rail::Mws(mws) => mws.authorize(payment, attempt).await,
        }
    }

    /// What became of an attempt. Never asks for money.
    pub(crate) async fn find(&self, payment: &Payment, attempt: &Attempt) -> Result<Found, Error> {
        match (self, &attempt.instrument) {
            (Rail::Mws(mws), Instrument::OrderReference(order)) => mws.find_on_order(attempt, order).await,
            (Rail::Mws(mws), Instrument::Agreement(_)) => mws.find_listed(payment, attempt).await,
        }
    }

    /// Asks again, under its name, for the money of an attempt on an agreement: Amazon gives its
    /// first answer again, or does it now.
    pub(crate) async fn authorize_again(&self, payment: &Payment, attempt: &Attempt) -> Result<Found, Error> {
        match self {
            Rail::Mws(mws) => mws.authorize_again(payment, attempt).await,
        }
    }

    /// Makes sure that an attempt on an order can never be done any more; whether it is so.
    pub(crate) async fn prevent(&self, order: &OrderReferenceId) -> Result<bool, Error> {
        match self {
            Rail::Mws(mws) => mws.prevent(order).await,
        }
    }

    /// Where a pending authorization stands; nothing while it is in a state that is not known here.
    pub(crate) async fn decision(&self, attempt: &Attempt, authorization: &str) -> Result<Option<Answer>, Error> {
        match self {
            Rail::Mws(mws) => mws.decision(attempt, authorization).await,
        }
    }

    /// Whether the buyer has chosen another card for an order whose card was declined: nothing while he may.
    pub(crate) async fn has_new_card(&self, chosen: &Instrument) -> Result<Option<bool>, Error> {
        match self {
            Rail::Mws(mws) => mws.has_new_card(chosen.as_str()).await,
        }
    }

    /// Asks for what is in flight of a payment's money, or what became of it.
    pub(crate) async fn ask_to_move(&self, payment: &Payment, movement: &Movement, sending: Sending) -> Moved {
        match self {
            Rail::Mws(mws) => mws.ask_to_move(payment, movement, sending).await,
        }
    }

    /// How an authorization has ended; nothing while it has not, or while that is not certain.
    pub(crate) async fn end_of(&self, authorization: &str) -> Result<Option<End>, Error> {
        match self {
            Rail::Mws(mws) => mws.end_of(authorization).await,
        }
    }

    /// Amazon's identifier of the capture that came with an authorization.
    pub(crate) async fn capture_of(&self, authorization: &str) -> Result<Option<MovementId>, Error> {
        match self {
            Rail::Mws(mws) => mws.capture_of(authorization).await,
        }
    }

    /// The refunds that Amazon has of a payment's capture and we do not.
    pub(crate) async fn refunds_elsewhere(&self, payment: &Payment) -> Result<Vec<MadeElsewhere>, Error> {
        match self {
            Rail::Mws(mws) => mws.refunds_elsewhere(payment).await,
        }
    }

    /// What Amazon has on an order that it has told us about; nothing when no payment of ours has named it.
    pub(crate) async fn look_at_order(&self, order: &OrderReferenceId) -> Result<Option<Unexpected>, Error> {
        match self {
            Rail::Mws(mws) => mws.look_at_order(order).await,
        }
    }

    /// Amazon's document of an order as it is now.
    pub(crate) async fn details(&self, order: &OrderReferenceId) -> Result<String, Error> {
        match self {
            Rail::Mws(mws) => mws.details(order).await,
        }
    }

    /// Closes or cancels at Amazon what is of no further use to a payment that has its outcome. A
    /// failure costs nothing but tidiness.
    pub(crate) async fn wind_up(&self, payment: &Payment, chosen: &Instrument) {
        match (self, chosen) {
            (Rail::Mws(mws), Instrument::OrderReference(order)) => mws.wind_up_order(payment, order).await,
            (Rail::Mws(mws), Instrument::Agreement(agreement)) => mws.wind_up_agreement(payment, agreement).await,
        }
    }

    /// Closes what a buyer chose before he chose something else.
    pub(crate) async fn drop_choice(&self, payment: &Payment, earlier: &Instrument) {
        match self {
            Rail::Mws(mws) => mws.drop_choice(payment, earlier).await,
        }
    }

    /// Closes the order of money that was taken: nothing more is taken of it.
    pub(crate) async fn close_settled(&self, order: &OrderReferenceId) {
        match self {
            Rail::Mws(mws) => mws.close_settled(order).await,
        }
    }

    pub(crate) async fn end_agreement(&self, agreement: &BillingAgreementId) -> Result<(), Error> {
        match self {
            Rail::Mws(mws) => mws.end_agreement(agreement).await,
        }
    }

    /// Whether an agreement is over.
    pub(crate) async fn is_agreement_over(&self, agreement: &BillingAgreementId) -> Result<bool, Error> {
        match self {
            Rail::Mws(mws) => mws.is_agreement_over(agreement).await,
        }
    }
}

/// Whether Amazon Pay takes payments in a currency: those that it keeps ledgers in, and those that
/// a buyer may see prices in.
pub(crate) fn takes(currency: Currency) -> bool {
    const TAKEN: [&str; 12] = ["AUD", "CHF", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "NZD", "SEK", "USD", "ZAR"];
    TAKEN.contains(&currency.as_str())
}

/// Why an attempt that Amazon did not take for now was not taken.
fn reason_of_later(error: &Error) -> Reason {
    if error.is_about_account() { Reason::AccountRefused } else { Reason::Unreachable }
}

/// The order at Amazon that a payment's money hangs on, when it is the payment's own.
pub(crate) fn own_order(payment: &Payment) -> Option<OrderReferenceId> {
    payment.instrument()?.order_reference().cloned()
}
