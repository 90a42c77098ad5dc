//! Charges by the shop's own server: written down before they are sent, so that no crash can make two of one.

use pagam::Code;
use rusqlite::{OptionalExtension, Transaction, params};

use super::orders::{find, note};
use super::outcomes::{Heard, hear};
use super::tries::{Patience, Sending, begin_sending, find_open, insert};
use super::vocabulary::OrderStatus;
use super::{Book, BookError, baskets};

/// What the buyer last chose for an order on the shop's own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Amazon's order reference, where his choices are kept.
    pub order_reference: String,
    /// Why it was refused, if it was.
    pub refused: Option<Code>,
}

impl Book {
    /// The identifier to charge an order under, with what the buyer chose. From now on the try is pending: whatever
    /// becomes of this process, nobody charges the order again before the gateway has said what came of it. `None` when
    /// a charge is under way, or nothing is to be paid.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn begin_charge(
        &self,
        order: String,
        order_reference: String,
        now: i64,
        patience: Patience,
    ) -> Result<Option<Sending>, BookError> {
        self.write(move |t| {
            let status = find(t, &order)?.map(|order| order.status);
            if !matches!(status, Some(OrderStatus::New | OrderStatus::Refused)) {
                return Ok(None);
            }
            let id = match find_open(t, &order)? {
                Some(open) => open.shop_transaction_id,
                None => insert(t, &order, now, patience)?,
            };
            let sql = "UPDATE payment_try SET order_reference = ?2, refused_code = NULL,
                lapses_at_ms = max(lapses_at_ms, ?3) WHERE shop_transaction_id = ?1";
            t.execute(sql, params![id, order_reference, now + patience.lapse_after_ms])?;
            note(t, &order, now, &format!("Charged on our own page as {id}"))?;
            baskets::take_out(t, &order)?;
            begin_sending(t, id, now).map(Some)
        })
        .await
    }

    /// The request was answered. One under the same identifier that was sent earlier may still have
    /// no answer.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn answered(&self, sent: &Sending) -> Result<(), BookError> {
        let Sending { shop_transaction_id, earlier_at_ms } = sent.clone();
        let sql = "UPDATE payment_try SET unanswered_at_ms = ?2 WHERE shop_transaction_id = ?1";
        self.write(move |t| t.execute(sql, params![shop_transaction_id, earlier_at_ms]).map(drop)).await
    }

    /// Writes down a refusal before anything was tried at Amazon. It ends the try, unless the buyer was sent to the
    /// gateway's page under the same identifier: there it can still be paid, so the next charge keeps it.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn refused_untried(&self, id: String, code: Code, now: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let sql = "SELECT on_page FROM payment_try WHERE shop_transaction_id = ?1";
            match t.query_row(sql, [&id], |row| row.get(0)).optional()? {
                Some(true) => reopen(t, &id, Some(code)),
                _ => hear(t, &id, &Heard::Refused { code, in_report: false }, now).map(drop),
            }
        })
        .await
    }

    /// The charge certainly did not reach the gateway, or not for as long as a request lives: the
    /// try is open again, under the same identifier.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn not_charged(&self, id: String) -> Result<(), BookError> {
        self.write(move |t| reopen(t, &id, None)).await
    }

    /// The gateway has known nothing of the charge for so long that it never arrived. The next one
    /// keeps the identifier, and the gateway is not asked before.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn charge_lapsed(&self, id: String, now: i64) -> Result<(), BookError> {
        self.write(move |t| {
            let sql = "UPDATE payment_try SET ask_at_ms = NULL WHERE shop_transaction_id = ?1
                AND status IN ('open', 'pending') AND ask_at_ms IS NOT NULL RETURNING order_id";
            let order: Option<String> = t.query_row(sql, [&id], |row| row.get(0)).optional()?;
            let Some(order) = order else { return Ok(()) };
            note(t, &order, now, "The payment did not arrive")?;
            reopen(t, &id, None)
        })
        .await
    }

    /// What the buyer last chose for the order on the shop's own page.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn choice(&self, order: String) -> Result<Option<Choice>, BookError> {
        let sql = "SELECT order_reference, refused_code FROM payment_try
            WHERE order_id = ?1 AND order_reference IS NOT NULL ORDER BY number DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| {
            let code: Option<u32> = row.get(1)?;
            Ok(Choice { order_reference: row.get(0)?, refused: code.map(Code) })
        };
        self.read(move |c| c.query_row(sql, [order], read).optional()).await
    }

    /// Why the last try of an order was refused, if it was.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn last_refusal(&self, order: String) -> Result<Option<Code>, BookError> {
        let sql = "SELECT refused_code FROM payment_try WHERE order_id = ?1 ORDER BY number DESC LIMIT 1";
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<u32>>(0);
        self.read(move |c| Ok(c.query_row(sql, [order], read).optional()?.flatten().map(Code))).await
    }

    /// The order reference of a pending order that waits for another card.
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn suspended_reference(&self, order: String) -> Result<Option<String>, BookError> {
        let sql = "SELECT suspended_reference FROM payment_try
            WHERE order_id = ?1 AND status = 'pending' AND suspended_reference IS NOT NULL";
        self.read(move |c| c.query_row(sql, [order], |row| row.get(0)).optional()).await
    }

    /// Writes down which order reference of a pending try waits for another card, or that none does.
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn suspended(&self, id: String, order_reference: Option<String>) -> Result<(), BookError> {
        let sql =
            "UPDATE payment_try SET suspended_reference = ?2 WHERE shop_transaction_id = ?1 AND status = 'pending'";
        self.write(move |t| t.execute(sql, params![id, order_reference]).map(drop)).await
    }
}

fn reopen(t: &Transaction<'_>, id: &str, code: Option<Code>) -> rusqlite::Result<()> {
    let sql = "UPDATE payment_try SET status = 'open', refused_code = ?2 WHERE shop_transaction_id = ?1
        AND status = 'pending' RETURNING order_id";
    let order: Option<String> = t.query_row(sql, params![id, code.map(|code| code.0)], |row| row.get(0)).optional()?;
    let Some(order) = order else { return Ok(()) };
    t.execute("UPDATE shop_order SET status = 'new' WHERE id = ?1 AND status = 'pending'", [&order])?;
    baskets::bring_back(t, &order)
}
