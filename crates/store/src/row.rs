//! Takes a row apart, column by column, and names the column that makes no sense.

use crate::error::Error;
use crate::statement::{Row, Value};
use crate::table::Table;
use crate::word::Word;

/// What can be read of rows. One that makes no sense is logged and left out: the damage of one shop
/// must not stop the work on the others.
pub(crate) fn readable<T>(rows: Vec<Row>, read: impl Fn(Row) -> Result<T, Error>) -> Vec<T> {
    let read = |row| read(row).inspect_err(|error| tracing::error!(%error, "Row left out")).ok();
    rows.into_iter().filter_map(read).collect()
}

/// Hands out a row's values in the order of the SELECT. The first `key_columns` of them are the row's key.
pub(crate) struct Columns {
    table: &'static str,
    key_columns: usize,
    values: Row,
    next: usize,
    /// Of a whole row: the columns to come.
    listed: &'static [&'static str],
}

impl Columns {
    /// Some columns of a table, or what is computed from them.
    pub(crate) fn of(table: &'static str, key_columns: usize, row: Row) -> Columns {
        Columns { table, key_columns, values: row, next: 0, listed: &[] }
    }

    /// A whole row, read in the order of the table's list.
    pub(crate) fn whole(table: &Table, row: Row) -> Columns {
        Columns { listed: table.columns, ..Columns::of(table.name, table.keys, row) }
    }

    /// The columns that follow are a whole row of another table, joined on the same key.
    pub(crate) fn enter(&mut self, table: &Table) {
        (self.table, self.listed) = (table.name, table.columns);
    }

    pub(crate) fn text_or_null(&mut self, column: &'static str) -> Result<Option<String>, Error> {
        match self.take(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            Some(Value::Integer(_) | Value::Boolean(_)) | None => Err(self.nonsense(column)),
        }
    }

    pub(crate) fn integer_or_null(&mut self, column: &'static str) -> Result<Option<i64>, Error> {
        match self.take(column) {
            Some(Value::Integer(integer)) => Ok(Some(integer)),
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Boolean(_)) | None => Err(self.nonsense(column)),
        }
    }

    /// A boolean that may be null; SQLite keeps 0 and 1.
    pub(crate) fn boolean_or_null(&mut self, column: &'static str) -> Result<Option<bool>, Error> {
        match self.take(column) {
            Some(Value::Boolean(boolean)) => Ok(Some(boolean)),
            Some(Value::Integer(integer @ 0..=1)) => Ok(Some(integer == 1)),
            Some(Value::Null) => Ok(None),
            Some(Value::Text(_) | Value::Integer(_)) | None => Err(self.nonsense(column)),
        }
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Result<String, Error> {
        self.text_or_null(column)?.ok_or_else(|| self.nonsense(column))
    }

    pub(crate) fn integer(&mut self, column: &'static str) -> Result<i64, Error> {
        self.integer_or_null(column)?.ok_or_else(|| self.nonsense(column))
    }

    pub(crate) fn boolean(&mut self, column: &'static str) -> Result<bool, Error> {
        self.boolean_or_null(column)?.ok_or_else(|| self.nonsense(column))
    }

    /// A text that must be of a kind: an identifier, a currency.
    pub(crate) fn parsed<T: TryFrom<String>>(&mut self, column: &'static str) -> Result<T, Error> {
        T::try_from(self.text(column)?).map_err(|_| self.nonsense(column))
    }

    pub(crate) fn parsed_or_null<T: TryFrom<String>>(&mut self, column: &'static str) -> Result<Option<T>, Error> {
        self.text_or_null(column)?.map(T::try_from).transpose().map_err(|_| self.nonsense(column))
    }

    pub(crate) fn narrow<T: TryFrom<i64>>(&mut self, column: &'static str) -> Result<T, Error> {
        T::try_from(self.integer(column)?).map_err(|_| self.nonsense(column))
    }

    pub(crate) fn word<T: Word>(&mut self, column: &'static str) -> Result<T, Error> {
        T::of(&self.text(column)?).ok_or_else(|| self.nonsense(column))
    }

    pub(crate) fn word_or_null<T: Word>(&mut self, column: &'static str) -> Result<Option<T>, Error> {
        let word = self.text_or_null(column)?;
        word.map(|word| T::of(&word).ok_or_else(|| self.nonsense(column))).transpose()
    }

    /// The error that names this row and the column.
    pub(crate) fn nonsense(&self, column: &'static str) -> Error {
        Error::Nonsense { table: self.table, column, key: self.key() }
    }

    /// Key values stay in place when taken, so that a later error can name the row.
    fn take(&mut self, column: &'static str) -> Option<Value> {
        if let Some((listed, rest)) = self.listed.split_first() {
            debug_assert_eq!(*listed, column, "{} is read in the order of its list", self.table);
            self.listed = rest;
        }
        let place = self.next;
        self.next += 1;
        let value = self.values.get_mut(place)?;
        if place < self.key_columns { Some(value.clone()) } else { Some(std::mem::replace(value, Value::Null)) }
    }

    /// The row's key, its parts joined by `/`.
    pub(crate) fn key(&self) -> String {
        let parts = self.values.iter().take(self.key_columns).map(|value| match value {
            Value::Text(text) => text.clone(),
            Value::Integer(integer) => integer.to_string(),
            Value::Boolean(boolean) => boolean.to_string(),
            Value::Null => "null".to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }
}
