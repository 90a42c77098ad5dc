//! What happens by itself as time passes: drafts go stale, pending things are decided, authorizations expire. Done at the latest when
//! somebody looks, each step with the time at which it was due, the earliest first.

use super::object::{Authorization, Capture, OrderReference, Reason, Refund, Standing, State, Step};
use super::rules::{DRAFT_MS, ORDER_MS};
use super::unit::Unit;

/// More steps than an order reference with all its authorizations, captures and refunds can take.
const STEPS_MOST: usize = 500;

enum Ripe {
    Order(Box<OrderReference>, Turn),
    Authorization(Authorization, Step),
    Capture(Capture, Step),
    Refund(Refund),
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
    /// The order reference as it stands now, every step that was due being done.
    pub fn ripe_order(&mut self, id: &str, now: i64) -> Option<OrderReference> {
        for _ in 0..STEPS_MOST {
            let Some((at, ripe)) = self.next_of(id).filter(|(at, _)| *at <= now) else { break };
            self.take(ripe, at);
        }
        self.find(id)
    }

    fn next_of(&self, id: &str) -> Option<(i64, Ripe)> {
        let tables = self.tables();
        let order = tables.orders.get(id)?;
        let mut next = turn_of(order).map(|(at, turn)| (at, Ripe::Order(Box::new(order.clone()), turn)));
        let mut offer = |at: i64, ripe: &dyn Fn() -> Ripe| {
            if next.as_ref().is_none_or(|(earliest, _)| at < *earliest) {
                next = Some((at, ripe()));
            }
        };
        for authorization in order.authorizations.iter().filter_map(|id| tables.authorizations.get(id)) {
            if let Some(due) = authorization.due {
                offer(due.at, &|| Ripe::Authorization(authorization.clone(), due.step));
            }
            for capture in authorization.captures.iter().filter_map(|id| tables.captures.get(id)) {
                if let Some(due) = capture.due {
                    offer(due.at, &|| Ripe::Capture(capture.clone(), due.step));
                }
                for refund in capture.refunds.iter().filter_map(|id| tables.refunds.get(id)) {
                    if let Some(due) = refund.due {
                        offer(due.at, &|| Ripe::Refund(refund.clone()));
                    }
                }
            }
        }
        next
    }

    fn take(&mut self, ripe: Ripe, at: i64) {
        match ripe {
            Ripe::Order(order, turn) => self.turn(*order, turn, at),
            Ripe::Authorization(mut authorization, step) => {
                authorization.due = None;
                match step {
                    Step::Decide => self.decide(&mut authorization, at),
                    Step::Close(reason) => {
                        self.stand_authorization(&mut authorization, Standing::because(State::Closed, reason, at));
                    }
                }
            }
            Ripe::Capture(mut capture, step) => {
                capture.due = None;
                capture.standing = match step {
                    Step::Decide => Standing::new(State::Completed, at),
                    Step::Close(reason) => Standing::because(State::Closed, reason, at),
                };
                self.stand_capture(capture);
            }
            Ripe::Refund(mut refund) => {
                refund.due = None;
                refund.standing = match refund.is_refused {
                    true => Standing::because(State::Declined, Reason::AmazonRejected, at),
                    false => Standing::new(State::Completed, at),
                };
                self.stand_refund(refund);
            }
        }
    }

    fn turn(&mut self, mut order: OrderReference, turn: Turn, at: i64) {
        match turn {
            Turn::Stale => self.stand_order(&mut order, Standing::because(State::Canceled, Reason::Stale, at)),
            Turn::Expire => self.stand_order(&mut order, Standing::because(State::Closed, Reason::Expired, at)),
            Turn::NeverAuthorized => {
                self.stand_order(&mut order, Standing::because(State::Closed, Reason::AmazonClosed, at));
            }
            Turn::Reopen => {
                order.reopens_at = None;
                order.card = order.card.or_else(|| order.failed_card.take());
                self.stand_order(&mut order, Standing::new(State::Open, at));
            }
        }
    }
}

/// The next thing an order reference does by itself, if nothing else happens.
fn turn_of(order: &OrderReference) -> Option<(i64, Turn)> {
    match order.standing.state {
        State::Draft => Some((order.created_at + DRAFT_MS, Turn::Stale)),
        State::Open | State::Suspended => {
            let expiry = (order.created_at + ORDER_MS, Turn::Expire);
            let reopens = order.reopens_at.filter(|_| order.standing.state == State::Suspended);
            let unused = order.authorize_before.filter(|_| order.authorizations.is_empty());
            let others = [reopens.map(|at| (at, Turn::Reopen)), unused.map(|at| (at, Turn::NeverAuthorized))];
            others.into_iter().flatten().chain([expiry]).min_by_key(|(at, _)| *at)
        }
        _ => None,
    }
}
