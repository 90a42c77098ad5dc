//! The money of a payment that was authorized: held, settled once, given back in parts, or released.
//!
//! ```text
//!            +--- declined ----+
//!            v                 |
//!   Held -- settle: asked --> Settling --> Settled -- refund: asked, accepted, done or declined (up to ten)
//!     |-- delete: asked --> Releasing --> Released
//!     |-- over at Amazon (30 days, or Amazon's decision) --> Released
//!     +-- taken at Amazon by the seller himself --> Settled
//! ```
//!
//! `Settling` and `Releasing` mean that Amazon was or will be asked under one name until the answer is known; so does
//! a refund that is asked. The moves are methods of [`Payment`](crate::Payment), in `payment/after.rs`.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, CaptureId, ChargebackId, RefundId, SettlementId, UtcMs};
use crate::money::Money;

/// How many refunds one capture may have; Amazon's limit.
pub const MAX_REFUNDS: usize = 10;

/// Where the money of an approved payment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Funds {
    /// Authorized: the buyer's money is held for the shop (`AUT`).
    Held {
        /// Captures that were asked for and declined.
        captures: u8,
        /// What happens by itself unless the shop acts first.
        automatic: Option<Automatic>,
    },
    /// The capture was or will be asked for (`PRE`).
    Settling {
        /// What is asked for.
        capture: Capture,
    },
    /// The money was taken (`MOV`; `STO` once some of it was given back).
    Settled {
        /// What was taken.
        capture: Capture,
        /// When.
        settled_at: UtcMs,
        /// Oldest first.
        refunds: Vec<Refund>,
        /// What the buyer's bank has taken back, oldest first.
        chargebacks: Vec<Chargeback>,
    },
    /// The shop has given the money up; Amazon was or will be told (`CAN`).
    Releasing {
        /// When.
        asked_at: UtcMs,
    },
    /// Nothing is held any more (`CAN`). Final.
    Released {
        /// When.
        at: UtcMs,
        /// By whom.
        by: Releaser,
    },
}

/// One capture, or the wish for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// 0 for one that came with the authorization or was made without us, else from 1.
    pub number: u8,
    /// The reference that Amazon deduplicates on.
    pub reference: AttemptId,
    /// Amazon's identifier, once known.
    pub id: Option<CaptureId>,
    /// How much; at most what was authorized.
    pub amount: Money,
    /// The shop's name for it.
    pub settlement: Option<SettlementId>,
    /// When the shop asked.
    pub asked_at: UtcMs,
    /// When it turned out that Amazon would not do it at once.
    pub booked_at: Option<UtcMs>,
}

/// Money on its way back to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// From 1 within the payment.
    pub number: u8,
    /// The reference that Amazon deduplicates on.
    pub reference: AttemptId,
    /// How much.
    pub amount: Money,
    /// The shop's name for it.
    pub settlement: Option<SettlementId>,
    /// When the shop asked.
    pub asked_at: UtcMs,
    /// Where it stands.
    pub stage: RefundStage,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundStage {
    /// Amazon was or will be asked; the answer is not known.
    Asked,
    /// Amazon has taken it and will do it.
    Accepted {
        /// Amazon's identifier.
        id: RefundId,
    },
    /// The buyer has it. Final.
    Done {
        /// Amazon's identifier.
        id: RefundId,
        /// When.
        at: UtcMs,
    },
    /// Nothing was given back. Final.
    Declined {
        /// When.
        at: UtcMs,
    },
}

/// The buyer's bank, or Amazon's guarantee, has taken money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chargeback {
    /// Amazon's identifier.
    pub id: ChargebackId,
    /// How much, when it was said.
    pub amount: Option<Money>,
    /// When it was heard of.
    pub at: UtcMs,
}

/// What happens to held money by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    /// What.
    pub act: AutomaticAct,
    /// When.
    pub at: UtcMs,
}

/// Axerve's automatic operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AutomaticAct {
    /// Settle the whole amount.
    Settle,
    /// Delete.
    Delete,
}

/// Who ended an authorization without taking the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Releaser {
    /// The shop, or its automatic operation.
    Shop,
    /// Amazon: it expired, or Amazon closed it.
    Amazon,
}

impl Funds {
    /// Whether the change that made it so is followed by a call to Amazon at once.
    pub(crate) fn is_being_asked(&self) -> bool {
        match self {
            Funds::Held { .. } | Funds::Released { .. } => false,
            Funds::Settling { capture } => capture.booked_at.is_none(),
            Funds::Releasing { .. } => true,
            Funds::Settled { refunds, .. } => refunds.iter().any(|refund| matches!(refund.stage, RefundStage::Asked)),
        }
    }

    /// Since when Amazon owes an answer about this money; nothing when it owes none.
    pub(crate) fn unresolved_at(&self) -> Option<UtcMs> {
        match self {
            Funds::Held { .. } | Funds::Released { .. } => None,
            Funds::Settling { capture } => Some(capture.asked_at),
            Funds::Releasing { asked_at } => Some(*asked_at),
            Funds::Settled { refunds, .. } => {
                refunds.iter().filter(|refund| refund.is_in_flight()).map(|refund| refund.asked_at).min()
            }
        }
    }
}

impl Refund {
    /// Whether it is neither done nor declined.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        match self.stage {
            RefundStage::Asked | RefundStage::Accepted { .. } => true,
            RefundStage::Done { .. } | RefundStage::Declined { .. } => false,
        }
    }

    /// Whether it takes from what may still be refunded.
    #[must_use]
    pub fn counts(&self) -> bool {
        match self.stage {
            RefundStage::Asked | RefundStage::Accepted { .. } | RefundStage::Done { .. } => true,
            RefundStage::Declined { .. } => false,
        }
    }
}
