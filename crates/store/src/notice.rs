//! Notices: what a shop is owed to hear, and every try to tell it.

use payments::{Outcome, PaymentId, ShopLogin, UtcMs};

/// A notice owed to a shop, leased for one try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub shop: ShopLogin,
    pub payment: PaymentId,
    /// The payment's version that it tells of; with shop and payment, the notice's key.
    pub version: i64,
    pub outcome: Outcome,
    pub tries: u32,
    /// When the first try was due: with the outcome, or when the answer to a call had had its time.
    pub first_due_at: UtcMs,
}

/// One look at the notices that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRound {
    /// The time.
    pub now: UtcMs,
    /// When what is leased now is due again, unless its try is recorded by then.
    pub until: UtcMs,
    /// No notice waits for longer. One that is due later was written by a clock that was ahead, and is due now.
    pub latest: UtcMs,
    /// How many of one shop may be leased, earlier leases included.
    pub per_shop: u32,
    /// How many are leased at most.
    pub limit: u32,
}

/// A payment of which a caller has been told, by the answer to his call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// Whose payment it is.
    pub shop: ShopLogin,
    pub payment: PaymentId,
    /// The payment's version that he was told of; earlier outcomes are told with it.
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When it began.
    pub at: UtcMs,
    pub duration_ms: i64,
    /// The HTTP status of the shop's answer; none when there was no answer.
    pub status: Option<u16>,
    /// Why there was no answer, or why it does not count.
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: the shop knows.
    Delivered,
    At(UtcMs),
    /// Nothing: tried for long enough.
    GaveUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    /// The next try is due then.
    Due(UtcMs),
    /// A try is under way; unless it is recorded by then, another is due.
    Leased(UtcMs),
    /// The shop knows. Without a try, by the answer to its call.
    Delivered,
    /// The shop does not know and will not be told.
    GaveUp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRecord {
    pub notice: Notice,
    pub state: NoticeState,
    /// Oldest first.
    pub tries: Vec<Try>,
}
