//! Copies a database into another, of either engine, and holds both against each other row by row.
//!
//! Nobody may write to the first meanwhile. A copy that broke off is begun again: what is there
//! already is not written twice.

use futures_util::stream::{self, Stream, TryStreamExt as _};

use crate::engine::Engine;
use crate::error::Error;
use crate::payment_row::{CLAIMS, DETAILS, EVENTS, ORDER_CLAIMS, PAYMENTS};
use crate::row::Columns;
use crate::statement::{Query, Row, Statement, Value};
use crate::store::Store;
use crate::store::agreements::AGREEMENTS;
use crate::store::audit::AUDIT;
use crate::store::notices::{NOTICES, TRIES};
use crate::store::numbers::NUMBER_BLOCKS;
use crate::store::seal_keys::SEAL_KEYS;
use crate::store::shops::{AMAZON_ACCOUNTS, SHOPS};
use crate::table::Table;

/// Rows that are read together, written in one transaction, and compared in another.
const PAGE: usize = 500;
/// Rows of one statement. A multiple of it makes a page, so that few statements carry a single row.
const TOGETHER: usize = 50;
/// Pages on their way at the same time.
const PAGES: usize = 4;

/// Every table, referred to before referring.
const TABLES: [&Table; 13] = [
    &SHOPS,
    &AMAZON_ACCOUNTS,
    &SEAL_KEYS,
    &NUMBER_BLOCKS,
    &PAYMENTS,
    &CLAIMS,
    &ORDER_CLAIMS,
    &EVENTS,
    &DETAILS,
    &NOTICES,
    &TRIES,
    &AGREEMENTS,
    &AUDIT,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub table: &'static str,
    /// Rows written, or found to be there, and found to be the same; of all tables.
    pub rows: u64,
}

impl Store {
    /// # Errors
    /// [`Error::Database`].
    pub async fn rows(&self) -> Result<u64, Error> {
        let mut rows = 0;
        for table in TABLES {
            rows += table.count(self.engine()).await?;
        }
        Ok(rows)
    }

    /// Copies everything into another store, and then compares every row; how many there are.
    /// `tell` hears how far it is.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Differs`] names a row of the copy that is not as here.
    pub async fn copy_to(&self, to: &Store, mut tell: impl FnMut(Progress)) -> Result<u64, Error> {
        let mut rows = 0;
        for table in TABLES {
            let sql = table.texts();
            let pages = table.pages(self.engine(), &sql);
            let copied = pages.map_ok(|page| table.copy(to.engine(), &sql, page)).try_buffered(PAGES);
            let mut copied = std::pin::pin!(copied);
            while let Some(copied) = copied.try_next().await? {
                rows += u64::try_from(copied).unwrap_or_default();
                tell(Progress { table: table.name, rows });
            }
            let counts = [table.count(self.engine()).await?, table.count(to.engine()).await?];
            if counts[0] != counts[1] {
                let key = format!("{} rows in place of {}", counts[1], counts[0]);
                return Err(Error::Differs { table: table.name, key });
            }
        }
        Ok(rows)
    }
}

/// The statements of a table, made once for a copy.
struct Texts {
    first: &'static str,
    next: &'static str,
    insert: &'static str,
    insert_together: &'static str,
    by_key: &'static str,
}

impl Table {
    /// As many as there are tables, and kept for good: an engine keeps what it has prepared by the text.
    fn texts(&self) -> Texts {
        let (name, keys, columns) = (self.name, self.columns[..self.keys].join(", "), self.columns.join(", "));
        let places = |from: usize, count: usize| {
            (from..from + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
        };
        let width = self.columns.len();
        let insert = |rows: usize| -> &'static str {
            let row = |row: usize| format!("({})", places(row * width + 1, width));
            let rows = (0..rows).map(row).collect::<Vec<_>>().join(", ");
            format!("INSERT INTO {name} ({columns}) VALUES {rows} ON CONFLICT DO NOTHING").leak()
        };
        let same = |(place, key): (usize, &str)| format!("{key} = ${}", place + 1);
        let by_key = keys.split(", ").enumerate().map(same).collect::<Vec<_>>().join(" AND ");
        let (those, limit) = (places(1, self.keys), places(self.keys + 1, 1));
        Texts {
            first: format!("SELECT {columns} FROM {name} ORDER BY {keys} LIMIT $1").leak(),
            next: format!("SELECT {columns} FROM {name} WHERE ({keys}) > ({those}) ORDER BY {keys} LIMIT {limit}")
                .leak(),
            insert: insert(1),
            insert_together: insert(TOGETHER),
            by_key: format!("SELECT {columns} FROM {name} WHERE {by_key}").leak(),
        }
    }

