//! What the server or the driver says of a failure, in words that may stand in a log, and what it means.

use std::error::Error as _;

use tokio_postgres::error::SqlState;

/// The server's message and its code. Its details are left out: they can hold a whole row.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub(super) struct Cause {
    text: String,
    code: Option<SqlState>,
}

impl Cause {
    /// A server that has not answered in time.
    pub(super) fn silent() -> Cause {
        Cause { text: "the server does not answer".to_owned(), code: None }
    }

    /// All connections are busy, or a new one took too long.
    pub(super) fn of_the_pool(error: &deadpool_postgres::PoolError) -> Cause {
        Cause { text: error.to_string(), code: Some(SqlState::TOO_MANY_CONNECTIONS) }
    }

    /// Whether a server that says this of a whole transaction, or of a statement that is one, has
    /// surely not done it. One that goes down may have: a commit that waits for a standby is on the
    /// disk already.
    pub(super) fn is_undone(&self) -> bool {
        let Some(code) = self.code.as_ref().map(SqlState::code) else { return false };
        let may_be_done = ["08", "57P", "58", "XX"].iter().any(|class| code.starts_with(class)) || code == "40003";
        !may_be_done
    }

    /// Whether the same may go well a moment later: two changes were in each other's way, or the
    /// server is not there, starts, stops, or follows another now.
    pub(super) fn is_passing(&self) -> bool {
        let Some(code) = self.code.as_ref() else { return true };
        let classes = ["08", "40", "57P"].iter().any(|class| code.code().starts_with(class));
        let codes = [SqlState::READ_ONLY_SQL_TRANSACTION, SqlState::TOO_MANY_CONNECTIONS, SqlState::LOCK_NOT_AVAILABLE];
        classes || codes.contains(code)
    }

    /// Whether somebody else has made the same thing in the meantime.
    pub(super) fn is_there(&self) -> bool {
        let there = [
            SqlState::UNIQUE_VIOLATION,
            SqlState::DUPLICATE_OBJECT,
            SqlState::DUPLICATE_TABLE,
            SqlState::DUPLICATE_SCHEMA,
        ];
        self.code.as_ref().is_some_and(|code| there.contains(code))
    }
}

impl From<tokio_postgres::Error> for Cause {
    fn from(error: tokio_postgres::Error) -> Cause {
        let text = match (error.as_db_error(), error.source()) {
            (Some(server), _) => format!("{} ({})", server.message(), server.code().code()),
            (None, Some(cause)) => format!("{error}: {cause}"),
            (None, None) => error.to_string(),
        };
        Cause { text, code: error.code().cloned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(code: Option<&str>) -> Cause {
        Cause { text: "told".to_owned(), code: code.map(SqlState::from_code) }
    }

    #[test]
    fn what_passes_is_tried_again_and_the_rest_is_not() {
        for code in [None, Some("40001"), Some("40P01"), Some("57P01"), Some("57P03"), Some("25006"), Some("08006")] {
            assert!(cause(code).is_passing(), "{code:?}");
        }
        for code in ["23505", "28P01", "3D000", "42P01", "57014", "53100", "22021"] {
            assert!(!cause(Some(code)).is_passing(), "{code}");
        }
    }

    #[test]
    fn a_commit_is_undone_only_when_the_server_says_so() {
        for code in [None, Some("57P01"), Some("57P02"), Some("08006"), Some("08007"), Some("40003"), Some("58030")] {
            assert!(!cause(code).is_undone(), "{code:?}");
        }
        for code in ["40001", "40P01", "23505", "57014", "25006", "55P03"] {
            assert!(cause(Some(code)).is_undone(), "{code}");
        }
        assert!(!Cause::silent().is_undone());
    }
}
