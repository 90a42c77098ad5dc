//! `ChargebackNotification`.

use amazon::types::timestamp_text;
use xml::Writer;

use super::write_money;
use crate::notifications::Chargeback;

/// The only state that was ever recorded.
pub const STATE: &str = "RECEIVED";

pub fn write(chargeback: &Chargeback, writer: &mut Writer) {
    writer
        .open("ChargebackDetails")
        .leaf("AmazonChargebackId", &chargeback.id)
        .leaf("AmazonOrderReferenceId", &chargeback.order_id)
        .leaf("AmazonCaptureReferenceId", &chargeback.reference_id)
        .leaf("CreationTimestamp", &timestamp_text(chargeback.created_at));
    write_money("ChargebackAmount", &chargeback.amount, writer);
    writer.leaf("ChargebackState", STATE).leaf("ChargebackReason", &chargeback.reason).close();
}
