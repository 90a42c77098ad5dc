//! What is asked of Amazon and what it may answer, and why a move is not made.

use crate::funds::Automatic;
use crate::ids::{AttemptId, BankTransactionId, MovementId, SellerId, Token};
use crate::money::Money;
use crate::outcome::Reason;
use crate::payment::{Authorization, Instrument, Placed};

/// How a first attempt is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The name that Amazon deduplicates it on. The same shop and identifier must always give the
    /// same one, also after a backup was restored, and no other: then Amazon too refuses a second
    /// charge of an order.
    pub name: AttemptId,
    /// Whose account at Amazon is charged on: an order there pays once, whichever shop of the account asks.
    pub seller: SellerId,
    /// On what it is authorized.
    pub instrument: Instrument,
    /// Whether the money is captured with the authorization.
    pub capture_now: bool,
    /// Becomes the payment's number unless it has one.
    pub number: BankTransactionId,
    /// The token that is charged, or that the payment will make.
    pub token: Option<Token>,
}

/// What became of an attempt, as Amazon says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Authorized, or authorized and captured.
    Approved(Approval),
    /// Amazon will decide later.
    Pending(Placed),
    /// Declined, but another card may do (Amazon's `InvalidPaymentMethod`).
    DeclinedTryAnother,
    /// Amazon did not take the attempt for now (it throttles, cannot be reached, or refuses the
    /// merchant's account): nothing happened, and later it may do.
    TurnedAway(Reason),
    /// Declined for good.
    Declined(Reason),
    /// Amazon has never heard of the attempt and never will: nothing was charged.
    NeverHappened(Reason),
}

/// A yes of Amazon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub authorization: Authorization,
    /// Whether, and as what, the money was captured with it.
    pub captured: Captured,
    /// What is to happen to the money by itself when it is held.
    pub automatic: Option<Automatic>,
}

/// What came with an authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Captured {
    /// The money is held.
    No,
    /// The money was taken; Amazon's identifier when it was said.
    Yes {
        /// Amazon's identifier, when it was said.
        id: Option<MovementId>,
        /// How much: less than authorized when it was taken by hand.
        amount: Money,
    },
    /// Amazon is taking it; its identifier when it was said.
    Pending(Option<MovementId>),
}

/// Who is there when an answer is recorded. It decides when a notice is due, never whether one is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Witness {
    /// The request that made the attempt; it is about to tell.
    Caller,
    /// The janitor: the caller has been told something else, or nothing.
    Janitor,
}

/// Why a move is not made; nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The payment is over.
    #[error("the payment has its final outcome")]
    Final,
    /// Amazon's answer to an attempt is outstanding.
    #[error("an attempt is under way")]
    InFlight,
    /// There is no attempt that could be answered.
    #[error("no attempt is under way")]
    NothingAsked,
    /// The order reference was not confirmed since the last decline, or another was.
    #[error("the order reference is not the one that was confirmed")]
    OtherOrderReference,
    /// The answer is of another attempt than the one under way.
    #[error("another attempt is under way")]
    OtherAttempt,
    /// There are no more attempts.
    #[error("the last attempt was made")]
    NoMoreAttempts,
    /// The visit has made as many moves as one may.
    #[error("the visit has made too many moves")]
    TooManyMoves,
    /// The visit has begun already.
    #[error("the visit has begun")]
    HasBegun,
    /// No money is held that could be settled or released.
    #[error("no money is held")]
    NotHeld,
    /// The authorization is older than Amazon keeps it.
    #[error("the authorization has expired")]
    Expired,
    /// Nothing was settled that could be refunded.
    #[error("nothing is settled")]
    NotSettled,
    /// More than was authorized.
    #[error("the amount is above what was authorized")]
    AboveAuthorized,
    /// More than was settled and not refunded.
    #[error("the amount is above what may still be refunded")]
    AboveSettled,
    /// Another currency than the payment's.
    #[error("the currency is not the payment's")]
    OtherCurrency,
    /// Amazon takes ten refunds of a payment.
    #[error("no more refunds are possible")]
    NoMoreRefunds,
    /// The buyer's bank has taken the money back already.
    #[error("the buyer's bank has taken money back")]
    ChargedBack,
}
