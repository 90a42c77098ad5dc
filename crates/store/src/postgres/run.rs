//! Runs statements on a connection: binds by number, takes the rows, and knows what a failure means for the database.

use deadpool_postgres::Object;
use futures_util::TryStreamExt as _;
use futures_util::future::{join, join_all};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::cause::Cause;
use crate::statement::{Guard, Query, Row, Statement, Unmet, Value};

pub(super) enum Failed {
    /// A guard met no row; nothing is written.
    Unmet(Unmet),
    /// Nothing is written.
    NotDone(Cause),
    /// Nobody knows: the answer to the commit was not seen.
    Unknown(Cause),
}

impl Failed {
    /// Of what ends a transaction.
    fn at_the_end(cause: tokio_postgres::Error) -> Failed {
        let cause = Cause::from(cause);
        if cause.is_undone() { Failed::NotDone(cause) } else { Failed::Unknown(cause) }
    }
}

pub(super) struct Written {
    pub rows: Vec<Row>,
    /// Whether anything in the database is different now.
    pub has_changed: bool,
}

struct Ran {
    rows: Vec<Row>,
    met: u64,
}

pub(super) async fn read(connection: &Object, query: &Query) -> Result<Vec<Row>, tokio_postgres::Error> {
    let prepared = connection.prepare_cached(query.sql).await?;
    Ok(run(connection, &prepared, &query.parameters).await?.rows)
}

/// Writes a list whole or not at all. A single statement is a transaction by itself. After any
/// failure but an unmet guard the connection is of no use any more.
pub(super) async fn write(connection: &Object, list: &[Statement]) -> Result<Written, Failed> {
    let mut prepared = Vec::with_capacity(list.len());
    for statement in list {
        let one = connection.prepare_cached(statement.sql).await;
        prepared.push(one.map_err(|cause| Failed::NotDone(cause.into()))?);
    }
    match (list, prepared.as_slice()) {
        ([statement], [prepared]) => {
            let ran = run(connection, prepared, &statement.parameters).await.map_err(Failed::at_the_end)?;
            judged(list, vec![Ok(ran)])
        }
        _ => transact(connection, list, &prepared).await,
    }
}

/// All statements are on their way before the first answers; then the guards are looked at, and
/// COMMIT or ROLLBACK is sent.
async fn transact(
    connection: &Object,
    list: &[Statement],
    prepared: &[tokio_postgres::Statement],
) -> Result<Written, Failed> {
    let each = list.iter().zip(prepared).map(|(statement, prepared)| run(connection, prepared, &statement.parameters));
    let (begun, ran) = join(connection.batch_execute("BEGIN"), join_all(each)).await;
    let judged = match begun {
        Ok(()) => judged(list, ran),
        // What was on its way behind a BEGIN that the server refused has run alone.
        Err(cause) if cause.code().is_some() => Err(Failed::Unknown(cause.into())),
        Err(cause) => Err(Failed::NotDone(cause.into())),
    };
    match judged {
        Ok(written) => {
            connection.batch_execute("COMMIT").await.map_err(Failed::at_the_end)?;
            Ok(written)
        }
        Err(Failed::Unmet(unmet)) => match connection.batch_execute("ROLLBACK").await {
            Ok(()) => Err(Failed::Unmet(unmet)),
            // The server ends what was begun, with the connection.
            Err(cause) => Err(Failed::NotDone(cause.into())),
        },
        // Whoever hears this gives the connection up, and the transaction with it.
        Err(failed) => Err(failed),
    }
}

/// The first guard that is not met, or the first failure, in the order of the list: what follows it is of no meaning.
fn judged(list: &[Statement], ran: Vec<Result<Ran, tokio_postgres::Error>>) -> Result<Written, Failed> {
    let mut written = Written { rows: Vec::new(), has_changed: false };
    for (statement, ran) in list.iter().zip(ran) {
        let ran = ran.map_err(|cause| Failed::NotDone(cause.into()))?;
        match statement.guard {
            Guard::One(unmet) if ran.met != 1 => return Err(Failed::Unmet(unmet)),
            Guard::One(_) | Guard::Any => {}
        }
        written.has_changed |= ran.met > 0;
        written.rows.extend(ran.rows);
    }
    Ok(written)
}

async fn run(
    connection: &Object,
    prepared: &tokio_postgres::Statement,
    parameters: &[Value],
) -> Result<Ran, tokio_postgres::Error> {
    let mut stream = std::pin::pin!(connection.query_raw(prepared, parameters).await?);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        rows.push(values(&row)?);
    }
    Ok(Ran { rows, met: stream.rows_affected().unwrap_or_default() })
}

fn values(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let value = |column: usize| match *row.columns()[column].type_() {
        Type::INT8 => Ok(row.try_get::<_, Option<i64>>(column)?.into()),
        Type::BOOL => Ok(row.try_get::<_, Option<bool>>(column)?.into()),
        // Of another kind no column is; asked for as a text it is an error that names the column.
        _ => Ok(row.try_get::<_, Option<String>>(column)?.into()),
    };
    (0..row.len()).map(value).collect()
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, kind) {
            (Value::Text(text), &Type::TEXT) => text.to_sql(kind, out),
            (Value::Integer(integer), &Type::INT8) => integer.to_sql(kind, out),
            (Value::Boolean(boolean), &Type::BOOL) => boolean.to_sql(kind, out),
            // As SQLite keeps it: out of a database that is copied.
            (Value::Integer(integer @ 0..=1), &Type::BOOL) => (*integer == 1).to_sql(kind, out),
            (Value::Null, _) => Ok(IsNull::Yes),
            _ => Err(format!("a value of another kind than {kind}").into()),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::TEXT | Type::INT8 | Type::BOOL)
    }

    to_sql_checked!();
}
