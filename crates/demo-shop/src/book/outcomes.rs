//! What the gateway said of a try, and the one place where an order is sold.

use pagam::{Cause, Code, Token};
use rusqlite::{Transaction, params};

use super::attention::{self, Attention};
use super::orders::{Order, note};
use super::tries::{REQUEST_LIVES_MS, order_of, set_pending};
use super::vocabulary::{Money, Purpose};
use super::{Book, BookError, baskets, renewals, subscriptions};

/// What the gateway said of a try, checked against the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Authorized at least, the right amount in the right currency.
    Paid {
        /// The gateway's number.
        bank_transaction_id: Option<String>,
        /// For later charges, when the outcome brought one. A report never does.
        token: Option<Token>,
        /// Where the money is, as far as it was said: an outcome tells of the authorization only.
        money: Money,
    },
    /// No money.
    Refused {
        code: Code,
        /// Whether the gateway's report says so. That is about every request under the identifier;
        /// a notice, or the answer to one request, says nothing of another that has no answer yet.
        in_report: bool,
    },
    /// Not final.
    Pending,
    /// Something that does not fit the order: nothing is done, and it needs attention.
    Odd(String),
}

impl Book {
    /// Writes down what the gateway said, in any order and however often. True when the shop acts
    /// on the order **now**: for exactly one call, ever.
    ///
    /// | heard | open | pending | refused | paid |
    /// |---|---|---|---|---|
    /// | paid | paid | paid | paid | – |
    /// | refused | refused | refused, unless a charge has no answer | – | – |
    /// | pending | pending | – | – | – |
    ///
    /// # Errors
    /// When the book cannot be written.
    pub async fn hear(&self, shop_transaction_id: String, heard: Heard, now: i64) -> Result<bool, BookError> {
        self.write(move |t| hear(t, &shop_transaction_id, &heard, now)).await
    }
}

/// The change of [`Book::hear`], as part of a larger one.
pub(super) fn hear(t: &Transaction<'_>, id: &str, heard: &Heard, now: i64) -> rusqlite::Result<bool> {
    let Some(order) = order_of(t, id)? else { return Ok(false) };
    match heard {
        Heard::Paid { bank_transaction_id, token, money } => {
            if let Some(token) = token {
                subscriptions::permitted(t, &order, token, now)?;
            }
            // No money moved: what counts is the token, and a report has none.
            if order.purpose == Purpose::FreeMonth && token.is_none() {
                return Ok(false);
            }
            Paid { order: &order, under: id, bank: bank_transaction_id.as_deref(), money: *money }.write(t, now)
        }
        Heard::Refused { code, in_report } => {
            let refused = Refused { order: &order, under: id, code: *code, in_report: *in_report };
            refused.write(t, now).map(|()| false)
        }
        Heard::Pending => set_pending(t, id, now).map(|()| false),
        Heard::Odd(what) => odd(t, &order, id, what, now).map(|()| false),
    }
}

struct Paid<'p> {
    order: &'p Order,
    under: &'p str,
    bank: Option<&'p str>,
    money: Money,
}

struct Refused<'r> {
    order: &'r Order,
    under: &'r str,
    code: Code,
    in_report: bool,
}

