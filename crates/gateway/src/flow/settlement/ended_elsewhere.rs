//! An authorization that is over without us: Amazon has ended it, or the seller has taken the money in Amazon's own pages.

use amazon::types::timestamp_ms;
use amazon::{AuthorizationDetails, CaptureDetails, Error};
use payments::{AttemptId, Funds, Payment, Releaser, Stage, TakenElsewhere, UtcMs};

use super::Settlement;
use crate::flow::merchant::money_of;
use crate::rail::verdict::capture_id;

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing was taken.
    Empty,
    /// The money was taken.
    Taken(TakenElsewhere),
}

impl Settlement {
    /// Records what has become of held money without us.
    ///
    /// # Errors
    /// Amazon does not say how it stands.
    pub(crate) async fn look_at_held(&self, payment: Payment) -> Result<(), Error> {
        let Stage::Paid { authorization, funds: Funds::Held { .. }, .. } = &payment.stage else { return Ok(()) };
        if let Some(end) = self.ended(authorization.id.as_str()).await? {
            self.record_end(payment, end).await;
        }
        Ok(())
    }

    /// How an authorization has ended; nothing while it has not, or while that is not certain.
    ///
    /// # Errors
    /// Amazon does not say how it stands.
    pub(super) async fn ended(&self, authorization: &str) -> Result<Option<End>, Error> {
        let details = self.connector().get_authorization_details(&self.account, authorization).await?;
        let mut captures = Vec::new();
        for id in &details.id_list {
            captures.push(self.connector().get_capture_details(&self.account, id).await?);
        }
        Ok(self.end_of(&details, &captures))
    }

    /// The same, when its captures are known.
    pub(super) fn end_of(&self, details: &AuthorizationDetails, captures: &[CaptureDetails]) -> Option<End> {
        if !details.is_over() {
            return None;
        }
        match captures.iter().find(|capture| capture.is_taken()) {
            Some(capture) => taken(capture, self.now()).map(End::Taken),
            None if captures.iter().all(CaptureDetails::is_declined) && !details.is_approved() => Some(End::Empty),
            None => None,
        }
    }

    pub(super) async fn record_end(&self, payment: Payment, end: End) -> Box<Payment> {
        let now = self.now();
        if let End::Taken(taken) = &end {
            let (shop, capture) = (payment.shop.as_str(), taken.id.as_str());
            tracing::warn!(shop, payment = payment.id.as_str(), capture, "the seller has taken held money at Amazon");
        }
        self.record_answer(payment, |payment| match end {
            End::Empty => payment.released(Releaser::Amazon, now),
            End::Taken(taken) => payment.taken_elsewhere(taken, now),
        })
        .await
    }
}

fn taken(capture: &CaptureDetails, now: UtcMs) -> Option<TakenElsewhere> {
    let id = capture_id(&capture.amazon_capture_id)?;
    let reference = AttemptId::new(capture.capture_reference_id.as_str());
    let reference =
        reference.inspect_err(|error| tracing::error!(%error, "a capture's name of an unknown form")).ok()?;
    let at = capture.capture_status.last_update_timestamp.as_deref().and_then(timestamp_ms).map_or(now, UtcMs);
    Some(TakenElsewhere { id, reference, amount: money_of(&capture.capture_amount)?, at })
}
