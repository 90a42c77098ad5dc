//! `AuthorizationNotification`.

use amazon::types::timestamp_text;
use xml::Writer;

use super::{shortest, write_ids, write_money, write_price, write_status};
use crate::ledger::{Change, Reason, State, Tables, authorization_ms};

pub fn write(tables: &Tables, change: &Change, writer: &mut Writer) -> bool {
    let Some(authorization) = tables.authorizations.get(&change.id) else { return false };
    // The capture at once is there when the authorization that opened a moment before is told: it
    // is told of the close.
    let is_captured = change.state == State::Closed && change.reason == Some(Reason::MaxCapturesProcessed);
    let captures = if is_captured { authorization.captures.as_slice() } else { &[] };
    let taken = captures.iter().rev().find_map(|id| tables.captures.get(id)).map(|capture| shortest(&capture.amount));
    let currency = &authorization.amount.currency;
    writer
        .open("AuthorizationDetails")
        .leaf("AmazonAuthorizationId", &authorization.id)
        .leaf("AuthorizationReferenceId", &authorization.reference_id);
    write_money("AuthorizationAmount", &authorization.amount, writer);
    write_price("CapturedAmount", taken.as_deref().unwrap_or("0.0"), currency, writer);
    write_price("AuthorizationFee", "0.0", currency, writer);
    write_ids(captures, writer);
    writer.leaf("CreationTimestamp", &timestamp_text(authorization.created_at));
    if change.state != State::Declined {
        let end = authorization.created_at + authorization_ms(change.is_sandbox);
        writer.leaf("ExpirationTimestamp", &timestamp_text(end));
    }
    write_status("AuthorizationStatus", change, &authorization.standing, writer);
    writer
        .empty("OrderItemCategories", &[])
        .leaf("CaptureNow", if authorization.capture_now { "true" } else { "false" })
        .leaf("SoftDescriptor", &authorization.soft_descriptor)
        .close();
    true
}
