//! How a call ends without an answer, sorted by what that means for the money.

use crate::ErrorCode;
use crate::code::Meaning;

/// Why there is no answer. A declined payment is not an error: it is an answer with state
/// `Declined`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing was done, and the same request may be taken later: Amazon was not reached,
    /// throttles, received only part of the request, or refuses the merchant's account, key, token
    /// or clock; or the call was held back here.
    #[error("not now: {0}")]
    Later(Failure),
    /// Nothing was done, and the same request never will be: a state, an amount, an id, a
    /// constraint.
    #[error("refused: {0}")]
    Refused(Failure),
    /// The request was sent and there is no readable verdict, or an earlier one may have been done.
    /// Only Amazon knows: ask.
    #[error("unknown whether done: {0}")]
    Unknown(Failure),
}

/// What is known about the end of a call. It never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// Amazon's name for it, when the answer had one. `RequestThrottled` without an HTTP status:
    /// the call was never sent, because the quota kept here left no room for it in time.
    pub code: Option<ErrorCode>,
    /// The HTTP status, when an answer began.
    pub http_status: Option<u16>,
    /// Amazon's sentence, or ours. For logs and shop staff, not for buyers.
    pub message: String,
    /// Amazon's id of the request; its support asks for it.
    pub request_id: Option<String>,
    /// Set by the connector when the last request did nothing and never will. See
    /// [`Error::last_was_refused`].
    pub was_refused: bool,
}

impl Error {
    /// Whether certainly nothing happened at Amazon.
    #[must_use]
    pub fn nothing_done(&self) -> bool {
        matches!(self, Error::Later(_) | Error::Refused(_))
    }

    /// Whether nothing was done because Amazon refuses the merchant's account, key, token or clock,
    /// or the way in which we call: somebody has to act before it is taken.
    #[must_use]
    pub fn is_about_account(&self) -> bool {
        matches!(self, Error::Later(failure) if failure.is_about_account())
    }

    /// Whether the last request was refused for good, even if the error is [`Error::Unknown`]
    /// because an earlier request may have been done, or because Amazon says that an object with
    /// this reference id exists.
    ///
    /// Such a refusal repeats itself, so it is the last that Amazon says by itself about an
    /// attempt: what Amazon does not list either, and what is older than
    /// [`crate::REQUEST_LIFE_MS`], never happened.
    #[must_use]
    pub fn last_was_refused(&self) -> bool {
        match self {
            Error::Refused(_) => true,
            Error::Unknown(failure) => failure.was_refused,
            Error::Later(_) => false,
        }
    }

    #[must_use]
    pub fn failure(&self) -> &Failure {
        match self {
            Error::Later(failure) | Error::Refused(failure) | Error::Unknown(failure) => failure,
        }
    }

    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.failure().code.as_ref()
    }

    /// The same failure, when an earlier request may have been done.
    pub(crate) fn into_unknown(self) -> Error {
        match self {
            Error::Later(failure) | Error::Refused(failure) | Error::Unknown(failure) => Error::Unknown(failure),
        }
    }

    pub(crate) fn refused(failure: Failure) -> Error {
        Error::Refused(Failure { was_refused: true, ..failure })
    }
}

impl Failure {
    /// Whether Amazon refuses the merchant's account, key, token or clock, or the way in which we
    /// call.
    #[must_use]
    pub fn is_about_account(&self) -> bool {
        let meaning = |code| Meaning::of(self.http_status, code, &self.message);
        self.code.as_ref().map(meaning) == Some(Meaning::Account)
    }

    /// A failure noticed here, without an answer of Amazon.
    pub(crate) fn here(message: impl Into<String>) -> Self {
        Failure { message: message.into(), ..Failure::default() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(status) = self.http_status {
            write!(f, "HTTP {status} ")?;
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}
