//! One shop as Amazon and the store know it: what every capability about its money works with.

use std::sync::Arc;

use amazon::{Account, Connector, Price};
use payments::{Change, Currency, Money, OrderReferenceId, Payment, UtcMs};
use store::{ApplyError, Shop};

use crate::Gateway;

/// A shop that has an account at Amazon in this gateway's environment.
#[derive(Clone)]
pub(crate) struct Merchant {
    pub(crate) gateway: Gateway,
    pub(crate) shop: Arc<Shop>,
    pub(crate) account: Account,
}

/// What came of writing a change.
pub(crate) enum Committed {
    Done(Box<Payment>),
    /// Somebody else has moved the payment since it was read.
    Stale,
    /// The shop's identifier belongs to another payment, or a payment of this id exists.
    Taken,
}

impl Merchant {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Merchant> {
        let account = shop.amazon.get(&gateway.settings().environment)?;
        let mws_token = (!account.mws_token.is_empty()).then(|| account.mws_token.clone().into());
        let account = Account {
            seller_id: account.seller_id.clone(),
            client_id: account.client_id.clone(),
            access_key: account.access_key.clone(),
            secret_key: account.secret_key.clone().into(),
            mws_token,
        };
        Some(Merchant { gateway: gateway.clone(), shop: Arc::clone(shop), account })
    }

    pub(crate) fn connector(&self) -> &Connector {
        self.gateway.connector()
    }

    pub(crate) fn now(&self) -> UtcMs {
        self.gateway.now()
    }

    /// Writes a change, and has the shop told when it is owed a notice.
    pub(crate) async fn commit(&self, change: Change) -> Result<Committed, store::Error> {
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

    /// Keeps the order's details as Amazon tells them now.
    pub(crate) async fn keep_details(&self, payment: &Payment, reference: &OrderReferenceId) {
        let read = self.connector().get_order_reference_details(&self.account, reference.as_str(), None).await;
        if let Ok(details) = read {
            let saved = self.gateway.store().save_order_details(&payment.shop, &payment.id, &details.document).await;
            if let Err(error) = saved {
                tracing::warn!(payment = payment.id.as_str(), %error, "newer order details were not kept");
            }
        }
    }

    /// The payment as it stands in the store.
    pub(crate) async fn reread(&self, payment: Payment) -> Result<Box<Payment>, store::Error> {
        let read = self.gateway.store().payment(&payment.shop, &payment.id).await?;
        Ok(Box::new(read.unwrap_or(payment)))
    }
}

/// An amount as Amazon writes it.
pub(crate) fn price_of(amount: Money) -> Price {
    let currency = wire::Currency::by_iso(amount.currency.as_str()).unwrap_or(wire::Currency::EUR);
    Price::new(wire::amount::format(amount.minor, currency), amount.currency.as_str())
}

/// The same the other way; nothing when it is no amount of a currency that is known.
pub(crate) fn money_of(price: &Price) -> Option<Money> {
    let currency = wire::Currency::by_iso(&price.currency_code)?;
    let minor = price.minor_units(currency.exponent())?;
    Some(Money::new(minor, Currency::new(currency.iso()).ok()?))
}
