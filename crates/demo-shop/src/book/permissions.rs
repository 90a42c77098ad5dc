//! Permissions that the shop gives back, until the gateway says that they are gone.

use pagam::Token;
use rusqlite::{Row, Transaction, params};

use super::{Book, BookError};

/// A permission to be ended at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// What stands for it.
    pub token: Token,
    /// How often the gateway was asked to end it.
    pub asked: i64,
}

impl Book {
    /// Permissions whose time to be ended has come, the longest waiting first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn permissions_to_end(&self, before: i64) -> Result<Vec<Permission>, BookError> {
        let sql = "SELECT token, asked FROM token_to_end WHERE due_at_ms <= ?1 ORDER BY due_at_ms";
        self.read(move |c| c.prepare_cached(sql)?.query_map([before], read)?.collect()).await
    }

    /// It is gone.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn permission_ended(&self, token: Token) -> Result<(), BookError> {
        let sql = "DELETE FROM token_to_end WHERE token = ?1";
        self.write(move |t| t.execute(sql, [token.as_str()]).map(drop)).await
    }

    /// The gateway did not say so: it is asked again then.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn end_permission_at(&self, token: Token, at: i64) -> Result<(), BookError> {
        let sql = "UPDATE token_to_end SET due_at_ms = ?2, asked = asked + 1 WHERE token = ?1";
        self.write(move |t| t.execute(sql, params![token.as_str(), at]).map(drop)).await
    }
}

/// To be ended from now on.
pub(super) fn give_back(t: &Transaction<'_>, subscription: &str, token: &Token, now: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO token_to_end (token, subscription_id, due_at_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    t.execute(sql, params![token.as_str(), subscription, now]).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Permission> {
    let token: String = row.get(0)?;
    let unknown = |_| rusqlite::Error::InvalidColumnType(0, "token".to_owned(), rusqlite::types::Type::Text);
    Ok(Permission { token: Token::new(token).map_err(unknown)?, asked: row.get(1)? })
}
