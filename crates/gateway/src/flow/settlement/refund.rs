//! Giving settled money back, in parts.

use amazon::types::timestamp_ms;
use amazon::{Error, RefundDetails};
use payments::{Money, Payment, Refund, RefundAnswer, RefundId, RefundStage, SettlementId, UtcMs};

use super::{NotMoved, Recorded, Settlement, is_repeated};
use crate::flow::merchant::price_of;
use crate::in_flight::Asking;
use crate::rail::asking::Sending;
use crate::rail::verdict::is_passing;

/// Longer than any request of ours can be on its way.
const REQUEST_LIFE_MS: i64 = 60 * 60 * 1000;

impl Settlement {
    /// Refunds. The same refund named again is the same refund.
    ///
    /// # Errors
    /// [`NotMoved`].
    pub(crate) async fn refund(
        &self,
        payment: Payment,
        amount: Money,
        settlement: Option<SettlementId>,
    ) -> Result<Box<Payment>, NotMoved> {
        let asking = Asking::about(&self.gateway, &payment.shop, &payment.id);
        let recorded = self.record(payment, |payment| {
            for made in payment.refunds().iter().filter(|refund| refund.counts()) {
                if is_repeated(made.settlement.as_ref(), settlement.as_ref(), [made.amount, amount])? {
                    return Ok(None);
                }
            }
            Ok(Some(payment.refund(amount, settlement.clone(), self.now())?))
        });
        let (number, pursued) = match recorded.await? {
            Recorded::Before(payment) => {
                drop(asking);
                let of_name = |refund: &&Refund| refund.counts() && refund.settlement == settlement;
                let Some(number) = payment.refunds().iter().find(of_name).map(|refund| refund.number) else {
                    return Ok(payment);
                };
                (number, self.follow(*payment, |payment| is_asked(payment, number)).await?)
            }
            Recorded::Now(payment) => {
                let Some(number) = payment.refunds().last().map(|refund| refund.number) else { return Ok(payment) };
                let refunded = self.pursue_refund(*payment, number, Sending::First).await;
                asking.end(&refunded).await;
                (number, refunded)
            }
        };
        let declined = pursued.refunds().iter().any(|refund| refund.number == number && !refund.counts());
        if declined { Err(NotMoved::Declined) } else { Ok(pursued) }
    }

    /// Asks Amazon about a refund that is under way, and records the answer. Whatever cannot be known now stays asked: the
    /// janitor comes back to it.
    pub(crate) async fn pursue_refund(&self, payment: Payment, number: u8, sending: Sending) -> Box<Payment> {
        let mut payment = self.with_known_capture(payment).await;
        let refund = payment.refunds().iter().find(|refund| refund.number == number && refund.is_in_flight()).cloned();
        let capture = payment.capture().and_then(|capture| capture.id.clone());
        let (Some(refund), Some(capture)) = (refund, capture) else { return payment };
        let Some(answer) = self.ask_about(capture.as_str(), &refund, sending).await else { return payment };
        loop {
            let (version, answer, now) = (payment.version, answer.clone(), self.now());
            payment =
                self.record_answer(*payment, |payment| payment.refund_answered(&refund.reference, answer, now)).await;
            // Another refund may have moved the payment in between, while this one stands as it was asked about.
            if payment.version == version || !payment.refunds().contains(&refund) {
                return payment;
            }
        }
    }

    async fn ask_about(&self, capture: &str, refund: &Refund, sending: Sending) -> Option<RefundAnswer> {
        let (connector, account) = (self.connector(), &self.account);
        let unseen = |error: &Error| tracing::warn!(%error, "Amazon's answer to a refund was not seen");
        if let RefundStage::Accepted { id } = &refund.stage {
            let details = connector.get_refund_details(account, id.as_str()).await;
            return details.inspect_err(unseen).ok().and_then(|details| answer_of(&details, self.now()));
        }
        let request = amazon::Refund {
            capture_id: capture.to_owned(),
            refund_reference_id: refund.reference.to_string(),
            amount: price_of(refund.amount),
            note: None,
            soft_descriptor: None,
        };
        let end = match sending {
            Sending::First => match connector.refund(account, &request).await {
                Err(Error::Unknown(_)) => connector.refund_again(account, &request).await,
                known => known,
            },
            Sending::Again => connector.refund_again(account, &request).await,
        };
        match end {
            Ok(details) => answer_of(&details, self.now()),
            Err(Error::NotDone(failure)) if !is_passing(&failure) => {
                tracing::warn!(%failure, "Amazon did not take a refund");
                Some(RefundAnswer::Declined)
            }
            Err(error) => {
                unseen(&error);
                self.look_for_refund(capture, refund, &error).await
            }
        }
    }

    /// The refund among those of its capture. One that Amazon refuses, does not list, and that is older than any request
    /// lives was never made.
    async fn look_for_refund(&self, capture: &str, refund: &Refund, error: &Error) -> Option<RefundAnswer> {
        let is_refused = error.code().is_some_and(|code| !code.is_throttling())
            && error.failure().http_status.is_some_and(|status| (400..500).contains(&status));
        if !is_refused {
            return None;
        }
        let (connector, account) = (self.connector(), &self.account);
        let details = connector.get_capture_details(account, capture).await.ok()?;
        for id in &details.id_list {
            let found = connector.get_refund_details(account, id).await.ok()?;
            if found.refund_reference_id == refund.reference.as_str() {
                return answer_of(&found, self.now());
            }
        }
        let is_old = self.now().0.saturating_sub(refund.asked_at.0) > REQUEST_LIFE_MS;
        is_old.then_some(RefundAnswer::Declined)
    }
}

/// Whether a refund was asked for and nothing is known of it.
fn is_asked(payment: &Payment, number: u8) -> bool {
    payment.refunds().iter().any(|refund| refund.number == number && refund.stage == RefundStage::Asked)
}

fn answer_of(details: &RefundDetails, now: UtcMs) -> Option<RefundAnswer> {
    let id = RefundId::new(details.amazon_refund_id.as_str());
    let id = id.inspect_err(|error| tracing::error!(%error, "a refund of an unknown form")).ok()?;
    if details.is_declined() {
        return Some(RefundAnswer::Declined);
    }
    if details.is_returned() {
        let at = details.refund_status.last_update_timestamp.as_deref().and_then(timestamp_ms).map_or(now, UtcMs);
        return Some(RefundAnswer::Done { id, at });
    }
    Some(RefundAnswer::Accepted(id))
}
