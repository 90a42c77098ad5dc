//! The operations, one file each, and what they share: which there are, and how they find their object.

mod authorize;
mod cancel_order_reference;
mod capture;
mod close_authorization;
mod close_order_reference;
mod confirm_order_reference;
mod get_authorization_details;
mod get_capture_details;
mod get_order_reference_details;
mod get_refund_details;
mod get_service_status;
mod refund;
mod set_order_reference_details;

use amazon::ErrorCode;

use super::Done;
use super::front::Call;
use super::quota::Quota;
use super::refusal::Refusal;
use crate::faults::BadSimulation;
use crate::ledger::{Authorization, Capture, Kept, OrderReference, Reference, Refund, Unit};

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
    played("SetBillingAgreementDetails", Quota::Change, no_agreement),
    played("GetBillingAgreementDetails", Quota::Read, no_agreement),
    played("ConfirmBillingAgreement", Quota::Change, no_agreement),
    played("ValidateBillingAgreement", Quota::Change, no_agreement),
    played("AuthorizeOnBillingAgreement", Quota::Change, no_agreement),
    played("CloseBillingAgreement", Quota::Change, no_agreement),
    played("CreateOrderReferenceForId", Quota::Change, no_agreement),
    played("SetOrderAttributes", Quota::Change, not_played),
    played("ListOrderReference", Quota::Unknown, not_played),
    played("ListOrderReferenceByNextToken", Quota::Unknown, not_played),
    played("GetMerchantNotificationConfiguration", Quota::Unknown, not_played),
    played("SetMerchantNotificationConfiguration", Quota::Unknown, not_played),
];

/// The operation of this name.
pub fn find(action: &str) -> Result<&'static Operation, Refusal> {
    let known = OPERATIONS.iter().find(|operation| operation.name == action);
    known.ok_or_else(|| Refusal::invalid(format!("The Action {action} does not exist in this section.")))
}

/// No widget makes agreements here, so every agreement id is an unknown one.
fn no_agreement(_: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.optional("AmazonBillingAgreementId", 64)?.or(call.optional("Id", 64)?);
    let id = id.ok_or_else(|| super::parameters::missing("AmazonBillingAgreementId"))?;
    Err(Refusal::new(ErrorCode::InvalidBillingAgreementId, format!("The BillingAgreementId {id} is invalid.")))
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
    own_environment(call, id)?;
    let own = |order: &OrderReference| order.seller_id == call.seller_id && order.is_sandbox == call.is_sandbox;
    if !unit.tables().orders.get(id).is_some_and(own) {
        return Err(Refusal::no_order(id));
    }
    unit.ripe_order(id, call.now).ok_or_else(|| Refusal::no_order(id))
}

/// An object that hangs on an order reference.
trait Movement: Kept {
    fn order_id(&self) -> &str;
}

impl Movement for Authorization {
    fn order_id(&self) -> &str {
        &self.order_id
    }
}

impl Movement for Capture {
    fn order_id(&self) -> &str {
        &self.order_id
    }
}

impl Movement for Refund {
    fn order_id(&self) -> &str {
        &self.order_id
    }
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

impl From<BadSimulation> for Refusal {
    fn from(_: BadSimulation) -> Refusal {
        Refusal::new(
            ErrorCode::InvalidSandboxSimulationSpecified,
            "The simulation in the note does not exist for this object.",
        )
    }
}
