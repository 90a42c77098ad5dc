//! Money after the outcome, pending outcomes and agreements are read as they were written.

use anyhow::{Context, Result, bail};
use payments::{
    Agreement, AgreementStage, Answer, Approval, AttemptId, Authorization, AuthorizationId, Automatic, AutomaticAct,
    BankTransactionId, Call, Chargeback, ChargebackId, Currency, End, Instrument, MadeElsewhere, Money, MovementAnswer,
    MovementId, Order, OrderReferenceId, Payment, Placed, Recurring, RefundWish, SettlementId, Terms, Witness,
};
use store::{ApplyError, LEASE_MS, Store};

use crate::money::{answered, applied, approval, asked, asking, at, attempt_of, confirmed, terms};
use crate::names::{billing_agreement, id, order, shop, token, transaction};
use crate::payments_kept::assert_kept;
use crate::place::Place;

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn wish(minor: i64, settlement: Option<SettlementId>) -> RefundWish {
    RefundWish { amount: euro(minor), settlement, despite_chargeback: false }
}

fn placed(number: u32) -> Result<Placed> {
    Ok(Placed { authorization: authorization(number)?, made_order: None })
}

fn authorization(number: u32) -> Result<AuthorizationId> {
    Ok(AuthorizationId::new(format!("S02-0319513-4657042-A{number:06}"))?)
}

/// A paid payment whose money is held.
pub async fn held(store: &Store, payment: &str, number: i64) -> Result<Payment> {
    let confirmed = confirmed(store, "SHOP", payment, &format!("T-{payment}"), 20).await?;
    let asked = applied(store, confirmed.authorize(terms(false, number), at(21))?).await?;
    answered(store, asked, approval(false)?, 22).await
}

async fn kept(store: &Store, change: payments::Change) -> Result<Payment> {
    let payment = applied(store, change).await?;
    assert_kept(store, &payment).await?;
    Ok(payment)
}

pub async fn every_place_of_money_is_read_as_it_was_written(place: Place) -> Result<()> {
    let store = place.open().await?;
    let paid = held(&store, "p1", 1).await?;
    assert_kept(&store, &paid).await?;
    let name = Some(SettlementId::new("spedizione \"1\"")?);
    let settling = kept(&store, paid.settle(euro(2000), name.clone(), at(30))?).await?;
    let capture = settling.capture().context("just asked")?.reference.clone();
    let booked = kept(&store, settling.movement_answered(&capture, MovementAnswer::Later(None), at(31))?).await?;
    let done = MovementAnswer::Done { id: MovementId::new("S02-0319513-4657042-C063411")?, amount: None, at: at(32) };
    let settled = kept(&store, booked.movement_answered(&capture, done, at(33))?).await?;
    let refunding = kept(&store, settled.refund(wish(500, name), at(34))?).await?;
    let refund = refunding.refunds()[0].reference.clone();
    let refund_id = MovementId::new("S02-0319513-4657042-R019346")?;
    let accepted = refunding.movement_answered(&refund, MovementAnswer::Later(Some(refund_id.clone())), at(35))?;
    let accepted = kept(&store, accepted).await?;
    let refunded = MovementAnswer::Done { id: refund_id, amount: None, at: at(36) };
    let refunded = kept(&store, accepted.movement_answered(&refund, refunded, at(36))?).await?;
    let second = kept(&store, refunded.refund(wish(1, None), at(37))?).await?;
    let refund = second.refunds()[1].reference.clone();
    let second = kept(&store, second.movement_answered(&refund, MovementAnswer::Declined(None), at(38))?).await?;
    let made = MadeElsewhere {
        id: MovementId::new("S02-0319513-4657042-R000001")?,
        reference: AttemptId::new("by-hand")?,
        amount: euro(2),
        at: at(38),
        is_done: false,
    };
    let second = kept(&store, second.refunded_elsewhere(made, at(39))?).await?;
    let chargeback = Chargeback { id: ChargebackId::new("A01-1")?, amount: Some(euro(3)), at: at(39) };
    kept(&store, second.charged_back(chargeback, at(39))?).await?;

    let releasing = kept(&store, held(&store, "p2", 2).await?.release(at(30))?).await?;
    kept(&store, releasing.authorization_ended(End::Empty, at(31))?).await?;
    kept(&store, held(&store, "p3", 3).await?.without_automatic(at(30))?).await?;
    kept(&store, held(&store, "p4", 4).await?.authorization_ended(End::Empty, at(30))?).await?;
    Ok(())
}

