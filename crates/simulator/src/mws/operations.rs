//! The table of operations. Each is one file; what several of them need lies beside this one or in
//! a file that they share.

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

use super::call::{Call, Done};
use crate::faults::Quota;
use crate::ledger::Unit;
use crate::refusal::Refusal;

/// An operation that is known.
pub struct Operation {
    /// `Action`.
    pub name: &'static str,
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
    let message = format!("{} exists at Amazon but is not played by this simulator.", call.action);
    Err(Refusal::new(ErrorCode::UnauthorizedAccess, message))
}
