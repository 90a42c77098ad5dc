//! Captures, refunds and releases: asked for under the name that they have, or looked for when
//! Amazon did not answer or refuses a repetition.
//!
//! One rule of age for all: what Amazon refuses, does not list, and what is older than a request
//! lives, never happened.

use amazon::types::CaptureReason;
use amazon::{AuthorizationDetails, CaptureDetails, Error, ErrorCode, RefundDetails};
use payments::{AuthorizationId, End, Instrument, Movement, MovementAnswer, MovementKind, Payment, Stage, UtcMs};

use super::money::{instant, money_of, price_of};
use super::{Mws, movement_id};
use crate::rail::{Moved, Sending};

impl Mws {
    pub(in crate::rail) async fn ask_to_move(&self, payment: &Payment, movement: &Movement, sending: Sending) -> Moved {
        let Stage::Paid { authorization, .. } = &payment.stage else { return Moved::Unknown };
        match movement.kind {
            MovementKind::Capture => self.ask_to_capture(&authorization.id, movement, sending).await,
            MovementKind::Refund => match payment.capture().and_then(|capture| capture.id.clone()) {
                Some(capture) if payment.is_overdrawn() && movement.id.is_none() => {
                    self.look_for_refund(capture.as_str(), movement, None).await
                }
                Some(capture) => self.ask_to_refund(capture.as_str(), movement, sending).await,
                None => Moved::Unknown,
            },
            MovementKind::Release => self.ask_to_release(&authorization.id, payment).await,
        }
    }

    async fn ask_to_capture(&self, of: &AuthorizationId, movement: &Movement, sending: Sending) -> Moved {
        if let Some(id) = &movement.id {
            return match self.connector.get_capture_details(&self.account, id.as_str()).await {
                Ok(details) => self.capture_seen(of, &details).await,
                Err(error) => unanswered(movement, &error),
            };
        }
        if movement.is_made_by_amazon {
            return self.look_for_capture(of, movement, None).await;
        }
        let request = amazon::Capture {
            authorization_id: of.to_string(),
            capture_reference_id: movement.reference.to_string(),
            amount: price_of(movement.amount),
            note: None,
            soft_descriptor: None,
        };
        let end = match sending {
            Sending::First => match self.connector.capture(&self.account, &request).await {
                Err(Error::Unknown(_)) => self.connector.capture_again(&self.account, &request).await,
                known => known,
            },
            Sending::Again => self.connector.capture_again(&self.account, &request).await,
        };
        match end {
            Ok(details) => self.capture_seen(of, &details).await,
            Err(error @ Error::Later(_)) => unanswered(movement, &error),
            Err(error @ Error::Refused(_)) if error.code() != Some(&ErrorCode::InvalidAuthorizationStatus) => {
                refused(movement, &error)
            }
            Err(error) => self.look_for_capture(of, movement, Some(error)).await,
        }
    }

    /// The capture among those of its authorization; an authorization that is over without it will
    /// not have it any more.
    async fn look_for_capture(&self, of: &AuthorizationId, movement: &Movement, error: Option<Error>) -> Moved {
        let (details, captures) = match self.standing_of(of).await {
            Ok(standing) => standing,
            Err(error) => return unanswered(movement, &error),
        };
        if let Some(found) = captures.iter().find(|one| one.capture_reference_id == movement.reference.as_str()) {
            return self.capture_seen(of, found).await;
        }
        match (self.end_among(&details, &captures), error) {
            (Some(end), _) => Moved::Over(end),
            (None, Some(error)) if error.last_was_refused() && self.is_old(movement) => refused(movement, &error),
            (None, Some(error)) => unanswered(movement, &error),
            (None, None) => Moved::Unknown,
        }
    }

    async fn capture_seen(&self, of: &AuthorizationId, details: &CaptureDetails) -> Moved {
        let Some(id) = movement_id(&details.amazon_capture_id) else { return Moved::Unknown };
        if details.is_taken() {
            let at = instant(details.capture_status.last_update_timestamp.as_deref()).unwrap_or(self.now());
            return Moved::Answer(MovementAnswer::Done { id, amount: money_of(&details.capture_amount), at });
        }
        if !details.is_declined() {
            return Moved::Answer(MovementAnswer::Later(Some(id)));
        }
        let is_fault = details.capture_status.reason_code == Some(CaptureReason::ProcessingFailure);
        match self.standing_of(of).await {
            Ok((authorization, _)) if authorization.is_capturable() && is_fault => Moved::MayBeCapturedAgain,
            Ok((authorization, captures)) if authorization.is_over() => {
                // The seller may have captured by hand meanwhile.
                self.end_among(&authorization, &captures).map_or(Moved::Unknown, Moved::Over)
            }
            Ok(_) => Moved::Answer(MovementAnswer::Declined(Some(id))),
            Err(error) => {
                tracing::warn!(capture = id.as_str(), %error, "Amazon does not say whether declined money is still held");
                Moved::Unknown
            }
        }
    }

