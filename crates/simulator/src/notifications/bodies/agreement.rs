//! `BillingAgreementNotification`: the merchant's number, the limit of the month and what is left
//! of it, nothing of the buyer.

use amazon::types::timestamp_text;
use xml::Writer;

use super::{write_money, write_status};
use crate::ledger::{Change, Tables};

pub fn write(tables: &Tables, change: &Change, writer: &mut Writer) -> bool {
    let Some(agreement) = tables.agreements.get(&change.id) else { return false };
    let limits = tables.limits(agreement, change.at);
    writer
        .open("BillingAgreement")
        .leaf("AmazonBillingAgreementId", &agreement.id)
        .open("SellerBillingAgreementAttributes")
        .leaf("SellerId", &agreement.seller_id)
        .leaf_if("SellerBillingAgreementId", agreement.attributes.seller_billing_agreement_id.as_deref())
        .close();
    write_status("BillingAgreementStatus", change, &agreement.standing, writer);
    writer.leaf("CreationTimestamp", &timestamp_text(agreement.created_at)).open("BillingAgreementLimits");
    write_money("AmountLimitPerTimePeriod", &limits.limit, writer);
    writer
        .leaf("TimePeriodStartDate", &timestamp_text(limits.period.start.as_millisecond()))
        .leaf("TimePeriodEndDate", &timestamp_text(limits.period.end.as_millisecond()));
    write_money("CurrentRemainingBalance", &limits.left, writer);
    writer.close().leaf("BillingAgreementConsent", if agreement.has_consent { "true" } else { "false" }).close();
    true
}
