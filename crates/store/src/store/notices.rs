//! Notices: leased for a try, tried, read.
//!
//! A lease is a guarded write of a moment; nothing is held while a shop is being called. It ends by
//! time, so a process that dies with leases loses nothing. Fairness is kept here: a shop has at
//! most so many tries under way, whatever waits for it, and is looked at once however much waits.
//! What a clock that was ahead has put off is put right before anything is leased.

use std::collections::HashMap;

use payments::{Event, Outcome, Payment, PaymentId, ShopLogin, UtcMs};

use super::Store;
use super::payments::key;
use crate::error::Error;
use crate::notice::{Next, Notice, NoticeRecord, NoticeRound, NoticeState, Try};
use crate::row::{Columns, readable};
use crate::statement::{Query, Row, Statement, Unmet, Value};
use crate::table::{Sql, Table, sql, table};

table! {
    NOTICES = "notices", fn columns_of(payment: &Payment, event: &Event, outcome: String, due_at: UtcMs)
    key { shop: payment.shop.as_str(), payment: payment.id.as_str(), version: event.version }
    moving {
        outcome: outcome,
        tries: 0_i64,
        first_due_at: due_at.0,
        state: "due",
        due_at: due_at.0,
    }
}

/// A try is written with the number that its notice has by then.
pub(crate) const TRIES: Table = Table {
    name: "notice_tries",
    keys: 4,
    fixed: 4,
    columns: &["shop", "payment", "version", "number", "at", "duration_ms", "status", "error"],
};

const FORGOTTEN: &str = "SELECT shop FROM notices WHERE state = 'leased' AND (due_at <= $1 OR due_at > $2) LIMIT 1";
const RELEASE: &str = "\
    UPDATE notices SET state = 'due', due_at = CASE WHEN due_at > $1 THEN $2 ELSE due_at END \
    WHERE state = 'leased' AND (due_at <= $2 OR due_at > $1)";

/// Steps from shop to shop through the index of due notices: one seek a shop, not one row a notice.
macro_rules! waiting_shops {
    ($select:literal) => {
        concat!(
            "WITH RECURSIVE waiting (shop) AS (",
            "SELECT MIN(notices.shop) FROM notices WHERE notices.state = 'due' ",
            "UNION ALL SELECT (SELECT MIN(notices.shop) FROM notices ",
            "WHERE notices.state = 'due' AND notices.shop > waiting.shop) FROM waiting WHERE waiting.shop IS NOT NULL) ",
            $select
        )
    };
}

const WAITING_SHOPS: &str = waiting_shops!(
    "SELECT waiting.shop, \
     (SELECT COUNT(*) FROM notices WHERE notices.state = 'leased' AND notices.shop = waiting.shop), \
     (SELECT MAX(notices.due_at) FROM notices WHERE notices.state = 'due' AND notices.shop = waiting.shop) \
     FROM waiting WHERE waiting.shop IS NOT NULL"
);
const NEXT_DUE: &str = waiting_shops!(
    "SELECT \
     MIN((SELECT MIN(notices.due_at) FROM notices WHERE notices.state = 'due' AND notices.shop = waiting.shop)), \
     MAX((SELECT MAX(notices.due_at) FROM notices WHERE notices.state = 'due' AND notices.shop = waiting.shop)) \
     FROM waiting WHERE waiting.shop IS NOT NULL AND NOT EXISTS \
     (SELECT 1 FROM notices WHERE notices.state = 'leased' AND notices.shop = waiting.shop)"
);
const NEXT_FORGOTTEN: &str = "SELECT MIN(due_at), MAX(due_at) FROM notices WHERE state = 'leased'";
const BRING_FORWARD: &str = "UPDATE notices SET due_at = $1 WHERE state = 'due' AND shop = $2 AND due_at > $3";
const DUE_OF_SHOP: &str = "\
    SELECT shop, payment, version, due_at FROM notices WHERE state = 'due' AND shop = $1 AND due_at <= $2 \
    ORDER BY due_at LIMIT $3";