    async fn standing_of(&self, id: &AuthorizationId) -> Result<(AuthorizationDetails, Vec<CaptureDetails>), Error> {
        let details = self.connector.get_authorization_details(&self.account, id.as_str()).await?;
        let captures = self.captures_of(&details).await?;
        Ok((details, captures))
    }

    async fn ask_to_refund(&self, capture: &str, movement: &Movement, sending: Sending) -> Moved {
        if let Some(id) = &movement.id {
            return match self.connector.get_refund_details(&self.account, id.as_str()).await {
                Ok(details) => refund_seen(&details, self.now()),
                Err(error) => unseen(movement, &error),
            };
        }
        let request = amazon::Refund {
            capture_id: capture.to_owned(),
            refund_reference_id: movement.reference.to_string(),
            amount: price_of(movement.amount),
            note: None,
            soft_descriptor: None,
        };
        let end = match sending {
            Sending::First => match self.connector.refund(&self.account, &request).await {
                Err(Error::Unknown(_)) => self.connector.refund_again(&self.account, &request).await,
                known => known,
            },
            Sending::Again => self.connector.refund_again(&self.account, &request).await,
        };
        match end {
            Ok(details) => refund_seen(&details, self.now()),
            Err(error @ Error::Refused(_)) => refused(movement, &error),
            Err(error) if error.last_was_refused() => self.look_for_refund(capture, movement, Some(&error)).await,
            Err(error) => unseen(movement, &error),
        }
    }

    /// The refund among those of its capture. Not asked for when the seller has given so much back
    /// by hand meanwhile that too little is left (then there is no error).
    async fn look_for_refund(&self, capture: &str, movement: &Movement, error: Option<&Error>) -> Moved {
        let details = match self.connector.get_capture_details(&self.account, capture).await {
            Ok(details) => details,
            Err(error) => return unseen(movement, &error),
        };
        for id in &details.id_list {
            match self.connector.get_refund_details(&self.account, id).await {
                Ok(found) if found.refund_reference_id == movement.reference.as_str() => {
                    return refund_seen(&found, self.now());
                }
                Ok(_) => {}
                Err(error) => return unseen(movement, &error),
            }
        }
        match error {
            Some(error) if self.is_old(movement) => refused(movement, error),
            Some(error) => unseen(movement, error),
            None if self.is_old(movement) => {
                tracing::warn!(reference = movement.reference.as_str(), "Too little is left to refund");
                Moved::Answer(MovementAnswer::Declined(None))
            }
            None => Moved::Unknown,
        }
    }

    /// The authorization is closed, and its order cancelled.
    async fn ask_to_release(&self, of: &AuthorizationId, payment: &Payment) -> Moved {
        let id = of.as_str();
        let end = match self.connector.close_authorization(&self.account, id, None).await {
            Ok(()) => Some(End::Empty),
            Err(error) if error.code() == Some(&ErrorCode::InvalidAuthorizationStatus) => match self.end_of(id).await {
                Ok(end) => end,
                Err(error) => {
                    tracing::warn!(authorization = id, %error, "Amazon does not say where an authorization stands");
                    None
                }
            },
            Err(error) => {
                tracing::warn!(authorization = id, %error, "Amazon has not released what was held");
                None
            }
        };
        if let (Some(End::Empty), Some(Instrument::OrderReference(order))) = (&end, payment.instrument())
            && let Err(error) = self.connector.cancel_order_reference(&self.account, order.as_str(), None).await
        {
            tracing::info!(order_reference = order.as_str(), %error, "A released order stays open at Amazon");
        }
        end.map_or(Moved::Unknown, Moved::Over)
    }

    /// Whether no request for it can be on its way any more.
    fn is_old(&self, movement: &Movement) -> bool {
        self.now().0.saturating_sub(movement.asked_at.0).saturating_abs() > amazon::REQUEST_LIFE_MS
    }
}

fn refund_seen(details: &RefundDetails, now: UtcMs) -> Moved {
    let Some(id) = movement_id(&details.amazon_refund_id) else { return Moved::Unknown };
    Moved::Answer(if details.is_declined() {
        MovementAnswer::Declined(Some(id))
    } else if details.is_returned() {
        let at = instant(details.refund_status.last_update_timestamp.as_deref()).unwrap_or(now);
        MovementAnswer::Done { id, amount: money_of(&details.refund_amount), at }
    } else {
        MovementAnswer::Later(Some(id))
    })
}

/// Amazon has no object for it and will not make one.
fn refused(movement: &Movement, error: &Error) -> Moved {
    let (kind, reference) = (movement.kind, movement.reference.as_str());
    tracing::warn!(?kind, reference, %error, "Amazon refused a movement");
    Moved::Answer(MovementAnswer::Declined(None))
}

/// A capture that cannot be known now is booked.
fn unanswered(movement: &Movement, error: &Error) -> Moved {
    unseen(movement, error);
    Moved::Answer(MovementAnswer::Later(None))
}

fn unseen(movement: &Movement, error: &Error) -> Moved {
    let (kind, reference) = (movement.kind, movement.reference.as_str());
    tracing::warn!(?kind, reference, %error, "Amazon's answer to a movement was not seen");
    Moved::Unknown
}