impl Paid<'_> {
    fn write(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<bool> {
        let sql = "UPDATE payment_try SET status = 'paid', ask_at_ms = NULL, suspended_reference = NULL,
            unanswered_at_ms = NULL WHERE shop_transaction_id = ?1 AND status <> 'paid'";
        if t.execute(sql, [self.under])? == 0 {
            return Ok(false);
        }
        let order = self.order.id.as_str();
        // The transition that happens once: the guard and the change are one statement.
        let sql = "UPDATE shop_order SET status = 'paid', paid_count = paid_count + 1, paid_under = ?2,
            bank_transaction_id = ?3, addresses_due_at_ms = ?4, money = ?5, money_due_at_ms = ?6
            WHERE id = ?1 AND paid_count = 0";
        let addresses_due_at = self.lacks_addresses(t)?.then_some(now);
        let money_due_at = self.is_still_to_be_settled().then_some(now);
        let money = self.money.as_str();
        if t.execute(sql, params![order, self.under, self.bank, addresses_due_at, money, money_due_at])? == 0 {
            return self.second(t, now).map(|()| false);
        }
        let word = if self.order.purpose == Purpose::FreeMonth { "Permitted" } else { self.money.status().label() };
        note(t, order, now, &format!("{word} (transaction {})", self.number()))?;
        baskets::take_out(t, order)?;
        t.execute("UPDATE session SET order_id = NULL WHERE order_id = ?1", [order])?;
        renewals::paid(t, self.order, now)?;
        Ok(true)
    }

    /// The order is sold already. A person decides what becomes of the second payment: nothing is
    /// shipped or refunded by itself.
    fn second(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
        let what = format!("This order was paid a second time: transaction {}.", self.number());
        let (order, id) = (self.order.id.clone(), self.under.to_owned());
        attention::raise(t, &Attention { order, shop_transaction_id: id, what, at_ms: now })?;
        let text = format!("Paid a second time (transaction {}): a person of the shop will look at it", self.number());
        note(t, &self.order.id, now, &text)
    }

    fn number(&self) -> &str {
        self.bank.unwrap_or("without a number")
    }

    /// Of a permission alone no money moves.
    fn is_still_to_be_settled(&self) -> bool {
        self.money == Money::Authorized && self.order.purpose != Purpose::FreeMonth
    }

    /// Of a permission alone there is no address to be had; a renewal mostly goes where the month
    /// before went.
    fn lacks_addresses(&self, t: &Transaction<'_>) -> rusqlite::Result<bool> {
        let sql = "SELECT count(*) = 0 FROM order_address WHERE order_id = ?1";
        Ok(self.order.purpose != Purpose::FreeMonth && t.query_row(sql, [&self.order.id], |row| row.get(0))?)
    }
}

impl Refused<'_> {
    fn write(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
        let sql = "UPDATE payment_try SET status = 'refused', ask_at_ms = NULL, refused_code = ?2,
            suspended_reference = NULL, unanswered_at_ms = NULL
            WHERE shop_transaction_id = ?1 AND status IN ('open', 'pending')
            AND (?3 OR unanswered_at_ms IS NULL OR unanswered_at_ms <= ?4)";
        let surely_dead = now - REQUEST_LIVES_MS;
        if t.execute(sql, params![self.under, self.code.0, self.in_report, surely_dead])? == 0 {
            return Ok(());
        }
        // A refusal never undoes a payment, nor a later try that is on its way.
        let sql = "UPDATE shop_order SET status = 'refused' WHERE id = ?1 AND paid_count = 0
            AND NOT EXISTS (SELECT 1 FROM payment_try WHERE order_id = ?1 AND status IN ('open', 'pending'))";
        let is_refused = t.execute(sql, [&self.order.id])? > 0;
        note(t, &self.order.id, now, &format!("Refused: {} ({})", why(self.code), self.code))?;
        self.ask_for_attention(t, now)?;
        if !is_refused {
            return Ok(());
        }
        baskets::bring_back(t, &self.order.id)?;
        renewals::refused(t, self.order, self.code, now)
    }

    /// Neither the buyer nor time mends the shop's account at Amazon, or a currency.
    fn ask_for_attention(&self, t: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
        let what = match Cause::for_code(self.code) {
            Cause::Account => "Amazon refuses the shop's account: look at its key, its token and the clock.",
            Cause::Currency => "Amazon Pay does not take the currency.",
            _ => return Ok(()),
        };
        let what = format!("{what} ({})", self.code);
        let (order, id) = (self.order.id.clone(), self.under.to_owned());
        attention::raise(t, &Attention { order, shop_transaction_id: id, what, at_ms: now }).map(drop)
    }
}

/// For the buyer, who reads the order's history. Only a decline speaks of the payment method.
fn why(code: Code) -> &'static str {
    match (code, Cause::for_code(code)) {
        (Code::NOT_FOUND, _) => "no payment has arrived",
        (_, Cause::Unavailable | Cause::Account | Cause::Gateway) => "the payment service was not available",
        (_, Cause::Currency | Cause::Request) => "the payment service did not take it",
        (_, Cause::Permission) => "the permission is over",
        (_, Cause::Buyer) => "you left the payment",
        (_, Cause::Declined) => "Amazon declined the payment",
    }
}

/// Said once, however often it is heard.
fn odd(t: &Transaction<'_>, order: &Order, id: &str, what: &str, now: i64) -> rusqlite::Result<()> {
    let text = format!("An answer that does not fit this order was left alone: {what}");
    let raised = Attention { order: order.id.clone(), shop_transaction_id: id.to_owned(), what: text, at_ms: now };
    match attention::raise(t, &raised)? {
        true => note(t, &order.id, now, &raised.what),
        false => Ok(()),
    }
}
