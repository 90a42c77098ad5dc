//! What an authorization at Amazon means for the attempt that asked for it.

use amazon::types::{AuthorizationReason, AuthorizationState, CaptureReason};
use amazon::{AuthorizationDetails, CaptureDetails, ErrorCode};
use payments::{
    Answer, Approval, Authorization, AuthorizationId, Automatic, AutomaticAct, Captured, OrderReferenceId, Placed,
    Reason, UtcMs,
};

use super::money::instant;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is to become of money that is authorized now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Whether Amazon was asked to capture at once.
    pub(super) captures_now: bool,
    /// Whether an agreement is charged: then Amazon makes the order.
    pub(super) on_agreement: bool,
    /// What the shop has set up for money that it does not settle itself, and after how many days.
    pub(super) automatic: Option<(AutomaticAct, u8)>,
    pub(super) now: UtcMs,
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

/// Whether money was or is being taken of it.
pub(super) fn is_captured(details: &AuthorizationDetails) -> bool {
    // Closed later by somebody, but only after its capture: the money was taken.
    details.authorization_status.state == AuthorizationState::Closed
        && (details.is_approved() || !details.id_list.is_empty())
}

/// What Amazon's authorization says; nothing while it is in a state that is not known here.
/// `captured` is what was taken, when [`is_captured`] says that something was.
pub(super) fn answer_of(details: &AuthorizationDetails, captured: Captured, plan: Plan) -> Option<Answer> {
    let status = &details.authorization_status;
    match &status.state {
        AuthorizationState::Open => approved(details, captured, plan),
        AuthorizationState::Closed if is_captured(details) => approved(details, captured, plan),
        AuthorizationState::Closed => Some(Answer::Declined(Reason::OrderReferenceUnusable)),
        AuthorizationState::Declined => Some(match status.reason_code.as_ref() {
            Some(AuthorizationReason::InvalidPaymentMethod) => Answer::DeclinedTryAnother,
            Some(AuthorizationReason::ProcessingFailure) => Answer::Declined(Reason::ProcessingFailure),
            Some(AuthorizationReason::TransactionTimedOut) => Answer::Declined(Reason::TimedOut),
            _ => Answer::Declined(Reason::Rejected),
        }),
        AuthorizationState::Pending => placed(details, plan).map(Answer::Pending),
        AuthorizationState::Other(_) => None,
    }
}

/// Why nothing was taken, when Amazon declined the capture that came with an authorization.
pub(super) fn reason_of_capture(declined: &CaptureDetails) -> Reason {
    match declined.capture_status.reason_code {
        Some(CaptureReason::ProcessingFailure) => Reason::ProcessingFailure,
        _ => Reason::Rejected,
    }
}

/// Why an attempt that Amazon refused for good will never be made.
pub(super) fn reason_of_refusal(code: Option<&ErrorCode>) -> Reason {
    match code {
        Some(ErrorCode::InvalidOrderReferenceId | ErrorCode::InvalidOrderReferenceStatus) => {
            Reason::OrderReferenceUnusable
        }
        // The agreement was made with another account than the one that the shop has now: it is not over.
        Some(ErrorCode::InvalidBillingAgreementId) => Reason::AccountRefused,
        Some(ErrorCode::PeriodicAmountExceeded | ErrorCode::TransactionAmountExceeded) => Reason::LimitExceeded,
        Some(ErrorCode::CurrencyMismatch | ErrorCode::CurrencyUnsupported) => Reason::CurrencyDiffers,
        _ => Reason::NotDone,
    }
}

fn approved(details: &AuthorizationDetails, captured: Captured, plan: Plan) -> Option<Answer> {
    let Placed { authorization: id, made_order } = placed(details, plan)?;
    let authorized_at = instant(details.creation_timestamp.as_deref()).unwrap_or(plan.now);
    let automatic = if captured == Captured::No { plan.automatic(authorized_at) } else { None };
    let authorization = Authorization { id, made_order, authorized_at };
    Some(Answer::Approved(Approval { authorization, captured, automatic }))
}

/// The authorization, and the order that it hangs on when Amazon made it: its name begins with the order's.
fn placed(details: &AuthorizationDetails, plan: Plan) -> Option<Placed> {
    let id = details.amazon_authorization_id.as_str();
    let authorization = AuthorizationId::new(id);
    let authorization =
        authorization.inspect_err(|error| tracing::error!(%error, "An authorization has an unknown form")).ok()?;
    let order = id.rsplit_once("-A").and_then(|(order, _)| OrderReferenceId::new(order).ok());
    Some(Placed { authorization, made_order: order.filter(|_| plan.on_agreement) })
}

