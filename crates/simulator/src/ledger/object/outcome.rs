//! How a capture or a refund ends that Amazon accepted: at once or after a while, completed or
//! declined.

use serde::{Deserialize, Serialize};

use super::{Due, Reason, Standing, State, Step};

/// Why Amazon declines a capture or a refund after it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decline {
    AmazonRejected,
    ProcessingFailure,
}

/// The end of a capture or a refund, known when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How long it stays `Pending`, in milliseconds by the simulator's clock; 0: not at all.
    pub pending_ms: i64,
    /// None: it is completed.
    pub decline: Option<Decline>,
}

impl Outcome {
    /// Completed without being pending.
    pub const AT_ONCE: Outcome = Outcome::completed_after(0);

    /// Pending for `pending_ms` milliseconds, then `Completed`.
    #[must_use]
    pub const fn completed_after(pending_ms: i64) -> Outcome {
        Outcome { pending_ms, decline: None }
    }

    /// Pending for `pending_ms` milliseconds, then `Declined`.
    #[must_use]
    pub const fn declined_after(pending_ms: i64, decline: Decline) -> Outcome {
        Outcome { pending_ms, decline: Some(decline) }
    }

    /// How an object stands that begins now, and its next step. One that is not pending has none.
    pub(crate) fn begin(self, now: i64) -> (Standing, Option<Due>) {
        match self.decline {
            _ if self.pending_ms > 0 => self.begin_pending(now),
            None => (Standing::new(State::Completed, now), None),
            Some(decline) => (Standing::because(State::Declined, decline.reason(), now), None),
        }
    }

    /// The same for an object that is always pending at first: a refund.
    pub(crate) fn begin_pending(self, now: i64) -> (Standing, Option<Due>) {
        let step = self.decline.map_or(Step::Decide, |decline| Step::Decline(decline.reason()));
        (Standing::new(State::Pending, now), Some(Due { at: now + self.pending_ms.max(0), step }))
    }
}

impl Decline {
    const fn reason(self) -> Reason {
        match self {
            Decline::AmazonRejected => Reason::AmazonRejected,
            Decline::ProcessingFailure => Reason::ProcessingFailure,
        }
    }
}