/// The time to give up counts from the first try at the latest: a clock that was ahead does not put it off.
const LEASE: &str = sql!(
    Sql::new(
        "UPDATE notices SET state = 'leased', due_at = $1, \
             first_due_at = CASE WHEN first_due_at > $2 THEN $2 ELSE first_due_at END \
         WHERE shop = $3 AND payment = $4 AND version = $5 AND state = 'due' AND due_at <= $2 RETURNING "
    )
    .all_of(&NOTICES)
);
const TRIED: &str = "\
    UPDATE notices SET tries = tries + 1, state = CASE WHEN state = 'delivered' THEN state ELSE $1 END, \
        due_at = CASE WHEN state = 'delivered' THEN due_at ELSE $2 END \
    WHERE shop = $3 AND payment = $4 AND version = $5";
const INSERT_TRY: &str = "\
    INSERT INTO notice_tries (shop, payment, version, number, at, duration_ms, status, error) \
    SELECT shop, payment, version, tries, $1, $2, $3, $4 FROM notices WHERE shop = $5 AND payment = $6 AND version = $7";
const OF_PAYMENT: &str = sql!(NOTICES.select("FROM notices WHERE shop = $1 AND payment = $2 ORDER BY version"));
const TRIES_OF_PAYMENT: &str =
    sql!(TRIES.select("FROM notice_tries WHERE shop = $1 AND payment = $2 ORDER BY version, number"));

/// A notice that may be leased: its place among its shop's, since when it is due, its key.
struct Candidate {
    place: usize,
    due_at: i64,
    key: Key,
}

/// Shop, payment, version.
type Key = (String, String, i64);

impl Store {
    /// Takes notices that are due for one try each; each is answered to [`Store::notice_tried`]
    /// before the round's `until`, or is due again then. The shops take turns, the longest due
    /// first. Nothing due costs no write.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`]. A row that makes no sense is logged and left out.
    pub async fn lease_notices(&self, round: &NoticeRound) -> Result<Vec<Notice>, Error> {
        let (now, latest) = (round.now.0, round.latest.0);
        if !self.engine().point(Query::new(FORGOTTEN, [now.into(), latest.into()])).await?.is_empty() {
            self.engine().write(vec![Statement::new(RELEASE, [latest.into(), now.into()])]).await?;
        }
        let mut candidates = self.candidates(round).await?;
        candidates.sort_by_key(|candidate| (candidate.place, candidate.due_at));
        candidates.truncate(usize::try_from(round.limit).unwrap_or(usize::MAX));
        let turns: HashMap<Key, usize> = candidates.into_iter().map(|candidate| candidate.key).zip(0..).collect();
        let mut notices = self.leased(turns.keys(), round.now, round.until).await?;
        let turn = |notice: &Notice| turns.get(&(notice.shop.to_string(), notice.payment.to_string(), notice.version));
        notices.sort_by_key(|notice| turn(notice).copied());
        Ok(notices)
    }

    /// Records a try of a leased notice and what follows. A notice that was delivered stays delivered, whatever a
    /// try that ends later says.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is no such notice, [`Error::Database`], [`Error::Closed`].
    pub async fn notice_tried(&self, notice: &Notice, tried: Try, next: Next) -> Result<(), Error> {
        let key = || [notice.shop.as_str().into(), notice.payment.as_str().into(), notice.version.into()];
        let (state, due_at) = match next {
            Next::Delivered => ("delivered", tried.at),
            Next::At(due_at) => ("due", due_at),
            Next::GaveUp => ("gave_up", tried.at),
        };
        let mut update: Vec<Value> = vec![state.into(), due_at.0.into()];
        update.extend(key());
        let mut line: Vec<Value> = vec![tried.at.0.into(), tried.duration_ms.into()];
        line.extend([tried.status.map(i64::from).into(), tried.error.into()]);
        line.extend(key());
        let list = [Statement::new(TRIED, update).one(Unmet::Missing("notices")), Statement::new(INSERT_TRY, line)];
        self.engine().write(list.into()).await?;
        Ok(())
    }

