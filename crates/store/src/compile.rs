//! A change becomes a list of guarded statements: pure, the same for every engine.

use payments::{
    Agreement, AgreementChange, AgreementStage, Attempt, AuthorizationId, BillingAgreementId, Change, Funds,
    Instrument, OrderReferenceId, Payment, Reason, Stage, UtcMs, Wait,
};

use crate::error::Error;
use crate::lease::{FIRST_PAUSE_MS, LEASE_MS};
use crate::statement::{Statement, Unmet, Value};
use crate::word::Word;

const INSERT_PAYMENT: &str = "\
    INSERT INTO payments (shop, payment, version, shop_transaction_id, amount_minor, currency, language, buyer_name, \
        buyer_email, custom_info, recurring, origin, opened_at, bank_transaction_id, attempts, token, pending_since, \
        stage, order_reference, agreement, attempt_id, capture_now, timeout_minutes, asked_at, authorization_id, \
        authorized_at, funds, agreed_at, deleted_at, reason, unresolved_at, automatic_at, leased_until, look_at, \
        changed_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, \
        $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35) \
    ON CONFLICT DO NOTHING";

const UPDATE_PAYMENT: &str = "\
    UPDATE payments SET version = $1, bank_transaction_id = $2, attempts = $3, token = $4, pending_since = $5, \
        stage = $6, order_reference = $7, agreement = $8, attempt_id = $9, capture_now = $10, timeout_minutes = $11, \
        asked_at = $12, authorization_id = $13, authorized_at = $14, funds = $15, agreed_at = $16, deleted_at = $17, \
        reason = $18, unresolved_at = $19, automatic_at = $20, leased_until = $21, look_at = $22, changed_at = $23 \
    WHERE shop = $24 AND payment = $25 AND version = $26";

const INSERT_CLAIM: &str = "\
    INSERT INTO claims (shop, shop_transaction_id, payment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

/// A payment that has the order already takes it again.
const INSERT_ORDER_CLAIM: &str = "\
    INSERT INTO order_claims (seller, order_reference, shop, payment) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (seller, order_reference) DO UPDATE SET payment = excluded.payment \
    WHERE order_claims.shop = excluded.shop AND order_claims.payment = excluded.payment";

const DELETE_ORDER_CLAIMS: &str = "DELETE FROM order_claims WHERE shop = $1 AND payment = $2";

/// Whoever is stale finds the event of the change that came before his: then nothing is inserted, rather than refused, which a
/// server would write into its log each time.
const INSERT_EVENT: &str = "\
    INSERT INTO payment_events (shop, payment, version, kind, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

const UPSERT_DETAILS: &str = "\
    INSERT INTO order_details (shop, payment, xml) VALUES ($1, $2, $3) \
    ON CONFLICT (shop, payment) DO UPDATE SET xml = excluded.xml";

const INSERT_NOTICE: &str = "\
    INSERT INTO notices (shop, payment, version, outcome, tries, first_due_at, state, due_at) \
    VALUES ($1, $2, $3, $4, 0, $5, 'due', $6) ON CONFLICT DO NOTHING";

const INSERT_AGREEMENT: &str = "\
    INSERT INTO agreements (shop, token, version, billing_agreement, payment, currency, stage, made_at, changed_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const UPDATE_AGREEMENT: &str = "\
    UPDATE agreements SET version = $1, stage = $2, changed_at = $3, leased_until = $4 \
    WHERE shop = $5 AND token = $6 AND version = $7";

