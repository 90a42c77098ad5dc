//! Order references, agreements and movements of money as the pages see them.

use crate::ledger::{
    Authorization, BillingAgreement, Capture, Contract, Limits, Money, OrderReference, Reason, Refund, Standing, State,
    Tables,
};

/// What a widget's frame sees of an order reference or an agreement.
#[derive(Debug, Clone)]
pub struct ChoiceView {
    /// `S02-…`, `C02-…`
    pub id: String,
    pub seller_id: String,
    pub buyer_id: String,
    /// Id of the chosen address.
    pub address: Option<String>,
    /// Slug of the chosen card.
    pub card: Option<String>,
    /// Of an agreement: whether the buyer consents to future payments.
    pub has_consent: bool,
    /// Whether address and consent may still change.
    pub is_draft: bool,
    /// Whether the wallet may still change the card.
    pub card_may_change: bool,
    /// Three hours a draft.
    pub is_stale: bool,
}

/// An order reference.
#[derive(Debug, Clone)]
pub struct OrderView {
    /// `S02-…`
    pub id: String,
    pub seller_id: String,
    /// Whose order.
    pub buyer_id: String,
    pub is_sandbox: bool,
    /// Draft, Open, …
    pub state: &'static str,
    /// Empty: none.
    pub reason: &'static str,
    /// With its currency, `24.21 EUR`; empty: not set.
    pub total: String,
    /// Empty: not set.
    pub seller_order_id: String,
    /// UTC ms.
    pub created_at: i64,
    /// Slug of the chosen card.
    pub card: Option<String>,
    /// The agreement it was made from; empty: none.
    pub agreement: String,
    /// Three hours a draft.
    pub is_stale: bool,
}

#[derive(Debug, Clone)]
pub struct AgreementView {
    /// `C02-…`
    pub id: String,
    pub seller_id: String,
    pub buyer_id: String,
    pub is_sandbox: bool,
    /// Draft, Open, …
    pub state: &'static str,
    /// Empty: none.
    pub reason: &'static str,
    /// The merchant's number; empty: not set.
    pub seller_agreement_id: String,
    /// What is charged each time, with its currency; empty: not fixed.
    pub subscription: String,
    /// Whether the buyer consents to future payments.
    pub has_consent: bool,
    /// Slug of the chosen card.
    pub card: Option<String>,
    /// What may be charged in a month, with its currency.
    pub limit: String,
    /// What is left of it this month, with its currency.
    pub left: String,
    /// End of this month, UTC ms.
    pub period_ends_at: i64,
    /// UTC ms.
    pub created_at: i64,
    /// Ids of the order references made from it, oldest first.
    pub orders: Vec<String>,
}

/// An authorization, a capture or a refund.
#[derive(Debug, Clone)]
pub struct MovementView {
    /// `Authorization`, `Capture`, `Refund`.
    pub what: &'static str,
    pub id: String,
    /// The caller's.
    pub reference_id: String,
    /// Open, Closed, …
    pub state: &'static str,
    /// Empty: none.
    pub reason: &'static str,
    /// With its currency.
    pub amount: String,
    pub currency: String,
    /// What a seller may still capture of an authorization, or refund of a capture, without its
    /// currency; empty: nothing.
    pub left: String,
    /// Made in Seller Central, not by a call.
    pub by_hand: bool,
    /// UTC ms.
    pub created_at: i64,
}

impl ChoiceView {
    /// Of an order reference.
    pub(in crate::world) fn of(contract: &impl Contract) -> ChoiceView {
        let choice = contract.choice();
        ChoiceView {
            id: contract.id().to_owned(),
            seller_id: contract.seller_id().to_owned(),
            buyer_id: contract.buyer_id().to_owned(),
            address: choice.address_id.clone(),
            card: choice.card.clone(),
            has_consent: false,
            is_draft: contract.is_draft(),
            card_may_change: contract.card_may_change(),
            is_stale: contract.standing().is(State::Canceled, Reason::Stale),
        }
    }

    pub(in crate::world) fn of_agreement(agreement: &BillingAgreement) -> ChoiceView {
        ChoiceView { has_consent: agreement.has_consent, ..ChoiceView::of(agreement) }
    }
}

impl OrderView {
    pub(in crate::world) fn of(order: &OrderReference) -> OrderView {
        OrderView {
            id: order.id.clone(),
            seller_id: order.seller_id.clone(),
            buyer_id: order.buyer_id.clone(),
            is_sandbox: order.is_sandbox,
            state: order.standing.state.as_str(),
            reason: reason(&order.standing),
            total: full(order.attributes.total.as_ref()),
            seller_order_id: order.attributes.seller_order_id.clone().unwrap_or_default(),
            created_at: order.created_at,
            card: order.choice.card.clone(),
            agreement: order.agreement_id.clone().unwrap_or_default(),
            is_stale: order.standing.is(State::Canceled, Reason::Stale),
        }
    }
}

impl AgreementView {
    pub(in crate::world) fn of(tables: &Tables, agreement: &BillingAgreement, now: i64) -> AgreementView {
        let Limits { period, limit, left, .. } = tables.limits(agreement, now);
        AgreementView {
            id: agreement.id.clone(),
            seller_id: agreement.seller_id.clone(),
            buyer_id: agreement.buyer_id.clone(),
            is_sandbox: agreement.is_sandbox,
            state: agreement.standing.state.as_str(),
            reason: reason(&agreement.standing),
            seller_agreement_id: agreement.attributes.seller_billing_agreement_id.clone().unwrap_or_default(),
            subscription: full(agreement.attributes.subscription_amount.as_ref()),
            has_consent: agreement.has_consent,
            card: agreement.choice.card.clone(),
            limit: limit.with_minor(limit.minor).full(),
            left: left.full(),
            period_ends_at: period.end.as_millisecond(),
            created_at: agreement.created_at,
            orders: agreement.orders.clone(),
        }
    }
}

fn reason(standing: &Standing) -> &'static str {
    standing.reason.map_or("", Reason::as_str)
}

fn full(amount: Option<&Money>) -> String {
    amount.map_or(String::new(), Money::full)
}

/// A movement whose members have the same names in all three kinds.
macro_rules! movement {
    ($movement:ident, $what:literal) => {
        MovementView {
            what: $what,
            id: $movement.id.clone(),
            reference_id: $movement.reference_id.clone(),
            state: $movement.standing.state.as_str(),
            reason: reason(&$movement.standing),
            amount: $movement.amount.full(),
            currency: $movement.amount.currency.clone(),
            left: String::new(),
            by_hand: false,
            created_at: $movement.created_at,
        }
    };
}

impl MovementView {
    pub(in crate::world) fn of_authorization(authorization: &Authorization) -> MovementView {
        let is_open = authorization.standing.state == State::Open;
        let left = if is_open { authorization.amount.text.clone() } else { String::new() };
        MovementView { left, ..movement!(authorization, "Authorization") }
    }

    pub(in crate::world) fn of_capture(tables: &Tables, capture: &Capture) -> MovementView {
        let left = match (capture.standing.state, tables.left_of(capture)) {
            (State::Completed, minor) if minor > 0 => capture.amount.with_minor(minor).text,
            _ => String::new(),
        };
        MovementView { left, by_hand: capture.by_hand, ..movement!(capture, "Capture") }
    }

    pub(in crate::world) fn of_refund(refund: &Refund) -> MovementView {
        MovementView { by_hand: refund.by_hand, ..movement!(refund, "Refund") }
    }
}
