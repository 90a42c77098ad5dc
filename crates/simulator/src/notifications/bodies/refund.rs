//! `RefundNotification`.

use amazon::types::timestamp_text;
use xml::Writer;

use super::{write_money, write_price, write_status};
use crate::ledger::{Change, Tables};

pub fn write(tables: &Tables, change: &Change, writer: &mut Writer) -> bool {
    let Some(refund) = tables.refunds.get(&change.id) else { return false };
    writer
        .open("RefundDetails")
        .leaf("AmazonRefundId", &refund.id)
        .leaf("RefundReferenceId", &refund.reference_id)
        .leaf("RefundType", "SellerInitiated");
    write_money("RefundAmount", &refund.amount, writer);
    write_price("FeeRefunded", "0.0", &refund.amount.currency, writer);
    writer.leaf("CreationTimestamp", &timestamp_text(refund.created_at));
    write_status("RefundStatus", change, &refund.standing, writer);
    writer.leaf("SoftDescriptor", &refund.soft_descriptor).close();
    true
}
