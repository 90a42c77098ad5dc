//! Money after it was authorized: settle, refund, release. Decides the order of calls; what may
//! happen is decided by `payments`.
//!
//! Each is three beats: record the wish under a name of its own, ask Amazon, record the answer.
//! What Amazon cannot do now, or whose answer is lost, stays recorded and is asked again by the
//! janitor under the same name, for which Amazon does it once: to the shop it is accepted. So there
//! is one way to pursue what is in flight, whatever moves.

mod elsewhere;
mod pursue;
mod wishes;

use std::sync::Arc;

use payments::{AutomaticAct, Payment, Refusal};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::Merchant;
use crate::flow::outcome::{NoOutcome, Unknown};
use crate::rail::Rail;

/// One shop's settlements and refunds.
#[derive(Clone)]
pub(crate) struct Settlement {
    merchant: Merchant,
    rail: Rail,
}

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMoved {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The same `settlementID` was used for another amount.
    #[error("the settlement's name was used for another amount")]
    OtherAmount,
    /// Amazon has not done it, and will not.
    #[error("Amazon declined")]
    Declined,
    /// The money that was held is gone: Amazon has ended the authorization.
    #[error("the authorization has ended at Amazon")]
    Ended,
}

type Moving<T> = Result<T, NoOutcome<NotMoved>>;

impl Settlement {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Settlement> {
        let merchant = Merchant::of(gateway, shop);
        merchant.rail().map(|rail| Settlement { merchant, rail })
    }

    /// The same for background work.
    pub(crate) fn in_background(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Settlement> {
        let merchant = Merchant::of(gateway, shop);
        merchant.background_rail().map(|rail| Settlement { merchant, rail })
    }

    /// Does what was to happen by itself; what cannot be done is given up, and logged as an error.
    ///
    /// # Errors
    /// It is not known what became of it.
    pub(crate) async fn act_by_itself(&self, payment: Payment, act: AutomaticAct) -> Result<(), Unknown> {
        let amount = payment.order.amount;
        let (shop, id) = (payment.shop.to_string(), payment.id.to_string());
        let done = match act {
            AutomaticAct::Settle => self.settle_by_itself(payment.clone(), amount).await.map(drop),
            AutomaticAct::Delete => self.release(payment.clone()).await.map(drop),
        };
        let why = match done {
            Ok(()) => return Ok(()),
            Err(NoOutcome::Unknown(unknown)) => return Err(unknown),
            Err(NoOutcome::Nothing(why)) => why,
        };
        tracing::error!(shop, payment = id, ?act, %why, "An automatic operation could not be done");
        match payment.without_automatic(self.merchant.now()) {
            Ok(change) => Ok(self.merchant.commit(change).await.map(drop)?),
            Err(_) => Ok(()),
        }
    }
}