#[cfg(test)]
mod tests {
    use amazon::Price;
    use amazon::types::{AuthorizationStatus, Status};
    use payments::{Currency, Money, MovementId};

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

    const PLAN: Plan = Plan { captures_now: true, on_agreement: false, automatic: None, now: UtcMs(0) };

    fn answer(state: AuthorizationState, reason: Option<AuthorizationReason>) -> Option<Answer> {
        answer_of(&details(state, reason), Captured::No, PLAN)
    }

    fn approval(details: &AuthorizationDetails, captured: Captured, plan: Plan) -> Approval {
        match answer_of(details, captured, plan) {
            Some(Answer::Approved(approval)) => approval,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn closed_by_its_capture_is_captured_and_open_is_authorized() {
        let closed = details(AuthorizationState::Closed, Some(AuthorizationReason::MaxCapturesProcessed));
        assert!(is_captured(&closed), "its capture is named later");
        let id = MovementId::new("S02-0319513-4657042-C063411").ok();
        let taken = Captured::Yes { id, amount: Money::new(2000, Currency::EUR) };
        let captured = approval(&closed, taken.clone(), PLAN);
        assert_eq!(
            (captured.captured, captured.automatic),
            (taken, None),
            "the capture came with the authorization, and nothing is to happen by itself"
        );
        let open = details(AuthorizationState::Open, None);
        let separated = Plan { captures_now: false, ..PLAN };
        assert!(!is_captured(&open));
        let held = approval(&open, Captured::No, separated);
        assert_eq!(
            (held.captured, held.automatic),
            (Captured::No, None),
            "nothing is captured, and nothing is to happen by itself"
        );
        assert_eq!(held.authorization.authorized_at, UtcMs(1_510_644_242_186));
    }

    #[test]
    fn a_charge_on_an_agreement_tells_the_order_that_amazon_made() {
        let open = details(AuthorizationState::Open, None);
        let made = |plan| approval(&open, Captured::No, plan).authorization.made_order;
        assert_eq!(made(PLAN), None);
        assert_eq!(made(Plan { on_agreement: true, ..PLAN }), OrderReferenceId::new("S02-0319513-4657042").ok());
    }

    #[test]
    fn what_happens_by_itself_counts_from_the_authorization() {
        let open = details(AuthorizationState::Open, None);
        let automatic = |plan| approval(&open, Captured::No, plan).automatic;
        let authorized_at = UtcMs(1_510_644_242_186);
        let in_days = Plan { captures_now: false, automatic: Some((AutomaticAct::Delete, 7)), ..PLAN };
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
        let refused = Some(Answer::Declined(Reason::OrderReferenceUnusable));
        assert_eq!(answer_of(&voided, Captured::No, PLAN), refused);
        voided.id_list.push("S02-0319513-4657042-C063411".into());
        assert!(is_captured(&voided));
        assert!(matches!(answer_of(&voided, Captured::Pending(None), PLAN), Some(Answer::Approved(_))));
    }

    #[test]
    fn pending_is_told_and_an_unknown_state_decides_nothing() {
        let authorization = AuthorizationId::new("S02-0319513-4657042-A063411").expect("shaped as Amazon's");
        let placed = Placed { authorization, made_order: None };
        assert_eq!(answer(AuthorizationState::Pending, None), Some(Answer::Pending(placed)));
        assert_eq!(answer(AuthorizationState::Other("New".into()), None), None);
    }

    #[test]
    fn a_refusal_says_whether_the_agreement_or_the_account_is_to_blame() {
        let of = |code| reason_of_refusal(Some(&code));
        assert_eq!(of(ErrorCode::InvalidParameterValue), Reason::NotDone);
        assert_eq!(of(ErrorCode::InvalidOrderReferenceStatus), Reason::OrderReferenceUnusable);
        assert_eq!(of(ErrorCode::PeriodicAmountExceeded), Reason::LimitExceeded);
        assert_eq!(of(ErrorCode::InvalidBillingAgreementId), Reason::AccountRefused, "the subscription goes on");
        assert_eq!(of(ErrorCode::CurrencyMismatch), Reason::CurrencyDiffers);
    }
}
