//! `ValidateBillingAgreement`: asks the card about an amount of zero. One that is no good suspends
//! the agreement; asked again about a suspended one, the answer is the same.

use amazon::types::ValidationFailure;

use crate::faults::flaw_of_card;
use crate::ledger::{BillingAgreement, Reason, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::agreement_validation;
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    let agreement = agreement_of(unit, call, id)?;
    let failure = match agreement.standing.state {
        State::Open => failure_of(&agreement),
        State::Suspended => Some(ValidationFailure::InvalidPaymentMethod),
        _ => return Err(Refusal::agreement_status(id)),
    };
    if failure == Some(ValidationFailure::InvalidPaymentMethod) {
        unit.suspend_agreement(id, None, call.now);
    }
    let agreement = agreement_of(unit, call, id)?;
    Ok(Done::with(agreement_validation(&agreement, failure)))
}

/// Reviews and judgements of risk are about money that moves: here none does, so that only flaws of
/// the card itself count.
fn failure_of(agreement: &BillingAgreement) -> Option<ValidationFailure> {
    flaw_of_card(&agreement.choice).map(|flaw| match flaw {
        Reason::TransactionTimedOut => ValidationFailure::ValidationTimedOut,
        _ => ValidationFailure::InvalidPaymentMethod,
    })
}
