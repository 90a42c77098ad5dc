//! What can go wrong, sorted by who is to blame and by what it means for the money.

use std::fmt;
use std::time::Duration;

use wire::{Code, Lang};

use crate::{Cause, Invalid, Widget};

/// Why a call has no result.
///
/// | arm | who is to blame | what now |
/// |---|---|---|
/// | [`Error::Invalid`] | the calling code; nothing was sent | mend the call |
/// | [`Error::Refused`] | the gateway said no (`KO`): nothing was done | [`Error::cause`] says whose trouble it is |
/// | [`Error::Busy`] | too many calls of the shop; nothing was done | send the same again after the pause |
/// | [`Error::Transport`] | the way there, or a gateway in trouble | try later; of a payment, ask with `read_trx` |
/// | [`Error::Unreadable`] | the answer cannot be read | as for transport; worth a report |
/// | [`Error::Uncertain`] | money may have moved | **do not charge again**; ask with `read_trx`, then decide |
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Refused here, before anything was sent.
    #[error("invalid: {0}")]
    Invalid(#[from] Invalid),
    /// The gateway refused the call (`KO`).
    #[error("the gateway refused: {0}")]
    Refused(Refusal),
    /// The shop calls too often: a SOAP fault with HTTP 503 and `Retry-After`. Nothing was done,
    /// whatever was asked for.
    #[error("too many calls; try again in {} s", retry_after.as_secs())]
    Busy {
        /// How long the gateway asks to wait, in whole seconds; may be zero.
        retry_after: Duration,
    },
    /// No usable answer: connection, timeout, HTTP status, SOAP fault. The retries are used up.
    #[error("no answer from the gateway: {0}")]
    Transport(Transport),
    /// An answer that cannot be read.
    #[error("the gateway's answer cannot be read: {0}")]
    Unreadable(String),
    /// A call that moves money has no answer that says how it ended: it may have been done, and it
    /// may be done a moment from now. Nothing is repeated by this SDK.
    ///
    /// It is a timeout, a broken connection, a SOAP fault or another HTTP status after the request
    /// was sent, an answer that cannot be read, or 4801 or 4802 to a charge: the identifier was
    /// used before, and only [`Client::read_trx`](crate::Client::read_trx) knows what became of the
    /// charge then. Ask it, again after a while when it says nothing. A settlement or a refund may
    /// be sent again under the same [`SettlementId`](crate::SettlementId), a charge under the same
    /// `shopTransactionId`; never under another one.
    #[error("{operation} may have been done ({why}); do not repeat it, ask what became of the transaction")]
    Uncertain {
        /// The operation, as the service names it.
        operation: &'static str,
        /// What there is instead of an answer.
        why: Box<Error>,
    },
}

/// The gateway's `KO`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code: the only thing to match on.
    pub code: Code,
    /// The gateway's own text, in the shop's language; for logs and people, never for code.
    pub text: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Transport {
    /// No connection could be made: certainly nothing was done.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// Nothing came in time.
    #[error("timed out")]
    Timeout,
    /// The connection broke, or the answer is larger than any answer can be.
    #[error("{0}")]
    Broken(String),
    /// Another HTTP status than 200, with the text of a SOAP fault when there is one.
    #[error("HTTP status {status}: {text}")]
    Status {
        /// The status.
        status: u16,
        /// The fault's text; may be empty.
        text: String,
    },
}

impl Error {
    /// The gateway's code, when it gave one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Error::Refused(refusal) => Some(refusal.code),
            Error::Uncertain { why, .. } => why.code(),
            Error::Invalid(_) | Error::Busy { .. } | Error::Transport(_) | Error::Unreadable(_) => None,
        }
    }

    /// Whose trouble a refusal is: for what to tell the buyer. `None` unless the gateway said `KO`,
    /// and of what is [uncertain](Error::is_uncertain).
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        match self {
            Error::Refused(refusal) => Some(refusal.cause()),
            Error::Invalid(_)
            | Error::Busy { .. }
            | Error::Transport(_)
            | Error::Unreadable(_)
            | Error::Uncertain { .. } => None,
        }
    }

    /// How long to wait before the next try, when the gateway said so.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Busy { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether the same call may succeed later without anything being mended. Never of what is
    /// [uncertain](Error::is_uncertain): repeating it is not the next step.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Busy { .. } | Error::Transport(_) | Error::Unreadable(_) => true,
            Error::Invalid(_) | Error::Refused(_) | Error::Uncertain { .. } => false,
        }
    }

    /// Whether money may have moved although the call has no result.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Error::Uncertain { .. })
    }

    /// The same failure of an operation that moves money: unless it is certain that nothing was
    /// done, it is uncertain.
    pub(crate) fn of_money(self, operation: &'static str) -> Error {
        let is_certain = match &self {
            Error::Invalid(_) | Error::Refused(_) | Error::Busy { .. } | Error::Uncertain { .. } => true,
            Error::Transport(reason) => reason.is_before_the_work(),
            Error::Unreadable(_) => false,
        };
        if is_certain { self } else { Error::Uncertain { operation, why: Box::new(self) } }
    }

    /// The same failure of a charge. That the identifier was used before says nothing about what
    /// became of it then.
    pub(crate) fn of_charge(self, operation: &'static str) -> Error {
        match &self {
            Error::Refused(refusal) if [Code::TRANSACTION_INVALID, Code::AMOUNT_CHANGED].contains(&refusal.code) => {
                Error::Uncertain { operation, why: Box::new(self) }
            }
            _ => self.of_money(operation),
        }
    }
}

impl Refusal {
    /// What to show the buyer again, when choosing otherwise may help.
    #[must_use]
    pub fn widget(&self) -> Option<Widget> {
        Widget::for_code(self.code)
    }
}

impl Transport {
    /// Whether it certainly happened before the gateway began: no connection, or a request that was refused for what
    /// it is (4xx). A 408 may come from a proxy that waited for the gateway.
    fn is_before_the_work(&self) -> bool {
        match self {
            Transport::Connect(_) => true,
            Transport::Timeout | Transport::Broken(_) => false,
            Transport::Status { status, .. } => (400..500).contains(status) && *status != 408,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.text.is_empty() { self.code.text(Lang::English) } else { &self.text };
        write!(f, "{} {text}", self.code)
    }
}

impl From<wire::Failure> for Refusal {
    fn from(failure: wire::Failure) -> Refusal {
        Refusal { code: failure.code, text: failure.text }
    }
}

impl From<wire::ReadError> for Error {
    fn from(error: wire::ReadError) -> Error {
        match error {
            wire::ReadError::Fault(text) => Error::Transport(Transport::Status { status: 200, text }),
            other => Error::Unreadable(other.to_string()),
        }
    }
}
