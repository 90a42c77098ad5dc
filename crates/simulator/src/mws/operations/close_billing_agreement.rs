//! `CloseBillingAgreement`: no further charge. What is authorized can still be captured.

use crate::ledger::{Reason, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;
use crate::seller;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    let description = call.text("ClosureReason", 1024)?;
    let agreement = agreement_of(unit, call, id)?;
    let closed = Standing::because(State::Closed, Reason::SellerClosed, call.now);
    seller::close(unit, agreement, Standing { description, ..closed })?;
    Ok(Done::void())
}
