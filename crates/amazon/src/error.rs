//! The two ways in which a call can end without an answer, sorted by what they mean for the money.

use crate::ErrorCode;

/// Why there is no answer. A declined payment is not an error: it is an answer with state `Declined`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Surely nothing happened at Amazon: the request was refused, throttled, or never left this machine.
    #[error("not done: {0}")]
    NotDone(Failure),
    /// The request was sent and no readable verdict came back. It may have happened; only Amazon knows: ask.
    #[error("unknown whether done: {0}")]
    Unknown(Failure),
}

/// What is known about the end of a call; it never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// Amazon's name for it, when the answer held one.
    pub code: Option<ErrorCode>,
    /// The HTTP status, when an answer began.
    pub http_status: Option<u16>,
    /// Amazon's sentence, or ours. For logs and shop staff, not for buyers.
    pub message: String,
    /// Amazon's id of the request; its support asks for it.
    pub request_id: Option<String>,
}

impl Error {
    /// What is known about it, whichever of the two it is.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        match self {
            Error::NotDone(failure) | Error::Unknown(failure) => failure,
        }
    }

    /// Amazon's name for it, when the answer held one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.failure().code.as_ref()
    }

    /// Whether surely nothing happened.
    #[must_use]
    pub fn is_not_done(&self) -> bool {
        matches!(self, Error::NotDone(_))
    }

    /// The same, said as "may have happened".
    pub(crate) fn into_unknown(self) -> Error {
        match self {
            Error::NotDone(failure) | Error::Unknown(failure) => Error::Unknown(failure),
        }
    }
}

impl Failure {
    /// A failure that was noticed here, without an answer of Amazon.
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
