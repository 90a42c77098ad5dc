//! What an authorization at Amazon means for the attempt that asked for it.

use amazon::types::{AuthorizationReason, AuthorizationState, timestamp_ms};
use amazon::{AuthorizationDetails, Error, ErrorCode};
use payments::{Answer, Authorization, AuthorizationId, Reason, UtcMs};

/// What Amazon's authorization says; nothing while it is pending or in a state that is not known here.
pub(crate) fn answer_of(details: &AuthorizationDetails, now: UtcMs) -> Option<Answer> {
    let status = &details.authorization_status;
    let reason = status.reason_code.as_ref();
    let was_captured = !details.id_list.is_empty();
    match &status.state {
        _ if details.is_approved() => approved(details, now),
        // Closed later by somebody, but only after its capture: the money was taken.
        AuthorizationState::Closed if was_captured => approved(details, now),
        AuthorizationState::Closed => Some(Answer::Declined(Reason::OrderReferenceUnusable)),
        AuthorizationState::Declined => Some(match reason {
            Some(AuthorizationReason::InvalidPaymentMethod) => Answer::DeclinedTryAnother,
            Some(AuthorizationReason::ProcessingFailure) => Answer::Declined(Reason::ProcessingFailure),
            Some(AuthorizationReason::TransactionTimedOut) => Answer::Declined(Reason::TimedOut),
            _ => Answer::Declined(Reason::Rejected),
        }),
        AuthorizationState::Open | AuthorizationState::Pending | AuthorizationState::Other(_) => None,
    }
}

fn approved(details: &AuthorizationDetails, now: UtcMs) -> Option<Answer> {
    let id = match AuthorizationId::new(details.amazon_authorization_id.as_str()) {
        Ok(id) => id,
        Err(error) => {
            tracing::error!(%error, "Amazon approved under an id of an unknown form");
            return None;
        }
    };
    let captured = details.authorization_status.state == AuthorizationState::Closed;
    let authorized_at = details.creation_timestamp.as_deref().and_then(timestamp_ms).map_or(now, UtcMs);
    Some(Answer::Approved(Authorization { id, captured, authorized_at }))
}

/// What the end of an Authorize call says; nothing when it may have happened.
pub(super) fn answer_of_call(end: Result<AuthorizationDetails, Error>, now: UtcMs) -> Option<Answer> {
    match end {
        Ok(details) => answer_of(&details, now),
        Err(Error::Unknown(failure)) => {
            tracing::warn!(%failure, "Amazon's answer to an attempt was not seen");
            None
        }
        Err(Error::NotDone(failure)) => {
            tracing::warn!(%failure, "Amazon did not take an attempt");
            Some(match failure.code {
                None if failure.http_status.is_none() => Answer::TurnedAway,
                Some(code) if code.is_throttling() => Answer::TurnedAway,
                Some(ErrorCode::InvalidOrderReferenceId | ErrorCode::InvalidOrderReferenceStatus) => {
                    Answer::NeverHappened(Reason::OrderReferenceUnusable)
                }
                _ => Answer::NeverHappened(Reason::NotDone),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use amazon::types::{AuthorizationStatus, Status};
    use amazon::{Failure, Price};

    use super::*;

    fn details(state: AuthorizationState, reason: Option<AuthorizationReason>) -> AuthorizationDetails {
        let status: AuthorizationStatus = Status { reason_code: reason, ..Status::new(state) };
        AuthorizationDetails {
            authorization_billing_address: None,
            authorization_amount: Price::new("24.21", "EUR"),
            captured_amount: None,
            soft_descriptor: None,
            expiration_timestamp: None,
            id_list: Vec::new(),
            soft_decline: None,
            authorization_status: status,
            authorization_fee: None,
            capture_now: true,
            seller_authorization_note: None,
            creation_timestamp: Some("2017-11-14T07:24:02.186Z".into()),
            amazon_authorization_id: "S02-0319513-4657042-A063411".into(),
            authorization_reference_id: "ORD-1".into(),
            order_item_categories: Vec::new(),
            address_verification_code: None,
        }
    }

    fn answer(state: AuthorizationState, reason: Option<AuthorizationReason>) -> Option<Answer> {
        answer_of(&details(state, reason), UtcMs(0))
    }

    #[test]
    fn closed_by_its_capture_is_paid_and_open_is_authorized() {
        for (state, reason, is_captured) in [
            (AuthorizationState::Open, None, false),
            (AuthorizationState::Closed, Some(AuthorizationReason::MaxCapturesProcessed), true),
        ] {
            match answer(state, reason) {
                Some(Answer::Approved(authorization)) => {
                    assert_eq!(authorization.captured, is_captured);
                    assert_eq!(authorization.authorized_at, UtcMs(1_510_644_242_186));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn only_a_refused_card_may_be_replaced() {
        let declined = |reason| answer(AuthorizationState::Declined, Some(reason));
        assert_eq!(declined(AuthorizationReason::InvalidPaymentMethod), Some(Answer::DeclinedTryAnother));
        assert_eq!(declined(AuthorizationReason::AmazonRejected), Some(Answer::Declined(Reason::Rejected)));
        assert_eq!(declined(AuthorizationReason::TransactionTimedOut), Some(Answer::Declined(Reason::TimedOut)));
        let failed = Answer::Declined(Reason::ProcessingFailure);
        assert_eq!(declined(AuthorizationReason::ProcessingFailure), Some(failed));
    }

    #[test]
    fn an_authorization_that_was_voided_is_not_paid_unless_it_was_captured() {
        let mut voided = details(AuthorizationState::Closed, Some(AuthorizationReason::OrderReferenceCanceled));
        assert_eq!(answer_of(&voided, UtcMs(0)), Some(Answer::Declined(Reason::OrderReferenceUnusable)));
        voided.id_list.push("S02-0319513-4657042-C063411".into());
        assert!(matches!(answer_of(&voided, UtcMs(0)), Some(Answer::Approved(_))));
    }

    #[test]
    fn pending_and_unknown_decide_nothing() {
        assert_eq!(answer(AuthorizationState::Pending, None), None);
        assert_eq!(answer(AuthorizationState::Other("New".into()), None), None);
        assert_eq!(answer_of_call(Err(Error::Unknown(Failure::default())), UtcMs(0)), None);
    }

    #[test]
    fn what_amazon_turned_away_may_be_tried_again_and_what_it_refused_may_not() {
        let of = |code, http_status| {
            let failure = Failure { code, http_status, ..Failure::default() };
            answer_of_call(Err(Error::NotDone(failure)), UtcMs(0))
        };
        assert_eq!(of(None, None), Some(Answer::TurnedAway), "no connection");
        assert_eq!(of(Some(ErrorCode::RequestThrottled), Some(503)), Some(Answer::TurnedAway));
        let refused = Some(Answer::NeverHappened(Reason::NotDone));
        assert_eq!(of(Some(ErrorCode::InvalidParameterValue), Some(400)), refused);
        let over = Some(Answer::NeverHappened(Reason::OrderReferenceUnusable));
        assert_eq!(of(Some(ErrorCode::InvalidOrderReferenceStatus), Some(400)), over);
    }
}
