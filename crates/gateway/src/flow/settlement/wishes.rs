//! What a shop wishes of its money: recorded first, then asked of Amazon, then told.

use std::time::Duration;

use payments::{
    AttemptId, Change, Funds, Money, Movement, MovementKind, Payment, RefundStage, RefundWish, Refusal, SettlementId,
    Stage,
};

use super::{Moving, NotMoved, Settlement};
use crate::flow::merchant::Committed;
use crate::flow::outcome::OrUnknown;
use crate::in_flight::Asking;
use crate::rail::Sending;

/// How often a move is decided again when somebody else has moved the payment in between.
const TRIES: usize = 8;
/// How often a second caller looks what has become of the first one's wish.
const LOOK: Duration = Duration::from_millis(100);

/// Whether a decline is told to a caller, or tried again because no caller is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    Caller,
    Nobody,
}

enum Recorded {
    /// By this very call.
    Now(Box<Payment>),
    /// It stood so before: the call came a second time.
    Before(Box<Payment>),
}

impl Settlement {
    /// Settles. The same settlement named again is the same settlement.
    ///
    /// # Errors
    /// [`NoOutcome`](crate::flow::outcome::NoOutcome).
    pub(crate) async fn settle(
        &self,
        payment: Payment,
        amount: Money,
        name: Option<SettlementId>,
    ) -> Moving<Box<Payment>> {
        self.settle_for(payment, (amount, name), Audience::Caller).await
    }

    pub(super) async fn settle_by_itself(&self, payment: Payment, amount: Money) -> Moving<Box<Payment>> {
        self.settle_for(payment, (amount, None), Audience::Nobody).await
    }

    async fn settle_for(
        &self,
        payment: Payment,
        (amount, name): (Money, Option<SettlementId>),
        audience: Audience,
    ) -> Moving<Box<Payment>> {
        let (before, asking) = (payment.clone(), self.asking_about(&payment));
        let recorded = self
            .record(payment, |payment| {
                if let Some(made) = payment.capture()
                    && is_repeated(made.settlement.as_ref(), name.as_ref(), [made.amount, amount])?
                {
                    return Ok(None);
                }
                Ok(Some(payment.settle(amount, name.clone(), self.merchant.now())?))
            })
            .await;
        if matches!(&recorded, Err(crate::flow::outcome::NoOutcome::Nothing(NotMoved::Refused(Refusal::Expired)))) {
            // By our clock; whether by Amazon's too is what the shop reads from now on.
            if let Err(error) = self.look_at_money_elsewhere(before).await {
                tracing::warn!(%error, "What became of expired money is not known yet");
            }
        }
        let recorded = recorded?;
        let (Recorded::Before(payment) | Recorded::Now(payment)) = &recorded;
        let Some(wanted) = payment.capture().map(|capture| capture.reference.clone()) else {
            return Err(NotMoved::Declined.into());
        };
        let settled = match recorded {
            Recorded::Before(payment) => {
                drop(asking);
                self.follow(*payment, is_capture_asked).await?
            }
            Recorded::Now(payment) => {
                let settled = self.pursue_all(*payment, Sending::First, audience).await;
                asking.end(&settled).await;
                settled
            }
        };
        made_as_wanted(settled, &wanted)
    }

    /// Refunds. The same refund named again is the same refund.
    ///
    /// # Errors
    /// [`NoOutcome`](crate::flow::outcome::NoOutcome).
    pub(crate) async fn refund(&self, payment: Payment, wish: RefundWish) -> Moving<Box<Payment>> {
        let payment = *self.with_known_capture(payment).await;
        // What the seller has given back by hand is not given back again. While that is not known
        // nothing is sent: the janitor looks again.
        let (payment, is_known) = match self.record_refunds_elsewhere(payment.clone()).await {
            Ok(payment) => (*payment, true),
            Err(error) => {
                tracing::warn!(payment = payment.id.as_str(), %error, "Refunds made by hand could not be looked for");
                (payment, false)
            }
        };
        let asking = self.asking_about(&payment);
        let recorded = self.record(payment, |payment| {
            for made in payment.refunds().iter().filter(|refund| refund.counts()) {
                if is_repeated(made.settlement.as_ref(), wish.settlement.as_ref(), [made.amount, wish.amount])? {
                    return Ok(None);
                }
            }
            Ok(Some(payment.refund(wish.clone(), self.merchant.now())?))
        });
        let (reference, pursued) = match recorded.await? {
            Recorded::Before(payment) => {
                drop(asking);
                let named = payment.refunds().iter().find(|made| made.counts() && made.settlement == wish.settlement);
                let Some(reference) = named.map(|made| made.reference.clone()) else { return Ok(payment) };
                let followed = self.follow(*payment, |payment| is_refund_asked(payment, &reference)).await?;
                (reference, followed)
            }
            Recorded::Now(payment) => {
                let Some(last) = payment.refunds().last().map(|made| made.reference.clone()) else {
                    return Ok(payment);
                };
                let movement = payment.movements_in_flight().into_iter().find(|movement| movement.reference == last);
                let Some(movement) = movement.filter(|_| is_known) else {
                    asking.end(&payment).await;
                    return Ok(payment);
                };
                let refunded = self.pursue(*payment, &movement, Sending::First, Audience::Caller).await;
                asking.end(&refunded).await;
                (last, refunded)
            }
        };
        let is_declined = pursued.refunds().iter().any(|made| made.reference == reference && !made.counts());
        if is_declined { Err(NotMoved::Declined.into()) } else { Ok(pursued) }
    }

