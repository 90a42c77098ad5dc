//! `OrderReferenceNotification`: the total and the merchant's number, nothing of the buyer.

use amazon::types::timestamp_text;
use xml::Writer;

use super::{write_price, write_status};
use crate::ledger::{Change, ORDER_MS, Tables};

pub fn write(tables: &Tables, change: &Change, writer: &mut Writer) -> bool {
    let Some(order) = tables.orders.get(&change.id) else { return false };
    writer.open("OrderReference").leaf("AmazonOrderReferenceId", &order.id);
    if let Some(total) = &order.attributes.total {
        // Totals alone are written out in full.
        write_price("OrderTotal", &total.with_minor(total.minor).text, &total.currency, writer);
    }
    writer
        .open("SellerOrderAttributes")
        .leaf("SellerId", &order.seller_id)
        .leaf_if("SellerOrderId", order.attributes.seller_order_id.as_deref())
        .empty("OrderItemCategories", &[])
        .close();
    write_status("OrderReferenceStatus", change, &order.standing, writer);
    writer
        .leaf("CreationTimestamp", &timestamp_text(order.created_at))
        .leaf("ExpirationTimestamp", &timestamp_text(order.created_at + ORDER_MS))
        .close();
    true
}
