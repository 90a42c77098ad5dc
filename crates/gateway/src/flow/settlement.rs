//! Money after it was authorized: settle, release, refund. Decides the order of calls; what may happen is decided by
//! `payments`.
//!
//! Each is three beats: record the wish under a name of its own, ask Amazon, record the answer. What Amazon cannot do now,
//! or whose answer is lost, stays recorded and is asked again by the janitor under the same name, for which Amazon does
//! it once: to the shop it is accepted.

mod capture;
mod ended_elsewhere;
mod refund;
mod release;

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use payments::{AutomaticAct, Change, Money, Payment, Refusal, SettlementId};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::{Committed, Merchant};

/// How often a move is decided anew when somebody else has moved the payment in between.
const TRIES: usize = 8;
/// How often a second caller looks what has become of the first one's wish.
const LOOK: Duration = Duration::from_millis(100);

/// One shop's settlements and refunds.
#[derive(Clone)]
pub(crate) struct Settlement(Merchant);

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMoved {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The same `settlementID` was used for another amount.
    #[error("the settlement's name was used for another amount")]
    OtherAmount,
    /// Amazon surely did not do it, and will not.
    #[error("Amazon declined")]
    Declined,
    /// The money that was held is gone: Amazon has ended the authorization.
    #[error("the authorization has ended at Amazon")]
    Ended,
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Deref for Settlement {
    type Target = Merchant;
    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Settlement {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Settlement> {
        Merchant::of(gateway, shop).map(Settlement)
    }

    /// Does what was to happen by itself; what cannot be done is given up, and said so in the log.
    ///
    /// # Errors
    /// The store does not answer.
    pub(crate) async fn act_by_itself(&self, payment: Payment, act: AutomaticAct) -> Result<(), store::Error> {
        let amount = payment.order.amount;
        let (shop, id) = (payment.shop.to_string(), payment.id.to_string());
        let done = match act {
            AutomaticAct::Settle => self.settle(payment.clone(), amount, None).await.map(drop),
            AutomaticAct::Delete => self.release(payment.clone()).await.map(drop),
        };
        match done {
            Ok(()) => Ok(()),
            Err(NotMoved::Store(error)) => Err(error),
            Err(why) => {
                tracing::error!(shop, payment = id, ?act, %why, "an automatic operation could not be done");
                match payment.without_automatic(self.now()) {
                    Ok(change) => self.commit(change).await.map(drop),
                    Err(_) => Ok(()),
                }
            }
        }
    }

    /// Records a move, decided anew as long as others are quicker. `decide` says that all is done already with `Ok(None)`.
    async fn record(
        &self,
        payment: Payment,
        decide: impl Fn(Payment) -> Result<Option<Change>, NotMoved>,
    ) -> Result<Recorded, NotMoved> {
        let mut payment = Box::new(payment);
        for _ in 0..TRIES {
            let Some(change) = decide((*payment).clone())? else { return Ok(Recorded::Before(payment)) };
            match self.commit(change).await? {
                Committed::Done(recorded) => return Ok(Recorded::Now(recorded)),
                Committed::Stale | Committed::Taken => payment = self.reread(*payment).await?,
            }
        }
        Err(NotMoved::Refused(Refusal::InFlight))
    }

    /// Waits for what the first of two same calls, or the janitor, makes of a wish that is asked and not answered, as long as the
    /// first may take: who asks for the same a second time is told the same.
    async fn follow(
        &self,
        payment: Payment,
        is_asked: impl Fn(&Payment) -> bool,
    ) -> Result<Box<Payment>, store::Error> {
        let (mut payment, mut left) = (Box::new(payment), self.longest_ask());
        while !left.is_zero() && is_asked(&payment) {
            tokio::time::sleep(LOOK.min(left)).await;
            left = left.saturating_sub(LOOK);
            payment = self.reread(*payment).await?;
        }
        Ok(payment)
    }

    /// Writes what Amazon answered; when somebody was quicker, tells how the payment stands.
    async fn record_answer(
        &self,
        payment: Payment,
        answered: impl FnOnce(Payment) -> Result<Change, Refusal>,
    ) -> Box<Payment> {
        let Ok(change) = answered(payment.clone()) else { return Box::new(payment) };
        match self.commit(change).await {
            Ok(Committed::Done(recorded)) => recorded,
            Ok(Committed::Stale | Committed::Taken) => self.reread(payment.clone()).await.unwrap_or(Box::new(payment)),
            Err(error) => {
                tracing::error!(payment = payment.id.as_str(), %error, "the answer of Amazon was not recorded");
                self.gateway.wake_janitor();
                Box::new(payment)
            }
        }
    }
}

enum Recorded {
    /// By this very call.
    Now(Box<Payment>),
    /// It stood so before: the call came a second time.
    Before(Box<Payment>),
}

/// Whether a movement that the shop has named so was made before; refused when it was for another amount.
fn is_repeated(
    made: Option<&SettlementId>,
    wanted: Option<&SettlementId>,
    amounts: [Money; 2],
) -> Result<bool, NotMoved> {
    match (made, wanted) {
        (Some(made), Some(wanted)) if made == wanted => match amounts[0] == amounts[1] {
            true => Ok(true),
            false => Err(NotMoved::OtherAmount),
        },
        _ => Ok(false),
    }
}
