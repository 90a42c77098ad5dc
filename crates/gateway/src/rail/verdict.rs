//! What an authorization at Amazon means for the attempt that asked for it.

use amazon::types::{AuthorizationReason, AuthorizationState, timestamp_ms};
use amazon::{AuthorizationDetails, Error, ErrorCode, Failure};
use payments::{
    Answer, Approval, Authorization, AuthorizationId, Automatic, AutomaticAct, CaptureId, Captured, Reason, UtcMs,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is to become of money that is authorized now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Whether Amazon was asked to capture at once.
    pub(crate) captures_now: bool,
    /// What the shop has set up for money that it does not settle itself, and after how many days.
    pub(crate) automatic: Option<(AutomaticAct, u8)>,
    pub(crate) now: UtcMs,
}

impl Plan {
    /// Should Amazon only authorize where it was asked to capture, the money is settled at the next opportunity.
    fn automatic(self, authorized_at: UtcMs) -> Option<Automatic> {
        if self.captures_now {
            return Some(Automatic { act: AutomaticAct::Settle, at: authorized_at });
        }
        let (act, days) = self.automatic?;
        Some(Automatic { act, at: authorized_at.plus_ms(i64::from(days) * DAY_MS) })
    }
}

/// What Amazon's authorization says; nothing while it is in a state that is not known here.
pub(crate) fn answer_of(details: &AuthorizationDetails, plan: Plan) -> Option<Answer> {
    let status = &details.authorization_status;
    let was_captured = !details.id_list.is_empty();
    match &status.state {
        _ if details.is_approved() => approved(details, plan),
        // Closed later by somebody, but only after its capture: the money was taken.
        AuthorizationState::Closed if was_captured => approved(details, plan),
        AuthorizationState::Closed => Some(Answer::Declined(Reason::OrderReferenceUnusable)),
        AuthorizationState::Declined => Some(match status.reason_code.as_ref() {
            Some(AuthorizationReason::InvalidPaymentMethod) => Answer::DeclinedTryAnother,
            Some(AuthorizationReason::ProcessingFailure) => Answer::Declined(Reason::ProcessingFailure),
            Some(AuthorizationReason::TransactionTimedOut) => Answer::Declined(Reason::TimedOut),
            _ => Answer::Declined(Reason::Rejected),
        }),
        AuthorizationState::Pending => id_of(details).map(Answer::Pending),
        AuthorizationState::Open | AuthorizationState::Other(_) => None,
    }
}

fn approved(details: &AuthorizationDetails, plan: Plan) -> Option<Answer> {
    let id = id_of(details)?;
    let authorized_at = details.creation_timestamp.as_deref().and_then(timestamp_ms).map_or(plan.now, UtcMs);
    let (captured, automatic) = match details.authorization_status.state {
        AuthorizationState::Closed => (Captured::Yes(details.id_list.first().and_then(|id| capture_id(id))), None),
        _ => (Captured::No, plan.automatic(authorized_at)),
    };
    Some(Answer::Approved(Approval { authorization: Authorization { id, authorized_at }, captured, automatic }))
}

/// What the end of the call says; nothing when it may have happened.
pub(super) fn answer_of_call(end: Result<AuthorizationDetails, Error>, plan: Plan) -> Option<Answer> {
    match end {
        Ok(details) => answer_of(&details, plan),
        Err(Error::Unknown(failure)) => {
            tracing::warn!(%failure, "Amazon's answer to an attempt was not seen");
            None
        }
        Err(Error::NotDone(failure)) => {
            tracing::warn!(%failure, "Amazon did not take an attempt");
            Some(turned_down(&failure))
        }
    }
}

/// What it means for the attempt that Amazon surely did not take it.
pub(crate) fn turned_down(failure: &Failure) -> Answer {
    match &failure.code {
        _ if is_passing(failure) => Answer::TurnedAway,
        Some(ErrorCode::InvalidOrderReferenceId | ErrorCode::InvalidOrderReferenceStatus) => {
            Answer::NeverHappened(Reason::OrderReferenceUnusable)
        }
        Some(ErrorCode::InvalidBillingAgreementId) => Answer::NeverHappened(Reason::AgreementOver),
        Some(ErrorCode::PeriodicAmountExceeded | ErrorCode::TransactionAmountExceeded) => {
            Answer::NeverHappened(Reason::LimitExceeded)
        }
        _ => Answer::NeverHappened(Reason::NotDone),
    }
}

/// Whether what Amazon did not take may be taken a moment later: it throttles, or was not reached.
pub(crate) fn is_passing(failure: &Failure) -> bool {
    match &failure.code {
        None => failure.http_status.is_none(),
        Some(code) => code.is_throttling(),
    }
}

