//! Why a handler stops early: another page is shown instead, or the world's file cannot be written.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::Error;

/// The end of a handler before its own page.
#[derive(Debug)]
pub enum Stop {
    With(Box<Response>),
    /// The world could not be read or written.
    Broken(Error),
}

impl Stop {
    #[must_use]
    pub fn with(answer: Response) -> Stop {
        Stop::With(Box::new(answer))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Broken(error)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Stop::With(answer) => *answer,
            Stop::Broken(error) => {
                tracing::error!(%error, "Ledger not written");
                (StatusCode::INTERNAL_SERVER_ERROR, "The simulator could not write its own file. Its log says why.")
                    .into_response()
            }
        }
    }
}
