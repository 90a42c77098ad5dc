//! The payment that a call names: by the shop's identifier, by the gateway's number, or by both.

use payments::{BankTransactionId, Payment, ShopTransactionId};
use store::Shop;
use wire::Code;
use wire::movement::Named;

use crate::Gateway;
use crate::flow::outcome::{NoOutcome, OrUnknown};

/// The payment that is named by either identifier, or by both together. Each names at most one: an
/// identifier of the shop belongs to the first payment that was attempted under it.
///
/// # Errors
/// 2016 nothing is named, 2015 the number is not one, 2011 there is no such payment; unknown when
/// the store does not answer.
pub(crate) async fn find(gateway: &Gateway, shop: &Shop, named: &Named) -> Result<Payment, NoOutcome<Code>> {
    let (store, shop_id) = (gateway.store(), named.shop_transaction_id.as_deref());
    let Some(number) = named.bank_transaction_id.as_deref() else {
        let id = shop_id.ok_or(Code::IDENTIFIERS_MISSING)?;
        let id = ShopTransactionId::new(id).map_err(|_| Code::NOT_FOUND)?;
        let found = store.payment_by_transaction(&shop.login, &id).await.or_unknown()?;
        return Ok(found.ok_or(Code::NOT_FOUND)?);
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits).ok_or(Code::BANK_TRANSACTION_INVALID)?;
    let found = store.payment_by_number(&shop.login, BankTransactionId(number)).await.or_unknown()?;
    let found = found.filter(|payment| shop_id.is_none_or(|id| id == payment.order.shop_transaction_id.as_str()));
    Ok(found.ok_or(Code::NOT_FOUND)?)
}

/// The code for a query when the store does not answer: nothing moves money, so 9999 is certain.
pub(crate) fn code_of_query(why: NoOutcome<Code>) -> Code {
    match why {
        NoOutcome::Nothing(code) => code,
        NoOutcome::Unknown(why) => {
            tracing::error!(%why, "A query was not answered");
            Code::SYSTEM
        }
    }
}

/// The same for a query of the store itself.
pub(crate) fn broken(error: &store::Error) -> Code {
    tracing::error!(%error, "A query was not answered");
    Code::SYSTEM
}
