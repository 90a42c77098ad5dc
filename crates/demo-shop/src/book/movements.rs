//! What the shop's owner did with the money of an order: written down before it is asked for, under a name of its own.

use pagam::Amount;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::baskets::euros;
use super::orders::note;
use super::{Book, BookError};

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was authorized is taken.
    Settle,
    /// What was authorized is let go.
    Delete,
    /// What was taken is given back.
    Refund,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Asked for, and not known to be done.
    Open,
    /// Done.
    Done,
    /// Refused: nothing moved.
    Refused,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The `settlementID` that the gateway knows it by.
    pub name: String,
    /// Of which order.
    pub order: String,
    /// Which way.
    pub kind: Kind,
    /// How much; of a deletion, what was authorized.
    pub amount: Amount,
    /// What had been given back before, in cents.
    pub refunded_before_minor: i64,
    /// Where it stands.
    pub stage: Stage,
    /// UTC milliseconds.
    pub asked_at_ms: i64,
    /// Why it was refused.
    pub said: Option<String>,
}

/// A movement to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its name, 1 to 20 characters, made with the form that asks for it.
    pub name: String,
    /// Of which order.
    pub order: String,
    /// Which way.
    pub kind: Kind,
    /// How much.
    pub amount: Amount,
    /// What the gateway says was given back before, in cents.
    pub refunded_before_minor: i64,
}

/// What became of the wish to move money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wished {
    /// It is written down: ask for it.
    Now(Movement),
    /// The same wish was written down before.
    Before(Movement),
    /// Another one of this order is not known to be done.
    OneAtATime,
}

const COLUMNS: &str = "name, order_id, kind, amount_minor, refunded_before_minor, status, asked_at_ms, said";

impl Kind {
    /// As in the book and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Settle => "settle",
            Kind::Delete => "delete",
            Kind::Refund => "refund",
        }
    }

    /// What was done.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Kind::Settle => "Taken",
            Kind::Delete => "Let go",
            Kind::Refund => "Given back",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn of(text: &str) -> Option<Kind> {
        [Kind::Settle, Kind::Delete, Kind::Refund].into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Done => "done",
            Stage::Refused => "refused",
        }
    }

    fn of(text: &str) -> Option<Stage> {
        [Stage::Open, Stage::Done, Stage::Refused].into_iter().find(|stage| stage.as_str() == text)
    }
}

impl Book {
    /// Writes down a wish under its name. The same name is the same wish, however often it is sent.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn wish(&self, wish: Wish, now: i64) -> Result<Wished, BookError> {
        self.write(move |t| {
            if let Some(known) = find(t, &wish.name)? {
                return Ok(Wished::Before(known));
            }
            let sql = "SELECT 1 FROM movement WHERE order_id = ?1 AND status = 'open'";
            if t.query_row(sql, [&wish.order], |_| Ok(())).optional()?.is_some() {
                return Ok(Wished::OneAtATime);
            }
            let Wish { name, order, kind, amount, refunded_before_minor: before } = &wish;
            let sql = "INSERT INTO movement
                (name, order_id, kind, amount_minor, status, asked_at_ms, refunded_before_minor)
                VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6)";
            t.execute(sql, params![name, order, kind.as_str(), amount.minor(), now, before])?;
            let written = find(t, name)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            Ok(Wished::Now(written))
        })
        .await
    }

    /// It is known how it ended. Only what was open ends, once.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn moved(
        &self,
        movement: Movement,
        stage: Stage,
        said: Option<String>,
        now: i64,
    ) -> Result<(), BookError> {
        self.write(move |t| {
            let sql = "UPDATE movement SET status = ?2, said = ?3 WHERE name = ?1 AND status = 'open'";
            if t.execute(sql, params![movement.name, stage.as_str(), said])? == 0 || stage == Stage::Open {
                return Ok(());
            }
            told(t, &movement, stage, now)
        })
        .await
    }

    /// One movement.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn movement(&self, name: String) -> Result<Option<Movement>, BookError> {
        self.read(move |c| find(c, &name)).await
    }

    /// The movements of an order, oldest first.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn movements(&self, order: String) -> Result<Vec<Movement>, BookError> {
        let sql = format!("SELECT {COLUMNS} FROM movement WHERE order_id = ?1 ORDER BY asked_at_ms, name");
        self.read(move |c| c.prepare_cached(&sql)?.query_map([order], read)?.collect()).await
    }
}

fn told(t: &Transaction<'_>, movement: &Movement, stage: Stage, now: i64) -> rusqlite::Result<()> {
    let label = movement.kind.label();
    let text = match stage {
        Stage::Refused => format!("Behind the counter: not {}, {}", label.to_lowercase(), movement.amount),
        Stage::Done | Stage::Open => format!("Behind the counter: {}, {}", label.to_lowercase(), movement.amount),
    };
    note(t, &movement.order, now, &text)
}

fn find(c: &Connection, name: &str) -> rusqlite::Result<Option<Movement>> {
    let sql = format!("SELECT {COLUMNS} FROM movement WHERE name = ?1");
    c.prepare_cached(&sql)?.query_row([name], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Movement> {
    let (kind, stage): (String, String) = (row.get(2)?, row.get(5)?);
    let unknown =
        |column, text: &str| rusqlite::Error::InvalidColumnType(column, text.to_owned(), rusqlite::types::Type::Text);
    Ok(Movement {
        name: row.get(0)?,
        order: row.get(1)?,
        kind: Kind::of(&kind).ok_or_else(|| unknown(2, &kind))?,
        amount: euros(row.get(3)?),
        refunded_before_minor: row.get(4)?,
        stage: Stage::of(&stage).ok_or_else(|| unknown(5, &stage))?,
        asked_at_ms: row.get(6)?,
        said: row.get(7)?,
    })
}
