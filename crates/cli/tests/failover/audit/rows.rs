//! The database, by plain SQL.

use std::fmt::{self, Display, Formatter};

use tokio_postgres::Client;

/// A row of `payments`.
#[derive(Debug, Clone)]
pub struct Payment {
    pub shop: String,
    pub payment: String,
    /// The shop's identifier.
    pub id: String,
    pub origin: String,
    pub stage: String,
    pub minor: i64,
    pub number: Option<i64>,
    pub is_unresolved: bool,
}

/// A row of `notices`, and whether a try of it was answered with 2xx, or none was needed because a
/// call's own answer told it.
#[derive(Debug, Clone)]
pub struct Notice {
    pub shop: String,
    pub payment: String,
    pub state: String,
    pub is_answered: bool,
}

/// What is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    payments: i64,
    notices: i64,
}

impl Display for Left {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} payments without an end and {} notices are left", self.payments, self.notices)
    }
}

/// How much is left. A visit that never began owes nothing and ends with its string.
pub async fn left(database: &Client) -> Left {
    let sql = "SELECT (SELECT count(*) FROM payments
            WHERE (unresolved_at IS NOT NULL OR stage IN ('open', 'authorizing', 'pending'))
                AND (begun_at IS NOT NULL OR origin <> 'page')),
        (SELECT count(*) FROM notices WHERE state IN ('due', 'leased'))";
    let row = database.query_one(sql, &[]).await.expect("a row");
    Left { payments: row.get(0), notices: row.get(1) }
}

/// All of both, except visits that never began.
pub async fn read(database: &Client) -> (Vec<Payment>, Vec<Notice>) {
    let sql = "SELECT shop, payment, shop_transaction_id, origin, stage, amount_minor, bank_transaction_id,
        unresolved_at IS NOT NULL FROM payments WHERE begun_at IS NOT NULL OR origin <> 'page'";
    let payments = database.query(sql, &[]).await.expect("rows").into_iter().map(|row| Payment {
        shop: row.get(0),
        payment: row.get(1),
        id: row.get(2),
        origin: row.get(3),
        stage: row.get(4),
        minor: row.get(5),
        number: row.get(6),
        is_unresolved: row.get(7),
    });
    let payments = payments.collect();
    let sql = "SELECT n.shop, n.payment, n.state, (n.tries = 0 AND p.origin = 'web_service')
        OR EXISTS (SELECT 1 FROM notice_tries t WHERE t.shop = n.shop
        AND t.payment = n.payment AND t.version = n.version AND t.status BETWEEN 200 AND 299)
        FROM notices n JOIN payments p ON p.shop = n.shop AND p.payment = n.payment";
    let notices = database.query(sql, &[]).await.expect("rows").into_iter().map(|row| Notice {
        shop: row.get(0),
        payment: row.get(1),
        state: row.get(2),
        is_answered: row.get(3),
    });
    (payments, notices.collect())
}

impl Left {
    pub fn is_nothing(&self) -> bool {
        self.payments == 0 && self.notices == 0
    }
}

impl Payment {
    pub fn is_paid(&self) -> bool {
        self.stage == "paid"
    }

    /// A permission without a payment.
    pub fn is_agreed(&self) -> bool {
        self.stage == "agreed"
    }

    pub fn is_over(&self) -> bool {
        !self.is_unresolved && matches!(self.stage.as_str(), "paid" | "refused" | "agreed" | "abandoned")
    }

    pub fn is_of_page(&self) -> bool {
        self.origin == "page"
    }

    /// A visit that was left beside another one that paid under its identifier is over without a word.
    pub fn is_told_when_over(&self) -> bool {
        matches!(self.stage.as_str(), "paid" | "refused" | "agreed")
    }
}

impl Notice {
    pub fn is_heard(&self) -> bool {
        self.state == "delivered" && self.is_answered
    }

    pub fn is_of(&self, payment: &Payment) -> bool {
        self.shop == payment.shop && self.payment == payment.payment
    }
}
