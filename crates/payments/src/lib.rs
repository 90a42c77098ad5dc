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
//!     recurring: Recurring::No,
//! };
//! let opened = Payment::open(ShopLogin::new("GESPAY00001")?, PaymentId::new("visit1")?, order, UtcMs(0));
//!
//! // The buyer presses pay, and the attempt is recorded before Amazon is asked.
//! let reference = OrderReferenceId::new("S02-0319513-4657042")?;
//! let chosen = Instrument::OrderReference(reference);
//! let confirmed = opened.into_payment().confirm(chosen.clone(), UtcMs(1))?;
//! let terms = Terms {
//!     name: AttemptId::new("7c4kq2")?,
//!     seller: SellerId::new("A2EXAMPLESELLER")?,
//!     instrument: chosen,
//!     capture_now: false,
//!     number: BankTransactionId(7),
//!     token: None,
//! };
//! let asked = confirmed.into_payment().authorize(terms, UtcMs(2))?;
//! assert!(asked.claims_transaction());
//! let attempt = asked.payment().attempt_in_flight().expect("just recorded").id.clone();
//! assert_eq!(attempt.as_str(), "7c4kq2");
//!
//! // As long as Amazon's answer is not known, nobody can give the payment up.
//! assert_eq!(asked.payment().clone().abandon(UtcMs(3)).unwrap_err(), Refusal::InFlight);
//!
//! let id = AuthorizationId::new("S02-0319513-4657042-A063411")?;
//! let authorization = Authorization { id, made_order: None, authorized_at: UtcMs(4) };
//! let approval = Approval { authorization, captured: Captured::No, automatic: None };
//! let paid = asked.into_payment().answered(&attempt, Answer::Approved(approval), Witness::Caller, UtcMs(4))?;
//! let (notice, _) = paid.notice().expect("the shop must hear of it");
//! assert_eq!(notice.verdict, Verdict::Paid, "the shop is told that it is paid");
//! assert_eq!(notice.authorization_code, "063411", "the code is part of Amazon's identifier");
//!
//! // The shop settles in part, and refunds some of it. More it cannot refund.
//! let settling = paid.into_payment().settle(Money::new(20_00, Currency::EUR), None, UtcMs(5))?.into_payment();
//! let capture = settling.capture().expect("just recorded").reference.clone();
//! let done = MovementAnswer::Done { id: MovementId::new("S02-0319513-4657042-C063411")?, amount: None, at: UtcMs(6) };
//! let settled = settling.movement_answered(&capture, done, UtcMs(6))?.into_payment();
//! let wish = |minor| {
//!     let amount = Money::new(minor, Currency::EUR);
//!     RefundWish { amount, settlement: None, despite_chargeback: false }
//! };
//! let refunding = settled.refund(wish(15_00), UtcMs(7))?.into_payment();
//! assert_eq!(refunding.refund(wish(5_01), UtcMs(8)).unwrap_err(), Refusal::AboveSettled);
//! # Ok(())
//! # }
//! ```

mod agreement;
mod change;
mod funds;
mod ids;
mod money;
mod order;
mod outcome;
mod payment;
mod report;

pub use agreement::{Agreement, AgreementChange, AgreementStage, Over};
pub use change::{ANSWER_PATIENCE_MS, Change, Due, Event, EventKind, OrderClaim};
pub use funds::{Automatic, AutomaticAct, Capture, Chargeback, Funds, MAX_REFUNDS, Refund, RefundStage, Releaser};
pub use ids::{
    AttemptId, AuthorizationId, BankTransactionId, BillingAgreementId, ChargebackId, Invalid, MovementId,
    OrderReferenceId, PaymentId, SellerId, SettlementId, ShopLogin, ShopTransactionId, Token, UtcMs,
};
pub use money::{Currency, Money, MoneyError};
pub use order::{Language, Order, Origin, Recurring};
pub use outcome::{Outcome, Reason, Verdict};
pub use payment::{
    Answer, Approval, Attempt, Authorization, Call, Captured, End, Instrument, MAX_ATTEMPTS, MAX_MOVES, MadeElsewhere,
    Movement, MovementAnswer, MovementKind, Payment, Placed, RefundWish, Refusal, Stage, Terms, Wait, Witness,
};
pub use report::{Line, LineKind, Report, State};
