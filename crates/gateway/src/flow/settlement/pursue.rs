//! Pursues what is in flight, whatever moves: asks Amazon, records what it says. What cannot be
//! known now stays recorded, and the janitor comes back to it.

use payments::{Change, Funds, Movement, Payment, RefundStage, Refusal, Stage};

use super::Settlement;
use super::wishes::Audience;
use crate::flow::merchant::Committed;
use crate::rail::{Moved, Sending, own_order};

impl Settlement {
    /// Everything of a payment that is in flight, for the janitor.
    pub(crate) async fn pursue_in_background(&self, payment: Payment) -> Box<Payment> {
        let mut payment = *self.with_known_capture(payment).await;
        if payment.refunds().iter().any(|refund| refund.stage == RefundStage::Asked) {
            match self.record_refunds_elsewhere(payment.clone()).await {
                Ok(known) => payment = *known,
                Err(error) => {
                    tracing::warn!(payment = payment.id.as_str(), %error, "Refunds made by hand could not be looked for");
                    return Box::new(payment);
                }
            }
        }
        self.pursue_all(payment, Sending::Again, Audience::Nobody).await
    }

    pub(super) async fn pursue_all(&self, payment: Payment, sending: Sending, audience: Audience) -> Box<Payment> {
        let movements = payment.movements_in_flight();
        let mut payment = Box::new(payment);
        for movement in movements {
            payment = self.pursue(*payment, &movement, sending, audience).await;
        }
        payment
    }

    pub(super) async fn pursue(
        &self,
        payment: Payment,
        movement: &Movement,
        sending: Sending,
        audience: Audience,
    ) -> Box<Payment> {
        let now = self.merchant.now();
        let pursued = match self.rail.ask_to_move(&payment, movement, sending).await {
            Moved::Unknown => return Box::new(payment),
            Moved::Over(end) => {
                self.record_answer(payment, movement, |payment| payment.authorization_ended(end.clone(), now)).await
            }
            Moved::MayBeCapturedAgain if audience == Audience::Nobody => {
                self.record_answer(payment, movement, |payment| payment.capture_again(&movement.reference, now)).await
            }
            Moved::MayBeCapturedAgain => {
                let declined = payments::MovementAnswer::Declined(movement.id.clone());
                self.record_answer(payment, movement, |payment| {
                    payment.movement_answered(&movement.reference, declined.clone(), now)
                })
                .await
            }
            Moved::Answer(answer) => {
                self.record_answer(payment, movement, |payment| {
                    payment.movement_answered(&movement.reference, answer.clone(), now)
                })
                .await
            }
        };
        self.close_order_later(&pursued, movement);
        pursued
    }

    /// Writes what Amazon said. When something else of the payment has moved meanwhile (another
    /// refund), it is written all the same. Not when nothing has but the version: then somebody
    /// else has leased the payment and asks by himself, and a refusal of our request says nothing
    /// about his.
    async fn record_answer(
        &self,
        payment: Payment,
        movement: &Movement,
        answered: impl Fn(Payment) -> Result<Change, Refusal>,
    ) -> Box<Payment> {
        let mut payment = Box::new(payment);
        loop {
            let Ok(change) = answered((*payment).clone()) else { return payment };
            match self.merchant.commit(change).await {
                Ok(Committed::Done(recorded)) => return recorded,
                Ok(Committed::Stale | Committed::Taken | Committed::OrderTaken) => {}
                Err(error) => {
                    let (shop, id) = (payment.shop.as_str(), payment.id.as_str());
                    let reference = movement.reference.as_str();
                    tracing::error!(shop, payment = id, reference, %error, "Amazon's answer was not recorded");
                    self.merchant.gateway.wake_janitor();
                    return payment;
                }
            }
            match self.merchant.reread((*payment).clone()).await {
                Ok(now) if has_moved(&payment, &now) && now.movements_in_flight().contains(movement) => payment = now,
                Ok(now) => return now,
                Err(_) => return payment,
            }
        }
    }

    /// Nothing more is taken of an order that is settled: it is closed, and kept as it is then. In
    /// a task of its own, not awaited: a failure costs nothing but tidiness.
    fn close_order_later(&self, payment: &Payment, movement: &Movement) {
        let is_settled = matches!(&payment.stage, Stage::Paid { funds: Funds::Settled { .. }, .. });
        let Some(order) = own_order(payment).filter(|_| is_settled && super::wishes::is_single(movement)) else {
            return;
        };
        let (settlement, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            settlement.rail.close_settled(&order).await;
            if let Ok(details) = settlement.rail.details(&order).await {
                settlement.merchant.keep_details(&payment, &details).await;
            }
        });
    }
}

fn has_moved(before: &Payment, now: &Payment) -> bool {
    Payment { version: before.version, ..now.clone() } != *before
}
