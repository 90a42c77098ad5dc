//! Payments, and what hangs on each of them, as rows.

use payments::{
    Attempt, Authorization, AuthorizationId, BankTransactionId, BillingAgreementId, Event, Funds, Instrument,
    MAX_ATTEMPTS, Money, Order, OrderClaim, OrderReferenceId, Payment, Placed, Reason, Stage, UtcMs, Wait,
};

use crate::error::Error;
use crate::lease::{FIRST_PAUSE_MS, LEASE_MS};
use crate::row::Columns;
use crate::statement::{Row, Value};
use crate::table::table;
use crate::word::Word;

table! {
    PAYMENTS = "payments", fn columns_of(payment: &Payment, parts: &Parts<'_>)
    key {
        shop: payment.shop.as_str(),
        payment: payment.id.as_str(),
    }
    fixed {
        shop_transaction_id: payment.order.shop_transaction_id.as_str(),
        amount_minor: payment.order.amount.minor,
        currency: payment.order.amount.currency.as_str(),
        language: payment.order.language.word(),
        buyer_name: payment.order.buyer_name.as_str(),
        buyer_email: payment.order.buyer_email.as_str(),
        custom_info: payment.order.custom_info.as_str(),
        recurring: payment.order.recurring.word(),
        origin: payment.origin.word(),
        opened_at: payment.opened_at.0,
    }
    moving {
        version: payment.version,
        bank_transaction_id: payment.bank_transaction_id.map(|number| number.0),
        attempts: i64::from(payment.attempts),
        token: payment.token.as_ref().map(|token| token.as_str()),
        pending_since: payment.pending_since.map(|at| at.0),
        stage: parts.word,
        order_reference: parts.order_reference().map(OrderReferenceId::as_str),
        agreement: parts.agreement().map(BillingAgreementId::as_str),
        attempt_id: parts.attempt.map(|attempt| attempt.id.as_str()),
        capture_now: parts.attempt.map(|attempt| attempt.capture_now),
        timeout_minutes: parts.attempt.map(|attempt| i64::from(attempt.timeout_minutes)),
        asked_at: parts.attempt.map(|attempt| attempt.asked_at.0),
        authorization_id: parts.authorization_id.map(AuthorizationId::as_str),
        authorized_at: parts.authorized_at.map(|at| at.0),
        funds: parts.funds.clone(),
        agreed_at: parts.agreed_at.map(|at| at.0),
        deleted_at: parts.deleted_at.map(|at| at.0),
        reason: parts.reason.map(Word::word),
        begun_at: payment.begun_at.map(|at| at.0),
        changed_at: payment.changed_at.0,
        // Conditions of the work lists; no reader takes them.
        unresolved_at: payment.unresolved_at().map(|at| at.0),
        automatic_at: payment.automatic().map(|automatic| automatic.at.0),
        leased_until: payment.is_being_asked().then(|| payment.changed_at.plus_ms(LEASE_MS).0),
        look_at: payment.unresolved_at().map(|_| payment.changed_at.plus_ms(FIRST_PAUSE_MS).0),
    }
}

table! {
    CLAIMS = "claims", pub(crate) fn claim_row(payment: &Payment)
    key {
        shop: payment.shop.as_str(),
        shop_transaction_id: payment.order.shop_transaction_id.as_str(),
    }
    moving { payment: payment.id.as_str() }
}

table! {
    ORDER_CLAIMS = "order_claims", pub(crate) fn order_claim_row(claim: &OrderClaim, payment: &Payment)
    key { seller: claim.seller.as_str(), order_reference: claim.order_reference.as_str() }
    moving { shop: payment.shop.as_str(), payment: payment.id.as_str() }
}

table! {
    EVENTS = "payment_events", pub(crate) fn event_row(payment: &Payment, event: &Event)
    key { shop: payment.shop.as_str(), payment: payment.id.as_str(), version: event.version }
    moving { kind: event.kind.word(), at: event.at.0 }
}

table! {
    DETAILS = "order_details", pub(crate) fn details_row(payment: &Payment, xml: &str)
    key { shop: payment.shop.as_str(), payment: payment.id.as_str() }
    moving { xml: xml }
}

/// # Errors
/// [`Error::Nonsense`] when the money cannot be written as JSON.
pub(crate) fn payment_row(payment: &Payment) -> Result<Vec<Value>, Error> {
    let parts = Parts::of(&payment.stage).map_err(|_| Error::Nonsense {
        table: PAYMENTS.name,
        column: "funds",
        key: format!("{}/{}", payment.shop, payment.id),
    })?;
    Ok(columns_of(payment, &parts))
}

pub(crate) fn payment(row: Row) -> Result<Payment, Error> {
    let mut columns = Columns::whole(&PAYMENTS, row);
    let shop = columns.parsed("shop")?;
    let id = columns.parsed("payment")?;
    let order = order(&mut columns)?;
    let origin = columns.word("origin")?;
    let opened_at = UtcMs(columns.integer("opened_at")?);
    let version = above_zero(&mut columns, "version")?;
    let bank_transaction_id = columns.integer_or_null("bank_transaction_id")?.map(BankTransactionId);
    let attempts: u8 = columns.narrow("attempts")?;
    if attempts > MAX_ATTEMPTS {
        return Err(columns.nonsense("attempts"));
    }
    let token = columns.parsed_or_null("token")?;
    let pending_since = instant(&mut columns, "pending_since")?;
    let stage = stage(&mut columns)?;
    let begun_at = instant(&mut columns, "begun_at")?.or_else(|| begun_unsaid(&stage, attempts).then_some(opened_at));
    let changed_at = UtcMs(columns.integer("changed_at")?);
    Ok(Payment {
        shop,
        id,
        version,
        order,
        origin,
        token,
        bank_transaction_id,
        attempts,
        pending_since,
        stage,
        opened_at,
        begun_at,
        changed_at,
    })
}

/// Whether the buyer had begun although the row does not say when: an earlier program wrote it.
fn begun_unsaid(stage: &Stage, attempts: u8) -> bool {
    match stage {
        Stage::Open { instrument, .. } => instrument.is_some(),
        Stage::Abandoned { .. } => attempts > 0,
        _ => false,
    }
}

fn order(columns: &mut Columns) -> Result<Order, Error> {
    let shop_transaction_id = columns.parsed("shop_transaction_id")?;
    let minor = above_zero(columns, "amount_minor")?;
    Ok(Order {
        shop_transaction_id,
        amount: Money::new(minor, columns.parsed("currency")?),
        language: columns.word("language")?,
        buyer_name: columns.text("buyer_name")?,
        buyer_email: columns.text("buyer_email")?,
        custom_info: columns.text("custom_info")?,
        recurring: columns.word("recurring")?,
    })
}

pub(crate) fn event(row: Row) -> Result<Event, Error> {
    let mut columns = Columns::whole(&EVENTS, row);
    columns.text("shop")?;
    columns.text("payment")?;
    Ok(Event {
        version: above_zero(&mut columns, "version")?,
        kind: columns.word("kind")?,
        at: UtcMs(columns.integer("at")?),
    })
}

fn above_zero(columns: &mut Columns, column: &'static str) -> Result<i64, Error> {
    let integer = columns.integer(column)?;
    if integer > 0 { Ok(integer) } else { Err(columns.nonsense(column)) }
}

fn instant(columns: &mut Columns, column: &'static str) -> Result<Option<UtcMs>, Error> {
    Ok(columns.integer_or_null(column)?.map(UtcMs))
}

fn stage(columns: &mut Columns) -> Result<Stage, Error> {
    let word = columns.text("stage")?;
    let order_reference: Option<OrderReferenceId> = columns.parsed_or_null("order_reference")?;
    let agreement: Option<BillingAgreementId> = columns.parsed_or_null("agreement")?;
    let instrument = match &agreement {
        Some(agreement) => Some(Instrument::Agreement(agreement.clone())),
        None => order_reference.clone().map(Instrument::OrderReference),
    };
    let made_order = order_reference.filter(|_| agreement.is_some());
    let attempt = attempt(columns, instrument.as_ref())?;
    let authorization_id = columns.parsed_or_null("authorization_id")?;
    let authorized_at = instant(columns, "authorized_at")?;
    if word != "pending" && authorization_id.is_some() != authorized_at.is_some() {
        return Err(columns.nonsense("authorization_id"));
    }
    let funds = funds(columns)?;
    let agreed_at = instant(columns, "agreed_at")?;
    let deleted_at = instant(columns, "deleted_at")?;
    let reason = columns.word_or_null("reason")?;
    let read = match (word.as_str(), attempt, authorization_id, reason) {
        ("open", None, None, declined) => Some(Stage::Open { instrument, declined }),
        ("authorizing", Some(attempt), None, None) => Some(Stage::Authorizing { attempt }),
        ("pending", Some(attempt), id, None) => {
            let placed = id.map(|authorization| Placed { authorization, made_order });
            Some(Stage::Pending { attempt, wait: placed.map_or(Wait::Card, Wait::Decision) })
        }
        ("paid", Some(attempt), Some(id), None) => authorized_at.zip(funds).map(|(authorized_at, funds)| Stage::Paid {
            attempt,
            authorization: Authorization { id, made_order, authorized_at },
            funds,
        }),
        ("agreed", None, None, None) => {
            agreement.zip(agreed_at).map(|(agreement, agreed_at)| Stage::Agreed { agreement, agreed_at, deleted_at })
        }
        ("refused", attempt, None, Some(reason)) => Some(Stage::Refused { attempt, reason }),
        ("abandoned", None, None, None) => Some(Stage::Abandoned { instrument }),
        _ => None,
    };
    read.ok_or_else(|| columns.nonsense("stage"))
}

fn attempt(columns: &mut Columns, instrument: Option<&Instrument>) -> Result<Option<Attempt>, Error> {
    let id = columns.parsed_or_null("attempt_id")?;
    let capture_now = columns.boolean_or_null("capture_now")?;
    let minutes = columns.integer_or_null("timeout_minutes")?;
    let asked_at = instant(columns, "asked_at")?;
    match (id, instrument, capture_now, minutes, asked_at) {
        (Some(id), Some(instrument), Some(capture_now), Some(minutes), Some(asked_at)) => {
            let timeout_minutes = u16::try_from(minutes).map_err(|_| columns.nonsense("timeout_minutes"))?;
            Ok(Some(Attempt { id, instrument: instrument.clone(), capture_now, timeout_minutes, asked_at }))
        }
        (None, _, None, None, None) => Ok(None),
        _ => Err(columns.nonsense("attempt_id")),
    }
}

fn funds(columns: &mut Columns) -> Result<Option<Funds>, Error> {
    let json = columns.text_or_null("funds")?;
    json.map(|json| serde_json::from_str(&json)).transpose().map_err(|_| columns.nonsense("funds"))
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
    funds: Option<String>,
    agreed: Option<&'p BillingAgreementId>,
    agreed_at: Option<UtcMs>,
    deleted_at: Option<UtcMs>,
    reason: Option<Reason>,
}

impl<'p> Parts<'p> {
    fn of(stage: &'p Stage) -> serde_json::Result<Parts<'p>> {
        let nothing = Parts::default();
        Ok(match stage {
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
                funds: Some(serde_json::to_string(funds)?),
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
        })
    }

    fn instrument(&self) -> Option<&'p Instrument> {
        self.instrument.or(self.attempt.map(|attempt| &attempt.instrument))
    }

    fn agreement(&self) -> Option<&'p BillingAgreementId> {
        self.agreed.or(match self.instrument() {
            Some(Instrument::Agreement(id)) => Some(id),
            Some(Instrument::OrderReference(_)) | None => None,
        })
    }

    /// Of an agreement's authorization Amazon makes an order: notifications name it.
    fn order_reference(&self) -> Option<&'p OrderReferenceId> {
        match self.instrument() {
            Some(Instrument::OrderReference(id)) => Some(id),
            Some(Instrument::Agreement(_)) | None => self.made_order,
        }
    }
}
