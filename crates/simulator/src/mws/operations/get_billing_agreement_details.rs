//! `GetBillingAgreementDetails`.

use super::sight::{sight, token};
use crate::ledger::Unit;
use crate::mws::call::{Call, Done};
use crate::mws::details::agreement_details;
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    let token = token(call)?;
    let agreement = agreement_of(unit, call, id)?;
    let sight = sight(unit, call, &agreement, token)?;
    Ok(Done::with(agreement_details(unit, &agreement, sight, call.now)))
}