pub async fn a_pending_payment_is_read_as_it_was_written(place: Place) -> Result<()> {
    let store = place.open().await?;
    let asked = asked(&store, "SHOP", "p1", 1, 10).await?;
    let first = attempt_of(&asked)?;
    let later = kept(&store, asked.authorize_later(&first, 1440, at(11))?).await?;
    let pending = answered(&store, later, Answer::Pending(placed(1)?), 12).await?;
    assert_kept(&store, &pending).await?;
    let notices = store.notices(&pending.shop, &pending.id).await?;
    assert_eq!(notices.len(), 1, "pending is told");
    let wanted = answered(&store, pending, Answer::DeclinedTryAnother, 13).await?;
    assert_kept(&store, &wanted).await?;
    let again = kept(&store, wanted.authorize_again(at(14))?).await?;
    let paid = answered(&store, again, approval(true)?, 15).await?;
    assert_kept(&store, &paid).await?;
    assert_eq!(store.notices(&paid.shop, &paid.id).await?.len(), 2, "and so is what follows");
    Ok(())
}

pub async fn what_amazon_owes_is_found_until_it_is_answered(place: Place) -> Result<()> {
    let store = place.open().await?;
    let paid = held(&store, "p1", 1).await?;
    assert!(store.unresolved_due(at(100 + LEASE_MS), 10).await?.is_empty());
    let settling = applied(&store, paid.settle(euro(2000), None, at(30))?).await?;
    assert_eq!(store.unresolved_due(at(30 + LEASE_MS), 10).await?, std::slice::from_ref(&settling));
    assert!(store.unresolved_due(at(29 + LEASE_MS), 10).await?.is_empty());
    let capture = settling.capture().context("just asked")?.reference.clone();
    let done = MovementAnswer::Done { id: MovementId::new("S02-0319513-4657042-C063411")?, amount: None, at: at(32) };
    let settled = applied(&store, settling.movement_answered(&capture, done, at(33))?).await?;
    assert!(store.unresolved_due(at(100 + LEASE_MS), 10).await?.is_empty());
    let refunding = applied(&store, settled.refund(wish(500, None), at(34))?).await?;
    assert_eq!(store.unresolved_due(at(34 + LEASE_MS), 10).await?, [refunding]);
    let releasing = applied(&store, held(&store, "p2", 2).await?.release(at(28))?).await?;
    assert_eq!(store.unresolved_due(at(33 + LEASE_MS), 10).await?, [releasing]);
    Ok(())
}

pub async fn what_happens_by_itself_is_found_when_it_is_due(place: Place) -> Result<()> {
    let store = place.open().await?;
    let paid = held(&store, "p1", 1).await?;
    assert_eq!(paid.automatic(), Some(Automatic { act: AutomaticAct::Delete, at: at(90) }));
    assert!(store.automatic_due(at(89), 10).await?.is_empty());
    assert_eq!(store.automatic_due(at(90), 10).await?, std::slice::from_ref(&paid));
    applied(&store, paid.settle(euro(1), None, at(30))?).await?;
    assert!(store.automatic_due(at(100), 10).await?.is_empty(), "the shop was first");
    Ok(())
}

