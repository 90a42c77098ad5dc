//! What an engine is asked to run: SQL with its parameters, and what a write must meet. Plain values, no database.

/// The kinds of value that columns hold.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    Null,
}

/// The kind alone: values are buyers' data, keys and tokens.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Value::Text(_) => "text",
            Value::Integer(_) => "integer",
            Value::Boolean(_) => "boolean",
            Value::Null => "null",
        })
    }
}

/// A row as read: values in the order of the SELECT.
pub(crate) type Row = Vec<Value>;

/// A read. Placeholders are `$1`, `$2` … and appear in this order.
#[derive(Clone)]
pub(crate) struct Query {
    pub sql: &'static str,
    pub parameters: Vec<Value>,
}

/// A write that may be conditional.
#[derive(Clone)]
pub(crate) struct Statement {
    pub sql: &'static str,
    pub parameters: Vec<Value>,
    pub guard: Guard,
}

/// How many rows a statement must meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guard {
    Any,
    /// One; otherwise nothing of the whole list is written, for this reason.
    One(Unmet),
}

/// What it means that a guard met no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmet {
    Stale,
    Taken,
    OrderTaken,
    Missing(&'static str),
    Exists(&'static str),
}

impl Query {
    pub(crate) fn new(sql: &'static str, parameters: impl Into<Vec<Value>>) -> Query {
        Query { sql, parameters: parameters.into() }
    }
}

impl Statement {
    pub(crate) fn new(sql: &'static str, parameters: impl Into<Vec<Value>>) -> Statement {
        Statement { sql, parameters: parameters.into(), guard: Guard::Any }
    }

    pub(crate) fn one(self, unmet: Unmet) -> Statement {
        Statement { guard: Guard::One(unmet), ..self }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Value {
        Value::Integer(integer)
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Value {
        Value::Boolean(boolean)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
