//! What the shop's owner does with the money of an order: each written down before it is asked for,
//! under a name of its own (the settlementID), and followed until the gateway reports its end.

use pagam::{Amount, SettlementId};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::baskets::euros;
use super::orders::note;
use super::vocabulary::{Kind, Stage};
use super::{Book, BookError};

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The name that the gateway knows it by.
    pub name: SettlementId,
    pub order: String,
    pub shop_transaction_id: String,
    /// Which way.
    pub kind: Kind,
    /// How much; of a cancellation, what was authorized.
    pub amount: Amount,
    /// Of a refund, how many of the same amount the gateway reported before.
    pub refunds_before: i64,
    pub stage: Stage,
    /// When the owner asked for it; UTC milliseconds.
    pub asked_at_ms: i64,
    /// When it was last sent; UTC milliseconds.
    pub sent_at_ms: i64,
    /// How often it was sent, always under the same name.
    pub sent: i64,
    /// How often the report was read without finding its end.
    pub looked: i64,
    /// Why it was refused or declined.
    pub said: Option<String>,
}

/// A movement to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its name, made with the form that asks for it.
    pub name: SettlementId,
    pub order: String,
    pub shop_transaction_id: String,
    /// Which way.
    pub kind: Kind,
    pub amount: Amount,
    /// How many refunds of the same amount the gateway reports so far.
    pub refunds_before: i64,
}

/// What became of the wish to move money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wished {
    /// It is written down: send it.
    Now(Movement),
    /// The same wish was written down before.
    Before(Movement),
    /// Another one of this transaction stands in its way.
    OneAtATime,
}

const COLUMNS: &str =
    "name, order_id, kind, amount_minor, refunds_before, stage, asked_at_ms, said, shop_transaction_id,
    sent_at_ms, sent, looked";

impl Book {
    /// Writes down a wish under its name. The same name is the same wish, however often it is sent.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn wish(&self, wish: Wish, now: i64) -> Result<Wished, BookError> {
        self.write(move |t| {
            if let Some(known) = find(t, wish.name.as_str())? {
                return Ok(Wished::Before(known));
            }
            let sql = "SELECT 1 FROM movement WHERE shop_transaction_id = ?1
                AND (stage = 'unanswered' OR stage = 'accepted' AND kind <> 'refund')";
            if t.query_row(sql, [&wish.shop_transaction_id], |_| Ok(())).optional()?.is_some() {
                return Ok(Wished::OneAtATime);
            }
            let Wish { name, order, shop_transaction_id: of, kind, amount, refunds_before } = &wish;
            let sql = "INSERT INTO movement (name, order_id, shop_transaction_id, kind, amount_minor,
                refunds_before, stage, asked_at_ms, sent_at_ms, sent, look_at_ms)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'unanswered', ?7, ?7, 0, ?7)";
            t.execute(sql, params![name.as_str(), order, of, kind.as_str(), amount.minor(), refunds_before, now])?;
            let written = find(t, name.as_str())?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
            Ok(Wished::Now(written))
        })
        .await
    }

    /// It is sent now, for the first time or again; the report is read at `look_at`. `None` when it
    /// is answered already.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn sending(&self, movement: &Movement, now: i64, look_at: i64) -> Result<Option<Movement>, BookError> {
        let name = movement.name.clone();
        self.write(move |t| {
            let sql = "UPDATE movement SET sent = sent + 1, sent_at_ms = ?2, look_at_ms = ?3
                WHERE name = ?1 AND stage = 'unanswered'";
            match t.execute(sql, params![name.as_str(), now, look_at])? {
                0 => Ok(None),
                _ => find(t, name.as_str()),
            }
        })
        .await
    }

    /// It is known where it stands. Only what is open moves on.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn moved(
        &self,
        movement: &Movement,
        stage: Stage,
        said: Option<String>,
        now: i64,
    ) -> Result<(), BookError> {
        let movement = movement.clone();
        self.write(move |t| {
            let sql = "UPDATE movement SET stage = ?2, said = ?3, look_at_ms = iif(?4, look_at_ms, NULL)
                WHERE name = ?1 AND stage IN ('unanswered', 'accepted') AND stage <> ?2";
            let name = movement.name.as_str();
            match t.execute(sql, params![name, stage.as_str(), said, stage.is_open()])? {
                0 => Ok(()),
                _ => told(t, &movement, stage, now),
            }
        })
        .await
    }

    /// Its end is not known: look at the report then.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn follow_at(&self, movement: &Movement, at: i64) -> Result<(), BookError> {
        let name = movement.name.clone();
        let sql = "UPDATE movement SET look_at_ms = ?2, looked = looked + 1
            WHERE name = ?1 AND stage IN ('unanswered', 'accepted')";
        self.write(move |t| t.execute(sql, params![name.as_str(), at]).map(drop)).await
    }

    /// Movements whose end is to be looked for; all that have not ended when `before` is `None`.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn movements_to_follow(&self, before: Option<i64>) -> Result<Vec<Movement>, BookError> {
        let sql = format!("SELECT {COLUMNS} FROM movement WHERE look_at_ms <= ?1 ORDER BY look_at_ms, name");
        let before = before.unwrap_or(i64::MAX);
        self.read(move |c| c.prepare_cached(&sql)?.query_map([before], read)?.collect()).await
    }

    /// One movement.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn movement(&self, name: SettlementId) -> Result<Option<Movement>, BookError> {
        self.read(move |c| find(c, name.as_str())).await
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
    let (kind, stage) = (movement.kind.label(), stage.as_str());
    note(t, &movement.order, now, &format!("{kind} {}: {stage}", movement.amount))
}

fn find(c: &Connection, name: &str) -> rusqlite::Result<Option<Movement>> {
    let sql = format!("SELECT {COLUMNS} FROM movement WHERE name = ?1");
    c.prepare_cached(&sql)?.query_row([name], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Movement> {
    let (name, kind, stage): (String, String, String) = (row.get(0)?, row.get(2)?, row.get(5)?);
    let unknown =
        |column, text: &str| rusqlite::Error::InvalidColumnType(column, text.to_owned(), rusqlite::types::Type::Text);
    Ok(Movement {
        name: SettlementId::new(name.as_str()).map_err(|_| unknown(0, &name))?,
        order: row.get(1)?,
        kind: Kind::of(&kind).ok_or_else(|| unknown(2, &kind))?,
        amount: euros(row.get(3)?),
        refunds_before: row.get(4)?,
        stage: Stage::of(&stage).ok_or_else(|| unknown(5, &stage))?,
        asked_at_ms: row.get(6)?,
        said: row.get(7)?,
        shop_transaction_id: row.get(8)?,
        sent_at_ms: row.get(9)?,
        sent: row.get(10)?,
        looked: row.get(11)?,
    })
}
