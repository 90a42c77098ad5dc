//! The history of settings: a row is written with the change that it tells of
//! ([`Store::put_shop`]), and read here.

use payments::{ShopLogin, UtcMs};
use serde_json::{Map, Value as Json, json};

use super::Store;
use crate::audit::{AuditRow, Author};
use crate::error::Error;
use crate::row::Columns;
use crate::statement::{Query, Row, Value};
use crate::table::{Table, sql, table};

table! {
    AUDIT = "audit", pub(super) fn audit_row(change: &AuditRow)
    key { shop: change.shop.as_str(), version: change.version }
    moving {
        at: change.at.0,
        who: change.author.who.as_str(),
        program: change.author.program.as_str(),
        changes: Json::Object(change.changes.clone()).to_string(),
    }
}

const OF_SHOP: &str = sql!(AUDIT.select("FROM audit WHERE shop = $1 ORDER BY version DESC LIMIT $2"));
const ALL: &str = sql!(AUDIT.select("FROM audit ORDER BY at DESC, shop, version DESC LIMIT $1"));

const SECRET: [&str; 3] = ["api_key", "secret_key", "mws_token"];

impl Store {
    /// The latest changes of a shop's settings, or of those of every shop; newest first.
    ///
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn audit(&self, shop: Option<&ShopLogin>, limit: u32) -> Result<Vec<AuditRow>, Error> {
        let limit = i64::from(limit).into();
        let query = match shop {
            Some(shop) => Query::new(OF_SHOP, [shop.as_str().into(), limit]),
            None => Query::new(ALL, [limit]),
        };
        self.engine().scan(query).await?.into_iter().map(change).collect()
    }
}

fn change(row: Row) -> Result<AuditRow, Error> {
    let mut columns = Columns::whole(&AUDIT, row);
    Ok(AuditRow {
        shop: columns.parsed("shop")?,
        version: columns.integer("version")?,
        at: UtcMs(columns.integer("at")?),
        author: Author { who: columns.text("who")?, program: columns.text("program")? },
        changes: serde_json::from_str(&columns.text("changes")?).map_err(|_| columns.nonsense("changes"))?,
    })
}

/// What differs between two rows of a table, of which either may not be there. `place` goes before
/// the names of the columns.
pub(super) fn differences(table: &Table, place: &str, [before, after]: [Option<Vec<Value>>; 2]) -> Map<String, Json> {
    let value = |row: &Option<Vec<Value>>, column: usize| row.as_ref().map_or(Value::Null, |row| row[column].clone());
    let settings = (table.keys..table.columns.len()).filter(|&column| table.columns[column] != "version");
    let different = settings.filter_map(|column| {
        let (name, before, after) = (table.columns[column], value(&before, column), value(&after, column));
        let change = match SECRET.contains(&name) {
            true => "changed".into(),
            false => json!({"before": as_json(&before), "after": as_json(&after)}),
        };
        (before != after).then(|| (format!("{place}{name}"), change))
    });
    different.collect()
}

fn as_json(value: &Value) -> Json {
    match value {
        // A list is kept as JSON.
        Value::Text(text) if text.starts_with('[') => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        Value::Text(text) => text.as_str().into(),
        Value::Integer(integer) => (*integer).into(),
        Value::Boolean(boolean) => (*boolean).into(),
        Value::Null => Json::Null,
    }
}

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 1] = [OF_SHOP];
