//! An agreement: the buyer's permission to charge him again. A token stands for it, and only the gateway knows both.
//!
//! ```text
//!   Active -- the shop gives it up --> Closing --> Closed by the shop
//!     +-- the buyer or Amazon ended it --> Closed at Amazon
//! ```
//!
//! Whether it is suspended for want of a valid card is Amazon's to say, at every charge.

use crate::ids::{BillingAgreementId, PaymentId, ShopLogin, Token, UtcMs};
use crate::money::Currency;

/// One agreement of one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub shop: ShopLogin,
    /// What the shop calls it.
    pub token: Token,
    /// Counts the changes, from 1; guards against two writers.
    pub version: i64,
    /// What Amazon calls it.
    pub billing_agreement: BillingAgreementId,
    /// The visit that it was made in.
    pub payment: PaymentId,
    /// The currency of the payment that it was made in: Amazon keeps an agreement's limits in one.
    /// Unknown of some that earlier programs made.
    pub currency: Option<Currency>,
    pub stage: AgreementStage,
    /// When it was made.
    pub made_at: UtcMs,
    /// When it last changed.
    pub changed_at: UtcMs,
}

/// Where an agreement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AgreementStage {
    /// The shop may charge.
    Active,
    /// The shop has given it up; Amazon was or will be told. No charge begins any more.
    Closing,
    /// Over, by the shop's wish. Final.
    ClosedByShop,
    /// Over, by the buyer's wish or Amazon's. Final.
    ClosedAtAmazon,
}

/// A move of an agreement: the only thing about agreements that the store accepts, but for their making, which is part
/// of a payment's [`Change`](crate::Change).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementChange {
    agreement: Agreement,
}

/// Why a move of an agreement is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the agreement is over")]
pub struct Over;

impl Agreement {
    /// The shop gives it up: from now on no charge begins.
    ///
    /// # Errors
    /// [`Over`] when it was given up or ended before.
    pub fn close(self, now: UtcMs) -> Result<AgreementChange, Over> {
        match self.stage {
            AgreementStage::Active => Ok(self.moved(AgreementStage::Closing, now)),
            AgreementStage::Closing | AgreementStage::ClosedByShop | AgreementStage::ClosedAtAmazon => Err(Over),
        }
    }

    /// It is over at Amazon, by whomever.
    ///
    /// # Errors
    /// [`Over`] when that is known already.
    pub fn ended_at_amazon(self, now: UtcMs) -> Result<AgreementChange, Over> {
        match self.stage {
            AgreementStage::Active => Ok(self.moved(AgreementStage::ClosedAtAmazon, now)),
            AgreementStage::Closing => Ok(self.moved(AgreementStage::ClosedByShop, now)),
            AgreementStage::ClosedByShop | AgreementStage::ClosedAtAmazon => Err(Over),
        }
    }

    /// Whether the shop may charge.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.stage == AgreementStage::Active
    }

    fn moved(mut self, stage: AgreementStage, now: UtcMs) -> AgreementChange {
        self.version += 1;
        self.stage = stage;
        self.changed_at = now;
        AgreementChange { agreement: self }
    }
}

impl AgreementChange {
    /// The agreement after the move.
    #[must_use]
    pub fn agreement(&self) -> &Agreement {
        &self.agreement
    }

    /// The agreement after the move, when the change itself is no longer needed.
    #[must_use]
    pub fn into_agreement(self) -> Agreement {
        self.agreement
    }
}
