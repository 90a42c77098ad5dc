//! The operations, one file each, and what they share: which there are, and how they find their object.

mod attributes;
mod authorization;
mod authorize;
mod authorize_on_billing_agreement;
mod cancel_order_reference;
mod capture;
mod charge;
mod close_authorization;
mod close_billing_agreement;
mod close_order_reference;
mod closure;
mod confirm_billing_agreement;
mod confirm_order_reference;
mod confirmation;
mod create_order_reference_for_id;
mod get_authorization_details;
mod get_billing_agreement_details;
mod get_capture_details;
mod get_order_reference_details;
mod get_refund_details;
mod get_service_status;
mod list_order_reference;
mod refund;
mod set_billing_agreement_details;
mod set_order_attributes;
mod set_order_reference_details;
mod sight;
mod validate_billing_agreement;

use amazon::ErrorCode;
use amazon::types::Constraint;

use super::Done;
use super::front::Call;
use super::quota::Quota;
use super::refusal::Refusal;
use crate::faults::BadSimulation;
use crate::ledger::{BillingAgreement, Contract, Kept, Movement, OrderReference, Reference, Unit};

/// An operation that is known.
pub struct Operation {
    /// `Action`.
    pub name: &'static str,
    /// How often.
    pub quota: Quota,
    /// What it does, as one unit.
    pub run: fn(&mut Unit<'_>, &Call<'_>) -> Result<Done, Refusal>,
}

const fn played(
    name: &'static str,
    quota: Quota,
    run: fn(&mut Unit<'_>, &Call<'_>) -> Result<Done, Refusal>,
) -> Operation {
    Operation { name, quota, run }
}

/// Every operation of the interface.
static OPERATIONS: &[Operation] = &[
    played("SetOrderReferenceDetails", Quota::Change, set_order_reference_details::run),
    played("GetOrderReferenceDetails", Quota::Read, get_order_reference_details::run),
    played("ConfirmOrderReference", Quota::Change, confirm_order_reference::run),
    played("CancelOrderReference", Quota::Change, cancel_order_reference::run),
    played("CloseOrderReference", Quota::Change, close_order_reference::run),
    played("Authorize", Quota::Change, authorize::run),
    played("GetAuthorizationDetails", Quota::Read, get_authorization_details::run),
    played("CloseAuthorization", Quota::Change, close_authorization::run),
    played("Capture", Quota::Change, capture::run),
    played("GetCaptureDetails", Quota::Read, get_capture_details::run),
    played("Refund", Quota::Change, refund::run),
    played("GetRefundDetails", Quota::Read, get_refund_details::run),
    played("GetServiceStatus", Quota::Status, get_service_status::run),
    played("GetMerchantAccountStatus", Quota::Unknown, no_solution_provider),
    played("SetBillingAgreementDetails", Quota::Change, set_billing_agreement_details::run),
    played("GetBillingAgreementDetails", Quota::Read, get_billing_agreement_details::run),
    played("ConfirmBillingAgreement", Quota::Change, confirm_billing_agreement::run),
    played("ValidateBillingAgreement", Quota::Change, validate_billing_agreement::run),
    played("AuthorizeOnBillingAgreement", Quota::Change, authorize_on_billing_agreement::run),
    played("CloseBillingAgreement", Quota::Change, close_billing_agreement::run),
    played("CreateOrderReferenceForId", Quota::Change, create_order_reference_for_id::run),
    played("SetOrderAttributes", Quota::Change, set_order_attributes::run),
    played("ListOrderReference", Quota::Unknown, list_order_reference::first),
    played("ListOrderReferenceByNextToken", Quota::Unknown, list_order_reference::next),
    played("GetMerchantNotificationConfiguration", Quota::Unknown, not_played),
    played("SetMerchantNotificationConfiguration", Quota::Unknown, not_played),
];

/// The operation of this name.
pub fn find(action: &str) -> Result<&'static Operation, Refusal> {
    let known = OPERATIONS.iter().find(|operation| operation.name == action);
    known.ok_or_else(|| Refusal::invalid(format!("The Action {action} does not exist in this section.")))
}

fn no_solution_provider(_: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let message =
        format!("The caller is no registered solution provider and may not ask for the status of {}.", call.seller_id);
    Err(Refusal::new(ErrorCode::UnauthorizedSolutionProvider, message))
}

