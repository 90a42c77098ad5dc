//! What may happen to money: pure rules. Read this crate first.
//!
//! A [`Payment`] is one buyer's visit to the payment page and the money that may come of it. Every move
//! consumes the payment and gives a [`Change`] (the new value, the event that tells it, and the notice owed
//! to the shop, inseparable) or a [`Refusal`]. Nothing here does I/O, waits, or reads a clock: the store
//! commits changes, the gateway decides when to make them.
//!
//! ```
//! use payments::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let order = Order {
//!     shop_transaction_id: ShopTransactionId::new("ORDER-1")?,
//!     amount: Money::new(24_21, Currency::EUR),
//!     language: Language::Italian,
//!     buyer_name: String::new(),
//!     buyer_email: String::new(),
//!     custom_info: String::new(),
//! };
//! let opened = Payment::open(ShopLogin::new("GESPAY00001")?, PaymentId::new("visit1")?, order, UtcMs(0));
//!
//! // The buyer presses pay, and the attempt is recorded before Amazon is asked.
//! let reference = OrderReferenceId::new("S02-0319513-4657042")?;
//! let confirmed = opened.into_payment().confirm(reference.clone(), UtcMs(1))?;
//! let asked = confirmed.into_payment().authorize(&reference, true, BankTransactionId(7), UtcMs(2))?;
//! assert!(asked.claims_transaction());
//! let attempt = asked.payment().attempt_under_way().expect("just recorded").id.clone();
//! assert_eq!(attempt.as_str(), "ORDER-1");
//!
//! // As long as Amazon's answer is not known, nobody can give the payment up.
//! assert_eq!(asked.payment().clone().abandon(UtcMs(3)).unwrap_err(), Refusal::UnderWay);
//!
//! let authorization =
//!     Authorization { id: AuthorizationId::new("S02-0319513-4657042-A063411")?, captured: true, authorized_at: UtcMs(4) };
//! let paid = asked.into_payment().answered(&attempt, Answer::Approved(authorization), UtcMs(4))?;
//! let notice = paid.notice().expect("the shop must hear of it");
//! assert_eq!((notice.verdict, notice.authorization_code.as_str()), (Verdict::Paid, "063411"));
//! # Ok(())
//! # }
//! ```

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
