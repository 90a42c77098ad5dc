//! The order that a shop's purchase makes.

use payments::{Currency, Money, Order, Recurring, ShopTransactionId};
use store::Shop;
use wire::{Code, Purchase};

use super::codes::language_of;

/// # Errors
/// [`Code::CURRENCY_INVALID`] or [`Code::TRANSACTION_INVALID`] for what the payments cannot keep.
pub(crate) fn order_of(shop: &Shop, purchase: Purchase, recurring: Recurring) -> Result<Order, Code> {
    let currency = Currency::new(purchase.currency.iso()).map_err(|_| Code::CURRENCY_INVALID)?;
    let id = ShopTransactionId::new(purchase.shop_transaction_id).map_err(|_| Code::TRANSACTION_INVALID)?;
    Ok(Order {
        shop_transaction_id: id,
        amount: Money::new(purchase.amount_minor, currency),
        language: purchase.language.map_or(shop.language, language_of),
        buyer_name: purchase.buyer_name,
        buyer_email: purchase.buyer_email,
        custom_info: purchase.custom_info,
        recurring,
    })
}