pub async fn the_payments_of_an_order_are_found(place: Place) -> Result<()> {
    let store = place.open().await?;
    let paid = held(&store, "p1", 1).await?;
    let reference = OrderReferenceId::new("S02-0319513-4657042")?;
    assert_eq!(store.payments_of_order(&shop("SHOP"), &reference).await?, [paid]);
    assert!(store.payments_of_order(&shop("OTHER"), &reference).await?.is_empty());
    Ok(())
}

/// A payment that makes an agreement.
fn recurring(payment: &str, recurring: Recurring) -> payments::Change {
    let order = Order { recurring, ..order(&format!("T-{payment}")) };
    Payment::open(shop("SHOP"), id(payment), order, at(10))
}

pub async fn agreed(store: &Store, payment: &str, number: u32) -> Result<Agreement> {
    let opened = applied(store, recurring(payment, Recurring::Only)).await?;
    let agreement = billing_agreement(number);
    let confirmed = applied(store, opened.confirm(Instrument::Agreement(agreement.clone()), at(11))?).await?;
    assert_kept(store, &confirmed).await?;
    let change = confirmed.agree(agreement, token(number), BankTransactionId(number.into()), at(12))?;
    let made = change.agreement().context("it makes one")?;
    let agreed = kept(store, change).await?;
    assert_eq!(store.payment_by_transaction(&agreed.shop, &agreed.order.shop_transaction_id).await?, Some(agreed));
    Ok(made)
}

pub async fn an_agreement_comes_with_the_payment_that_makes_it(place: Place) -> Result<()> {
    let store = place.open().await?;
    let made = agreed(&store, "p1", 1).await?;
    assert_eq!(store.agreement(&shop("SHOP"), &token(1)).await?.as_ref(), Some(&made));
    assert_eq!(store.agreement_of_amazon(&shop("SHOP"), &billing_agreement(1)).await?, Some(made));
    assert_eq!(store.agreement(&shop("OTHER"), &token(1)).await?, None);
    assert_eq!(store.agreement(&shop("SHOP"), &token(2)).await?, None);

    let opened = applied(&store, recurring("p2", Recurring::WithPayment)).await?;
    let chosen = Instrument::Agreement(billing_agreement(2));
    let confirmed = applied(&store, opened.confirm(chosen.clone(), at(11))?).await?;
    let terms = Terms { instrument: chosen, token: Some(token(2)), ..terms(true, 2) };
    let asked = kept(&store, confirmed.authorize(terms, at(12))?).await?;
    assert_eq!(store.agreement(&shop("SHOP"), &token(2)).await?, None, "not before it is paid");
    let order = OrderReferenceId::new("S02-0319513-4657042")?;
    let Answer::Approved(approval) = approval(true)? else { bail!("it is approved") };
    let authorization = Authorization { made_order: Some(order.clone()), ..approval.authorization };
    let paid = answered(&store, asked, Answer::Approved(Approval { authorization, ..approval }), 13).await?;
    assert_kept(&store, &paid).await?;
    let made = store.agreement(&shop("SHOP"), &token(2)).await?.context("it is made")?;
    assert_eq!(made.stage, AgreementStage::Active, "the payment makes it chargeable");
    assert_eq!(made.payment.clone(), paid.id.clone(), "it names the payment that made it");
    assert_eq!(made.currency, Some(Currency::EUR));
    assert_eq!(store.payments_of_order(&shop("SHOP"), &order).await?, [paid], "by the order that Amazon made");
    Ok(())
}

pub async fn an_agreement_is_closed_once_and_found_until_amazon_knows(place: Place) -> Result<()> {
    let store = place.open().await?;
    let made = agreed(&store, "p1", 1).await?;
    agreed(&store, "p2", 2).await?;
    assert!(store.closing_agreements(at(100 + LEASE_MS), 10).await?.is_empty());
    let closing = made.clone().close(at(20))?;
    store.apply_agreement(&closing).await?;
    let again = store.apply_agreement(&made.ended_at_amazon(at(21))?).await;
    assert!(matches!(again, Err(ApplyError::Stale)), "{again:?}");
    let closing = closing.into_agreement();
    assert_eq!(store.closing_agreements(at(100 + LEASE_MS), 10).await?, std::slice::from_ref(&closing));
    let closed = closing.ended_at_amazon(at(22))?;
    store.apply_agreement(&closed).await?;
    assert!(store.closing_agreements(at(100 + LEASE_MS), 10).await?.is_empty());
    assert_eq!(store.agreement(&shop("SHOP"), &token(1)).await?, Some(closed.into_agreement()));
    Ok(())
}

