//! The object that a call is about, as it stands now: of this seller and this environment, or
//! refused as unknown.

use super::call::Call;
use crate::ledger::{BillingAgreement, Contract, Movement, OrderReference, Unit};
use crate::refusal::Refusal;

pub fn order_of(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) -> Result<OrderReference, Refusal> {
    contract_of(unit, call, id, Refusal::no_order)
}

pub fn agreement_of(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) -> Result<BillingAgreement, Refusal> {
    contract_of(unit, call, id, Refusal::no_agreement)
}

/// An authorization, capture or refund, and its order reference.
pub fn movement_of<T: Movement>(
    unit: &mut Unit<'_>,
    call: &Call<'_>,
    id: &str,
) -> Result<(T, OrderReference), Refusal> {
    own_environment(call, id)?;
    let unknown = || Refusal::no_transaction(id);
    let order_id = unit.find::<T>(id).ok_or_else(unknown)?.order_id().to_owned();
    let order = order_of(unit, call, &order_id).map_err(|_| unknown())?;
    Ok((unit.find::<T>(id).ok_or_else(unknown)?, order))
}

fn contract_of<T: Contract>(
    unit: &mut Unit<'_>,
    call: &Call<'_>,
    id: &str,
    unknown: fn(&str) -> Refusal,
) -> Result<T, Refusal> {
    own_environment(call, id)?;
    let own = |it: &T| it.seller_id() == call.seller_id && it.is_sandbox() == call.is_sandbox;
    if !T::table(unit.tables()).get(id).is_some_and(own) {
        return Err(unknown(id));
    }
    T::ripe(unit, id, call.now).ok_or_else(|| unknown(id))
}

/// Amazon answers with a fault of its own to an id of the other environment.
fn own_environment(call: &Call<'_>, id: &str) -> Result<(), Refusal> {
    let is_of = |letters: &[char]| id.starts_with(letters);
    match (is_of(&['S', 'C']), is_of(&['P', 'B'])) {
        (true, _) if !call.is_sandbox => Err(Refusal::other_environment()),
        (_, true) if call.is_sandbox => Err(Refusal::other_environment()),
        _ => Ok(()),
    }
}
