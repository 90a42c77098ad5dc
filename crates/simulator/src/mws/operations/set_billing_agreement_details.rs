//! `SetBillingAgreementDetails`: overwrites the words of a draft; the answer lists the constraints
//! that are left.

use amazon::ErrorCode;

use super::attributes;
use crate::ledger::{AgreementAttributes, Contract, Unit};
use crate::mws::call::{Call, Done};
use crate::mws::details::{Sight, agreement_details};
use crate::mws::parameters::{constraint, missing};
use crate::mws::subject::agreement_of;
use crate::refusal::Refusal;

const ATTRIBUTES: &str = "BillingAgreementAttributes";
const KINDS: &[&str] = &["CustomerInitiatedTransaction", "MerchantInitiatedTransaction"];

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonBillingAgreementId", 64)?;
    if !attributes::are_there(call, ATTRIBUTES) {
        return Err(missing(ATTRIBUTES));
    }
    let attributes = read(call)?;
    let mut agreement = agreement_of(unit, call, id)?;
    if !agreement.is_draft() {
        let message = format!(
            "BillingAgreement {id} is not in draft state and cannot be modified with the request submitted by you."
        );
        return Err(Refusal::new(ErrorCode::BillingAgreementNotModifiable, message));
    }
    agreement.attributes = attributes;
    unit.put(agreement.clone());
    Ok(Done::with(agreement_details(unit, &agreement, Sight::Town, call.now)))
}

fn read(call: &Call<'_>) -> Result<AgreementAttributes, Refusal> {
    let text = |name: &str, most: usize| call.text(&format!("{ATTRIBUTES}.{name}"), most);
    let kind = text("BillingAgreementType", 64)?;
    if kind.as_deref().is_some_and(|kind| !KINDS.contains(&kind)) {
        let rule = format!("Member must be one of {}", KINDS.join(", "));
        return Err(constraint("BillingAgreementAttributes.BillingAgreementType", &rule));
    }
    Ok(AgreementAttributes {
        seller_billing_agreement_id: text("SellerBillingAgreementAttributes.SellerBillingAgreementId", 127)?,
        store_name: text("SellerBillingAgreementAttributes.StoreName", 1024)?,
        custom_information: text("SellerBillingAgreementAttributes.CustomInformation", 1024)?,
        seller_note: text("SellerNote", 1024)?,
        platform_id: text("PlatformId", 64)?,
        kind,
        subscription_amount: call.optional_money("BillingAgreementAttributes.SubscriptionAmount")?,
    })
}
