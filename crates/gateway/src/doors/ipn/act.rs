//! What a genuine notification leads to. The door `ipn` hands each over that Amazon wrote about a shop of this gateway;
//! it may come late, twice and out of order, so it is never believed: it makes somebody ask Amazon about what it names.
//!
//! The one exception is a chargeback, about which Amazon cannot be asked: it becomes a line of the payment's history, once,
//! and changes nothing of what the shop may do.

use std::sync::Arc;

use amazon::Notification;
use amazon::notification::{About, Chargeback};
use payments::{BillingAgreementId, ChargebackId, OrderReferenceId, Origin, Payment, Refusal, Stage};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::{Committed, Merchant, money_of};
use crate::flow::recurrence::Recurrence;
use crate::flow::settlement::Settlement;

/// How often a chargeback is written anew when others move the payment meanwhile.
const TRIES: usize = 8;

/// It could not be dealt with now. Amazon is asked to send it again.
#[derive(Debug, thiserror::Error)]
#[error("not now: {0}")]
pub(crate) struct NotNow(String);

impl From<store::Error> for NotNow {
    fn from(error: store::Error) -> NotNow {
        NotNow(format!("the store: {error}"))
    }
}

/// Deals with a notification about an object of these shops, of which one or none has the object. `Ok` means that it need
/// not come again.
///
/// # Errors
/// [`NotNow`] when it must.
pub(crate) async fn act(gateway: &Gateway, shops: &[Shop], notification: &Notification) -> Result<(), NotNow> {
    // What a sample is about does not exist.
    if notification.is_sample {
        return Ok(());
    }
    for shop in shops {
        let Some(merchant) = Merchant::of(gateway, &Arc::new(shop.clone())) else { continue };
        match &notification.about {
            About::BillingAgreement(news) => agreement(&merchant, &news.id).await?,
            About::Chargeback(chargeback) => charged_back(&merchant, chargeback).await?,
            about => {
                let order = about.order_reference_id().and_then(|id| OrderReferenceId::new(id).ok());
                if let Some(order) = order {
                    payments(&merchant, &order, is_news_of_order(about)).await?;
                }
            }
        }
    }
    Ok(())
}

/// Whether the order itself may read differently now.
fn is_news_of_order(about: &About) -> bool {
    matches!(about, About::OrderReference { .. } | About::Authorization { .. })
}

/// Looks at the payments of an order, whatever they wait for, and keeps the order's details as they are now.
async fn payments(merchant: &Merchant, order: &OrderReferenceId, refresh: bool) -> Result<(), NotNow> {
    let gateway = &merchant.gateway;
    let janitor = gateway.janitor();
    for payment in gateway.store().payments_of_order(&merchant.shop.login, order).await? {
        // Whoever is asking records what he hears, and whom his answer tells needs no notice. Should he hear nothing, the payment
        // stays unresolved, and the janitor comes back to it.
        if payment.unresolved_at().is_some() {
            if !janitor.look_at(payment.clone()).await? {
                continue;
            }
        } else if gateway.in_flight().has(&payment) {
            continue;
        } else if let Some(settlement) = Settlement::of(gateway, &merchant.shop) {
            // Nobody comes back to held money: what Amazon has ended, or the seller taken there, is learned now or with the next notification.
            settlement.look_at_held(payment.clone()).await.map_err(|error| NotNow(format!("Amazon: {error}")))?;
        }
        if refresh && has_details(&payment) {
            merchant.keep_details(&payment, order).await;
        }
    }
    Ok(())
}

/// Whether the shop may read the order's details of a payment: charges by a token have none.
fn has_details(payment: &Payment) -> bool {
    let is_charge = payment.origin == Origin::WebService && payment.token.is_some();
    matches!(payment.stage, Stage::Paid { .. } | Stage::Pending { .. }) && !is_charge
}

async fn agreement(merchant: &Merchant, id: &str) -> Result<(), NotNow> {
    let Ok(id) = BillingAgreementId::new(id) else { return Ok(()) };
    let Some(agreement) = merchant.gateway.store().agreement_of_amazon(&merchant.shop.login, &id).await? else {
        return Ok(());
    };
    let Some(recurrence) = Recurrence::of(&merchant.gateway, &merchant.shop) else { return Ok(()) };
    match recurrence.look_at(agreement).await {
        true => Ok(()),
        false => Err(NotNow(format!("Amazon does not say how {id} stands"))),
    }
}

async fn charged_back(merchant: &Merchant, told: &Chargeback) -> Result<(), NotNow> {
    let (Ok(order), Ok(id)) = (OrderReferenceId::new(&*told.order_reference_id), ChargebackId::new(&*told.id)) else {
        return Ok(());
    };
    for payment in merchant.gateway.store().payments_of_order(&merchant.shop.login, &order).await? {
        write_down(merchant, payment, &id, told).await?;
    }
    Ok(())
}

/// Of a payment that has taken nothing, or knows of it, there is nothing to write. What may have taken something is to be
/// decided first: Amazon tells it again.
async fn write_down(merchant: &Merchant, payment: Payment, id: &ChargebackId, told: &Chargeback) -> Result<(), NotNow> {
    let mut payment = Box::new(payment);
    for _ in 0..TRIES {
        let at = merchant.now();
        let chargeback = payments::Chargeback { id: id.clone(), amount: money_of(&told.amount), at };
        let change = match (*payment).clone().charged_back(chargeback, at) {
            Ok(change) => change,
            Err(Refusal::NotSettled) if payment.unresolved_at().is_some() => {
                return Err(NotNow(format!("what became of the payment {} is not known yet", payment.id)));
            }
            Err(_) => return Ok(()),
        };
        match merchant.commit(change).await? {
            Committed::Done(payment) => {
                tracing::warn!(
                    shop = merchant.shop.login.as_str(),
                    payment = payment.id.as_str(),
                    chargeback = id.as_str(),
                    state = told.state,
                    reason = told.reason.as_deref().unwrap_or_default(),
                    "a buyer's bank takes money back"
                );
                return Ok(());
            }
            Committed::Stale | Committed::Taken => payment = merchant.reread(*payment).await?,
        }
    }
    Err(NotNow(format!("others move the payment {}", payment.id)))
}
