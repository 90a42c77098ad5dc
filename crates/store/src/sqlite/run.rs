//! Runs one statement on a connection: binds by number, steps, takes the rows.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql};

use crate::error::Unwritten;
use crate::statement::{Guard, Query, Row, Statement, Value};

pub(super) fn read(connection: &Connection, query: &Query) -> rusqlite::Result<Vec<Row>> {
    rows(&mut prepared(connection, query.sql, &query.parameters)?)
}

/// Runs a list in order, and answers the rows that its statements return.
///
/// # Errors
/// [`Unwritten::Unmet`] at the first guard that is not met; what ran before it is for the caller to undo.
pub(super) fn write(connection: &Connection, list: &[Statement]) -> Result<Vec<Row>, Unwritten> {
    let mut returned = Vec::new();
    for statement in list {
        let mut prepared = prepared(connection, statement.sql, &statement.parameters)?;
        let met = if prepared.column_count() == 0 {
            prepared.raw_execute()?
        } else {
            let rows = rows(&mut prepared)?;
            let met = rows.len();
            returned.extend(rows);
            met
        };
        match statement.guard {
            Guard::One(unmet) if met != 1 => return Err(Unwritten::Unmet(unmet)),
            Guard::One(_) | Guard::Any => {}
        }
    }
    Ok(returned)
}

fn prepared<'c>(
    connection: &'c Connection,
    sql: &'static str,
    parameters: &[Value],
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut prepared = connection.prepare_cached(sql)?;
    if prepared.parameter_count() != parameters.len() {
        return Err(rusqlite::Error::InvalidParameterCount(parameters.len(), prepared.parameter_count()));
    }
    // SQLite takes `$1` for a name and numbers names as they appear; every statement here names them in order.
    for (place, value) in (1..).zip(parameters) {
        debug_assert_eq!(prepared.parameter_name(place), Some(format!("${place}").as_str()), "{sql}");
        prepared.raw_bind_parameter(place, value)?;
    }
    Ok(prepared)
}

fn rows(prepared: &mut CachedStatement<'_>) -> rusqlite::Result<Vec<Row>> {
    let width = prepared.column_count();
    let mut taken = Vec::new();
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next()? {
        let values = (0..width).map(|column| value(column, row.get_ref(column)?));
        taken.push(values.collect::<rusqlite::Result<Row>>()?);
    }
    Ok(taken)
}

fn value(column: usize, value: ValueRef<'_>) -> rusqlite::Result<Value> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(integer) => Ok(Value::Integer(integer)),
        // Kinds that no column has: the decoder names the column as soon as it meets another kind than it wants.
        ValueRef::Real(real) => Ok(Value::Text(real.to_string())),
        ValueRef::Text(text) | ValueRef::Blob(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(error) => Err(rusqlite::Error::Utf8Error(column, error)),
        },
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Integer(integer) => ValueRef::Integer(*integer),
            Value::Boolean(boolean) => ValueRef::Integer(i64::from(*boolean)),
            Value::Null => ValueRef::Null,
        }))
    }
}
