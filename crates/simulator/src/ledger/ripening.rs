//! What happens by itself as time passes: drafts go stale, pending things are decided,
//! authorizations expire. Done at the latest when somebody looks, each step with the time at which
//! it was due, the earliest first.

use super::contract::Contract;
use super::object::{Authorization, BillingAgreement, Capture, OrderReference, Reason, Refund, Standing, State, Step};
use super::rules::{DRAFT_MS, ORDER_MS};
use super::unit::Unit;

/// More steps than an order reference with all its authorizations, captures and refunds can take.
const STEPS_MOST: usize = 500;

/// What is due next, and whose it is.
enum Next<'t> {
    StaleAgreement(&'t BillingAgreement),
    SuspendedAgreement(&'t BillingAgreement),
    Order(&'t OrderReference, Turn),
    Authorization(&'t Authorization, Step),
    Capture(&'t Capture, Step),
    Refund(&'t Refund, Step),
}

/// The same, taken out of the tables.
enum Ripe {
    StaleAgreement(Box<BillingAgreement>),
    SuspendedAgreement(Box<BillingAgreement>),
    Order(Box<OrderReference>, Turn),
    Authorization(Authorization, Step),
    Capture(Capture, Step),
    Refund(Refund, Step),
}

/// What an order reference does by itself.
#[derive(Clone, Copy)]
enum Turn {
    Stale,
    Reopen,
    NeverAuthorized,
    Expire,
}

impl Unit<'_> {
    /// The order reference as it stands now, every step that was due being done; with those of its
    /// agreement, if it has one, because each can move the other.
    pub fn ripe_order(&mut self, id: &str, now: i64) -> Option<OrderReference> {
        match self.tables().orders.get(id)?.agreement_id.clone() {
            Some(agreement) => drop(self.ripe_agreement(&agreement, now)),
            None => self.ripen(now, STEPS_MOST, |unit| unit.next_of(id)),
        }
        self.find(id)
    }

    /// The agreement as it stands now, every step of its own and of its order references that was
    /// due being done.
    pub fn ripe_agreement(&mut self, id: &str, now: i64) -> Option<BillingAgreement> {
        let orders = self.tables().agreements.get(id)?.orders.len();
        self.ripen(now, STEPS_MOST * (orders + 1), |unit| unit.next_of_agreement(id));
        self.find(id)
    }

    fn ripen(&mut self, now: i64, most: usize, next: impl for<'u> Fn(&'u Unit<'_>) -> Option<(i64, Next<'u>)>) {
        for _ in 0..most {
            let Some((at, next)) = next(self).filter(|(at, _)| *at <= now) else { break };
            let ripe = next.ripe();
            self.take(ripe, at);
        }
    }

    fn next_of_agreement(&self, id: &str) -> Option<(i64, Next<'_>)> {
        let agreement = self.tables().agreements.get(id)?;
        let own = [
            stale_at(agreement).map(|at| (at, Next::StaleAgreement(agreement))),
            reopens_at(agreement).map(|at| (at, Next::SuspendedAgreement(agreement))),
        ];
        own.into_iter()
            .flatten()
            .chain(agreement.orders.iter().filter_map(|id| self.next_of(id)))
            .min_by_key(|(at, _)| *at)
    }

    fn next_of(&self, id: &str) -> Option<(i64, Next<'_>)> {
        let tables = self.tables();
        let order = tables.orders.get(id)?;
        let mut next = turn_of(order).map(|(at, turn)| (at, Next::Order(order, turn)));
        let mut offer = |at: i64, other| {
            if next.as_ref().is_none_or(|(earliest, _)| at < *earliest) {
                next = Some((at, other));
            }
        };
        for authorization in order.authorizations.iter().filter_map(|id| tables.authorizations.get(id)) {
            if let Some(due) = authorization.due {
                offer(due.at, Next::Authorization(authorization, due.step));
            }
            for capture in authorization.captures.iter().filter_map(|id| tables.captures.get(id)) {
                if let Some(due) = capture.due {
                    offer(due.at, Next::Capture(capture, due.step));
                }
                for refund in capture.refunds.iter().filter_map(|id| tables.refunds.get(id)) {
                    if let Some(due) = refund.due {
                        offer(due.at, Next::Refund(refund, due.step));
                    }
                }
            }
        }
        next
    }

    fn take(&mut self, ripe: Ripe, at: i64) {
        match ripe {
            Ripe::StaleAgreement(mut agreement) => self.cancel_agreement(&mut agreement, Reason::Stale, at),
            Ripe::SuspendedAgreement(agreement) => self.reopen(*agreement, at),
            Ripe::Order(order, turn) => self.turn(*order, turn, at),
            Ripe::Authorization(mut authorization, step) => {
                authorization.due = None;
                match step {
                    Step::Decide => self.decide(&mut authorization, at),
                    step => self.stand_authorization(&mut authorization, standing_after(step, at)),
                }
            }
            Ripe::Capture(mut capture, step) => {
                capture.due = None;
                match step {
                    Step::Decline(reason) => self.decline_capture(capture, reason, at),
                    step => {
                        capture.standing = standing_after(step, at);
                        self.stand_capture(capture);
                    }
                }
            }
            Ripe::Refund(mut refund, step) => {
                refund.due = None;
                refund.standing = standing_after(step, at);
                self.stand_refund(refund);
            }
        }
    }

    fn turn(&mut self, mut order: OrderReference, turn: Turn, at: i64) {
        match turn {
            Turn::Stale => self.stand(&mut order, Standing::because(State::Canceled, Reason::Stale, at)),
            Turn::Expire => self.stand(&mut order, Standing::because(State::Closed, Reason::Expired, at)),
            Turn::NeverAuthorized => {
                self.stand(&mut order, Standing::because(State::Closed, Reason::AmazonClosed, at));
            }
            Turn::Reopen => self.reopen(order, at),
        }
    }

    /// A simulated change of the payment method: the card that was declined is good again.
    fn reopen<T: Contract>(&mut self, mut contract: T, at: i64) {
        let choice = contract.choice_mut();
        choice.card = choice.card.take().or(choice.failed_card.take());
        self.open(&mut contract, at);
    }
}

impl Next<'_> {
    fn ripe(self) -> Ripe {
        match self {
            Next::StaleAgreement(agreement) => Ripe::StaleAgreement(Box::new(agreement.clone())),
            Next::SuspendedAgreement(agreement) => Ripe::SuspendedAgreement(Box::new(agreement.clone())),
            Next::Order(order, turn) => Ripe::Order(Box::new(order.clone()), turn),
            Next::Authorization(authorization, step) => Ripe::Authorization(authorization.clone(), step),
            Next::Capture(capture, step) => Ripe::Capture(capture.clone(), step),
            Next::Refund(refund, step) => Ripe::Refund(refund.clone(), step),
        }
    }
}

/// Where a step leaves an object; decided, it is completed.
fn standing_after(step: Step, at: i64) -> Standing {
    match step {
        Step::Decide => Standing::new(State::Completed, at),
        Step::Decline(reason) => Standing::because(State::Declined, reason, at),
        Step::Close(reason) => Standing::because(State::Closed, reason, at),
    }
}

/// The next thing an order reference does by itself, if nothing else happens.
fn turn_of(order: &OrderReference) -> Option<(i64, Turn)> {
    let expiry = (order.created_at + ORDER_MS, Turn::Expire);
    let unused = order.authorize_before.filter(|_| order.is_alive() && order.authorizations.is_empty());
    let turns = [
        stale_at(order).map(|at| (at, Turn::Stale)),
        reopens_at(order).map(|at| (at, Turn::Reopen)),
        unused.map(|at| (at, Turn::NeverAuthorized)),
        order.is_alive().then_some(expiry),
    ];
    turns.into_iter().flatten().min_by_key(|(at, _)| *at)
}

fn stale_at(contract: &impl Contract) -> Option<i64> {
    contract.is_draft().then(|| contract.created_at() + DRAFT_MS)
}

fn reopens_at(contract: &impl Contract) -> Option<i64> {
    contract.choice().reopens_at.filter(|_| contract.is_suspended())
}
