//! What happened at Amazon without us: an authorization that ended, captures and refunds by the
//! seller's hand, money on an order that we hold for unpaid.

use amazon::{AuthorizationDetails, CaptureDetails, Error, RefundDetails};
use payments::{AttemptId, End, MadeElsewhere, MovementId, OrderReferenceId, Payment};

use super::money::{instant, money_of};
use super::order::payment_named;
use super::{Mws, movement_id};
use crate::rail::Unexpected;

impl Mws {
    pub(in crate::rail) async fn end_of(&self, authorization: &str) -> Result<Option<End>, Error> {
        let details = self.connector.get_authorization_details(&self.account, authorization).await?;
        let captures = self.captures_of(&details).await?;
        Ok(self.end_among(&details, &captures))
    }

    pub(super) async fn captures_of(&self, details: &AuthorizationDetails) -> Result<Vec<CaptureDetails>, Error> {
        let mut captures = Vec::new();
        for id in &details.id_list {
            captures.push(self.connector.get_capture_details(&self.account, id).await?);
        }
        Ok(captures)
    }

    /// How an authorization has ended, when its captures are known; nothing while it has not, or
    /// while that is not certain.
    pub(super) fn end_among(&self, details: &AuthorizationDetails, captures: &[CaptureDetails]) -> Option<End> {
        if !details.is_over() {
            return None;
        }
        match captures.iter().find(|capture| capture.is_taken()) {
            Some(capture) => self.taken(capture).map(End::Taken),
            // Closed by a capture that is not listed yet, it has taken something.
            None if captures.is_empty() && details.is_approved() => None,
            None if captures.iter().all(CaptureDetails::is_declined) => Some(End::Empty),
            None => None,
        }
    }

    pub(in crate::rail) async fn capture_of(&self, authorization: &str) -> Result<Option<MovementId>, Error> {
        let details = self.connector.get_authorization_details(&self.account, authorization).await?;
        let captures = self.captures_of(&details).await?;
        Ok(captures.iter().find(|capture| capture.is_taken()).and_then(|taken| movement_id(&taken.amazon_capture_id)))
    }

    pub(in crate::rail) async fn refunds_elsewhere(&self, payment: &Payment) -> Result<Vec<MadeElsewhere>, Error> {
        let Some(capture) = payment.capture().and_then(|capture| capture.id.as_ref()) else { return Ok(Vec::new()) };
        let details = self.connector.get_capture_details(&self.account, capture.as_str()).await?;
        let known = |id: &str| payment.refunds().iter().any(|refund| refund.id().is_some_and(|own| own.as_str() == id));
        let mut made = Vec::new();
        for id in details.id_list.iter().filter(|id| !known(id)) {
            let refund = self.connector.get_refund_details(&self.account, id).await?;
            let is_ours = payment.refunds().iter().any(|own| own.reference.as_str() == refund.refund_reference_id);
            if !is_ours && !refund.is_declined() {
                made.extend(self.given_back(&refund));
            }
        }
        Ok(made)
    }

    pub(in crate::rail) async fn look_at_order(&self, order: &OrderReferenceId) -> Result<Option<Unexpected>, Error> {
        let details = match self.read(order).await {
            Ok(details) => details,
            Err(Error::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let named = details.seller_order_attributes.as_ref().and_then(|named| named.custom_information.as_deref());
        let Some(payment) = payment_named(named) else { return Ok(None) };
        let mut has_money = false;
        for id in &details.id_list {
            let authorization = self.connector.get_authorization_details(&self.account, id).await?;
            let captures = self.captures_of(&authorization).await?;
            has_money |= match captures.is_empty() {
                true => authorization.is_approved(),
                false => authorization.is_capturable() || !captures.iter().all(CaptureDetails::is_declined),
            };
        }
        Ok(Some(Unexpected { payment, has_money }))
    }

    fn taken(&self, capture: &CaptureDetails) -> Option<MadeElsewhere> {
        let id = movement_id(&capture.amazon_capture_id)?;
        let at = instant(capture.capture_status.last_update_timestamp.as_deref()).unwrap_or(self.now());
        let reference = reference_of(&capture.capture_reference_id, &id)?;
        Some(MadeElsewhere { id, reference, amount: money_of(&capture.capture_amount)?, at, is_done: true })
    }

    fn given_back(&self, refund: &RefundDetails) -> Option<MadeElsewhere> {
        let id = movement_id(&refund.amazon_refund_id)?;
        let at = instant(refund.creation_timestamp.as_deref()).unwrap_or(self.now());
        let reference = reference_of(&refund.refund_reference_id, &id)?;
        Some(MadeElsewhere {
            id,
            reference,
            amount: money_of(&refund.refund_amount)?,
            at,
            is_done: refund.is_returned(),
        })
    }
}

/// The name that it has at Amazon; Amazon's identifier when that is not a name of the usual form.
fn reference_of(name: &str, id: &MovementId) -> Option<AttemptId> {
    AttemptId::new(name).or_else(|_| AttemptId::new(id.as_str())).ok()
}
