//! The payment that a call names: by the shop's identifier, by the gateway's number, or by both.

use payments::{BankTransactionId, Payment, ShopTransactionId};
use store::Shop;
use wire::Code;
use wire::movement::Named;

use crate::Gateway;

/// The payment that is named by either identifier, or by both together. Each names at most one: an identifier of the
/// shop belongs to the first payment that was attempted under it.
///
/// # Errors
/// 2016 nothing is named, 2015 the number is none, 2011 there is no such payment, 9999 the store does not answer.
pub(crate) async fn find(gateway: &Gateway, shop: &Shop, named: &Named) -> Result<Payment, Code> {
    let (store, shop_id) = (gateway.store(), named.shop_transaction_id.as_deref());
    let Some(number) = named.bank_transaction_id.as_deref() else {
        let id = shop_id.ok_or(Code::IDENTIFIERS_MISSING)?;
        let id = ShopTransactionId::new(id).map_err(|_| Code::NOT_FOUND)?;
        let found = store.payment_by_transaction(&shop.login, &id).await.map_err(|error| broken(&error))?;
        return found.ok_or(Code::NOT_FOUND);
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits).ok_or(Code::BANK_TRANSACTION_INVALID)?;
    let found = store.payment_by_number(&shop.login, BankTransactionId(number)).await;
    let found = found.map_err(|error| broken(&error))?;
    found
        .filter(|payment| shop_id.is_none_or(|id| id == payment.order.shop_transaction_id.as_str()))
        .ok_or(Code::NOT_FOUND)
}

/// The code of a store that does not answer.
pub(crate) fn broken(error: &store::Error) -> Code {
    tracing::error!(%error, "the store did not answer a call");
    Code::SYSTEM
}
