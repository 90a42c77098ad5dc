//! The steps that bring a database up to date, the same for every engine.

/// Oldest first; a file, once released, is never edited.
pub(crate) const MIGRATIONS: [(&str, &str); 5] = [
    ("0001_payments", include_str!("../migrations/0001_payments.sql")),
    ("0002_notices", include_str!("../migrations/0002_notices.sql")),
    ("0003_shops", include_str!("../migrations/0003_shops.sql")),
    ("0004_money", include_str!("../migrations/0004_money.sql")),
    ("0005_many_gateways", include_str!("../migrations/0005_many_gateways.sql")),
];

/// Which steps a database has seen.
pub(crate) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (version))";

/// A step that brings a database up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number and what it is about, for example `0001_payments`.
    pub name: &'static str,
    /// Whether the database has seen it.
    pub is_done: bool,
}

/// All steps of this program, of which a database has seen so many.
pub(crate) fn steps(seen: usize) -> Vec<Step> {
    MIGRATIONS.iter().enumerate().map(|(place, (name, _))| Step { name, is_done: place < seen }).collect()
}
