//! What can go wrong, sorted by who is to blame and by what it means for the money.

use std::fmt;

use wire::{Code, Lang};

use crate::{Invalid, Widget};

/// Why a call has no result.
///
/// | arm | who is to blame | what now |
/// |---|---|---|
/// | [`Error::Invalid`] | the calling code; nothing was sent | mend the call |
/// | [`Error::Refused`] | the gateway said no | read the code; repeating does not help |
/// | [`Error::Transport`] | the way there, or a gateway in trouble | try later; of a payment, ask with `read_trx` |
/// | [`Error::Unreadable`] | the gateway's answer is none | as for transport; worth a report |
/// | [`Error::Uncertain`] | nobody knows whether money moved | **do not repeat**; ask with `read_trx`, then decide |
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
    /// A call that moves money has no answer, or none that says how it ended: it may have been done, and it may be done
    /// a moment from now. Nothing is repeated by this SDK. Ask [`Client::read_trx`](crate::Client::read_trx), again after
    /// a while when it says nothing, and repeat only what certainly was not done (or what has a
    /// [`settlement_id`](crate::Settlement::settlement_id)).
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
            Error::Invalid(_) | Error::Transport(_) | Error::Unreadable(_) => None,
        }
    }

    /// Whether the same call may succeed later without anything being mended. Never of what is
    /// [uncertain](Error::is_uncertain): repeating it is not the next step.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Transport(_) | Error::Unreadable(_) => true,
            Error::Invalid(_) | Error::Refused(_) | Error::Uncertain { .. } => false,
        }
    }

    /// Whether money may have moved although the call has no result.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Error::Uncertain { .. })
    }

    /// The same failure of an operation that moves money: unless it is certain that nothing was done, it is not known.
    pub(crate) fn of_money(self, operation: &'static str) -> Error {
        let is_certain = match &self {
            Error::Invalid(_) | Error::Uncertain { .. } => true,
            // An unexpected failure says nothing of what was done before it, and an identifier that was used says
            // nothing of what came of it then.
            Error::Refused(refusal) => ![Code::SYSTEM, Code::TRANSACTION_INVALID].contains(&refusal.code),
            Error::Transport(reason) => reason.is_before_the_work(),
            Error::Unreadable(_) => false,
        };
        if is_certain { self } else { Error::Uncertain { operation, why: Box::new(self) } }
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
