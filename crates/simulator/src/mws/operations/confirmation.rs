//! What `ConfirmOrderReference` and `ConfirmBillingAgreement` share: a draft or suspended one
//! becomes open. When the chosen card needs an authentication and the caller says where the buyer
//! goes on, it becomes open only after the buyer passed.

use amazon::ErrorCode;

use crate::faults::needs_challenge;
use crate::ledger::{Challenge, Contract, State, Unit};
use crate::mws::call::Call;
use crate::mws::parameters::constraint;
use crate::refusal::Refusal;

/// Where the buyer goes on.
pub struct Urls {
    success: Option<String>,
    failure: Option<String>,
}

impl Urls {
    /// Reads `SuccessUrl` and `FailureUrl`.
    pub fn read(call: &Call<'_>) -> Result<Urls, Refusal> {
        Ok(Urls { success: url(call, "SuccessUrl")?, failure: url(call, "FailureUrl")? })
    }
}

/// The card that was declined cannot open it again.
pub fn has_another_card(contract: &impl Contract, what: &str) -> Result<(), Refusal> {
    if contract.is_suspended() && contract.choice().has_failed_card() {
        let message = format!("The buyer has not updated the payment method of the {what}.");
        return Err(Refusal::new(ErrorCode::PaymentMethodNotUpdated, message));
    }
    Ok(())
}

/// Opens it, or asks the buyer first.
pub fn confirm<T: Contract>(unit: &mut Unit<'_>, call: &Call<'_>, mut contract: T, urls: Urls) {
    let is_open = contract.standing().state == State::Open;
    let choice = contract.choice_mut();
    if urls.success.is_some() || !is_open {
        choice.failure_url = urls.failure.or_else(|| urls.success.clone());
        choice.success_url = urls.success;
    }
    let is_asked = choice.success_url.is_some() && choice.card.as_deref().is_some_and(needs_challenge);
    if is_asked && choice.challenge != Some(Challenge::Passed) {
        choice.challenge = Some(Challenge::Asked);
        unit.put(contract);
    } else {
        unit.open(&mut contract, call.now);
    }
}

fn url(call: &Call<'_>, name: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = call.optional(name, 2048)? else { return Ok(None) };
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(text.to_owned())),
        _ => Err(constraint(name, "Member must be an address")),
    }
}