    /// When [`Store::lease_notices`] is worth calling again, were nothing to change until then: an instant that may
    /// have passed; none when nothing waits. A shop with a lease under way counts from when that lease ends: call
    /// again once its try is recorded. Now, when anything is due later than `latest`, as in [`NoticeRound`].
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Closed`].
    pub async fn next_notice_due(&self, now: UtcMs, latest: UtcMs) -> Result<Option<UtcMs>, Error> {
        let mut soonest: Option<i64> = None;
        for sql in [NEXT_DUE, NEXT_FORGOTTEN] {
            let row = self.engine().point(Query::new(sql, [])).await?.pop().unwrap_or_default();
            let mut columns = Columns::of("notices", 0, row);
            let (first, last) = (columns.integer_or_null("due_at")?, columns.integer_or_null("due_at")?);
            let ahead = last.filter(|last| *last > latest.0).map(|_| now.0);
            soonest = soonest.into_iter().chain(first).chain(ahead).min();
        }
        Ok(soonest.map(UtcMs))
    }

    /// The notices of a payment with every try, oldest first.
    ///
    /// # Errors
    /// [`Error::Nonsense`], [`Error::Database`], [`Error::Closed`].
    pub async fn notices(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Vec<NoticeRecord>, Error> {
        let rows = self.engine().point(Query::new(OF_PAYMENT, key(shop, payment))).await?;
        let mut records = rows.into_iter().map(record).collect::<Result<Vec<_>, _>>()?;
        for row in self.engine().point(Query::new(TRIES_OF_PAYMENT, key(shop, payment))).await? {
            let (version, tried) = try_of(row)?;
            if let Some(record) = records.iter_mut().find(|record| record.notice.version == version) {
                record.tries.push(tried);
            }
        }
        Ok(records)
    }

    /// Leases those of the notices that are due still.
    async fn leased(&self, keys: impl Iterator<Item = &Key>, now: UtcMs, until: UtcMs) -> Result<Vec<Notice>, Error> {
        let mut keys: Vec<&Key> = keys.collect();
        // Always in the same order, so that two gateways never wait for each other in a circle.
        keys.sort();
        let lease = |(shop, payment, version): &Key| {
            let key = [shop.as_str().into(), payment.as_str().into(), (*version).into()];
            Statement::new(LEASE, [&[until.0.into(), now.0.into()], key.as_slice()].concat())
        };
        let leases: Vec<Statement> = keys.into_iter().map(lease).collect();
        if leases.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.engine().write(leases).await?;
        Ok(readable(rows, |row| notice(&mut Columns::whole(&NOTICES, row))))
    }

    async fn candidates(&self, round: &NoticeRound) -> Result<Vec<Candidate>, Error> {
        let mut candidates = Vec::new();
        for (shop, free) in self.waiting_shops(round).await? {
            let due = Query::new(DUE_OF_SHOP, [shop.into(), round.now.0.into(), free.into()]);
            for (place, row) in self.engine().point(due).await?.into_iter().enumerate() {
                let mut columns = Columns::of("notices", 3, row);
                let key = (columns.text("shop")?, columns.text("payment")?, columns.integer("version")?);
                candidates.push(Candidate { place, due_at: columns.integer("due_at")?, key });
            }
        }
        Ok(candidates)
    }

    /// The shops that notices wait for, and how many more of each may be leased. What waits for too
    /// long is due from now on.
    async fn waiting_shops(&self, round: &NoticeRound) -> Result<Vec<(String, i64)>, Error> {
        let (mut shops, mut ahead) = (Vec::new(), Vec::new());
        for row in self.engine().point(Query::new(WAITING_SHOPS, [])).await? {
            let mut columns = Columns::of("notices", 1, row);
            let shop = columns.text("shop")?;
            let free = i64::from(round.per_shop) - columns.integer("state")?;
            if columns.integer("due_at")? > round.latest.0 {
                tracing::warn!(shop, "Notices were put off by a clock that was ahead; they are due now");
                let parameters: [Value; 3] = [round.now.0.into(), shop.as_str().into(), round.latest.0.into()];
                ahead.push(Statement::new(BRING_FORWARD, parameters));
            }
            if free > 0 {
                shops.push((shop, free));
            }
        }
        if !ahead.is_empty() {
            self.engine().write(ahead).await?;
        }
        Ok(shops)
    }
}

/// The row of a notice that is owed from now on.
///
/// # Errors
/// [`Error::Nonsense`] when the outcome cannot be written as JSON.
pub(crate) fn notice_row(
    payment: &Payment,
    event: &Event,
    outcome: &Outcome,
    due_at: UtcMs,
) -> Result<Vec<Value>, Error> {
    let outcome = serde_json::to_string(outcome).map_err(|_| Error::Nonsense {
        table: NOTICES.name,
        column: "outcome",
        key: format!("{}/{}/{}", payment.shop, payment.id, event.version),
    })?;
    Ok(columns_of(payment, event, outcome, due_at))
}

/// A whole row but for its end: state, due_at.
fn notice(columns: &mut Columns) -> Result<Notice, Error> {
    let shop = columns.parsed("shop")?;
    let payment = columns.parsed("payment")?;
    let version = columns.integer("version")?;
    let outcome = columns.text("outcome")?;
    let outcome = serde_json::from_str(&outcome).map_err(|_| columns.nonsense("outcome"))?;
    let tries = columns.narrow("tries")?;
    Ok(Notice { shop, payment, version, outcome, tries, first_due_at: UtcMs(columns.integer("first_due_at")?) })
}

fn record(row: Row) -> Result<NoticeRecord, Error> {
    let mut columns = Columns::whole(&NOTICES, row);
    let notice = notice(&mut columns)?;
    let word = columns.text("state")?;
    let due_at = UtcMs(columns.integer("due_at")?);
    let state = match word.as_str() {
        "due" => NoticeState::Due(due_at),
        "leased" => NoticeState::Leased(due_at),
        "delivered" => NoticeState::Delivered,
        "gave_up" => NoticeState::GaveUp,
        _ => return Err(columns.nonsense("state")),
    };
    Ok(NoticeRecord { notice, state, tries: Vec::new() })
}

/// The notice's version and the try.
fn try_of(row: Row) -> Result<(i64, Try), Error> {
    let mut columns = Columns::whole(&TRIES, row);
    columns.text("shop")?;
    columns.text("payment")?;
    let version = columns.integer("version")?;
    columns.integer("number")?;
    let at = UtcMs(columns.integer("at")?);
    let duration_ms = columns.integer("duration_ms")?;
    let status = columns.integer_or_null("status")?.map(u16::try_from).transpose();
    let status = status.map_err(|_| columns.nonsense("status"))?;
    Ok((version, Try { at, duration_ms, status, error: columns.text_or_null("error")? }))
}

/// Statements across shops, with the index that each is to run on.
#[cfg(test)]
pub(super) const WORK: [(&str, &str); 5] = [
    (FORGOTTEN, "notices_leased"),
    (RELEASE, "notices_leased"),
    (WAITING_SHOPS, "notices_due"),
    (NEXT_DUE, "notices_due"),
    (NEXT_FORGOTTEN, "notices_leased"),
];

/// Statements on one shop's rows.
#[cfg(test)]
pub(super) const POINTS: [&str; 7] =
    [DUE_OF_SHOP, LEASE, BRING_FORWARD, TRIED, INSERT_TRY, OF_PAYMENT, TRIES_OF_PAYMENT];
