//! `ConfirmOrderReference`: a draft or suspended one becomes open. When the chosen card needs an authentication and the caller says where
//! the buyer goes on, it becomes open only after the buyer passed.

use amazon::ErrorCode;

use super::order_of;
use crate::faults::needs_challenge;
use crate::ledger::{Challenge, IMMEDIATE_MS, OrderReference, State, Unit};
use crate::mws::details::constraints;
use crate::mws::parameters::constraint;
use crate::mws::{Done, front::Call, refusal::Refusal};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let (success_url, failure_url) = (url(call, "SuccessUrl")?, url(call, "FailureUrl")?);
    let amount = call.optional_money("AuthorizationAmount")?;
    let is_immediate = call.boolean("ExpectImmediateAuthorization")?.unwrap_or(false);
    let mut order = order_of(unit, call, id)?;
    may_be_confirmed(&order)?;
    if let (Some(amount), Some(total)) = (&amount, &order.attributes.total)
        && amount.currency != total.currency
    {
        let message = "The currency code does not match the currency of the order reference.";
        return Err(Refusal::new(ErrorCode::CurrencyMismatch, message));
    }
    if success_url.is_some() || order.standing.state != State::Open {
        order.failure_url = failure_url.or_else(|| success_url.clone());
        order.success_url = success_url;
    }
    if order.authorizations.is_empty() && is_immediate {
        order.authorize_before = order.authorize_before.or(Some(call.now + IMMEDIATE_MS));
    }
    let asked = order.success_url.is_some() && order.card.as_deref().is_some_and(needs_challenge);
    match order.standing.state {
        State::Open => unit.put(order),
        _ if asked && order.challenge != Some(Challenge::Passed) => {
            order.challenge = Some(Challenge::Asked);
            unit.put(order);
        }
        _ => unit.open_order(order, call.now),
    }
    Ok(Done::void())
}

fn may_be_confirmed(order: &OrderReference) -> Result<(), Refusal> {
    let id = &order.id;
    if !order.is_draft() && !order.is_alive() {
        let message = format!("The order reference {id} is not in a state that allows this operation.");
        return Err(Refusal::new(ErrorCode::InvalidOrderReferenceStatus, message));
    }
    let constraints = constraints(order);
    if !constraints.is_empty() {
        let ids: Vec<&str> = constraints.iter().map(|constraint| constraint.id.as_str()).collect();
        let message = format!("OrderReference {id} has constraints {} and cannot be confirmed.", ids.join(", "));
        return Err(Refusal::new(ErrorCode::ConstraintsExist, message));
    }
    if order.standing.state == State::Suspended && order.card == order.failed_card {
        let message = "The buyer has not updated the payment method of the order reference.";
        return Err(Refusal::new(ErrorCode::PaymentMethodNotUpdated, message));
    }
    Ok(())
}

fn url(call: &Call<'_>, name: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = call.optional(name, 2048)? else { return Ok(None) };
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(text.to_owned())),
        _ => Err(constraint(name, "Member must be an address")),
    }
}
