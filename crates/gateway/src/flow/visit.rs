//! A buyer's visit to the page, from its opening to its end, as far as Amazon is not asked for
//! money.
//!
//! Opening the link opens a visit, and owes nothing: it may be a mail scanner's GET. The buyer's
//! first act begins it (choosing a method, seeing the widgets, pressing pay, giving up); from then
//! on the visit ends after an hour and the shop is told. A visit whose identifier another payment
//! has claimed can never be paid: it ends silently, and every page tells the outcome of the payment
//! with the claim. Called by the page and the janitor.

use std::sync::Arc;

use payments::{Payment, PaymentId, Stage, UtcMs};
use store::{Shop, VisitsOver};
use url::Url;

use crate::Gateway;
use crate::flow::checkout::Checkout;
use crate::flow::merchant::{Committed, commit};
use crate::seal::SealedRequest;

/// How often a visit that was moved meanwhile is begun again.
const TRIES: usize = 3;

/// A visit as it stands.
pub(crate) struct Standing {
    pub(crate) payment: Payment,
    /// The payment that has claimed the shop's identifier, when it is another one.
    pub(crate) overtaken_by: Option<Payment>,
}

/// Why a string opens no visit.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOpened {
    /// It is too old.
    #[error("the string has expired")]
    Expired,
    /// The shop has not said where its buyers are to be sent.
    #[error("the shop has no addresses to return to")]
    NoWayBack,
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Who or what ends a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    GivenUp,
    TimeOver,
}

/// The visit of a string: the one opened with it before, or a new one, which is not written when
/// the identifier is taken.
///
/// # Errors
/// [`NotOpened`].
pub(crate) async fn open(gateway: &Gateway, shop: &Shop, request: &SealedRequest) -> Result<Standing, NotOpened> {
    if let Some(known) = find(gateway, shop, &request.payment).await? {
        return Ok(known);
    }
    if request.sealed_at.plus_ms(gateway.settings().seal_life_ms) < gateway.now() {
        return Err(NotOpened::Expired);
    }
    if ![&shop.positive_url, &shop.negative_url].into_iter().all(|address| is_web_address(address)) {
        return Err(NotOpened::NoWayBack);
    }
    let opened = Payment::open(shop.login.clone(), request.payment.clone(), request.order.clone(), gateway.now());
    let standing = standing(gateway, opened.payment().clone()).await?;
    if standing.overtaken_by.is_some() {
        return Ok(standing);
    }
    match commit(gateway, opened).await? {
        Committed::Done(_) => Ok(standing),
        // Opened by another request at the same moment.
        Committed::Stale | Committed::Taken | Committed::OrderTaken => {
            Ok(find(gateway, shop, &request.payment).await?.unwrap_or(standing))
        }
    }
}

/// The visit of this name, if it exists.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn find(gateway: &Gateway, shop: &Shop, id: &PaymentId) -> Result<Option<Standing>, store::Error> {
    match gateway.store().payment(&shop.login, id).await? {
        Some(payment) => standing(gateway, payment).await.map(Some),
        None => Ok(None),
    }
}

/// A payment, and whether another one has taken its place.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn standing(gateway: &Gateway, payment: Payment) -> Result<Standing, store::Error> {
    let overtaken_by = match payment.holds_claim() {
        true => None,
        false => {
            let id = &payment.order.shop_transaction_id;
            let claimant = gateway.store().payment_by_transaction(&payment.shop, id).await?;
            claimant.filter(|claimant| claimant.id != payment.id)
        }
    };
    Ok(Standing { payment, overtaken_by })
}

/// Whether an open visit's time is over: an hour after it began; one that never began ends with its
/// string, whose age counts from `string_from`.
pub(crate) fn is_over(gateway: &Gateway, payment: &Payment, string_from: UtcMs) -> bool {
    let settings = gateway.settings();
    let ends_at = match payment.begun_at {
        Some(begun_at) => begun_at.plus_ms(settings.session_ms),
        None => string_from.plus_ms(settings.seal_life_ms),
    };
    matches!(payment.stage, Stage::Open { .. }) && gateway.now() > ends_at
}

/// Visits that are over by [`is_over`], of every shop.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn over(gateway: &Gateway, limit: u32) -> Result<Vec<Payment>, store::Error> {
    let (settings, now) = (gateway.settings(), gateway.now());
    let ended_after = |life_ms: i64| now.plus_ms(-life_ms - 1);
    let over = VisitsOver { begun_by: ended_after(settings.session_ms), opened_by: ended_after(settings.seal_life_ms) };
    gateway.store().visits_over(over, now, limit).await
}

/// Begins the visit, unless it has begun or is over. Returns the payment as it stands then.
///
/// # Errors
/// The store does not answer; a later act of the buyer begins the visit.
pub(crate) async fn begin(gateway: &Gateway, payment: Payment) -> Result<Payment, store::Error> {
    let mut payment = payment;
    for _ in 0..TRIES {
        let Ok(change) = payment.clone().begin(gateway.now()) else { break };
        payment = match commit(gateway, change).await? {
            Committed::Done(begun) => return Ok(*begun),
            // Another act was faster, or the janitor has just leased the visit to end it: the buyer wins.
            Committed::Stale | Committed::Taken | Committed::OrderTaken => reread(gateway, payment).await?,
        };
    }
    Ok(payment)
}

/// Ends a visit when that is still possible, and returns how it stands. What the buyer chose is
/// cancelled at Amazon in the background, unless the shop is gone or has no account there any more.
///
/// # Errors
/// The store does not answer.
pub(crate) async fn end(
    gateway: &Gateway,
    shop: Option<&Arc<Shop>>,
    payment: Payment,
    ending: Ending,
) -> Result<Standing, store::Error> {
    let now = gateway.now();
    let Standing { payment, overtaken_by } = standing(gateway, payment).await?;
    let ended = match (&overtaken_by, ending) {
        (Some(_), _) => payment.clone().step_aside(now),
        (None, Ending::GivenUp) => payment.clone().abandon(now),
        (None, Ending::TimeOver) => payment.clone().run_out(now),
    };
    let Ok(change) = ended else { return Ok(Standing { payment, overtaken_by }) };
    let stands = match commit(gateway, change).await? {
        Committed::Done(ended) => {
            let checkout = shop.and_then(|shop| Checkout::of(gateway, shop));
            if let Some((checkout, chosen)) = checkout.zip(payment.instrument()) {
                checkout.wind_up_later(&ended, chosen);
            }
            *ended
        }
        Committed::Stale | Committed::Taken | Committed::OrderTaken => reread(gateway, payment).await?,
    };
    // Another payment may have claimed the identifier meanwhile.
    standing(gateway, stands).await
}

async fn reread(gateway: &Gateway, payment: Payment) -> Result<Payment, store::Error> {
    Ok(gateway.store().payment(&payment.shop, &payment.id).await?.unwrap_or(payment))
}

fn is_web_address(address: &str) -> bool {
    Url::parse(address.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
