//! The text of a buyer's bank statement.

use super::object::OrderReference;
use super::tables::Tables;

impl Tables {
    /// `AMZ*` and the caller's text, or the first 16 characters of the shop's name.
    pub fn soft_descriptor(&self, order: &OrderReference, given: Option<&str>) -> String {
        let seller = self.sellers.get(&order.seller_id).map(|seller| seller.name.as_str());
        let text = given.or(order.attributes.store_name.as_deref()).or(seller).unwrap_or_default();
        let first: String = text.chars().take(16).collect();
        format!("AMZ*{}", first.trim_end())
    }
}
