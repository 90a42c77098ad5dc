//! `ConfirmOrderReference`: a draft or suspended one becomes open.

use amazon::ErrorCode;

use super::confirmation::{Urls, confirm, has_another_card};
use crate::ledger::{Contract, IMMEDIATE_MS, OrderReference, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::constraints;
use crate::mws::details::listed;
use crate::mws::subject::order_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let urls = Urls::read(call)?;
    let amount = call.optional_money("AuthorizationAmount")?;
    let is_immediate = call.boolean("ExpectImmediateAuthorization")?.unwrap_or(false);
    let mut order = order_of(unit, call, id)?;
    may_be_confirmed(&order)?;
    if let (Some(amount), Some(total)) = (&amount, &order.attributes.total)
        && amount.currency != total.currency
    {
        return Err(Refusal::other_currency());
    }
    if order.authorizations.is_empty() && is_immediate {
        order.authorize_before = order.authorize_before.or(Some(call.now + IMMEDIATE_MS));
    }
    confirm(unit, call, order, urls);
    Ok(Done::void())
}

/// A draft without constraints, or one that is alive and has a card that was not declined.
pub fn may_be_confirmed(order: &OrderReference) -> Result<(), Refusal> {
    if !order.is_draft() && !order.is_alive() {
        return Err(Refusal::order_status(&order.id));
    }
    let constraints = constraints(order);
    if !constraints.is_empty() {
        let message =
            format!("OrderReference {} has constraints {} and cannot be confirmed.", order.id, listed(&constraints));
        return Err(Refusal::new(ErrorCode::ConstraintsExist, message));
    }
    has_another_card(order, "order reference")
}
