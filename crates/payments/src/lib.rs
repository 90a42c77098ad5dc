//! What may happen to money: pure rules. Read this crate first.
//!
//! A [`Payment`] is one buyer's visit to the payment page and the money that may come of it. Every move
//! consumes the payment and gives a [`Change`] (the new value, the event that tells it, and the notice owed
//! to the shop, inseparable) or a [`Refusal`]. Nothing here does I/O, waits, or reads a clock: the store
//! commits changes, the gateway decides when to make them.

mod change;
mod ids;
mod money;
mod outcome;
mod payment;
mod report;

pub use change::{Change, Event, EventKind};
pub use ids::{
    AttemptId, AuthorizationId, BankTransactionId, Invalid, OrderReferenceId, PaymentId, ShopLogin, ShopTransactionId,
    UtcMs,
};
pub use money::{Currency, Money, MoneyError};
pub use outcome::{Outcome, Reason, Verdict};
pub use payment::{Answer, Attempt, Authorization, Language, MAX_ATTEMPTS, Order, Payment, Refusal, Stage};
pub use report::{Movement, MovementKind, Report, State};
