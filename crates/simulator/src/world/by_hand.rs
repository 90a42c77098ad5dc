//! What a seller does by hand in Seller Central: captures, refunds, cancels, closes. Amazon's
//! limits and notifications are those of the API's calls; the reference ids are of Amazon's own
//! making, so that no caller knows them.

use super::World;
use crate::Error;
use crate::faults::{capture_outcome, refund_outcome};
use crate::ledger::{Authorization, Capture, Money, Movement, OrderReference, Reason, Refund, Standing, State, Unit};
use crate::refusal::Refusal;
use crate::seller::{self, New};

/// What a seller does by hand. Amounts are decimals like `10.00` in the currency of what they are
/// taken from.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// Captures an open authorization; no amount: all of it.
    Capture { authorization_id: &'a str, amount: Option<&'a str> },
    /// Refunds a completed capture; no amount: what is left of it.
    Refund { capture_id: &'a str, amount: Option<&'a str> },
    /// Cancels an order reference, with whatever is open on it.
    Cancel { order_id: &'a str, reason: Option<&'a str> },
    /// Closes an order reference; what is authorized on it can still be captured.
    Close { order_id: &'a str, reason: Option<&'a str> },
}

/// The end of a rehearsal, which undoes it.
enum Rehearsed {
    Possible,
    Refused(Refusal),
}

impl World {
    /// Captures an open authorization, all of it or an amount. The answer is the id of the capture;
    /// each call makes another.
    ///
    /// # Errors
    /// Amazon's code when `Capture` would be refused with it; `InternalServerError` when the file
    /// cannot be written.
    pub fn capture_by_hand(&self, authorization_id: &str, amount: Option<&str>) -> Result<String, Refusal> {
        self.act(&Act::Capture { authorization_id, amount })
    }

    /// Refunds a completed capture, what is left of it or an amount. The answer is the id of the
    /// refund; each call makes another.
    ///
    /// # Errors
    /// Amazon's code when `Refund` would be refused with it; `InternalServerError` when the file
    /// cannot be written.
    pub fn refund_by_hand(&self, capture_id: &str, amount: Option<&str>) -> Result<String, Refusal> {
        self.act(&Act::Refund { capture_id, amount })
    }

    /// Cancels an order reference; done again it changes nothing. The answer is its id.
    ///
    /// # Errors
    /// Amazon's code when `CancelOrderReference` would be refused with it; `InternalServerError`
    /// when the file cannot be written.
    pub fn cancel_by_hand(&self, order_id: &str, reason: Option<&str>) -> Result<String, Refusal> {
        self.act(&Act::Cancel { order_id, reason })
    }

    /// Closes an order reference; done again it changes nothing. The answer is its id.
    ///
    /// # Errors
    /// Amazon's code when `CloseOrderReference` would be refused with it; `InternalServerError`
    /// when the file cannot be written.
    pub fn close_by_hand(&self, order_id: &str, reason: Option<&str>) -> Result<String, Refusal> {
        self.act(&Act::Close { order_id, reason })
    }

    /// Does it. The answer is the id of the capture, refund or order reference.
    ///
    /// # Errors
    /// Amazon's code when the same call would be refused with it; `InternalServerError` when the
    /// file cannot be written.
    pub fn act(&self, act: &Act<'_>) -> Result<String, Refusal> {
        self.work(|unit| self.act_in(unit, act))
    }

    /// Whether it would be done: does it in a unit that is undone.
    ///
    /// # Errors
    /// As [`World::act`].
    pub fn may_act(&self, act: &Act<'_>) -> Result<(), Refusal> {
        let rehearsal = self.work(|unit| match self.act_in(unit, act) {
            Ok(_) => Err::<(), _>(Rehearsed::Possible),
            Err(refusal) => Err(Rehearsed::Refused(refusal)),
        });
        match rehearsal {
            Ok(()) | Err(Rehearsed::Possible) => Ok(()),
            Err(Rehearsed::Refused(refusal)) => Err(refusal),
        }
    }

