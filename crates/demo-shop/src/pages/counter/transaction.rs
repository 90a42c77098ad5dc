//! Which transaction of an order the counter is about, and what the gateway says of it.

use pagam::{Lookup, Transaction};

use super::super::Trouble;
use crate::DemoShop;
use crate::book::orders::Order;

/// Which transaction of the order is meant: the one that was asked for, if it is one of the
/// order's, or the one that it was sold with.
pub(super) async fn transaction_of(
    shop: &DemoShop,
    order: &Order,
    asked_for: Option<String>,
) -> Result<Option<String>, Trouble> {
    let Some(asked_for) = asked_for.filter(|id| Some(id) != order.paid_under.as_ref()) else {
        return Ok(order.paid_under.clone());
    };
    let of = shop.book.order_of_try(asked_for.clone()).await?;
    let is_its_own = of.is_some_and(|of| of.id == order.id);
    Ok(if is_its_own { Some(asked_for) } else { order.paid_under.clone() })
}

/// What the gateway says of the transaction, which is written down when the order was sold with it.
pub(super) async fn known(shop: &DemoShop, order: &Order, under: Option<&str>) -> Result<Option<Transaction>, Trouble> {
    let Some(id) = under else { return Ok(None) };
    match shop.client().read_trx(Lookup::ShopTransaction(id)).await {
        Ok(Some(transaction)) => {
            if order.paid_under.as_deref() == Some(id) {
                shop.learn(order, &transaction).await?;
            }
            Ok(Some(transaction))
        }
        Ok(None) => Ok(None),
        Err(error) => {
            tracing::warn!(order = order.id, shop_transaction_id = id, %error, "Could not ask where the money is");
            Ok(None)
        }
    }
}

/// The counter of an order, for one of its transactions.
pub(super) fn address(order: &Order, under: Option<&str>) -> String {
    match under.filter(|id| Some(*id) != order.paid_under.as_deref()) {
        Some(id) => format!("/orders/{}/counter?under={id}", order.id),
        None => format!("/orders/{}/counter", order.id),
    }
}