    /// Releases what is held. From the moment it is recorded nothing can be settled any more, so
    /// the shop is told that it is done even when Amazon has to be told later; not when Amazon says
    /// that the seller has taken the money.
    ///
    /// # Errors
    /// [`NoOutcome`](crate::flow::outcome::NoOutcome).
    pub(crate) async fn release(&self, payment: Payment) -> Moving<Box<Payment>> {
        let asking = self.asking_about(&payment);
        let (Recorded::Now(payment) | Recorded::Before(payment)) =
            self.record(payment, |payment| Ok(Some(payment.release(self.merchant.now())?))).await?;
        let released = self.pursue_all(*payment, Sending::First, Audience::Caller).await;
        asking.end(&released).await;
        match &released.stage {
            Stage::Paid { funds: Funds::Settled { .. }, .. } => Err(NotMoved::Refused(Refusal::NotHeld).into()),
            _ => Ok(released),
        }
    }

    fn asking_about(&self, payment: &Payment) -> Asking {
        Asking::about(&self.merchant.gateway, &payment.shop, &payment.id)
    }

    /// Records a move, decided again as long as others are quicker. `decide` says that all is done
    /// already with `Ok(None)`.
    async fn record(
        &self,
        payment: Payment,
        decide: impl Fn(Payment) -> Result<Option<Change>, NotMoved>,
    ) -> Moving<Recorded> {
        let mut payment = Box::new(payment);
        for _ in 0..TRIES {
            let Some(change) = decide((*payment).clone())? else { return Ok(Recorded::Before(payment)) };
            match self.merchant.commit(change).await.or_unknown()? {
                Committed::Done(recorded) => return Ok(Recorded::Now(recorded)),
                Committed::Stale | Committed::Taken | Committed::OrderTaken => {
                    payment = self.merchant.reread(*payment).await.or_unknown()?;
                }
            }
        }
        Err(NotMoved::Refused(Refusal::InFlight).into())
    }

    /// Waits for what the first of two same calls, or the janitor, makes of a wish that is asked
    /// and not answered, as long as the first may take: the second caller is told the same.
    async fn follow(&self, payment: Payment, is_asked: impl Fn(&Payment) -> bool) -> Moving<Box<Payment>> {
        let (mut payment, mut left) = (Box::new(payment), self.merchant.gateway.settings().longest_ask());
        while !left.is_zero() && is_asked(&payment) {
            tokio::time::sleep(LOOK.min(left)).await;
            left = left.saturating_sub(LOOK);
            payment = self.merchant.reread(*payment).await.or_unknown()?;
        }
        Ok(payment)
    }
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

/// What the shop is told of the settlement that it wanted: the money may have gone another way meanwhile.
fn made_as_wanted(settled: Box<Payment>, wanted: &AttemptId) -> Moving<Box<Payment>> {
    match &settled.stage {
        Stage::Paid { funds: Funds::Settling { .. }, .. } => Ok(settled),
        Stage::Paid { funds: Funds::Settled { capture, .. }, .. } => {
            if capture.reference == *wanted {
                Ok(settled)
            } else {
                Err(NotMoved::Refused(Refusal::NotHeld).into())
            }
        }
        Stage::Paid { funds: Funds::Released { .. }, .. } => Err(NotMoved::Ended.into()),
        _ => Err(NotMoved::Declined.into()),
    }
}

/// Whether a capture was asked for and nothing is known of it, not even that it will be made later.
fn is_capture_asked(payment: &Payment) -> bool {
    match &payment.stage {
        Stage::Paid { funds: Funds::Settling { capture }, .. } => capture.booked_at.is_none(),
        _ => false,
    }
}

fn is_refund_asked(payment: &Payment, reference: &AttemptId) -> bool {
    payment.refunds().iter().any(|refund| refund.reference == *reference && refund.stage == RefundStage::Asked)
}

/// Whether a movement is one of captures and releases, of which a payment has one at a time.
pub(super) fn is_single(movement: &Movement) -> bool {
    movement.kind != MovementKind::Refund
}
