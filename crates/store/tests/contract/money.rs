//! Walks payments through the store, move by move, as the gateway does.

use anyhow::{Context, Result};
use payments::{
    Answer, Approval, AttemptId, Authorization, AuthorizationId, Automatic, AutomaticAct, BankTransactionId, Captured,
    Change, Currency, Money, MovementId, Payment, Reason, Refusal, SellerId, Terms, UtcMs, Witness,
};
use store::Store;

use crate::names::{id, order, reference, shop};

pub fn at(ms: i64) -> UtcMs {
    UtcMs(ms)
}

/// Approved, and captured when `captured` says so.
pub fn approval(captured: bool) -> Result<Answer> {
    let id = AuthorizationId::new("S02-0319513-4657042-A063411")?;
    let capture = MovementId::new("S02-0319513-4657042-C063411")?;
    let taken = Captured::Yes { id: Some(capture), amount: Money::new(2421, Currency::EUR) };
    let captured = if captured { taken } else { Captured::No };
    let automatic = Some(Automatic { act: AutomaticAct::Delete, at: at(90) });
    let authorization = Authorization { id, made_order: None, authorized_at: at(77) };
    Ok(Answer::Approved(Approval { authorization, captured, automatic }))
}

/// The order is always the same one; so that it is each time another merchant's, the number is in
/// the seller's name too.
pub fn terms(capture_now: bool, number: i64) -> Terms {
    Terms {
        name: AttemptId::new(format!("ATTEMPT-{number}")).expect("allowed"),
        seller: SellerId::new(format!("A2SELLER{number}")).expect("allowed"),
        instrument: reference(),
        capture_now,
        number: BankTransactionId(number),
        token: None,
    }
}

/// A change that opens a payment.
pub fn opening(shop_name: &str, payment: &str, transaction: &str, now: i64) -> Change {
    Payment::open(shop(shop_name), id(payment), order(transaction), at(now))
}

/// Applies a change and gives the payment after it.
pub async fn applied(store: &Store, change: Change) -> Result<Payment> {
    let payment = change.payment().clone();
    store.apply(change).await?;
    Ok(payment)
}

/// The payment, opened and confirmed in the store.
pub async fn confirmed(store: &Store, shop_name: &str, payment: &str, transaction: &str, now: i64) -> Result<Payment> {
    let opened = applied(store, opening(shop_name, payment, transaction, now)).await?;
    applied(store, opened.confirm(reference(), at(now))?).await
}

/// The first attempt of a confirmed payment, not yet applied.
pub fn asking(payment: Payment, number: i64, now: i64) -> Result<Change, Refusal> {
    payment.authorize(terms(true, number), at(now))
}

/// The payment with an attempt under way.
pub async fn asked(store: &Store, shop_name: &str, payment: &str, number: i64, now: i64) -> Result<Payment> {
    let confirmed = confirmed(store, shop_name, payment, &format!("T-{payment}"), now).await?;
    applied(store, asking(confirmed, number, now)?).await
}

/// The payment with its final outcome: refused.
pub async fn refused(store: &Store, shop_name: &str, payment: &str, number: i64, now: i64) -> Result<Payment> {
    let asked = asked(store, shop_name, payment, number, now).await?;
    answered(store, asked, Answer::Declined(Reason::Rejected), now).await
}

/// Amazon's answer to the attempt under way, applied.
pub async fn answered(store: &Store, payment: Payment, answer: Answer, now: i64) -> Result<Payment> {
    let attempt = attempt_of(&payment)?;
    applied(store, payment.answered(&attempt, answer, Witness::Caller, at(now))?).await
}

/// The attempt under way.
pub fn attempt_of(payment: &Payment) -> Result<AttemptId> {
    Ok(payment.attempt_in_flight().context("an attempt is under way")?.id.clone())
}
