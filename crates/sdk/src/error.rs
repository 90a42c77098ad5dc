//! What can go wrong, sorted by who is to blame and by what it means for the money.

use std::fmt;

use wire::{Code, Lang};

use crate::Invalid;

/// Why a call has no result.
///
/// | arm | who is to blame | what now |
/// |---|---|---|
/// | [`Error::Invalid`] | the calling code; nothing was sent | mend the call |
/// | [`Error::Refused`] | the gateway said no | read the code; repeating does not help |
/// | [`Error::Transport`] | the way there, or a gateway in trouble | try later; of a payment, ask with `read_trx` |
/// | [`Error::Unreadable`] | the gateway's answer is none | as for transport; worth a report |
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Refused here, before anything was sent.
    #[error("invalid: {0}")]
    Invalid(#[from] Invalid),
    /// The gateway refused the call (`KO`).
    #[error("the gateway refused: {0}")]
    Refused(Refusal),
    /// No answer, or one that is no answer: connection, timeout, HTTP status, SOAP fault. The retries are used up.
    #[error("no answer from the gateway: {0}")]
    Transport(Transport),
    /// An answer that cannot be read.
    #[error("the gateway's answer cannot be read: {0}")]
    Unreadable(String),
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
            Error::Invalid(_) | Error::Transport(_) | Error::Unreadable(_) => None,
        }
    }

    /// Whether the same call may succeed later without anything being mended.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Transport(_) | Error::Unreadable(_) => true,
            Error::Invalid(_) | Error::Refused(_) => false,
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