/// A capture's identifier, when it has the form of one.
pub(crate) fn capture_id(text: &str) -> Option<CaptureId> {
    CaptureId::new(text).inspect_err(|error| tracing::error!(%error, "a capture of an unknown form")).ok()
}

fn id_of(details: &AuthorizationDetails) -> Option<AuthorizationId> {
    let id = AuthorizationId::new(details.amazon_authorization_id.as_str());
    id.inspect_err(|error| tracing::error!(%error, "an authorization of an unknown form")).ok()
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

    const PLAN: Plan = Plan { captures_now: true, automatic: None, now: UtcMs(0) };

    fn answer(state: AuthorizationState, reason: Option<AuthorizationReason>) -> Option<Answer> {
        answer_of(&details(state, reason), PLAN)
    }

    #[test]
    fn closed_by_its_capture_is_captured_and_open_is_authorized() {
        let mut captured = details(AuthorizationState::Closed, Some(AuthorizationReason::MaxCapturesProcessed));
        let approved = |details: &AuthorizationDetails, plan| match answer_of(details, plan) {
            Some(Answer::Approved(approval)) => approval,
            other => panic!("{other:?}"),
        };
        assert_eq!(approved(&captured, PLAN).captured, Captured::Yes(None), "its identifier comes later");
        captured.id_list.push("S02-0319513-4657042-C063411".into());
        let id = CaptureId::new("S02-0319513-4657042-C063411").ok();
        assert_eq!(approved(&captured, PLAN).captured, Captured::Yes(id));
        assert_eq!(approved(&captured, PLAN).automatic, None);
        let open = details(AuthorizationState::Open, None);
        let separated = Plan { captures_now: false, automatic: None, now: UtcMs(0) };
        let approval = approved(&open, separated);
        assert_eq!((approval.captured, approval.automatic), (Captured::No, None));
        assert_eq!(approval.authorization.authorized_at, UtcMs(1_510_644_242_186));
    }

    #[test]
    fn what_happens_by_itself_counts_from_the_authorization() {
        let open = details(AuthorizationState::Open, None);
        let automatic = |plan| match answer_of(&open, plan) {
            Some(Answer::Approved(approval)) => approval.automatic,
            other => panic!("{other:?}"),
        };
        let authorized_at = UtcMs(1_510_644_242_186);
        let in_days = Plan { captures_now: false, automatic: Some((AutomaticAct::Delete, 7)), now: UtcMs(0) };
        let at = authorized_at.plus_ms(7 * 24 * 60 * 60 * 1000);
        assert_eq!(automatic(in_days), Some(Automatic { act: AutomaticAct::Delete, at }));
        let at_once = Automatic { act: AutomaticAct::Settle, at: authorized_at };
        assert_eq!(automatic(PLAN), Some(at_once), "a capture was asked for and did not come");
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
        assert_eq!(answer_of(&voided, PLAN), Some(Answer::Declined(Reason::OrderReferenceUnusable)));
        voided.id_list.push("S02-0319513-4657042-C063411".into());
        assert!(matches!(answer_of(&voided, PLAN), Some(Answer::Approved(_))));
    }

    #[test]
    fn pending_is_told_and_what_is_unknown_decides_nothing() {
        let id = AuthorizationId::new("S02-0319513-4657042-A063411").expect("shaped as Amazon's");
        assert_eq!(answer(AuthorizationState::Pending, None), Some(Answer::Pending(id)));
        assert_eq!(answer(AuthorizationState::Other("New".into()), None), None);
        assert_eq!(answer_of_call(Err(Error::Unknown(Failure::default())), PLAN), None);
    }

    #[test]
    fn what_amazon_turned_away_may_be_tried_again_and_what_it_refused_may_not() {
        let of = |code, http_status| {
            let failure = Failure { code, http_status, ..Failure::default() };
            answer_of_call(Err(Error::NotDone(failure)), PLAN)
        };
        assert_eq!(of(None, None), Some(Answer::TurnedAway), "no connection");
        assert_eq!(of(Some(ErrorCode::RequestThrottled), Some(503)), Some(Answer::TurnedAway));
        let refused = Some(Answer::NeverHappened(Reason::NotDone));
        assert_eq!(of(Some(ErrorCode::InvalidParameterValue), Some(400)), refused);
        let over = Some(Answer::NeverHappened(Reason::OrderReferenceUnusable));
        assert_eq!(of(Some(ErrorCode::InvalidOrderReferenceStatus), Some(400)), over);
        let above = Some(Answer::NeverHappened(Reason::LimitExceeded));
        assert_eq!(of(Some(ErrorCode::PeriodicAmountExceeded), Some(400)), above);
    }
}