    /// All rows, page by page, in the order of their keys.
    fn pages<'t>(&'t self, engine: &'t Engine, sql: &'t Texts) -> impl Stream<Item = Result<Vec<Row>, Error>> + 't {
        stream::try_unfold(None, async move |last: Option<Row>| {
            let page = self.page(engine, sql, last.as_ref()).await?;
            let last = page.last().cloned();
            Ok(last.map(|last| (page, Some(last))))
        })
    }

    async fn page(&self, engine: &Engine, sql: &Texts, after: Option<&Row>) -> Result<Vec<Row>, Error> {
        let limit = Value::Integer(i64::try_from(PAGE).unwrap_or(i64::MAX));
        let query = match after {
            None => Query::new(sql.first, [limit]),
            Some(row) => Query::new(sql.next, row[..self.keys].iter().cloned().chain([limit]).collect::<Vec<_>>()),
        };
        Ok(engine.scan(query).await?.into_iter().map(alike).collect())
    }

    /// Writes a page, then reads every row of it back; how many they are.
    async fn copy(&self, engine: &Engine, sql: &Texts, page: Vec<Row>) -> Result<usize, Error> {
        let (full, rest) = page.as_chunks::<TOGETHER>();
        let full = full.iter().map(|rows| Statement::new(sql.insert_together, rows.concat()));
        let rest = rest.iter().map(|row| Statement::new(sql.insert, row.clone()));
        engine.write(full.chain(rest).collect()).await?;
        // As a list, like what is written: PostgreSQL hears all questions before it answers the first.
        let looks = page.iter().map(|row| Statement::new(sql.by_key, row[..self.keys].to_vec()));
        let found = engine.write(looks.collect()).await?.into_iter().map(|row| Some(alike(row)));
        let mut pairs = page.iter().zip(found.chain(std::iter::repeat(None)));
        // A row that is missing moves those behind it: the first that differs is the one.
        match pairs.find(|(row, found)| found.as_ref() != Some(*row)) {
            None => Ok(page.len()),
            Some((row, _)) => {
                Err(Error::Differs { table: self.name, key: Columns::of(self.name, self.keys, row.clone()).key() })
            }
        }
    }

    async fn count(&self, engine: &Engine) -> Result<u64, Error> {
        let sql: &'static str = format!("SELECT COUNT(*) FROM {}", self.name).leak();
        let rows = engine.scan(Query::new(sql, [])).await?;
        Columns::of(self.name, 0, rows.into_iter().next().unwrap_or_default()).narrow("count")
    }
}

/// A row with the same kinds on both engines: SQLite keeps booleans as numbers.
fn alike(row: Row) -> Row {
    let value = |value| match value {
        Value::Boolean(boolean) => Value::Integer(boolean.into()),
        other => other,
    };
    row.into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists above against the schema: a column that a later step adds may not be forgotten here.
    #[tokio::test]
    async fn every_column_of_every_table_is_copied() {
        let store = Store::open_in_memory().expect("a store");
        let sql = "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
            WHERE m.type = 'table' AND m.name NOT IN ('migrations', 'needs') ORDER BY 1, 2";
        let rows = store.engine().scan(Query::new(sql, [])).await.expect("rows");
        let text = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        let in_schema: Vec<String> = rows.iter().map(|row| format!("{}.{}", text(&row[0]), text(&row[1]))).collect();
        let mut here: Vec<String> =
            TABLES.iter().flat_map(|table| table.columns.iter().map(|name| format!("{}.{name}", table.name))).collect();
        here.sort();
        assert_eq!(here, in_schema);
    }
}