/// The statements that write a change: the payment under its guard first, so that a stale writer hears that it is
/// stale and nothing else, and a refused change seldom leaves anything to undo.
///
/// # Errors
/// [`Error::Nonsense`] when an outcome or the money cannot be written as JSON.
pub(crate) fn statements(change: &Change) -> Result<Vec<Statement>, Error> {
    let payment = change.payment();
    let event = change.event();
    let key = || -> Vec<Value> { vec![payment.shop.as_str().into(), payment.id.as_str().into()] };
    let mut list = vec![payment_statement(payment, event.version)?];
    if change.claims_transaction() {
        let claim = [payment.shop.as_str(), payment.order.shop_transaction_id.as_str(), payment.id.as_str()];
        list.push(Statement::new(INSERT_CLAIM, claim.map(Value::from)).one(Unmet::Taken));
    }
    if let Some(claim) = change.order_claim() {
        let mut order = vec![claim.seller.as_str().into(), claim.order_reference.as_str().into()];
        order.extend(key());
        list.push(Statement::new(INSERT_ORDER_CLAIM, order).one(Unmet::OrderTaken));
    }
    if change.releases_orders() {
        list.push(Statement::new(DELETE_ORDER_CLAIMS, key()));
    }
    let mut line = key();
    line.extend([event.version.into(), event.kind.word().into(), event.at.0.into()]);
    list.push(Statement::new(INSERT_EVENT, line).one(Unmet::Stale));
    if let Some(xml) = change.order_details() {
        let mut details = key();
        details.push(xml.into());
        list.push(Statement::new(UPSERT_DETAILS, details));
    }
    if let Some(outcome) = change.notice() {
        let mut notice = key();
        notice.push(event.version.into());
        let json = serde_json::to_string(outcome).map_err(|_| unwritable(payment, "notices", "outcome"))?;
        notice.push(json.into());
        notice.extend([event.at.0.into(), event.at.0.into()]);
        list.push(Statement::new(INSERT_NOTICE, notice).one(Unmet::Stale));
    }
    list.extend(change.agreement().map(|agreement| new_agreement(&agreement)));
    Ok(list)
}

/// The statement that writes a move of an agreement.
pub(crate) fn agreement_statement(change: &AgreementChange) -> Statement {
    let agreement = change.agreement();
    // Whoever gives it up tells Amazon at once.
    let is_being_told = agreement.stage == AgreementStage::Closing;
    let parameters: [Value; 7] = [
        agreement.version.into(),
        agreement.stage.word().into(),
        agreement.changed_at.0.into(),
        is_being_told.then(|| agreement.changed_at.plus_ms(LEASE_MS).0).into(),
        agreement.shop.as_str().into(),
        agreement.token.as_str().into(),
        (agreement.version - 1).into(),
    ];
    Statement::new(UPDATE_AGREEMENT, parameters).one(Unmet::Stale)
}

fn new_agreement(agreement: &Agreement) -> Statement {
    let parameters: [Value; 9] = [
        agreement.shop.as_str().into(),
        agreement.token.as_str().into(),
        agreement.version.into(),
        agreement.billing_agreement.as_str().into(),
        agreement.payment.as_str().into(),
        agreement.currency.map(|currency| currency.as_str().to_owned()).into(),
        agreement.stage.word().into(),
        agreement.made_at.0.into(),
        agreement.changed_at.0.into(),
    ];
    Statement::new(INSERT_AGREEMENT, parameters)
}

fn payment_statement(payment: &Payment, version: i64) -> Result<Statement, Error> {
    let moving = moving_columns(payment)?;
    let (shop, id) = (Value::from(payment.shop.as_str()), Value::from(payment.id.as_str()));
    if version == 1 {
        let order = &payment.order;
        let mut parameters = vec![shop, id, version.into(), order.shop_transaction_id.as_str().into()];
        parameters.extend([order.amount.minor.into(), order.amount.currency.as_str().into()]);
        parameters.extend([order.language.word().into(), order.buyer_name.as_str().into()]);
        parameters.extend([order.buyer_email.as_str().into(), order.custom_info.as_str().into()]);
        parameters.extend([order.recurring.word().into(), payment.origin.word().into(), payment.opened_at.0.into()]);
        parameters.extend(moving);
        return Ok(Statement::new(INSERT_PAYMENT, parameters).one(Unmet::Taken));
    }
    let mut parameters = vec![version.into()];
    parameters.extend(moving);
    parameters.extend([shop, id, (version - 1).into()]);
    Ok(Statement::new(UPDATE_PAYMENT, parameters).one(Unmet::Stale))
}

