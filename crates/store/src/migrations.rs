//! The steps that bring a database up to date, the same for every engine.

/// Oldest first; a file, once released, is never edited.
pub(crate) const MIGRATIONS: [(&str, &str); 4] = [
    ("0001_payments", include_str!("../migrations/0001_payments.sql")),
    ("0002_notices", include_str!("../migrations/0002_notices.sql")),
    ("0003_shops", include_str!("../migrations/0003_shops.sql")),
    ("0004_money", include_str!("../migrations/0004_money.sql")),
];

/// Which steps a database has seen.
pub(crate) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (version))";
