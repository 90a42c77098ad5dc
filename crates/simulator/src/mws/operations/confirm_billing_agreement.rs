//! `ConfirmBillingAgreement`: a draft or suspended one becomes open.

use super::confirmation::{Urls, confirm, has_another_card};
use crate::ledger::{BillingAgreement, Contract, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::agreement_constraints;
use crate::mws::details::listed;
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    let urls = Urls::read(call)?;
    let agreement = agreement_of(unit, call, id)?;
    may_be_confirmed(&agreement)?;
    confirm(unit, call, agreement, urls);
    Ok(Done::void())
}

fn may_be_confirmed(agreement: &BillingAgreement) -> Result<(), Refusal> {
    if !agreement.is_draft() && !agreement.is_alive() {
        return Err(Refusal::agreement_status(&agreement.id));
    }
    has_no_constraints(agreement)?;
    has_another_card(agreement, "billing agreement")
}

/// Nothing is left for the buyer to choose or to tick.
pub fn has_no_constraints(agreement: &BillingAgreement) -> Result<(), Refusal> {
    let constraints = agreement_constraints(agreement);
    match constraints.is_empty() {
        true => Ok(()),
        false => Err(Refusal::agreement_constraints(&agreement.id, &listed(&constraints))),
    }
}
