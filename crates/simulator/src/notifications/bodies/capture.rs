//! `CaptureNotification`.

use amazon::types::timestamp_text;
use xml::Writer;

use super::{shortest, write_ids, write_money, write_price, write_status};
use crate::ledger::{Change, State, Tables};

pub fn write(tables: &Tables, change: &Change, writer: &mut Writer) -> bool {
    let Some(capture) = tables.captures.get(&change.id) else { return false };
    // Refunds come after the capture was told as completed; what they do is told when they close
    // it.
    let refunds = if change.state == State::Closed { capture.refunds.as_slice() } else { &[] };
    let completed = refunds.iter().filter_map(|id| tables.refunds.get(id));
    let refunded: i64 =
        completed.filter(|refund| refund.standing.state == State::Completed).map(|refund| refund.amount.minor).sum();
    let currency = &capture.amount.currency;
    writer
        .open("CaptureDetails")
        .leaf("AmazonCaptureId", &capture.id)
        .leaf("CaptureReferenceId", &capture.reference_id);
    write_money("CaptureAmount", &capture.amount, writer);
    write_price("RefundedAmount", &shortest(&capture.amount.with_minor(refunded)), currency, writer);
    write_price("CaptureFee", "0.0", currency, writer);
    write_ids(refunds, writer);
    writer.leaf("CreationTimestamp", &timestamp_text(capture.created_at));
    write_status("CaptureStatus", change, &capture.standing, writer);
    writer.leaf("SoftDescriptor", &capture.soft_descriptor).close();
    true
}
