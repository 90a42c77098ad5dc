//! What a genuine notification leads to. It may come late, twice and out of order, so it is never
//! believed: it makes somebody ask Amazon about what it names.
//!
//! The one exception is a chargeback, about which Amazon cannot be asked: it becomes a line of the
//! payment's history, once.

use std::sync::Arc;

use amazon::Notification;
use amazon::notification::{About, Chargeback};
use payments::{BillingAgreementId, ChargebackId, Funds, OrderReferenceId, Origin, Payment, Stage};
use store::Shop;

use crate::Gateway;
use crate::flow::recurrence::Recurrence;
use crate::flow::settlement::Settlement;
use crate::rail::money_of;

/// It could not be dealt with now. Amazon is asked to send it again.
#[derive(Debug, thiserror::Error)]
#[error("not now: {0}")]
pub(crate) struct NotNow(String);

impl From<store::Error> for NotNow {
    fn from(error: store::Error) -> NotNow {
        NotNow(format!("the store: {error}"))
    }
}

/// Deals with a notification about an object of these shops, of which one or none has the object.
/// `Ok` means that it need not come again.
///
/// # Errors
/// [`NotNow`] when it must.
pub(super) async fn act(gateway: &Gateway, shops: &[Shop], notification: &Notification) -> Result<(), NotNow> {
    // What a sample is about does not exist.
    if notification.is_sample {
        return Ok(());
    }
    let shops: Vec<Arc<Shop>> = shops.iter().cloned().map(Arc::new).collect();
    match &notification.about {
        About::BillingAgreement(news) => {
            for shop in &shops {
                agreement(gateway, shop, &news.id).await?;
            }
            Ok(())
        }
        About::Chargeback(chargeback) => charged_back(gateway, &shops, chargeback).await,
        about => match about.order_reference_id().and_then(|id| OrderReferenceId::new(id).ok()) {
            Some(order) => news_of_order(gateway, &shops, &order, about).await,
            None => Ok(()),
        },
    }
}

/// Looks at the payments of an order, whatever they wait for, and keeps the order's details as they
/// are now. Money on an order of which we expect none is for a person to look at.
async fn news_of_order(
    gateway: &Gateway,
    shops: &[Arc<Shop>],
    order: &OrderReferenceId,
    about: &About,
) -> Result<(), NotNow> {
    let mut is_expected = false;
    for shop in shops {
        for payment in gateway.store().payments_of_order(&shop.login, order).await? {
            is_expected |= expects_money(&payment);
            if let Some(settlement) = Settlement::of(gateway, shop) {
                look_at(gateway, &settlement, payment, order, about).await?;
            }
        }
    }
    let is_about_money = matches!(about, About::Authorization { .. } | About::Capture { .. } | About::Refund { .. });
    match is_expected || !is_about_money {
        true => Ok(()),
        false => raise_alarm(gateway, shops, order).await,
    }
}

/// Whether money on the payment's order is nothing to wonder at.
fn expects_money(payment: &Payment) -> bool {
    !matches!(
        payment.stage,
        Stage::Refused { .. } | Stage::Abandoned { .. } | Stage::Paid { funds: Funds::Released { .. }, .. }
    )
}

async fn raise_alarm(gateway: &Gateway, shops: &[Arc<Shop>], order: &OrderReferenceId) -> Result<(), NotNow> {
    let Some(settlement) = shops.iter().find_map(|shop| Settlement::of(gateway, shop)) else { return Ok(()) };
    let undecided = settlement.raise_alarm_about(order, shops).await.map_err(|error| NotNow(error.to_string()))?;
    for payment in undecided {
        gateway.janitor().look_at(payment).await?;
    }
    Ok(())
}

async fn look_at(
    gateway: &Gateway,
    settlement: &Settlement,
    payment: Payment,
    order: &OrderReferenceId,
    about: &About,
) -> Result<(), NotNow> {
    // Who is asking Amazon already records the answer. Without one the payment stays unresolved,
    // and the janitor comes back to it.
    if payment.unresolved_at().is_some() {
        if !gateway.janitor().look_at(payment.clone()).await? {
            return Ok(());
        }
    } else if gateway.in_flight().has(&payment) {
        return Ok(());
    }
    // Nothing polls money that lies still: what Amazon has ended, or the seller moved there,
    // is learned now or with the next notification.
    let now = gateway.store().payment(&payment.shop, &payment.id).await?.unwrap_or(payment);
    if now.unresolved_at().is_none() {
        settlement.look_at_money_elsewhere(now.clone()).await.map_err(|error| NotNow(error.to_string()))?;
    }
    if matches!(about, About::OrderReference { .. } | About::Authorization { .. }) && has_details(&now) {
        settlement.refresh_details(&now, order).await;
    }
    Ok(())
}

/// Whether the shop may read the order's details of a payment: charges by a token have none.
fn has_details(payment: &Payment) -> bool {
    let is_charge = payment.origin == Origin::WebService && payment.token.is_some();
    matches!(payment.stage, Stage::Paid { .. } | Stage::Pending { .. }) && !is_charge
}

async fn agreement(gateway: &Gateway, shop: &Arc<Shop>, id: &str) -> Result<(), NotNow> {
    let Ok(id) = BillingAgreementId::new(id) else { return Ok(()) };
    let Some(agreement) = gateway.store().agreement_of_amazon(&shop.login, &id).await? else { return Ok(()) };
    let Some(recurrence) = Recurrence::of(gateway, shop) else { return Ok(()) };
    match recurrence.look_at(agreement).await {
        true => Ok(()),
        false => Err(NotNow(format!("Amazon does not say how {id} stands"))),
    }
}

/// Of a payment that has taken nothing there is nothing to write. What may have taken something is
/// to be decided first: Amazon tells it again.
async fn charged_back(gateway: &Gateway, shops: &[Arc<Shop>], told: &Chargeback) -> Result<(), NotNow> {
    let (Ok(order), Ok(id)) = (OrderReferenceId::new(&*told.order_reference_id), ChargebackId::new(&*told.id)) else {
        return Ok(());
    };
    let mut is_expected = false;
    for shop in shops {
        let Some(settlement) = Settlement::of(gateway, shop) else { continue };
        for payment in gateway.store().payments_of_order(&shop.login, &order).await? {
            is_expected |= expects_money(&payment);
            let payment = match payment.stage {
                // What was held may have been taken by hand meanwhile; of settled money nothing is asked.
                Stage::Paid { funds: Funds::Held { .. }, .. } => {
                    let looked = settlement.look_at_money_elsewhere(payment).await;
                    *looked.map_err(|error| NotNow(error.to_string()))?
                }
                _ => payment,
            };
            let (shop, payment_id) = (payment.shop.to_string(), payment.id.to_string());
            let (id, amount) = (id.clone(), money_of(&told.amount));
            if !settlement.charged_back(payment, id.clone(), amount).await? {
                return Err(NotNow(format!("what became of the payment {payment_id} is not known yet")));
            }
            let (chargeback, reason) = (id.as_str(), told.reason.as_deref().unwrap_or_default());
            tracing::warn!(shop, payment = payment_id, chargeback, state = told.state, reason, "Chargeback");
        }
    }
    if is_expected { Ok(()) } else { raise_alarm(gateway, shops, &order).await }
}
