//! Settling: one capture of an authorization, in whole or in part.

use amazon::types::timestamp_ms;
use amazon::{CaptureDetails, Error, ErrorCode};
use payments::{
    AttemptId, AuthorizationId, Capture, CaptureAnswer, Funds, Money, Payment, Refusal, SettlementId, Stage, UtcMs,
};

use super::ended_elsewhere::End;
use super::{NotMoved, Recorded, Settlement, is_repeated};
use crate::flow::merchant::price_of;
use crate::in_flight::Asking;
use crate::rail::asking::Sending;
use crate::rail::verdict::{capture_id, is_passing};

/// What a look at Amazon for one capture says.
enum Seen {
    Answer(CaptureAnswer),
    /// The authorization is over without the capture.
    Over(End),
    /// Nothing certain.
    Nothing,
}

impl Settlement {
    /// Settles. The same settlement named again is the same settlement.
    ///
    /// # Errors
    /// [`NotMoved`].
    pub(crate) async fn settle(
        &self,
        payment: Payment,
        amount: Money,
        settlement: Option<SettlementId>,
    ) -> Result<Box<Payment>, NotMoved> {
        let (before, asking) = (payment.clone(), Asking::about(&self.gateway, &payment.shop, &payment.id));
        let recorded = self
            .record(payment, |payment| {
                if let Some(made) = payment.capture()
                    && is_repeated(made.settlement.as_ref(), settlement.as_ref(), [made.amount, amount])?
                {
                    return Ok(None);
                }
                Ok(Some(payment.settle(amount, settlement.clone(), self.now())?))
            })
            .await;
        if matches!(recorded, Err(NotMoved::Refused(Refusal::Expired))) {
            // By our clock; whether by Amazon's too is what the shop reads from now on.
            if let Err(error) = self.look_at_held(before).await {
                tracing::warn!(%error, "Amazon does not say whether an authorization is over");
            }
        }
        let recorded = recorded?;
        let (Recorded::Before(payment) | Recorded::Now(payment)) = &recorded;
        let Some(wanted) = payment.capture().map(|capture| capture.reference.clone()) else {
            return Err(NotMoved::Declined);
        };
        let settled = match recorded {
            Recorded::Before(payment) => {
                drop(asking);
                self.follow(*payment, is_asked).await?
            }
            Recorded::Now(payment) => {
                let settled = self.pursue_capture(*payment, Sending::First).await;
                asking.end(&settled).await;
                settled
            }
        };
        made_as_wanted(settled, &wanted)
    }

    /// Asks Amazon for the capture that is recorded, and records the answer. Whatever cannot be known now is booked: the
    /// janitor comes back to it.
    pub(crate) async fn pursue_capture(&self, payment: Payment, sending: Sending) -> Box<Payment> {
        let Stage::Paid { authorization, funds: Funds::Settling { capture }, .. } = payment.stage.clone() else {
            return Box::new(payment);
        };
        match self.ask_for(&authorization.id, &capture, sending).await {
            Seen::Answer(answer) => {
                let now = self.now();
                let settled = self
                    .record_answer(payment, |payment| payment.settle_answered(&capture.reference, answer, now))
                    .await;
                self.close_order_later(&settled);
                settled
            }
            Seen::Over(end) => self.record_end(payment, end).await,
            Seen::Nothing => Box::new(payment),
        }
    }

    /// Nothing more is taken of an order that is settled: it is closed, and kept as it is then. In a task of its own: nobody
    /// waits for it, and a failure costs nothing but tidiness.
    fn close_order_later(&self, payment: &Payment) {
        let Stage::Paid { attempt, funds: Funds::Settled { .. }, .. } = &payment.stage else { return };
        let Some(order) = attempt.instrument.order_reference().cloned() else { return };
        let (settlement, payment) = (self.clone(), payment.clone());
        tokio::spawn(async move {
            let closed = settlement.connector().close_order_reference(&settlement.account, order.as_str(), None).await;
            if let Err(error) = closed {
                tracing::info!(order = order.as_str(), %error, "an order that is settled stays open at Amazon");
            }
            settlement.keep_details(&payment, &order).await;
        });
    }