pub async fn a_call_that_was_turned_away_stops_the_same_call_and_may_come_again(place: Place) -> Result<()> {
    let store = place.open().await?;
    let call = || Call::first(shop("SHOP"), id("call"), order("T-1"));
    let charge = |call: Call| {
        let instrument = Instrument::Agreement(billing_agreement(1));
        call.charge(Terms { instrument, token: Some(token(1)), ..terms(true, 7) }, at(12))
    };
    let away = kept(&store, call().turn_away(at(10))).await?;
    assert!(away.was_turned_away(), "{away:?}");
    assert_eq!(store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?, None, "the identifier is free");
    let overtaken = store.apply(charge(call())).await;
    assert!(matches!(overtaken, Err(ApplyError::Taken)), "it began before it was turned away: {overtaken:?}");
    let renamed = Order { buyer_name: "Anna Verdi".to_owned(), ..order("T-1") };
    let once_more = kept(&store, Call::again(away.clone(), renamed.clone())?.turn_away(at(11))).await?;
    let stale = store.apply(charge(Call::again(away, renamed.clone())?)).await;
    assert!(matches!(stale, Err(ApplyError::Stale)), "it began before the second was turned away: {stale:?}");
    let asked = kept(&store, charge(Call::again(once_more, renamed)?)).await?;
    assert_eq!(asked.version, 3, "each time it was turned away and the call itself are a version");
    assert_eq!(asked.order.buyer_name.as_str(), "Anna Verdi", "the newest call's order is kept");
    assert_eq!(asked.opened_at, at(12), "it is as old as the newest call");
    assert_eq!(store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?, Some(asked));
    Ok(())
}

pub async fn a_charge_begins_once_for_one_call(place: Place) -> Result<()> {
    let store = place.open().await?;
    let charge = |name: &str, transaction_name: &str| {
        let instrument = Instrument::Agreement(billing_agreement(1));
        let terms = Terms { instrument, token: Some(token(1)), ..terms(true, 7) };
        Call::first(shop("SHOP"), id(name), order(transaction_name)).charge(terms, at(10))
    };
    let asked = kept(&store, charge("call", "T-1")).await?;
    let twice = store.apply(charge("call", "T-1")).await;
    assert!(matches!(twice, Err(ApplyError::Taken)), "{twice:?}");
    let other = store.apply(charge("another", "T-1")).await;
    assert!(matches!(other, Err(ApplyError::Taken)), "{other:?}");
    assert_eq!(store.payment(&shop("SHOP"), &id("another")).await?, None, "nothing is left of it");
    assert_eq!(store.payment_by_transaction(&shop("SHOP"), &transaction("T-1")).await?, Some(asked.clone()));
    let change = asked.clone().answered(&attempt_of(&asked)?, approval(true)?, Witness::Caller, at(11))?;
    let paid = kept(&store, change).await?;
    assert_eq!(store.notices(&paid.shop, &paid.id).await?.len(), 1, "the answer may be lost");
    assert_eq!(store.agreement(&shop("SHOP"), &token(1)).await?, None, "a charge makes no agreement");
    let confirmed = confirmed(&store, "SHOP", "page", "T-1", 12).await?;
    let taken = store.apply(asking(confirmed, 9, 13)?).await;
    assert!(matches!(taken, Err(ApplyError::Taken)), "{taken:?}");
    Ok(())
}
