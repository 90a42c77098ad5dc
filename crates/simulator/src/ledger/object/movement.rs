//! The movements of money that hang on an order reference: authorizations, captures, refunds.

use serde::{Deserialize, Serialize};

use super::{Due, Money, Outcome, Reason, Standing};
use crate::ledger::rules::ASYNCHRONOUS_MS;
use crate::ledger::tables::Kept;

/// What becomes of an authorization, known when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    Approved,
    /// It is approved and closed by itself after this many ms.
    ClosedAfter(Reason, i64),
    /// It is declined.
    Declined {
        reason: Reason,
        /// With InvalidPaymentMethod.
        soft: bool,
        /// An asynchronous one: the order reference is open again after this many ms.
        reopens_after_ms: Option<i64>,
    },
}

/// An object that hangs on an order reference and has an id of the caller's.
pub trait Movement: Kept {
    /// Its order reference.
    fn order_id(&self) -> &str;
}

/// Each movement with the members of all, and those of its own.
macro_rules! movements {
    ($($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $field:ident: $kind:ty,)+ })+) => {
        $($(#[$doc])*
        #[derive(Clone, Serialize, Deserialize)]
        pub struct $name {
            /// The order reference's id with a letter and six digits.
            pub id: String,
            /// Its order reference.
            pub order_id: String,
            /// The caller's id.
            pub reference_id: String,
            pub amount: Money,
            /// The caller's note.
            pub note: Option<String>,
            /// With `AMZ*`.
            pub soft_descriptor: String,
            /// UTC ms.
            pub created_at: i64,
            pub standing: Standing,
            /// What happens next by itself.
            pub due: Option<Due>,
            $($(#[$own])* pub $field: $kind,)+
        }

        impl Movement for $name {
            fn order_id(&self) -> &str {
                &self.order_id
            }
        })+
    };
}

movements! {
    /// An authorization: `S02-…-A031776`.
    Authorization {
        /// Whether to take the money at once.
        capture_now: bool,
        /// With InvalidPaymentMethod.
        soft_decline: Option<bool>,
        /// What becomes of it.
        fate: Fate,
        /// Whether its capture is pending at first.
        #[serde(default)]
        captures_late: bool,
        /// How a capture at once ends; none: as the card does.
        #[serde(default)]
        capture_outcome: Option<Outcome>,
        /// Ids, oldest first. One at most took money or may yet.
        captures: Vec<String>,
    }

    /// A capture: `S02-…-C031776`.
    Capture {
        authorization_id: String,
        /// Made in Seller Central, not by a call.
        #[serde(default)]
        by_hand: bool,
        /// Ids, oldest first.
        refunds: Vec<String>,
    }

    /// A refund: `S02-…-R019346`.
    Refund {
        capture_id: String,
        /// Made in Seller Central, not by a call.
        #[serde(default)]
        by_hand: bool,
    }
}

impl Authorization {
    /// How a capture of it ends by what its card does: completed at once, or pending for half a
    /// minute.
    pub fn outcome_of_card(&self) -> Outcome {
        Outcome::completed_after(if self.captures_late { ASYNCHRONOUS_MS } else { 0 })
    }
}
