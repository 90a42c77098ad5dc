//! A change becomes a list of guarded statements: pure, the same for every engine.

use payments::{Change, Payment, Stage};

use crate::error::Error;
use crate::statement::{Statement, Unmet, Value};
use crate::word::Word;

const INSERT_PAYMENT: &str = "\
    INSERT INTO payments (shop, payment, version, shop_transaction_id, amount_minor, currency, language, buyer_name, \
        buyer_email, custom_info, opened_at, bank_transaction_id, attempts, stage, order_reference, attempt_id, \
        capture_now, asked_at, authorization_id, captured, authorized_at, reason, changed_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) \
    ON CONFLICT DO NOTHING";

const UPDATE_PAYMENT: &str = "\
    UPDATE payments SET version = $1, bank_transaction_id = $2, attempts = $3, stage = $4, order_reference = $5, \
        attempt_id = $6, capture_now = $7, asked_at = $8, authorization_id = $9, captured = $10, authorized_at = $11, \
        reason = $12, changed_at = $13 \
    WHERE shop = $14 AND payment = $15 AND version = $16";

const INSERT_CLAIM: &str = "\
    INSERT INTO claims (shop, shop_transaction_id, payment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

const INSERT_EVENT: &str = "\
    INSERT INTO payment_events (shop, payment, version, kind, at) VALUES ($1, $2, $3, $4, $5)";

const UPSERT_DETAILS: &str = "\
    INSERT INTO order_details (shop, payment, xml) VALUES ($1, $2, $3) \
    ON CONFLICT (shop, payment) DO UPDATE SET xml = excluded.xml";

const INSERT_NOTICE: &str = "\
    INSERT INTO notices (shop, payment, version, outcome, tries, first_due_at, state, due_at) \
    VALUES ($1, $2, $3, $4, 0, $5, 'due', $6)";

/// The statements that write a change: the payment under its guard first, so that a stale writer hears that it is
/// stale and nothing else, and a refused change seldom leaves anything to undo.
///
/// # Errors
/// [`Error::Nonsense`] when the outcome cannot be written as JSON.
pub(crate) fn statements(change: &Change) -> Result<Vec<Statement>, Error> {
    let payment = change.payment();
    let event = change.event();
    let key = || -> Vec<Value> { vec![payment.shop.as_str().into(), payment.id.as_str().into()] };
    let mut list = vec![payment_statement(payment, event.version)];
    if change.claims_transaction() {
        let claim = [payment.shop.as_str(), payment.order.shop_transaction_id.as_str(), payment.id.as_str()];
        list.push(Statement::new(INSERT_CLAIM, claim.map(Value::from)).one(Unmet::Taken));
    }
    let mut line = key();
    line.extend([event.version.into(), event.kind.word().into(), event.at.0.into()]);
    list.push(Statement::new(INSERT_EVENT, line));
    if let Some(xml) = change.order_details() {
        let mut details = key();
        details.push(xml.into());
        list.push(Statement::new(UPSERT_DETAILS, details));
    }
    if let Some(outcome) = change.notice() {
        let json = serde_json::to_string(outcome).map_err(|_| Error::Nonsense {
            table: "notices",
            column: "outcome",
            key: format!("{}/{}/{}", payment.shop, payment.id, event.version),
        })?;
        let mut notice = key();
        notice.extend([event.version.into(), json.into(), event.at.0.into(), event.at.0.into()]);
        list.push(Statement::new(INSERT_NOTICE, notice));
    }
    Ok(list)
}

fn payment_statement(payment: &Payment, version: i64) -> Statement {
    let mut moving: Vec<Value> =
        vec![payment.bank_transaction_id.map(|number| number.0).into(), i64::from(payment.attempts).into()];
    moving.extend(stage_columns(&payment.stage));
    moving.push(payment.changed_at.0.into());
    let (shop, id) = (Value::from(payment.shop.as_str()), Value::from(payment.id.as_str()));
    if version == 1 {
        let order = &payment.order;
        let mut parameters = vec![shop, id, version.into(), order.shop_transaction_id.as_str().into()];
        parameters.extend([order.amount.minor.into(), order.amount.currency.as_str().into()]);
        parameters.extend([order.language.word().into(), order.buyer_name.as_str().into()]);
        parameters.extend([order.buyer_email.as_str().into(), order.custom_info.as_str().into()]);
        parameters.push(payment.opened_at.0.into());
        parameters.extend(moving);
        return Statement::new(INSERT_PAYMENT, parameters).one(Unmet::Taken);
    }
    let mut parameters = vec![version.into()];
    parameters.extend(moving);
    parameters.extend([shop, id, (version - 1).into()]);
    Statement::new(UPDATE_PAYMENT, parameters).one(Unmet::Stale)
}

/// stage, order_reference, attempt_id, capture_now, asked_at, authorization_id, captured, authorized_at, reason.
fn stage_columns(stage: &Stage) -> [Value; 9] {
    const NULL: Value = Value::Null;
    let (word, attempt, authorization, reason) = match stage {
        Stage::Open { order_reference, declined } => {
            let order_reference = order_reference.as_ref().map(|id| id.as_str()).into();
            let reason = declined.map(Word::word).into();
            return ["open".into(), order_reference, NULL, NULL, NULL, NULL, NULL, NULL, reason];
        }
        Stage::Authorizing { attempt } => ("authorizing", Some(attempt), None, None),
        Stage::Paid { attempt, authorization } => ("paid", Some(attempt), Some(authorization), None),
        Stage::Refused { attempt, reason } => ("refused", attempt.as_ref(), None, Some(reason)),
        Stage::Abandoned => ("abandoned", None, None, None),
    };
    [
        word.into(),
        attempt.map(|attempt| attempt.order_reference.as_str()).into(),
        attempt.map(|attempt| attempt.id.as_str()).into(),
        attempt.map(|attempt| attempt.capture_now).into(),
        attempt.map(|attempt| attempt.asked_at.0).into(),
        authorization.map(|authorization| authorization.id.as_str()).into(),
        authorization.map(|authorization| authorization.captured).into(),
        authorization.map(|authorization| authorization.authorized_at.0).into(),
        reason.copied().map(Word::word).into(),
    ]
}
