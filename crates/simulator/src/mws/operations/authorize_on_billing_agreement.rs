//! `AuthorizeOnBillingAgreement`: makes an order reference from an open agreement, confirms it,
//! authorizes on it and closes it. One reference id makes one charge, whatever became of the
//! agreement since; the same request again is answered with it.

use super::attributes;
use super::authorization::Asked;
use super::charge::{charged, may_be_charged};
use super::create_order_reference_for_id::made_from;
use crate::ledger::{Attributes, Authorization, Contract, Money, OrderReference, Reason, Standing, State, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::claim::Claim;
use crate::mws::details::agreement_authorization;
use crate::mws::subject::{agreement_of, movement_of};
use crate::refusal::Refusal;

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    let asked = Asked::read(call)?;
    let attributes = attributes_of(call, &asked.amount)?;
    let inherits = call.boolean("InheritShippingAddress")?.unwrap_or(true);
    let agreement = agreement_of(unit, call, id)?;
    let claim = Claim::new(call, "authorization", asked.reference_id, id);
    if let Some(known) = claim.before(unit, call)? {
        let (authorization, _) = movement_of::<Authorization>(unit, call, &known)?;
        return Ok(Done::with(agreement_authorization(unit, &authorization, false)));
    }
    may_be_charged(unit, call, &agreement, &asked.amount)?;
    let mut order = made_from(unit, call, charged(agreement, &asked.amount), attributes, inherits);
    unit.open(&mut order, call.now);
    let (authorization, fault) = asked.begin(unit, call, order);
    claim.hold(unit, call, &authorization.id);
    close(unit, call, &authorization.order_id);
    Ok(Done { fault, ..Done::with(agreement_authorization(unit, &authorization, true)) })
}

/// Nothing else is authorized on it, however the charge ended; one that Amazon closed stays closed
/// by Amazon.
fn close(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) {
    if let Some(mut order) = unit.find::<OrderReference>(id).filter(Contract::is_alive) {
        unit.stand(&mut order, Standing::because(State::Closed, Reason::SellerClosed, call.now));
    }
}

fn attributes_of(call: &Call<'_>, amount: &Money) -> Result<Attributes, Refusal> {
    Ok(Attributes {
        total: Some(amount.clone()),
        seller_note: call.text("SellerNote", 1024)?,
        platform_id: call.text("PlatformId", 64)?,
        ..attributes::words(call, "SellerOrderAttributes")?
    })
}