    async fn ask_for(&self, authorization: &AuthorizationId, capture: &Capture, sending: Sending) -> Seen {
        let (connector, account) = (self.connector(), &self.account);
        if let Some(id) = &capture.id {
            return match connector.get_capture_details(account, id.as_str()).await {
                Ok(details) => seen(&details, self.now()),
                Err(error) => unanswered(&error),
            };
        }
        let request = amazon::Capture {
            authorization_id: authorization.to_string(),
            capture_reference_id: capture.reference.to_string(),
            amount: price_of(capture.amount),
            note: None,
            soft_descriptor: None,
        };
        let end = match sending {
            Sending::First => match connector.capture(account, &request).await {
                Err(Error::Unknown(_)) => connector.capture_again(account, &request).await,
                known => known,
            },
            Sending::Again => connector.capture_again(account, &request).await,
        };
        match end {
            Ok(details) => seen(&details, self.now()),
            Err(Error::NotDone(failure)) if is_passing(&failure) => Seen::Answer(CaptureAnswer::Later(None)),
            Err(Error::NotDone(failure)) if failure.code != Some(ErrorCode::InvalidAuthorizationStatus) => {
                tracing::warn!(%failure, "Amazon did not take a capture");
                Seen::Answer(CaptureAnswer::Declined)
            }
            Err(error) => self.look_for(authorization, capture, &error).await,
        }
    }

    /// The capture among those of its authorization; an authorization that is over without it will not have it any more.
    async fn look_for(&self, authorization: &AuthorizationId, capture: &Capture, error: &Error) -> Seen {
        let (connector, account) = (self.connector(), &self.account);
        let Ok(details) = connector.get_authorization_details(account, authorization.as_str()).await else {
            return unanswered(error);
        };
        let mut others = Vec::new();
        for id in &details.id_list {
            match connector.get_capture_details(account, id).await {
                Ok(found) if found.capture_reference_id == capture.reference.as_str() => {
                    return seen(&found, self.now());
                }
                Ok(other) => others.push(other),
                Err(error) => return unanswered(&error),
            }
        }
        self.end_of(&details, &others).map_or_else(|| unanswered(error), Seen::Over)
    }

    /// The payment with Amazon's identifier of its capture, looked for when it was not said; without it when Amazon does not
    /// say it now.
    pub(super) async fn with_known_capture(&self, payment: Payment) -> Box<Payment> {
        let Stage::Paid { authorization, funds: Funds::Settled { capture, .. }, .. } = &payment.stage else {
            return Box::new(payment);
        };
        if capture.id.is_some() {
            return Box::new(payment);
        }
        let id = authorization.id.as_str();
        let details = self.connector().get_authorization_details(&self.account, id).await;
        let details = details.inspect_err(|error| tracing::warn!(%error, "Amazon does not name a capture"));
        let found = details.ok().and_then(|details| details.id_list.first().and_then(|id| capture_id(id)));
        let Some(found) = found else { return Box::new(payment) };
        let now = self.now();
        self.record_answer(payment, |payment| payment.capture_known(found, now)).await
    }
}

/// What the shop is told of the settlement that it wanted: the money may have gone another way meanwhile.
fn made_as_wanted(settled: Box<Payment>, wanted: &AttemptId) -> Result<Box<Payment>, NotMoved> {
    match &settled.stage {
        Stage::Paid { funds: Funds::Settling { capture } | Funds::Settled { capture, .. }, .. } => {
            if capture.reference == *wanted { Ok(settled) } else { Err(Refusal::NotHeld.into()) }
        }
        Stage::Paid { funds: Funds::Released { .. }, .. } => Err(NotMoved::Ended),
        _ => Err(NotMoved::Declined),
    }
}

/// Whether a capture was asked for and nothing is known of it, not even that it will be made later.
fn is_asked(payment: &Payment) -> bool {
    match &payment.stage {
        Stage::Paid { funds: Funds::Settling { capture }, .. } => capture.booked_at.is_none(),
        _ => false,
    }
}

fn seen(details: &CaptureDetails, now: UtcMs) -> Seen {
    let Some(id) = capture_id(&details.amazon_capture_id) else { return Seen::Nothing };
    if details.is_declined() {
        return Seen::Answer(CaptureAnswer::Declined);
    }
    if details.is_taken() {
        let at = details.capture_status.last_update_timestamp.as_deref().and_then(timestamp_ms).map_or(now, UtcMs);
        return Seen::Answer(CaptureAnswer::Done { id, at });
    }
    Seen::Answer(CaptureAnswer::Later(Some(id)))
}

fn unanswered(error: &Error) -> Seen {
    tracing::warn!(%error, "Amazon's answer to a capture was not seen");
    Seen::Answer(CaptureAnswer::Later(None))
}