    fn act_in(&self, unit: &mut Unit<'_>, act: &Act<'_>) -> Result<String, Refusal> {
        let now = self.now();
        match *act {
            Act::Capture { authorization_id, amount } => self.capture_in(unit, authorization_id, amount),
            Act::Refund { capture_id, amount } => self.refund_in(unit, capture_id, amount),
            Act::Cancel { order_id, reason } => {
                end(unit, order_id, now, |unit, order| seller::cancel(unit, order, reason.map(str::to_owned), now))
            }
            Act::Close { order_id, reason } => end(unit, order_id, now, |unit, order| {
                let closed = Standing::because(State::Closed, Reason::SellerClosed, now);
                seller::close(unit, order, Standing { description: reason.map(str::to_owned), ..closed })
            }),
        }
    }

    fn capture_in(&self, unit: &mut Unit<'_>, id: &str, amount: Option<&str>) -> Result<String, Refusal> {
        let now = self.now();
        let (authorization, order) = movement::<Authorization>(unit, id, now)?;
        let reference_id = self.own_reference();
        let new = New {
            id: self.free_movement_id::<Capture>(unit, &order.id, 'C'),
            reference_id: &reference_id,
            amount: amount.map_or(Ok(authorization.amount.clone()), |text| money(text, &authorization.amount))?,
            note: None,
            soft_descriptor: None,
            begins: capture_outcome(self.capture_outcome(), &authorization).begin(now),
            by_hand: true,
            now,
        };
        seller::capture(unit, &order, authorization, new).map(|capture| capture.id)
    }

    fn refund_in(&self, unit: &mut Unit<'_>, id: &str, amount: Option<&str>) -> Result<String, Refusal> {
        let now = self.now();
        let (capture, order) = movement::<Capture>(unit, id, now)?;
        let left = capture.amount.with_minor(unit.tables().left_of(&capture));
        let reference_id = self.own_reference();
        let new = New {
            id: self.free_movement_id::<Refund>(unit, &order.id, 'R'),
            reference_id: &reference_id,
            amount: money(amount.unwrap_or(&left.text), &left)?,
            note: None,
            soft_descriptor: None,
            begins: refund_outcome(self.refund_outcome()).begin_pending(now),
            by_hand: true,
            now,
        };
        seller::refund(unit, &order, capture, new).map(|refund| refund.id)
    }

    /// A reference id as no caller makes them: 32 hexadecimal digits.
    fn own_reference(&self) -> String {
        self.uuid().replace('-', "")
    }
}

/// Ends an order reference and marks it when that changed it.
fn end(
    unit: &mut Unit<'_>,
    id: &str,
    now: i64,
    end: impl FnOnce(&mut Unit<'_>, OrderReference) -> Result<(), Refusal>,
) -> Result<String, Refusal> {
    let order = unit.ripe_order(id, now).ok_or_else(|| Refusal::no_order(id))?;
    let before = order.standing.clone();
    end(unit, order)?;
    if let Some(order) = unit.find::<OrderReference>(id).filter(|order| order.standing != before) {
        unit.put(OrderReference { ended_by_hand: true, ..order });
    }
    Ok(id.to_owned())
}

/// An authorization or a capture, with its order reference, as they stand now.
fn movement<T: Movement>(unit: &mut Unit<'_>, id: &str, now: i64) -> Result<(T, OrderReference), Refusal> {
    let unknown = || Refusal::no_transaction(id);
    let order_id = unit.find::<T>(id).ok_or_else(unknown)?.order_id().to_owned();
    let order = unit.ripe_order(&order_id, now).ok_or_else(unknown)?;
    Ok((unit.find::<T>(id).ok_or_else(unknown)?, order))
}

fn money(text: &str, like: &Money) -> Result<Money, Refusal> {
    let currency = &like.currency;
    let no_amount = |_| Refusal::invalid(format!("{text:?} is not an amount of {currency} above zero."));
    Money::read(text, currency).map_err(no_amount)
}

impl From<Error> for Rehearsed {
    fn from(error: Error) -> Rehearsed {
        Rehearsed::Refused(error.into())
    }
}