/// From bank_transaction_id to changed_at.
fn moving_columns(payment: &Payment) -> Result<Vec<Value>, Error> {
    let parts = Parts::of(&payment.stage);
    let attempt = parts.attempt;
    let instrument = parts.instrument.or(attempt.map(|attempt| &attempt.instrument));
    let agreement = parts.agreed.or(match instrument {
        Some(Instrument::Agreement(id)) => Some(id),
        Some(Instrument::OrderReference(_)) | None => None,
    });
    // Of an agreement's authorization Amazon makes an order: notifications name it.
    let order = match instrument {
        Some(Instrument::OrderReference(id)) => Some(id),
        Some(Instrument::Agreement(_)) | None => parts.made_order,
    };
    let funds =
        parts.funds.map(serde_json::to_string).transpose().map_err(|_| unwritable(payment, "payments", "funds"))?;
    Ok(vec![
        payment.bank_transaction_id.map(|number| number.0).into(),
        i64::from(payment.attempts).into(),
        payment.token.as_ref().map(|token| token.as_str()).into(),
        payment.pending_since.map(|at| at.0).into(),
        parts.word.into(),
        order.map(|id| id.as_str()).into(),
        agreement.map(|id| id.as_str()).into(),
        attempt.map(|attempt| attempt.id.as_str()).into(),
        attempt.map(|attempt| attempt.capture_now).into(),
        attempt.map(|attempt| i64::from(attempt.timeout_minutes)).into(),
        attempt.map(|attempt| attempt.asked_at.0).into(),
        parts.authorization_id.map(|id| id.as_str()).into(),
        parts.authorized_at.map(|at| at.0).into(),
        funds.into(),
        parts.agreed_at.map(|at| at.0).into(),
        parts.deleted_at.map(|at| at.0).into(),
        parts.reason.map(Word::word).into(),
        payment.unresolved_at().map(|at| at.0).into(),
        payment.automatic().map(|automatic| automatic.at.0).into(),
        payment.is_being_asked().then(|| payment.changed_at.plus_ms(LEASE_MS).0).into(),
        payment.unresolved_at().map(|_| payment.changed_at.plus_ms(FIRST_PAUSE_MS).0).into(),
        payment.changed_at.0.into(),
    ])
}

/// What of a stage goes into columns.
#[derive(Default)]
struct Parts<'p> {
    word: &'static str,
    instrument: Option<&'p Instrument>,
    attempt: Option<&'p Attempt>,
    authorization_id: Option<&'p AuthorizationId>,
    made_order: Option<&'p OrderReferenceId>,
    authorized_at: Option<UtcMs>,
    funds: Option<&'p Funds>,
    agreed: Option<&'p BillingAgreementId>,
    agreed_at: Option<UtcMs>,
    deleted_at: Option<UtcMs>,
    reason: Option<Reason>,
}

impl<'p> Parts<'p> {
    fn of(stage: &'p Stage) -> Parts<'p> {
        let nothing = Parts::default();
        match stage {
            Stage::Open { instrument, declined } => {
                Parts { word: "open", instrument: instrument.as_ref(), reason: *declined, ..nothing }
            }
            Stage::Authorizing { attempt } => Parts { word: "authorizing", attempt: Some(attempt), ..nothing },
            Stage::Pending { attempt, wait } => {
                let placed = match wait {
                    Wait::Decision(placed) => Some(placed),
                    Wait::Card => None,
                };
                let authorization_id = placed.map(|placed| &placed.authorization);
                let made_order = placed.and_then(|placed| placed.made_order.as_ref());
                Parts { word: "pending", attempt: Some(attempt), authorization_id, made_order, ..nothing }
            }
            Stage::Paid { attempt, authorization, funds } => Parts {
                word: "paid",
                attempt: Some(attempt),
                authorization_id: Some(&authorization.id),
                made_order: authorization.made_order.as_ref(),
                authorized_at: Some(authorization.authorized_at),
                funds: Some(funds),
                ..nothing
            },
            Stage::Agreed { agreement, agreed_at, deleted_at } => Parts {
                word: "agreed",
                agreed: Some(agreement),
                agreed_at: Some(*agreed_at),
                deleted_at: *deleted_at,
                ..nothing
            },
            Stage::Refused { attempt, reason } => {
                Parts { word: "refused", attempt: attempt.as_ref(), reason: Some(*reason), ..nothing }
            }
            Stage::Abandoned { instrument } => Parts { word: "abandoned", instrument: instrument.as_ref(), ..nothing },
        }
    }
}

fn unwritable(payment: &Payment, table: &'static str, column: &'static str) -> Error {
    Error::Nonsense { table, column, key: format!("{}/{}/{}", payment.shop, payment.id, payment.version) }
}
