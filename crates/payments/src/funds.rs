//! The money of a payment that was authorized: held, settled once, given back in parts, or
//! released.
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
//! `Settling` and `Releasing` mean that Amazon was or will be asked under one name until the answer
//! is known; so does a refund that is asked. The moves are methods of [`Payment`](crate::Payment):
//! wishes in `payment/after.rs`, what Amazon says of them in `payment/movements.rs`. This is also
//! the form in which the store keeps it: fields are added, never changed.

use serde::{Deserialize, Serialize};

use crate::ids::{AttemptId, ChargebackId, MovementId, SettlementId, UtcMs};
use crate::money::Money;
use crate::payment::{Movement, MovementKind};

/// How many refunds one capture may have; Amazon's limit.
pub const MAX_REFUNDS: usize = 10;

/// Where the money of an approved payment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Funds {
    /// Authorized: the buyer's money is held for the shop (`AUT`).
    Held {
        /// Captures that were asked for and came to nothing: the number of the last name that was used.
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
        capture: Capture,
        settled_at: UtcMs,
        /// Oldest first.
        refunds: Vec<Refund>,
        /// What the buyer's bank has taken back, oldest first.
        chargebacks: Vec<Chargeback>,
    },
    /// The shop has given the money up; Amazon was or will be told (`CAN`).
    Releasing { asked_at: UtcMs },
    /// Nothing is held any more (`CAN`). Final.
    Released { at: UtcMs, by: Releaser },
}

/// One capture, or the wish for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// 0 for one that came with the authorization or was made without us, else from 1.
    pub number: u8,
    /// The reference that Amazon deduplicates on.
    pub reference: AttemptId,
    /// Amazon's identifier, once known.
    pub id: Option<MovementId>,
    /// How much; at most what was authorized.
    pub amount: Money,
    /// The shop's name for it.
    pub settlement: Option<SettlementId>,
    /// When the shop asked.
    pub asked_at: UtcMs,
    /// When it turned out that Amazon would not do it at once.
    pub booked_at: Option<UtcMs>,
    /// When it was given its name, if that is not the first one: no request under this name is older.
    #[serde(default)]
    pub named_at: Option<UtcMs>,
}

/// Money on its way back to the buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// From 1 within the payment.
    pub number: u8,
    /// The reference that Amazon deduplicates on.
    pub reference: AttemptId,
    pub amount: Money,
    /// The shop's name for it.
    pub settlement: Option<SettlementId>,
    /// When the shop asked.
    pub asked_at: UtcMs,
    pub stage: RefundStage,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundStage {
    /// Amazon was or will be asked; the answer is not known.
    Asked,
    /// Amazon has taken it and will do it.
    Accepted { id: MovementId },
    /// The buyer has it. Final.
    Done { id: MovementId, at: UtcMs },
    /// Nothing was given back. Final.
    Declined {
        at: UtcMs,
        /// Amazon's identifier, when Amazon has it as an object: only then it counts against Amazon's limit.
        #[serde(default)]
        id: Option<MovementId>,
    },
}

/// The buyer's bank, or Amazon's guarantee, has taken money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chargeback {
    pub id: ChargebackId,
    /// How much, when it was said.
    pub amount: Option<Money>,
    /// When it was heard of.
    pub at: UtcMs,
}

/// What happens to held money by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Automatic {
    pub act: AutomaticAct,
    pub at: UtcMs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AutomaticAct {
    /// Settle the whole amount.
    Settle,
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
    /// Taken, and nothing given back yet.
    pub(crate) fn settled(capture: Capture, settled_at: UtcMs) -> Funds {
        Funds::Settled { capture, settled_at, refunds: Vec::new(), chargebacks: Vec::new() }
    }

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

impl Capture {
    pub(crate) fn movement(&self) -> Movement {
        Movement {
            kind: MovementKind::Capture,
            reference: self.reference.clone(),
            id: self.id.clone(),
            amount: self.amount,
            asked_at: self.named_at.unwrap_or(self.asked_at),
            is_made_by_amazon: self.number == 0,
        }
    }
}

impl Refund {
    pub(crate) fn movement(&self) -> Movement {
        Movement {
            kind: MovementKind::Refund,
            reference: self.reference.clone(),
            id: self.id().cloned(),
            amount: self.amount,
            asked_at: self.asked_at,
            is_made_by_amazon: false,
        }
    }

    /// Amazon's identifier, once Amazon has it as an object.
    #[must_use]
    pub fn id(&self) -> Option<&MovementId> {
        match &self.stage {
            RefundStage::Asked => None,
            RefundStage::Accepted { id } | RefundStage::Done { id, .. } => Some(id),
            RefundStage::Declined { id, .. } => id.as_ref(),
        }
    }

    /// Whether it is neither done nor declined.
    #[must_use]
    pub fn is_in_flight(&self) -> bool {
        match self.stage {
            RefundStage::Asked | RefundStage::Accepted { .. } => true,
            RefundStage::Done { .. } | RefundStage::Declined { .. } => false,
        }
    }

    /// Whether Amazon has, or may have, an object for it: ten of them a capture are the limit.
    #[must_use]
    pub fn is_object(&self) -> bool {
        !matches!(self.stage, RefundStage::Declined { id: None, .. })
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
