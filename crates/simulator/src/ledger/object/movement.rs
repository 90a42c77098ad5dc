//! The movements of money that hang on an order reference: authorizations, captures, refunds.

use serde::{Deserialize, Serialize};

use super::{Due, Money, Reason, Standing, State, Step};
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
        /// Ids; at most one.
        captures: Vec<String>,
    }

    /// A capture: `S02-…-C031776`.
    Capture {
        authorization_id: String,
        /// Ids, oldest first.
        refunds: Vec<String>,
    }

    /// A refund: `S02-…-R019346`.
    Refund {
        capture_id: String,
        /// Whether it will be declined.
        is_refused: bool,
    }
}

impl Authorization {
    /// How a capture of it begins: complete, or pending until half a minute later.
    pub fn first_of_capture(&self, at: i64) -> (Standing, Option<Due>) {
        match self.captures_late {
            true => (Standing::new(State::Pending, at), Some(Due { at: at + ASYNCHRONOUS_MS, step: Step::Decide })),
            false => (Standing::new(State::Completed, at), None),
        }
    }

    /// Money promised or asked for: it counts against the total.
    pub fn holds_money(&self) -> bool {
        matches!(self.standing.state, State::Pending | State::Open)
            || self.standing.is(State::Closed, Reason::MaxCapturesProcessed)
    }
}