fn not_played(_: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let message = format!("{} exists at Amazon but is not played by this simulator.", call.operation.name);
    Err(Refusal::new(ErrorCode::UnauthorizedAccess, message))
}

/// The order reference of the call as it stands now.
fn order_of(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) -> Result<OrderReference, Refusal> {
    contract_of(unit, call, id, Refusal::no_order)
}

/// The billing agreement of the call as it stands now.
fn agreement_of(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) -> Result<BillingAgreement, Refusal> {
    contract_of(unit, call, id, Refusal::no_agreement)
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

/// An authorization, capture or refund of the call, and its order reference, as they stand now.
fn movement_of<T: Movement>(unit: &mut Unit<'_>, call: &Call<'_>, id: &str) -> Result<(T, OrderReference), Refusal> {
    own_environment(call, id)?;
    let unknown = || Refusal::no_transaction(id);
    let order_id = unit.find::<T>(id).ok_or_else(unknown)?.order_id().to_owned();
    let order = order_of(unit, call, &order_id).map_err(|_| unknown())?;
    Ok((unit.find::<T>(id).ok_or_else(unknown)?, order))
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

/// A reference id with the parent it is given for.
struct Claim<'c> {
    key: String,
    id: &'c str,
    parent: &'c str,
}

impl<'c> Claim<'c> {
    fn new(call: &Call<'_>, kind: &str, id: &'c str, parent: &'c str) -> Claim<'c> {
        let environment = if call.is_sandbox { "sandbox" } else { "live" };
        Claim { key: format!("{kind}/{environment}/{}/{id}", call.seller_id), id, parent }
    }

    /// The object that this very request made before; nothing when the id is new.
    fn before(&self, unit: &Unit<'_>, call: &Call<'_>) -> Result<Option<String>, Refusal> {
        let Some(known) = unit.find::<Reference>(&self.key) else { return Ok(None) };
        if known.parent_id != self.parent {
            let message = format!("The reference id {} has already been used.", self.id);
            return Err(Refusal::new(ErrorCode::DuplicateReferenceId, message));
        }
        if known.parameters != call.business() {
            let message = "A request with this reference id was already processed with different parameters.";
            return Err(Refusal::new(ErrorCode::DuplicateRequest, message));
        }
        Ok(Some(known.object_id))
    }

    /// From now on the id names this object.
    fn hold(self, unit: &mut Unit<'_>, call: &Call<'_>, object_id: &str) {
        let parent_id = self.parent.to_owned();
        unit.put(Reference { key: self.key, object_id: object_id.to_owned(), parent_id, parameters: call.business() });
    }
}

/// A free id under an order reference: `S02-…-A031776`.
fn free_id<T: Kept>(unit: &Unit<'_>, call: &Call<'_>, order_id: &str, letter: char) -> String {
    loop {
        let id = format!("{order_id}-{letter}{:06}", u32::from_le_bytes(call.world.dice()) % 1_000_000);
        // A capture at once takes the digits of its authorization, so both kinds keep clear of each other.
        let twin = id.replace("-A", "-C");
        if !T::table(unit.tables()).contains_key(&id) && !unit.tables().captures.contains_key(&twin) {
            return id;
        }
    }
}

/// `AMZ*` and the caller's text, or the first characters of the shop's name.
fn descriptor(unit: &Unit<'_>, order: &OrderReference, given: Option<&str>) -> String {
    let seller = unit.tables().sellers.get(&order.seller_id).map(|seller| seller.name.as_str());
    let text = given.or(order.attributes.store_name.as_deref()).or(seller).unwrap_or_default();
    let first: String = text.chars().take(16).collect();
    format!("AMZ*{}", first.trim_end())
}

/// Ids of constraints, for a message.
fn listed<I: std::fmt::Display>(constraints: &[Constraint<I>]) -> String {
    constraints.iter().map(|constraint| constraint.id.to_string()).collect::<Vec<_>>().join(", ")
}

/// An order reference that was confirmed, or is over.
fn not_modifiable(order: &OrderReference) -> Refusal {
    let id = &order.id;
    let message =
        format!("OrderReference {id} is not in draft state and cannot be modified with the request submitted by you.");
    Refusal::new(ErrorCode::OrderReferenceNotModifiable, message)
}

impl From<BadSimulation> for Refusal {
    fn from(_: BadSimulation) -> Refusal {
        Refusal::new(
            ErrorCode::InvalidSandboxSimulationSpecified,
            "The simulation in the note does not exist for this object.",
        )
    }
}
