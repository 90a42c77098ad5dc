//! Who changed what of a shop's settings, and when.

use payments::{ShopLogin, UtcMs};
use serde_json::{Map, Value};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub who: String,
    /// The program that the person uses, as it is called: `pagam shop set`.
    pub program: String,
}

/// A change of a shop's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub shop: ShopLogin,
    /// Of the settings after the change.
    pub version: i64,
    pub at: UtcMs,
    pub author: Author,
    /// From setting to `{"before": …, "after": …}`, or to `"changed"` for a secret. Settings are
    /// named as the columns of the database; one of an account at Amazon has its environment before
    /// it: `sandbox.seller_id`.
    pub changes: Map<String, Value>,
}

impl Author {
    /// Without the characters that could play tricks on the terminal of a reader.
    #[must_use]
    pub fn new(who: &str, program: &str) -> Author {
        let plain = |text: &str| text.chars().filter(|c| !c.is_control()).collect();
        Author { who: plain(who), program: plain(program) }
    }
}
