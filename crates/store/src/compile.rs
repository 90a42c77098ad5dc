//! A change becomes a list of guarded statements: pure, the same for every engine.

use payments::{AgreementChange, Change};

use crate::error::Error;
use crate::payment_row::{
    CLAIMS, DETAILS, EVENTS, ORDER_CLAIMS, PAYMENTS, claim_row, details_row, event_row, order_claim_row, payment_row,
};
use crate::statement::{Statement, Unmet, Value};
use crate::store::agreements::{AGREEMENTS, agreement_row};
use crate::store::notices::{NOTICES, notice_row};
use crate::table::sql;

const INSERT_PAYMENT: &str = sql!(PAYMENTS.insert("ON CONFLICT DO NOTHING"));
const UPDATE_PAYMENT: &str = sql!(PAYMENTS.update());
const REWRITE_PAYMENT: &str = sql!(PAYMENTS.rewrite());
const INSERT_CLAIM: &str = sql!(CLAIMS.insert("ON CONFLICT DO NOTHING"));
/// A payment that has the order already takes it again.
const INSERT_ORDER_CLAIM: &str = sql!(ORDER_CLAIMS.insert(
    "ON CONFLICT (seller, order_reference) DO UPDATE SET payment = excluded.payment \
     WHERE order_claims.shop = excluded.shop AND order_claims.payment = excluded.payment"
));
const DELETE_ORDER_CLAIMS: &str = "DELETE FROM order_claims WHERE shop = $1 AND payment = $2";
/// A stale writer finds the event of the change that came before: then nothing is inserted, rather
/// than refused, which a server would write into its log each time.
const INSERT_EVENT: &str = sql!(EVENTS.insert("ON CONFLICT DO NOTHING"));
const UPSERT_DETAILS: &str = sql!(DETAILS.upsert());
const INSERT_NOTICE: &str = sql!(NOTICES.insert("ON CONFLICT DO NOTHING"));
const INSERT_AGREEMENT: &str = sql!(AGREEMENTS.insert(""));
const UPDATE_AGREEMENT: &str = sql!(AGREEMENTS.update());

/// The statements that write a change: the payment under its guard first, so that a stale writer hears that it is
/// stale and nothing else, and a refused change seldom leaves anything to undo.
///
/// # Errors
/// [`Error::Nonsense`] when an outcome or the money cannot be written as JSON.
pub(crate) fn statements(change: &Change) -> Result<Vec<Statement>, Error> {
    let (payment, event) = (change.payment(), change.event());
    let row = payment_row(payment)?;
    let mut list = vec![match payment.version {
        1 => Statement::new(INSERT_PAYMENT, row).one(Unmet::Taken),
        version if change.begins_payment() => {
            Statement::new(REWRITE_PAYMENT, PAYMENTS.rewritten(row, version - 1)).one(Unmet::Stale)
        }
        version => Statement::new(UPDATE_PAYMENT, PAYMENTS.updated(row, version - 1)).one(Unmet::Stale),
    }];
    if change.claims_transaction() {
        list.push(Statement::new(INSERT_CLAIM, claim_row(payment)).one(Unmet::Taken));
    }
    if let Some(claim) = change.order_claim() {
        list.push(Statement::new(INSERT_ORDER_CLAIM, order_claim_row(claim, payment)).one(Unmet::OrderTaken));
    }
    if change.releases_orders() {
        list.push(Statement::new(DELETE_ORDER_CLAIMS, [payment.shop.as_str(), payment.id.as_str()].map(Value::from)));
    }
    list.push(Statement::new(INSERT_EVENT, event_row(payment, event)).one(Unmet::Stale));
    list.extend(change.order_details().map(|xml| Statement::new(UPSERT_DETAILS, details_row(payment, xml))));
    if let (Some((outcome, _)), Some(due_at)) = (change.notice(), change.notice_due_at()) {
        list.push(Statement::new(INSERT_NOTICE, notice_row(payment, event, outcome, due_at)?).one(Unmet::Stale));
    }
    list.extend(change.agreement().map(|agreement| Statement::new(INSERT_AGREEMENT, agreement_row(&agreement))));
    Ok(list)
}

/// The statement that writes a move of an agreement.
pub(crate) fn agreement_statement(change: &AgreementChange) -> Statement {
    let agreement = change.agreement();
    let parameters = AGREEMENTS.updated(agreement_row(agreement), agreement.version - 1);
    Statement::new(UPDATE_AGREEMENT, parameters).one(Unmet::Stale)
}
