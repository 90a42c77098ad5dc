//! How objects move from state to state, and what moves with them. Whether a move is allowed is
//! asked before; here it happens, and every change of state is written down.

use super::contract::Contract;
use super::object::{Authorization, Capture, Change, Due, Fate, OrderReference, Reason, Refund, Standing, State, Step};
use super::rules::{AUTHORIZATIONS_MOST, REFUNDS_MOST, allowance, authorization_ms, leaves_order_open};
use super::unit::Unit;

impl Unit<'_> {
    /// Moves an order reference or an agreement.
    pub fn stand<T: Contract>(&mut self, contract: &mut T, standing: Standing) {
        *contract.standing_mut() = standing;
        self.note_change(T::WORD, contract.id(), contract, contract.standing());
        self.put(contract.clone());
    }

    /// A confirmed one is open from now on; one that was open already stays so.
    pub fn open<T: Contract>(&mut self, contract: &mut T, at: i64) {
        contract.choice_mut().open(at);
        match contract.standing().state {
            State::Open => self.put(contract.clone()),
            _ => self.stand(contract, Standing::new(State::Open, at)),
        }
    }

    /// Cancels an order reference with whatever is open or pending on it.
    pub fn cancel_order(&mut self, order: &mut OrderReference, standing: Standing, at: i64) {
        self.stand(order, standing);
        for id in order.authorizations.clone() {
            if let Some(mut authorization) = self.find::<Authorization>(&id)
                && matches!(authorization.standing.state, State::Open | State::Pending)
            {
                let closed = Standing::because(State::Closed, Reason::OrderReferenceCanceled, at);
                self.stand_authorization(&mut authorization, closed);
            }
        }
    }

    /// Moves an authorization; one that is over takes no further step by itself.
    pub fn stand_authorization(&mut self, authorization: &mut Authorization, standing: Standing) {
        authorization.standing = standing;
        if !matches!(authorization.standing.state, State::Open | State::Pending) {
            authorization.due = None;
        }
        if let Some(order) = self.find::<OrderReference>(&authorization.order_id) {
            self.note_change("Authorization", &authorization.id, &order, &authorization.standing);
        }
        self.put(authorization.clone());
    }

    /// An authorization meets its fate: approved and perhaps captured, or declined with what that
    /// does to its order.
    pub fn decide(&mut self, authorization: &mut Authorization, at: i64) {
        let Some(mut order) = self.find::<OrderReference>(&authorization.order_id) else { return };
        match authorization.fate.clone() {
            Fate::Declined { reason, soft, reopens_after_ms } => {
                authorization.soft_decline = (reason == Reason::InvalidPaymentMethod).then_some(soft);
                self.stand_authorization(authorization, Standing::because(State::Declined, reason, at));
                let reopens_at = reopens_after_ms.map(|after| at + after);
                self.suffer_decline(&mut order, reason, reopens_at, at);
            }
            fate => {
                let step = match fate {
                    Fate::ClosedAfter(reason, after) => Due { at: at + after, step: Step::Close(reason) },
                    _ => {
                        let life = authorization_ms(order.is_sandbox);
                        Due { at: authorization.created_at + life, step: Step::Close(Reason::ExpiredUnused) }
                    }
                };
                authorization.due = Some(step);
                self.stand_authorization(authorization, Standing::new(State::Open, at));
                if authorization.capture_now {
                    let id = authorization.id.replace("-A", "-C");
                    let capture = capture_at_once(authorization, id, at);
                    self.capture(authorization, capture);
                }
            }
        }
    }

    /// The order reference suffers from the decline while it lives, the agreement behind it also
    /// when the order reference is closed.
    fn suffer_decline(&mut self, order: &mut OrderReference, reason: Reason, reopens_at: Option<i64>, at: i64) {
        if leaves_order_open(reason) {
            return;
        }
        let is_card = reason == Reason::InvalidPaymentMethod;
        if let Some(agreement) = order.agreement_id.as_deref().filter(|_| is_card) {
            self.suspend_agreement(agreement, reopens_at, at);
        }
        match (order.is_alive(), is_card) {
            (false, _) => {}
            (true, true) => {
                order.choice.lose_card(reopens_at);
                self.stand(order, Standing::because(State::Suspended, Reason::InvalidPaymentMethod, at));
            }
            (true, false) => self.stand(order, Standing::because(State::Closed, Reason::AmazonClosed, at)),
        }
    }

    /// Keeps a new capture and does what it does to its authorization and order. One that is
    /// declined leaves both as they are, unless it was asked for with the authorization: that is
    /// then over.
    pub fn capture(&mut self, authorization: &mut Authorization, capture: Capture) {
        let at = capture.created_at;
        let ends_authorization = authorization.capture_now || capture.standing.state != State::Declined;
        authorization.captures.push(capture.id.clone());
        self.put(authorization.clone());
        self.stand_capture(capture);
        if ends_authorization {
            self.stand_authorization(authorization, Standing::because(State::Closed, Reason::MaxCapturesProcessed, at));
            if let Some(order) = self.find::<OrderReference>(&authorization.order_id) {
                self.close_when_charged(order, at);
            }
        }
    }

    /// A pending capture is declined. Its authorization is open again, so that the seller may
    /// capture once more; one that was to be captured at once stays closed.
    pub fn decline_capture(&mut self, mut capture: Capture, reason: Reason, at: i64) {
        let authorization = self.find::<Authorization>(&capture.authorization_id);
        let order = self.find::<OrderReference>(&capture.order_id);
        capture.standing = Standing::because(State::Declined, reason, at);
        self.stand_capture(capture);
        if let (Some(mut authorization), Some(order)) = (authorization, order)
            && authorization.standing.is(State::Closed, Reason::MaxCapturesProcessed)
            && !authorization.capture_now
        {
            let expires = authorization.created_at + authorization_ms(order.is_sandbox);
            authorization.due = Some(Due { at: expires, step: Step::Close(Reason::ExpiredUnused) });
            self.stand_authorization(&mut authorization, Standing::new(State::Open, at));
        }
    }

    /// Moves a capture to where it says it stands.
    pub fn stand_capture(&mut self, capture: Capture) {
        if let Some(order) = self.find::<OrderReference>(&capture.order_id) {
            self.note_change("Capture", &capture.id, &order, &capture.standing);
        }
        self.put(capture);
    }

    /// Keeps a new refund, or moves one to where it says it stands, and closes a capture that
    /// nothing is left of.
    pub fn stand_refund(&mut self, refund: Refund) {
        if let Some(order) = self.find::<OrderReference>(&refund.order_id) {
            self.note_change("Refund", &refund.id, &order, &refund.standing);
        }
        let (capture_id, completed, at) =
            (refund.capture_id.clone(), refund.standing.state == State::Completed, refund.standing.changed_at);
        self.put(refund);
        if let (true, Some(at), Some(mut capture)) = (completed, at, self.find::<Capture>(&capture_id)) {
            let reason = if self.tables().refunded(&capture) >= allowance(&capture.amount) {
                Reason::MaxAmountRefunded
            } else if capture.refunds.len() >= REFUNDS_MOST {
                Reason::MaxRefundsProcessed
            } else {
                return;
            };
            if capture.standing.state == State::Completed {
                capture.standing = Standing::because(State::Closed, reason, at);
                self.stand_capture(capture);
            }
        }
    }

    fn close_when_charged(&mut self, mut order: OrderReference, at: i64) {
        let captures = self.tables().captures_of(&order).count();
        let charged: i64 = self.tables().captures_of(&order).map(|capture| capture.amount.minor).sum();
        let most = order.attributes.total.as_ref().map_or(i64::MAX, allowance);
        let reason = match (charged >= most, captures >= AUTHORIZATIONS_MOST) {
            (true, _) => Reason::MaxAmountCharged,
            (false, true) => Reason::MaxAuthorizationsCaptured,
            (false, false) => return,
        };
        if order.is_alive() {
            self.stand(&mut order, Standing::because(State::Closed, reason, at));
        }
    }

    fn note_change(&mut self, kind: &str, id: &str, of: &impl Contract, standing: &Standing) {
        let number = self.tables().changes.last_key_value().map_or(1, |(_, last)| last.number + 1);
        self.put(Change {
            number,
            kind: kind.to_owned(),
            id: id.to_owned(),
            seller_id: of.seller_id().to_owned(),
            is_sandbox: of.is_sandbox(),
            state: standing.state,
            reason: standing.reason,
            at: standing.changed_at.unwrap_or(of.created_at()),
        });
    }
}

/// `CaptureNow`: same reference id, same digits.
fn capture_at_once(authorization: &Authorization, id: String, at: i64) -> Capture {
    let (standing, due) = authorization.capture_outcome.unwrap_or_else(|| authorization.outcome_of_card()).begin(at);
    Capture {
        id,
        authorization_id: authorization.id.clone(),
        order_id: authorization.order_id.clone(),
        reference_id: authorization.reference_id.clone(),
        amount: authorization.amount.clone(),
        note: None,
        soft_descriptor: authorization.soft_descriptor.clone(),
        created_at: at,
        standing,
        due,
        by_hand: false,
        refunds: Vec::new(),
    }
}
